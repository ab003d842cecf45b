import type { Metrics } from "../../contract.ts";
import { isPointer, median, medianAbsoluteDeviation, quantile, round6, share } from "../../statistics.ts";
import type { TapTrial } from "./machine.ts";

const EARLIEST_MS = 150;
const LATEST_MS = 2500;
const FEWEST_TIMES = 20;

export function tapsMetrics(trials: readonly TapTrial[]): Metrics {
  const main = trials.filter((trial) => !trial.practice);
  const go = main.filter((trial) => trial.target !== "hold");
  const holds = main.filter((trial) => trial.target === "hold");
  const timed = go.filter((trial) => trial.timed && isPointer(trial.source));
  const correctTimes = times(timed.filter((trial) => trial.correct)).filter(isPlausible);
  const answerTimes = times(timed);
  return {
    ln_spread: correctTimes.length < FEWEST_TIMES ? null : lnSpread(correctTimes),
    accuracy: accuracy(go),
    hold_success: holds.length === 0 ? null : round6(share(holds.map((trial) => trial.correct))),
    timing_regularity: answerTimes.length < FEWEST_TIMES ? null : regularity(answerTimes),
    median_rt_ms: correctTimes.length < FEWEST_TIMES ? null : round6(median(correctTimes)),
  };
}

/** A deadline is no measure of someone at a switch or a screen reader: their unanswered targets are left out. */
function accuracy(go: readonly TapTrial[]): number | null {
  const answered = go.filter((trial) => trial.choice !== null);
  const byPointer = answered.filter((trial) => isPointer(trial.source));
  const judged = byPointer.length * 2 < answered.length ? answered : go;
  return judged.length < FEWEST_TIMES ? null : round6(share(judged.map((trial) => trial.correct)));
}

function times(trials: readonly TapTrial[]): number[] {
  return trials.flatMap((trial) => (trial.rtMs === null ? [] : [trial.rtMs]));
}

export function isPlausible(rtMs: number): boolean {
  return rtMs >= EARLIEST_MS && rtMs <= LATEST_MS;
}

/** ln(P80 − P20 + 1), ms: a constant latency of screen or finger cancels out. */
export function lnSpread(rtsMs: readonly number[]): number {
  return round6(Math.log(quantile(rtsMs, 0.8) - quantile(rtsMs, 0.2) + 1));
}

/** 1.4826·MAD/median; 1.4826 makes the MAD of a normal distribution its standard deviation. */
function regularity(rtsMs: readonly number[]): number {
  const centre = median(rtsMs);
  return centre > 0 ? round6((1.4826 * medianAbsoluteDeviation(rtsMs)) / centre) : 0;
}
