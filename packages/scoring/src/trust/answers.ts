import type { ScoredTask } from "../contract.ts";
import type { Reading, TrustFacts } from "./facts.ts";

/** Signals from what was answered; they hold for every way of playing. */
export function answerReadings({ tasks, metrics }: TrustFacts): Reading[] {
  const errors = metrics("money_choices.consistency_errors");
  const accuracy = metrics("quick_taps.accuracy");
  return [
    withShare("inconsistent_choices", errors, errors === null ? null : errors / LADDER_ITEMS),
    withShare("low_engagement", accuracy, accuracy === null ? null : 1 - accuracy),
    { key: "infrequency_failed", observed: metrics("money_choices.dominated_failed") },
    { key: "uniform_responses", observed: uniformity(tasks.find((task) => task.key === "money_choices")) },
  ];
}

const LADDER_ITEMS = 15;

function withShare(key: string, observed: number | null, share: number | null): Reading {
  return share === null ? { key, observed } : { key, observed, share };
}

/** Longest run of ladder answers on one side; alternation throughout counts as a run of all. */
function uniformity(money: ScoredTask | undefined): number | null {
  const sides = (money?.trials ?? []).filter((trial) => trial["kind"] === "ladder").map((trial) => trial["choice"]);
  if (sides.length < LADDER_ITEMS) return null;
  let longest = 1;
  let run = 1;
  for (let index = 1; index < sides.length; index += 1) {
    run = sides[index] === sides[index - 1] ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest === 1 ? sides.length : longest;
}
