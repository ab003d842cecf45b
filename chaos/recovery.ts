import type { Receipt } from "./history.ts";
import { firstAccepted, type Round } from "./rounds.ts";

/** How soon after a fault results arrive again; milliseconds from the harm to the receiver's 200. */
export interface Recovery {
  readonly fault: string;
  readonly rounds: number;
  /** Of whoever finished right after the harm. */
  readonly next: Spread;
  /** Of the last of all who finished around it; leases of the dead and retries included. */
  readonly last: Spread;
}

export interface Spread {
  readonly medianMs: number;
  readonly worstMs: number;
}

/** Of rounds with one fault only, in the order in which the faults first came. */
export function recoveries(rounds: readonly Round[], receipts: readonly Receipt[]): readonly Recovery[] {
  const single = rounds.filter(({ faults }) => faults.length === 1);
  const names = [...new Set(single.flatMap(({ faults }) => faults))];
  return names.map((fault) => {
    const of = single.filter(({ faults }) => faults[0] === fault);
    const next = of.map((round) => since(round, [round.firstAfter], receipts));
    const last = of.map((round) => since(round, round.uids, receipts));
    return { fault, rounds: of.length, next: spread(next), last: spread(last) };
  });
}

/** Until the last of these had arrived; what never did counts as infinite, and is a violation besides. */
function since({ struckAtMs }: Round, uids: readonly string[], receipts: readonly Receipt[]): number {
  const arrivals = uids.map((uid) => firstAccepted(receipts, uid) ?? Number.POSITIVE_INFINITY);
  return Math.max(0, Math.max(...arrivals) - struckAtMs);
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0, worstMs: sorted.at(-1) ?? 0 };
}
