const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Wait after the first failure, after the second, …; what fails once more after the last is dead. */
export const RETRY_DELAYS_MS: readonly number[] = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
export const MAX_ATTEMPTS = RETRY_DELAYS_MS.length + 1;

/** A receiver may ask for more time than the schedule gives, up to a day; never for less. */
const MAX_RETRY_AFTER_MS = 24 * HOUR;
const JITTER_SHARE = 0.1;

export interface FailedAttempt {
  /** 1 for the first. */
  readonly number: number;
  /** The answer's headers in lower case, if there was one. */
  readonly headers: Readonly<Record<string, string>>;
  /** Epoch milliseconds, for a Retry-After that is a date. */
  readonly nowMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Milliseconds until the next attempt, or null when that was the last one. */
export function nextDelayMs(attempt: FailedAttempt): number | null {
  const delayMs = RETRY_DELAYS_MS[attempt.number - 1];
  if (delayMs === undefined) return null;
  const askedMs = Math.min(retryAfterMs(attempt), MAX_RETRY_AFTER_MS);
  // Jitter only lengthens: many deliveries that failed together must not come back together.
  return Math.round(Math.max(delayMs, askedMs) * (1 + JITTER_SHARE * attempt.random()));
}

/** Seconds or an HTTP date; what is neither asks for nothing. */
function retryAfterMs({ headers, nowMs }: FailedAttempt): number {
  const value = headers["retry-after"]?.trim() ?? "";
  if (/^\d{1,9}$/.test(value)) return Number(value) * SECOND;
  // The receiver's own clock, where it names it: then a clock that is wrong does no harm.
  const from = httpDateMs(headers["date"]?.trim() ?? "");
  const until = httpDateMs(value);
  return until === null ? 0 : Math.max(0, until - (from ?? nowMs));
}

/** The three forms of RFC 9110; `Date.parse` alone takes much that is no date, and asctime for local time. */
const HTTP_DATES: readonly RegExp[] = [
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
  /^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT$/,
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/,
];

function httpDateMs(text: string): number | null {
  if (!HTTP_DATES.some((form) => form.test(text))) return null;
  const ms = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(ms) ? null : ms;
}
