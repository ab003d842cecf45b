import type { Metrics } from "../../contract.ts";
import { isPointer, median, round6, share } from "../../statistics.ts";
import type { NumberTrial } from "./machine.ts";

const PROBLEMS = 3;

export function numberMetrics(trials: readonly NumberTrial[]): Metrics {
  const answered = trials.filter((trial) => !trial.practice);
  if (answered.length < PROBLEMS) return { share_correct: null, share_intuitive: null, median_rt_ms: null };
  const wrong = answered.filter((trial) => !trial.correct);
  const byPointer = answered.filter((trial) => isPointer(trial.source));
  return {
    share_correct: round6(share(answered.map((trial) => trial.correct))),
    share_intuitive: wrong.length === 0 ? null : round6(share(wrong.map((trial) => trial.intuitive))),
    median_rt_ms: byPointer.length < PROBLEMS ? null : round6(median(byPointer.map((trial) => trial.rtMs))),
  };
}
