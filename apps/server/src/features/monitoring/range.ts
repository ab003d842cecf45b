/** Days of UTC, as YYYY-MM-DD. */
const DAY_MS = 86_400_000;

export interface Range {
  readonly days: readonly string[];
  /** Midnight that begins the first day. */
  readonly from: Date;
  /** Midnight that ends the last day. */
  readonly to: Date;
}

export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** Both days included, `first` not after `last`. */
export function rangeOf(first: string, last: string): Range {
  const from = startOf(first);
  const to = new Date(startOf(last).getTime() + DAY_MS);
  const length = Math.round((to.getTime() - from.getTime()) / DAY_MS);
  return { days: Array.from({ length }, (_, place) => shift(first, place)), from, to };
}

/** The day so many days later, or earlier. */
export function shift(day: string, days: number): string {
  return dayOf(new Date(startOf(day).getTime() + days * DAY_MS));
}

export function daysBetween(first: string, last: string): number {
  return Math.round((startOf(last).getTime() - startOf(first).getTime()) / DAY_MS);
}

function startOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}
