import type { MonitoringSearch } from "./search.ts";

const DAY_MS = 86_400_000;
export const MOST_DAYS = 366;

export interface DayRange {
  /** YYYY-MM-DD in UTC, both included. */
  readonly from: string;
  readonly to: string;
  /** Why it can not be asked for; null: it can. */
  readonly problem: string | null;
}

/** The days that an address means on the day that `nowMs` falls on; the last 30 where it says nothing. */
export function rangeOf(
  { days = "30", from, to }: Pick<MonitoringSearch, "days" | "from" | "to">,
  nowMs: number,
): DayRange {
  const today = new Date(nowMs).toISOString().slice(0, 10);
  if (from === undefined && to === undefined) return { from: shift(today, 1 - Number(days)), to: today, problem: null };
  // One end alone: the other is today, or 30 days in all.
  const last = to ?? (from !== undefined && from > today ? from : today);
  const first = from ?? shift(last, -29);
  return { from: first, to: last, problem: problemOf(first, last) };
}

function problemOf(first: string, last: string): string | null {
  const length = Math.round((Date.parse(last) - Date.parse(first)) / DAY_MS) + 1;
  if (length < 1) return "The last day is before the first.";
  return length > MOST_DAYS ? `These are ${length} days; at most ${MOST_DAYS} are shown at once.` : null;
}

function shift(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}
