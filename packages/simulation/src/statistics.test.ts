import { expect, test } from "vitest";
import {
  auc,
  correlationEstimate,
  deciles,
  meanEstimate,
  scoreTenths,
  sdEstimate,
  shareEstimate,
  spearmanBrown,
  splitHalf,
} from "./statistics.ts";

/** Against values computed by hand. */

test("Spearman-Brown: halves that correlate .5 make a whole of 2/3, four parts one of .8", () => {
  expect(spearmanBrown(0.5)).toBeCloseTo(2 / 3, 12);
  expect(spearmanBrown(0.5, 4)).toBeCloseTo(0.8, 12);
  // r = 4/5: sums of products 4, of squares 5 and 5.
  expect(splitHalf([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(1.6 / 1.8, 12);
});

test("Wilson's interval of 8 in 10 and of 0 in 10", () => {
  const eight = shareEstimate(8, 10);
  expect([eight.value, eight.low, eight.high].map((value) => Number(value.toFixed(4)))).toEqual([0.8, 0.4902, 0.9433]);
  const none = shareEstimate(0, 10);
  expect([none.value, none.low]).toEqual([0, 0]);
  expect(none.high).toBeCloseTo(0.2775, 4);
});

test("intervals of a mean, a standard deviation and a correlation", () => {
  // sd 2, standard error 2/sqrt(4).
  const estimate = meanEstimate([1, 1, 5, 5, 3]);
  expect(estimate.value).toBe(3);
  expect(estimate.high - 3).toBeCloseTo((1.959964 * Math.sqrt(3.2)) / 2, 9);
  const spread = sdEstimate([1, 3, 1, 3, 1, 3, 1, 3, 2]);
  expect(spread.value).toBeCloseTo(Math.sqrt(8 / 9), 12);
  expect(spread.high / spread.value - 1).toBeCloseTo(1.959964 / 4, 12);
  const r = correlationEstimate([1, 2, 3, 4], [1, 3, 2, 4]);
  expect(r.value).toBeCloseTo(0.8, 12);
  expect(r.high).toBeCloseTo(Math.tanh(Math.atanh(0.8) + 1.959964), 12);
});

test("the area under the curve counts pairs, ties half", () => {
  expect(auc([3, 4], [1, 2])).toBe(1);
  expect(auc([1, 2], [3, 4])).toBe(0);
  // 3 > 1, 3 > 2, 3 = 3, 2 > 1, 2 = 2, 2 < 3: (3 + 2/2)/6.
  expect(auc([3, 2], [1, 2, 3])).toBeCloseTo(4 / 6, 12);
});

test("deciles of 0 … 100 are the tens", () => {
  expect(deciles(Array.from({ length: 101 }, (_, index) => index))).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90]);
});

test("scores on a border count half to either side", () => {
  expect(scoreTenths([1, 10, 20, 99])).toEqual([0.375, 0.25, 0.125, 0, 0, 0, 0, 0, 0, 0.25]);
});
