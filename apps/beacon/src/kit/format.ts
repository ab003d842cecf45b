/** How numbers, times and spans are written everywhere. Times come as epoch seconds and are shown in the reader's zone. */

const NUMBER = new Intl.NumberFormat("en");
const DATE_TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const DATE = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });
const EXACT = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** `12,345`; with digits: `0.12`. */
export function formatNumber(value: number, digits?: number): string {
  return digits === undefined
    ? NUMBER.format(value)
    : new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** `.1234` → `12.3 %`; the two stay on one line. */
export function formatShare(share: number, digits = 1): string {
  return `${formatNumber(share * 100, digits)}\u00a0%`;
}

/** `1 file`, `3 files`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

export function formatDateTime(epochS: number): string {
  return DATE_TIME.format(epochS * 1000);
}

/** To the second: where several things happen within a minute. */
export function formatMoment(epochS: number): string {
  return MOMENT.format(epochS * 1000);
}

export function formatDate(epochS: number): string {
  return DATE.format(epochS * 1000);
}

/** To the second, with the zone: for a tooltip. */
export function formatExactTime(epochS: number): string {
  return EXACT.format(epochS * 1000);
}

const STEPS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** `in 3 hours`, `5 minutes ago`, `now`. */
export function formatAgo(epochS: number, nowMs: number): string {
  const seconds = epochS - nowMs / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return RELATIVE.format(Math.trunc(seconds / size), unit);
  }
  return Math.abs(seconds) < 10 ? "now" : RELATIVE.format(Math.trunc(seconds), "second");
}

/** Milliseconds as people say them: `640 ms`, `12.4 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function formatSpan(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${formatNumber(seconds, seconds < 10 ? 1 : 0)} s`;
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [Math.floor(seconds) % 60, "s"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}

/** `VERY_LOW` → `Very low`. */
export function formatWord(code: string): string {
  const words = code.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
