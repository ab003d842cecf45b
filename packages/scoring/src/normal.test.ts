import fc from "fast-check";
import { expect, test } from "vitest";
import { normalCdf } from "./normal.ts";

test.each([
  [-7.5, 0],
  [-5, 2.866515718791939e-7],
  [-3, 0.0013498980316300933],
  [-1.959963984540054, 0.025],
  [-1, 0.15865525393145707],
  [0, 0.5],
  [0.5, 0.6914624612740131],
  [1.6448536269514722, 0.95],
  [2.3263478740408408, 0.99],
  [4, 0.9999683287581669],
  [7.5, 1],
])("Φ(%d) = %d to 1e-11", (x, expected) => {
  expect(Math.abs(normalCdf(x) - expected)).toBeLessThan(1e-11);
});

test("agrees with the integral of the density to 1e-9 everywhere", () => {
  /** Simpson's rule from 0 to x. */
  const integral = (x: number): number => {
    const steps = 400;
    const width = x / steps;
    const density = (at: number): number => Math.exp((-at * at) / 2) / Math.sqrt(2 * Math.PI);
    const weighted = Array.from({ length: steps + 1 }, (_, index) => {
      const weight = index === 0 || index === steps ? 1 : index % 2 === 1 ? 4 : 2;
      return weight * density(index * width);
    });
    return 0.5 + (width / 3) * weighted.reduce((sum, value) => sum + value, 0);
  };
  fc.assert(
    fc.property(fc.double({ min: -6.5, max: 6.5, noNaN: true }), (x) => {
      expect(Math.abs(normalCdf(x) - integral(x))).toBeLessThan(1e-9);
    }),
  );
});

test("never falls as x rises", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -10, max: 10, noNaN: true }),
      fc.double({ min: 0, max: 5, noNaN: true }),
      (x, step) => {
        expect(normalCdf(x + step)).toBeGreaterThanOrEqual(normalCdf(x) - 1e-15);
      },
    ),
  );
});
