import type { Metrics } from "../../contract.ts";
import { isPointer, median, round6 } from "../../statistics.ts";
import type { BlockTrial } from "./machine.ts";

const TRIALS = 14;
/** The staircase climbs from its start: these say more of the start than of the person. */
const CLIMBING_TRIALS = 4;
const FEWEST_TIMES = 8;

export function blocksMetrics(trials: readonly BlockTrial[]): Metrics {
  const main = trials.filter((trial) => !trial.practice);
  const lit = main.filter((trial) => trial.form === "lit");
  const times = lit.flatMap(({ source, rtMs }) => (isPointer(source) && rtMs !== null ? [rtMs] : []));
  return {
    // Numbers that were heard are kept by another memory than places that were seen: no norm holds for them.
    span: lit.length < TRIALS ? null : meanLength(lit.slice(CLIMBING_TRIALS)),
    ...counts(main),
    median_rt_ms: times.length < FEWEST_TIMES ? null : round6(median(times)),
  };
}

function counts(main: readonly BlockTrial[]): Metrics {
  if (main.length < TRIALS) return { correct_count: null, longest_correct: null };
  const right = main.filter((trial) => trial.correct).map((trial) => trial.length);
  return { correct_count: right.length, longest_correct: Math.max(0, ...right) };
}

function meanLength(trials: readonly BlockTrial[]): number {
  return round6(trials.reduce((sum, trial) => sum + trial.length, 0) / trials.length);
}
