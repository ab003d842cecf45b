import type { Metrics } from "../../contract.ts";
import { isPointer, median, round6 } from "../../statistics.ts";
import type { TowerTrial } from "./machine.ts";

/** Nobody has seen two boards and chosen a disc in less; the shortest of 748 real times was 1 302 ms. */
const EARLIEST_MS = 300;
/** Whoever takes longer was away; the longest of the 748 was 15 143 ms. */
const LATEST_MS = 30_000;
const FEWEST_TIMES = 4;
const PROBLEMS = 5;

export function towerMetrics(trials: readonly TowerTrial[]): Metrics {
  const main = trials.filter((trial) => !trial.practice);
  const byPointer = main.filter((trial) => trial.timed && isPointer(trial.source));
  const times = plausibleTimes(byPointer.flatMap((trial) => (trial.rtMs === null ? [] : [trial.rtMs])));
  return {
    ln_first_move: lnFirstMove(times),
    ...countMetrics(main),
    median_rt_ms: times.length < FEWEST_TIMES ? null : round6(median(times)),
  };
}

function countMetrics(main: readonly TowerTrial[]): Metrics {
  if (main.length < PROBLEMS) return { optimal_count: null, solved_count: null, extra_moves: null };
  const solved = main.filter((trial) => trial.outcome === "solved");
  const extra = solved.reduce((sum, trial) => sum + trial.moves - trial.minMoves, 0);
  return {
    optimal_count: main.filter((trial) => isOptimal({ ...trial, solved: trial.outcome === "solved" })).length,
    solved_count: solved.length,
    extra_moves: solved.length === 0 ? null : round6(extra / solved.length),
  };
}

function plausibleTimes(timesMs: readonly number[]): number[] {
  return timesMs.filter((timeMs) => timeMs >= EARLIEST_MS && timeMs <= LATEST_MS);
}

/** Mean natural log of the times from problem to first lifted disc, ms; null below four plausible ones. */
export function lnFirstMove(timesMs: readonly number[]): number | null {
  const times = plausibleTimes(timesMs);
  if (times.length < FEWEST_TIMES) return null;
  return round6(times.reduce((sum, timeMs) => sum + Math.log(timeMs), 0) / times.length);
}

/** Solved, and in the fewest moves. */
export function isOptimal(problem: {
  readonly solved: boolean;
  readonly moves: number;
  readonly minMoves: number;
}): boolean {
  return problem.solved && problem.moves === problem.minMoves;
}
