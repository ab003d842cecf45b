/** Small descriptive statistics for metrics and populations. Server side only: machines never use them. */

/** To 1e-6, without negative zero, so that equal metrics are equal bytes. */
export function round6(value: number): number {
  const rounded = Math.round(value * 1e6) / 1e6;
  return rounded === 0 ? 0 : rounded;
}

/** Quantile by linear interpolation between order statistics (Hyndman & Fan 1996, type 7); `values` not empty, 0 ≤ p ≤ 1. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * p;
  const below = Math.floor(place);
  const low = sorted[below] ?? NaN;
  const high = sorted[below + 1] ?? low;
  return low + (place - below) * (high - low);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Median absolute deviation from the median, unscaled. */
export function medianAbsoluteDeviation(values: readonly number[]): number {
  const centre = median(values);
  return median(values.map((value) => Math.abs(value - centre)));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation of the values themselves (divided by their number). */
export function sd(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

/** Pearson's r of two equally long lists, −1 … 1; NaN where one does not vary. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return mean(a.map((value, index) => (value - meanA) * ((b[index] ?? NaN) - meanB))) / (sd(a) * sd(b));
}

export function share(values: readonly boolean[]): number {
  return values.filter(Boolean).length / values.length;
}

/** Keyboard, switch and screen-reader answers carry no comparable times or positions. */
export function isPointer(source: string | null | undefined): boolean {
  return source !== "keyboard" && source !== "assistive";
}
