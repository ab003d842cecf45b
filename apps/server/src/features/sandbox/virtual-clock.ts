/** Time inside a simulated journey; it never passes the end, which is the present. */
export interface Clock {
  now(): Date;
  advance(ms: number): void;
  /** Never backwards. */
  advanceTo(epochMs: number): void;
  jumpToEnd(): void;
}

/** Everything before the end happens at least this long before it. */
const LAST_STEP_MS = 1_000;

export function startClock(options: { readonly end: Date; readonly lengthMs: number }): Clock {
  const end = options.end.getTime();
  let now = end - options.lengthMs;
  const clock: Clock = {
    now: () => new Date(now),
    advance: (ms) => clock.advanceTo(now + ms),
    advanceTo: (epochMs) => {
      now = Math.max(now, Math.min(epochMs, end - LAST_STEP_MS));
    },
    jumpToEnd: () => {
      now = end;
    },
  };
  return clock;
}
