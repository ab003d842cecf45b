import { expect, test } from "vitest";

import { dayEndOf, dayOf } from "./days.ts";

test("the end of a day falls on that day, and one second later is the next", () => {
  for (const day of ["2026-11-27", "2026-12-31", "2028-02-29", "2026-03-29", "2026-10-25"]) {
    const end = dayEndOf(day);
    if (end === null) throw new Error(`${day} is a day`);
    expect(dayOf(end)).toBe(day);
    expect(dayOf(end + 1)).not.toBe(day);
  }
});

test("what is no day has no end", () => {
  expect(dayEndOf("")).toBeNull();
  expect(dayEndOf("27.11.2026")).toBeNull();
});
