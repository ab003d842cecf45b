import { expect, test } from "vitest";

import { createIds } from "./ids.ts";

const TIMES = [1_000, 1_000, 1_000, 999, 1_000, 1_001, 1_001];

test("ids sort in the order they were made, also within a millisecond and after a step back of the clock", () => {
  const ids = createIds(() => TIMES[made % TIMES.length] ?? 0);
  let made = 0;
  const all = Array.from({ length: 20_000 }, () => {
    const id = ids.make("aud");
    made += 1;
    return id;
  });
  expect(all).toEqual(all.toSorted((a, b) => (a < b ? -1 : 1)));
  expect(new Set(all).size).toBe(all.length);
});

test("an id is its prefix and 26 characters, the first ten of them the time", () => {
  const ids = createIds(() => 0x1_2345_6789);
  expect(ids.make("ses")).toMatch(/^ses_[0-9a-z]{26}$/);
  expect(ids.make("ses").slice(4, 14)).toBe(ids.make("evt").slice(4, 14));
});

test("who knows one id of a millisecond can not tell the next", () => {
  const ids = createIds(() => 5);
  const endings = Array.from({ length: 200 }, () => ids.make("ses").slice(-8));
  expect(new Set(endings).size).toBe(200);
  expect(endings).not.toEqual(endings.toSorted());
});
