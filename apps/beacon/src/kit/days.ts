/** Days as the browser's date field writes them, `2026-11-27`, in the reader's own zone. */

/** The day on which the moment falls. */
export function dayOf(epochS: number): string {
  const date = new Date(epochS * 1000);
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}

/** Epoch seconds of the day's last second; null when it is no day. */
export function dayEndOf(day: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (match === null) return null;
  const end = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + 1).getTime() / 1000 - 1;
  return Number.isFinite(end) ? end : null;
}

/** Epoch seconds of the day's first second; null when it is no day. */
export function dayStartOf(day: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (match === null) return null;
  const start = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3])).getTime() / 1000;
  return Number.isFinite(start) ? start : null;
}
