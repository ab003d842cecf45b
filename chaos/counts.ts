import type { History } from "./history.ts";
import type { Round } from "./rounds.ts";

export interface Counts {
  readonly acknowledged: number;
  readonly results: number;
  readonly receipts: number;
  /** Receipts of an event that had been accepted before. */
  readonly repeated: number;
  readonly attempts: number;
  /** Attempts whose outcome came when another worker held the lease: logged, and without effect. */
  readonly late: number;
}

export function countFaults(rounds: readonly Round[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of rounds.flatMap(({ faults }) => faults)) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

export function sumOf(counts: readonly Counts[]): Counts {
  const sum = (member: keyof Counts): number => counts.reduce((all, one) => all + one[member], 0);
  return {
    acknowledged: sum("acknowledged"),
    results: sum("results"),
    receipts: sum("receipts"),
    repeated: sum("repeated"),
    attempts: sum("attempts"),
    late: sum("late"),
  };
}

export function countHistory({ acknowledged, receipts, rows }: History): Counts {
  const accepted = new Set<string>();
  let repeated = 0;
  for (const { headers, answered } of receipts) {
    const id = String(headers["webhook-id"]);
    if (accepted.has(id)) repeated += 1;
    if (answered === 200) accepted.add(id);
  }
  return {
    acknowledged: acknowledged.length,
    results: rows.results.length,
    receipts: receipts.length,
    repeated,
    attempts: rows.attempts.length,
    late: rows.attempts.length - new Set(rows.attempts.map((row) => `${row.delivery_id} ${row.number}`)).size,
  };
}
