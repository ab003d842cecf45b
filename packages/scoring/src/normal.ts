const NUMERATOR = [
  0.0352624965998911, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931,
  220.206867912376,
];
const DENOMINATOR = [
  0.0883883476483184, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
  793.826512519948, 440.413735824752,
];

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

/**
 * Distribution function of the standard normal, 0–1. Rational approximation of Hart et al. (1968, Computer
 * Approximations, no. 5666) as given by West (2005, Wilmott Magazine, May, 70–76); beyond |x| = 7 the exact value is
 * within 2e-12 of 0 or 1, which is returned. Error below 1e-11.
 */
export function normalCdf(x: number): number {
  const distance = Math.abs(x);
  if (distance > 7) return x > 0 ? 1 : 0;
  const tail =
    (Math.exp((-distance * distance) / 2) * polynomial(NUMERATOR, distance)) / polynomial(DENOMINATOR, distance);
  return x > 0 ? 1 - tail : tail;
}
