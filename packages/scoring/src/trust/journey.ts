import type { Reading, TrustFacts } from "./facts.ts";

const RESTART_SECONDS = 60;

/** Signals from the way through the assessment. Loss of network is none of them. */
export function journeyReadings({ journey }: TrustFacts): Reading[] {
  return [
    { key: "long_interruptions", observed: journey.hiddenMs / 1000 + journey.interruptions * RESTART_SECONDS },
    { key: "second_device", observed: journey.takeovers },
    { key: "repeated_attempts", observed: journey.earlierRuns },
    { key: "near_duplicate_uid", observed: journey.nearDuplicates },
  ];
}
