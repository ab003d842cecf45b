import type { TrialBase } from "./contract.ts";

/**
 * A short check of an attempt's outcome: 16 lower-case hex characters over the JSON of its trials. The page sends it when
 * the task is over; the server makes it anew from the replay, and a difference means that the two did not see the same
 * game. It guards against version skew and carelessly forged inputs, not against somebody who computes it: it has no key.
 *
 * Two lanes of the FNV-1a scheme (Fowler, Noll, Vo) over the UTF-16 code units, each with a prime of its own, because one
 * lane of 32 bits would let 1 in 4 000 million pass; integer arithmetic alone, so that every engine agrees.
 */
export function digestTrials(trials: readonly TrialBase[]): string {
  const text = JSON.stringify(trials);
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul((high ^ unit) + text.length, 0x5bd1e995);
    high ^= high >>> 15;
  }
  return hex(high) + hex(low);
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, "0");
}
