import { expect, test } from "vitest";

import { countAndShare, expectedShare, minutesLabel, percentOf } from "./shape.ts";

test("a share of nothing is nothing, not a number", () => {
  expect(percentOf(0, 0)).toBeNull();
  expect(percentOf(1, 3)).toBe(33.3);
  expect(countAndShare(0, 0)).toBe("0");
  expect(countAndShare(1371, 1412)).toBe("1,371 · 97.1\u00a0%");
});

test("times are read in minutes, and what took longer than an hour in days", () => {
  const bins = [
    { from: 0, to: 180 },
    { from: 240, to: 300 },
    { from: 1800, to: 3600 },
    { from: 3600, to: 86_400 },
    { from: 86_400, to: null },
    { from: 600, to: null },
  ];
  expect(bins.map(minutesLabel)).toEqual(["<3", "4–5", "30–60", "<1 d", ">1 d", ">10"]);
});

test("what the norm expects of a sten is half of its pair, of a score the whole of its bin, and nothing without a norm", () => {
  const score = { key: "score", bins: [{ from: 1, to: 9, expected: 0.09 }] };
  const patience = {
    key: "patience",
    bins: [
      { from: 1, to: 2, expected: 0.067 },
      { from: 3, to: 4, expected: 0.242 },
    ],
  };
  const drift = { models: [{ measures: [score, patience] }] };
  expect(expectedShare(drift, "score", { from: 1, to: 9 })).toBe(0.09);
  expect(expectedShare(drift, "patience", { from: 2, to: 2 })).toBe(0.0335);
  expect(expectedShare(drift, "patience", { from: 3, to: 3 })).toBe(0.121);
  expect(expectedShare(drift, "patience", { from: 5, to: 5 })).toBeNull();
  expect(expectedShare({ models: [] }, "score", { from: 1, to: 9 })).toBeNull();
});
