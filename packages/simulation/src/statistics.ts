import { correlation, mean, quantile, sd } from "@tallystick/tasks/statistics";

/** What the validation needs beyond the descriptive statistics of the tasks. */

/** A measured value and the ends of its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const Z95 = 1.959964;

/** Reliability of a test `factor` times as long (Spearman 1910, Brown 1910). */
export function spearmanBrown(r: number, factor = 2): number {
  return (factor * r) / (1 + (factor - 1) * r);
}

/** Two halves of the same test over the same people, stepped up to the whole. */
export function splitHalf(first: readonly number[], second: readonly number[]): number {
  return spearmanBrown(correlation(first, second));
}

/** Share of `hits` in `n` with Wilson's interval (1927), which holds near 0 and 1; `n` > 0. */
export function shareEstimate(hits: number, n: number): Estimate {
  const value = hits / n;
  const centre = (value + Z95 ** 2 / (2 * n)) / (1 + Z95 ** 2 / n);
  const half = (Z95 / (1 + Z95 ** 2 / n)) * Math.sqrt((value * (1 - value)) / n + Z95 ** 2 / (4 * n ** 2));
  return { value, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Mean with the interval of its standard error. */
export function meanEstimate(values: readonly number[]): Estimate {
  const value = mean(values);
  const half = (Z95 * sd(values)) / Math.sqrt(values.length - 1);
  return { value, low: value - half, high: value + half };
}

/** Standard deviation with the interval that holds for values near normal: sd·(1 ± z/sqrt(2(n − 1))). */
export function sdEstimate(values: readonly number[]): Estimate {
  const value = sd(values);
  const half = (Z95 * value) / Math.sqrt(2 * (values.length - 1));
  return { value, low: value - half, high: value + half };
}

/** Pearson's r with Fisher's interval (1921). */
export function correlationEstimate(a: readonly number[], b: readonly number[]): Estimate {
  const value = correlation(a, b);
  const half = Z95 / Math.sqrt(a.length - 3);
  return { value, low: Math.tanh(Math.atanh(value) - half), high: Math.tanh(Math.atanh(value) + half) };
}

/** Chance that one of `positives` lies above one of `negatives`, ties half (Mann & Whitney 1947); both not empty. */
export function auc(positives: readonly number[], negatives: readonly number[]): number {
  const all = [...positives.map((value) => ({ value, up: 1 })), ...negatives.map((value) => ({ value, up: 0 }))];
  all.sort((a, b) => a.value - b.value);
  let below = 0;
  let won = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end += 1;
    const up = all.slice(start, end).filter((one) => one.up === 1).length;
    const down = end - start - up;
    won += up * (below + down / 2);
    below += down;
    start = end;
  }
  return won / (positives.length * negatives.length);
}

/** The nine values between ten equal parts. */
export function deciles(values: readonly number[]): number[] {
  return Array.from({ length: 9 }, (_, index) => quantile(values, (index + 1) / 10));
}

/**
 * Share of percentile scores (1–99) in each tenth of the scale. A score is rounded, so one that lies on a border, 10, 20 …
 * 90, belongs half to either side.
 */
export function scoreTenths(scores: readonly number[]): number[] {
  const counts = Array.from({ length: 10 }, () => 0);
  for (const score of scores) {
    const tenth = Math.floor(score / 10);
    const onBorder = score % 10 === 0;
    counts[tenth] = (counts[tenth] ?? 0) + (onBorder ? 0.5 : 1);
    if (onBorder) counts[tenth - 1] = (counts[tenth - 1] ?? 0) + 0.5;
  }
  return counts.map((count) => count / scores.length);
}
