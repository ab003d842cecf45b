import type { Reading, TrustFacts } from "./facts.ts";

/** Signals from times. Both metrics leave keyboard, switch and screen-reader answers out and are null without enough others. */
export function timingReadings({ metrics }: TrustFacts): Reading[] {
  const fast = metrics("money_choices.fast_share");
  return [
    fast === null ? { key: "fast_responses", observed: null } : { key: "fast_responses", observed: fast, share: fast },
    { key: "regular_timing", observed: metrics("quick_taps.timing_regularity") },
  ];
}
