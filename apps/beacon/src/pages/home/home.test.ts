import { ATTENTION_KINDS } from "@tallystick/contract";
import { expect, test } from "vitest";

import { howMany } from "./attention-words.ts";
import { dayStartOf, fileDayOf } from "./day.ts";

test("every kind of matter says how many there are of what, and low data confidence is only ever to review", () => {
  for (const kind of ATTENTION_KINDS) {
    expect(howMany({ kind, count: 1, at_least: false }), kind).toMatch(/^1 \D+[^s]$/);
    expect(howMany({ kind, count: 1000, at_least: true }), kind).toMatch(/^more than 1,000 \D+/);
  }
  expect(howMany({ kind: "results_to_review", count: 3, at_least: false })).toBe("3 results to review");
});

test("the day begins at the reader's own midnight, at most a day and an hour ago", () => {
  for (let hour = 0; hour < 24 * 366; hour += 7) {
    const now = Date.UTC(2026, 0, 1, hour, 13);
    const start = dayStartOf(now);
    expect(new Date(start * 1000).getHours()).toBe(0);
    expect(now / 1000 - start).toBeGreaterThanOrEqual(0);
    expect(now / 1000 - start).toBeLessThanOrEqual(25 * 3600);
    expect(fileDayOf(start)).toBe(fileDayOf(now / 1000));
  }
});
