import { normalCdf } from "./normal.ts";

/** How far counts lie from the shares that the norm population gives. */
export interface Stability {
  /** Σ (a − e)·ln(a/e) over the bins, with a = observed and e = expected share; ≥ 0. */
  readonly psi: number;
  /** What chance alone gives on average when nothing has moved: (bins − 1)/n. */
  readonly byChance: number;
  /** Of Pearson's χ² of the counts against the expectation, bins − 1 degrees of freedom. */
  readonly pValue: number;
}

/**
 * Scores 1–9, 10–19, … 90–99 of a population whose percentile of risk p is uniform. The score is p to the nearest whole,
 * 1 at least and 99 at most, so the first bin ends at p = 9.5 and the last begins at 89.5.
 */
export const SCORE_SHARES: readonly number[] = [0.095, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.105];

/**
 * Stens 1–2, 3–4, … 9–10 where z' is normal: sten k = clamp(floor(5.5 + 2z' + .5), 1, 10) ends at z' = (k − 5)/2. Two by two,
 * because a mean of a few answers takes so few values that some stens stay empty: against single stens the shipped
 * model's own population has an index of .29 for self_control, against pairs every trait is below .05.
 */
export const STEN_PAIR_SHARES: readonly number[] = Array.from({ length: 5 }, (_, pair) => {
  const below = pair === 0 ? 0 : normalCdf((2 * pair - 5) / 2);
  return (pair === 4 ? 1 : normalCdf((2 * pair - 3) / 2)) - below;
});

/**
 * Population stability index (Siddiqi 2006, Credit Risk Scorecards) of counts against the norm's shares. An empty
 * bin counts .5 in that bin only. Throws when the two differ in length or nothing was counted.
 */
export function stability(counts: readonly number[], shares: readonly number[]): Stability {
  const n = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length !== shares.length || n === 0) throw new Error("counts and shares of the same bins are needed");
  const pairs = counts.map((count, bin) => ({ count, share: shares[bin] ?? 0 }));
  const psi = pairs.reduce((sum, { count, share }) => {
    const seen = Math.max(count, 0.5) / n;
    return sum + (seen - share) * Math.log(seen / share);
  }, 0);
  const chiSquare = pairs.reduce((sum, { count, share }) => sum + (count - n * share) ** 2 / (n * share), 0);
  const freedom = counts.length - 1;
  return { psi, byChance: freedom / n, pValue: chiSquareTail(chiSquare, freedom) };
}

/** P(χ² > x), 0–1. Abramowitz & Stegun (1964), 26.4.4 for odd and 26.4.5 for even degrees of freedom. */
export function chiSquareTail(x: number, freedom: number): number {
  if (x <= 0) return 1;
  const isOdd = freedom % 2 === 1;
  const root = Math.sqrt(x);
  const density = Math.exp(-x / 2);
  // The terms rise by x/(2r + 1) or x/(2r): from one over the last, never as powers, which would overflow.
  let term = isOdd ? Math.sqrt(2 / Math.PI) * density * root : density;
  let sum = isOdd ? 2 * (1 - normalCdf(root)) : 0;
  const terms = Math.floor(freedom / 2);
  for (let place = 1; place <= terms; place += 1) {
    sum += term;
    term *= x / (isOdd ? 2 * place + 1 : 2 * place);
  }
  return Math.min(1, Math.max(0, sum));
}
