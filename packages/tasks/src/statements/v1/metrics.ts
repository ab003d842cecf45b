import type { Metrics } from "../../contract.ts";
import { isPointer, median, round6, share } from "../../statistics.ts";
import type { StatementsTrial } from "./machine.ts";
import type { Trait } from "./plan.ts";

const STATEMENTS = 12;
const COUNTING = 4;
const PAIRS = 2;
const CHECKS = 2;
const FAST_MS = 500;
const FEWEST_TIMES = 8;
/** 6 − step reverses an answer on five steps. */
const REVERSE = 6;
const MIDDLE = 3;

export function statementsMetrics(trials: readonly StatementsTrial[]): Metrics {
  const answered = trials.filter((trial) => trial.kind !== "practice");
  return {
    self_control: keyedMean(answered, "self_control"),
    sense_of_control: keyedMean(answered, "sense_of_control"),
    infrequency_failed: infrequencyFailed(answered),
    mirror_distance: mirrorDistance(answered),
    longest_same: answered.length < STATEMENTS ? null : longestRun(answered.map((trial) => trial.step)),
    ...timeMetrics(answered),
  };
}

/** The answer towards more of the trait, or towards what is true. */
function keyed(trial: StatementsTrial): number {
  return trial.keyed === "disagree" ? REVERSE - trial.step : trial.step;
}

function mean(values: readonly number[]): number {
  return round6(values.reduce((sum, value) => sum + value, 0) / values.length);
}

/** Over the statements that count; the reversed copies only check. */
function keyedMean(answered: readonly StatementsTrial[], trait: Trait): number | null {
  const counting = answered.filter((trial) => trial.kind === "trait" && trial.trait === trait);
  return counting.length < COUNTING ? null : mean(counting.map(keyed));
}

function infrequencyFailed(answered: readonly StatementsTrial[]): number | null {
  const checks = answered.filter((trial) => trial.kind === "infrequency");
  return checks.length < CHECKS ? null : checks.filter((trial) => keyed(trial) <= MIDDLE).length;
}

function mirrorDistance(answered: readonly StatementsTrial[]): number | null {
  const distances = answered.flatMap((copy) => {
    const original = answered.find((trial) => trial.statement === copy.copyOf);
    return original === undefined ? [] : [Math.abs(keyed(original) - keyed(copy))];
  });
  return distances.length < PAIRS ? null : mean(distances);
}

function longestRun(steps: readonly number[]): number {
  let run = 0;
  let longest = 0;
  steps.forEach((step, index) => {
    run = step === steps[index - 1] ? run + 1 : 1;
    longest = Math.max(longest, run);
  });
  return longest;
}

function timeMetrics(answered: readonly StatementsTrial[]): Metrics {
  const times = answered.flatMap((trial) => (isPointer(trial.source) && trial.rtMs !== null ? [trial.rtMs] : []));
  if (times.length < FEWEST_TIMES) return { fast_share: null, median_rt_ms: null };
  return { fast_share: round6(share(times.map((rtMs) => rtMs < FAST_MS))), median_rt_ms: round6(median(times)) };
}
