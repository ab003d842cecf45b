import { leaves, total, type Counts } from "./counts.ts";

/** Whole numbers as keys of counts: kept to so many digits, their quantiles are exact to these. */

/** 336 stays, 1 234 becomes 1 230 (digits = 3): the same value has one key, and a day has few of them. */
export function toDigits(value: number, digits: number): number {
  const whole = Math.max(0, Math.floor(value));
  const step = 10 ** Math.max(0, String(whole).length - digits);
  return Math.floor(whole / step) * step;
}

/** The value that `share` of all are at or below (the smallest such one); the median of an even number is the lower middle. Null: none. */
export function quantile(values: Counts, share: number): number | null {
  const wanted = Math.max(1, Math.ceil(total(values) * share));
  let seen = 0;
  for (const [value, count] of sorted(values)) {
    seen += count;
    if (seen >= wanted) return value;
  }
  return null;
}

/** How many lie in [edge, next edge); the last bin has no end. */
export function histogram(values: Counts, edges: readonly number[]) {
  const found = sorted(values);
  return edges.map((from, place) => {
    const to = edges[place + 1] ?? null;
    const inside = found.filter(([value]) => value >= from && (to === null || value < to));
    return { from, to, count: inside.reduce((sum, [, count]) => sum + count, 0) };
  });
}

/** Ten bins of 0–9, 10–19, … ; what lies beyond belongs to the last. */
export function tenths(values: Counts): readonly number[] {
  const bins = Array.from({ length: 10 }, () => 0);
  for (const [value, count] of sorted(values)) {
    const bin = Math.min(9, Math.floor(value / 10));
    bins[bin] = (bins[bin] ?? 0) + count;
  }
  return bins;
}

/** Share of `count`, to four decimals; 0 of nothing. */
export function shareOf(count: number, all: number): number {
  return all === 0 ? 0 : Math.round((count / all) * 1e4) / 1e4;
}

function sorted(values: Counts): readonly (readonly [value: number, count: number])[] {
  return leaves(values)
    .map(([value, count]) => [Number(value), count] as const)
    .toSorted(([a], [b]) => a - b);
}
