import { describe, expect, test } from "vitest";

import { chiSquareTail, SCORE_SHARES, stability, STEN_PAIR_SHARES } from "./stability.ts";

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe("the norm's shares", () => {
  test("are whole, and those of stens are the areas of the normal curve at whole and half z", () => {
    expect(sum(SCORE_SHARES)).toBeCloseTo(1, 12);
    expect(sum(STEN_PAIR_SHARES)).toBeCloseTo(1, 12);
    // Φ(−1.5) = .0668, Φ(−.5) = .3085: printed tables.
    expect(STEN_PAIR_SHARES.map((share) => Number(share.toFixed(4)))).toEqual([0.0668, 0.2417, 0.3829, 0.2417, 0.0668]);
  });
});

describe("the stability index", () => {
  test("is nothing where the counts are the expectation", () => {
    const { psi, pValue } = stability([25, 50, 25], [0.25, 0.5, 0.25]);
    expect(psi).toBe(0);
    expect(pValue).toBe(1);
  });

  test("is what a calculation by hand gives", () => {
    // (.6 − .5)·ln(.6/.5) + (.4 − .5)·ln(.4/.5) = .1·ln 1.5; χ² = 100/50 + 100/50 = 4 with one degree of freedom.
    const { psi, byChance, pValue } = stability([60, 40], [0.5, 0.5]);
    expect(psi).toBeCloseTo(0.1 * Math.log(1.5), 12);
    expect(byChance).toBe(0.01);
    expect(pValue).toBeCloseTo(0.0455, 4);
  });

  test("counts an empty bin as one half instead of becoming infinite", () => {
    const { psi } = stability([100, 0], [0.5, 0.5]);
    expect(psi).toBeCloseTo(0.5 * Math.log(2) + (0.005 - 0.5) * Math.log(0.01), 12);
  });

  test("refuses bins that do not fit", () => {
    expect(() => stability([1, 2], [1])).toThrow("same bins");
    expect(() => stability([0, 0], [0.5, 0.5])).toThrow("same bins");
  });
});

test("the tail of chi-square is that of the printed tables", () => {
  // Abramowitz & Stegun, table 26.8: the upper 5 % and 1 % points.
  for (const [freedom, five, one] of [
    [1, 3.84146, 6.6349],
    [2, 5.99147, 9.21034],
    [9, 16.919, 21.666],
    [10, 18.307, 23.2093],
  ] as const) {
    expect(chiSquareTail(five, freedom)).toBeCloseTo(0.05, 5);
    expect(chiSquareTail(one, freedom)).toBeCloseTo(0.01, 5);
  }
  expect(chiSquareTail(0, 9)).toBe(1);
  expect(chiSquareTail(1e6, 9)).toBe(0);
});
