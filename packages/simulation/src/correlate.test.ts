import { expect, test } from "vitest";
import { cholesky, correlated, correlationMatrix } from "./correlate.ts";

test("the triangle of a matrix computed by hand", () => {
  expect(
    cholesky([
      [4, 2],
      [2, 5],
    ]),
  ).toEqual([[2], [1, 2]]);
  const lower = cholesky(correlationMatrix(["a", "b", "c"], [{ a: "b", b: "a", rho: 0.6 }])) ?? [];
  expect(lower.flat().map((value) => Number(value.toFixed(12)))).toEqual([1, 0.6, 0.8, 0, 0, 1]);
  expect(correlated([[2], [1, 2]], [3, 4])).toEqual([6, 11]);
});

test("correlations that no people can have give no triangle", () => {
  const pairs = [
    { a: "a", b: "b", rho: 0.9 },
    { a: "b", b: "c", rho: 0.9 },
    { a: "a", b: "c", rho: -0.9 },
  ];
  expect(cholesky(correlationMatrix(["a", "b", "c"], pairs))).toBeNull();
  expect(cholesky(correlationMatrix(["a", "b"], [{ a: "a", b: "b", rho: 1 }]))).toBeNull();
});
