import type { ScoredTask } from "../contract.ts";
import type { MetricTable } from "../metric-table.ts";
import type { Reading, TrustFacts } from "./facts.ts";

/** Signals from what was answered; they hold for every way of playing. */
export function answerReadings({ tasks, metrics }: TrustFacts): Reading[] {
  const errors = metrics("money_choices.consistency_errors");
  const accuracy = metrics("quick_taps.accuracy");
  return [
    withShare("inconsistent_choices", errors, errors === null ? null : errors / LADDER_ITEMS),
    withShare("low_engagement", accuracy, accuracy === null ? null : 1 - accuracy),
    { key: "infrequency_failed", observed: failedChecks(metrics) },
    { key: "mirrored_mismatch", observed: metrics("statements.mirror_distance") },
    { key: "foresight", observed: foresight(metrics) },
    { key: "uniform_responses", observed: uniformity(tasks.find((task) => task.key === "money_choices")) },
  ];
}

const LADDER_ITEMS = 15;

/**
 * How far choices avoided hidden losses beyond chance, as z; the strongest of the tasks that hide something. People like
 * round sizes, so the balloons' z strays twice as far by chance alone (of 3 000 simulated honest people .15 % pass 4).
 */
function foresight(metrics: MetricTable): number | null {
  const balloons = metrics("balloons.foresight_z");
  const seen = [metrics("cards.loss_z"), balloons === null ? null : balloons / 2].filter((z) => z !== null);
  return seen.length === 0 ? null : Math.max(...seen);
}

/** The dominated choice and the two impossible statements; null when none of them was put. */
function failedChecks(metrics: MetricTable): number | null {
  const checks = [metrics("money_choices.dominated_failed"), metrics("statements.infrequency_failed")];
  const seen = checks.filter((failed) => failed !== null);
  return seen.length === 0 ? null : seen.reduce((sum, failed) => sum + failed, 0);
}

function withShare(key: string, observed: number | null, share: number | null): Reading {
  return share === null ? { key, observed } : { key, observed, share };
}

/** Longest run of ladder answers on one side; alternation over all scored items counts as a run of all. */
function uniformity(money: ScoredTask | undefined): number | null {
  const scored = (money?.trials ?? []).filter((trial) => trial["practice"] !== true);
  const ladder = scored.filter((trial) => trial["kind"] === "ladder");
  if (ladder.length < LADDER_ITEMS) return null;
  return longestRun(scored) === 1 ? scored.length : longestRun(ladder);
}

function longestRun(trials: ScoredTask["trials"]): number {
  let longest = 0;
  let run = 0;
  let before: unknown;
  for (const { choice } of trials as readonly { readonly choice?: unknown }[]) {
    run = choice === before ? run + 1 : 1;
    longest = Math.max(longest, run);
    before = choice;
  }
  return longest;
}
