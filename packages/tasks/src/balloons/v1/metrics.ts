import type { Metrics } from "../../contract.ts";
import { isPointer, median, round6 } from "../../statistics.ts";
import type { BalloonTrial } from "./machine.ts";

const BALLOONS = 10;
const FEWEST_TIMES = 5;
/** Limits at the chosen size and one step above it count as met. */
const CLOSE_STEPS = 2;

export function balloonMetrics(trials: readonly BalloonTrial[]): Metrics {
  const played = trials.filter((trial) => !trial.practice);
  const byPointer = played.filter((trial) => isPointer(trial.source));
  const medianRtMs = byPointer.length < FEWEST_TIMES ? null : round6(median(byPointer.map((trial) => trial.rtMs)));
  if (played.length < BALLOONS) {
    return { mean_size: null, sd_size: null, bursts: null, foresight_z: null, median_rt_ms: medianRtMs };
  }
  const sizes = played.map((trial) => trial.size);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  const squares = sizes.reduce((sum, size) => sum + (size - mean) * (size - mean), 0);
  return {
    mean_size: round6(mean),
    sd_size: round6(Math.sqrt(squares / (sizes.length - 1))),
    bursts: played.filter((trial) => trial.burst).length,
    foresight_z: round6(foresight(played)),
    median_rt_ms: medianRtMs,
  };
}

/**
 * How often the limit was just met, against chance. Given the size, and whatever was seen before, the limit is even over
 * 1 … most: each balloon meets with probability p = (sizes that count as met)/most, so that
 * z = (met − Σp)/√Σp(1 − p) has mean 0 and variance 1 for everyone who can not see the limits.
 */
function foresight(played: readonly BalloonTrial[]): number {
  let met = 0;
  let expected = 0;
  let variance = 0;
  for (const { size, limit, most } of played) {
    const p = Math.min(CLOSE_STEPS, most - size + 1) / most;
    if (limit >= size && limit < size + CLOSE_STEPS) met += 1;
    expected += p;
    variance += p * (1 - p);
  }
  return (met - expected) / Math.sqrt(variance);
}
