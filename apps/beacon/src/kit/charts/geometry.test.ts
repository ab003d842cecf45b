import { expect, test } from "vitest";

import { lengthOf, LINE_HEIGHT, LINE_WIDTH, linePath, niceMax, placeAt, spread, xOf } from "./geometry.ts";

test("an axis ends at a round number that no value exceeds", () => {
  expect([0, 0.3, 1, 3, 17, 21, 26, 51, 412, 1000].map(niceMax)).toEqual([1, 0.5, 1, 5, 20, 25, 50, 100, 500, 1000]);
  for (let value = 1; value < 5000; value += 7) {
    expect(niceMax(value)).toBeGreaterThanOrEqual(value);
    expect(niceMax(value)).toBeLessThanOrEqual(value * 2.5);
  }
});

test("a bar is never longer than its place, and one of a million is still seen", () => {
  expect(lengthOf(0, 10)).toBe(0);
  expect(lengthOf(5, 10)).toBe(50);
  expect(lengthOf(1, 1_000_000)).toBeGreaterThan(0);
  expect(lengthOf(20, 10)).toBe(100);
  expect(lengthOf(1, 0)).toBe(0);
});

test("a line runs from edge to edge and breaks where nothing was measured", () => {
  expect(linePath([0, 10, 5], 10)).toBe(`M0 ${LINE_HEIGHT}L${LINE_WIDTH / 2} 0L${LINE_WIDTH} 50`);
  expect(linePath([1, 2, null, 4, 5], 5).match(/M/g)).toHaveLength(2);
  expect(linePath([null, null], 5)).toBe("");
});

test("a value between two gaps is a stroke of its own, inside the drawing's middle", () => {
  expect(linePath([null, 5, null], 10)).toMatch(/^M[\d.]+ 50H[\d.]+$/);
  expect(linePath([5], 10)).toMatch(/^M[\d.]+ 50H[\d.]+$/);
});

test("a pointer finds the nearest day, also beyond the edges", () => {
  expect([-1, 0, 0.49, 0.51, 1, 2].map((share) => placeAt(share, 2))).toEqual([0, 0, 0, 1, 1, 1]);
  expect(placeAt(0.7, 1)).toBe(0);
  expect(xOf(0, 1)).toBe(LINE_WIDTH / 2);
});

test("marks along a line begin with the first day and end with the last", () => {
  expect(spread(3, 6)).toEqual([0, 1, 2]);
  const marks = spread(366, 6);
  expect(marks).toHaveLength(6);
  expect([marks[0], marks.at(-1)]).toEqual([0, 365]);
});
