import type { Metrics } from "../../contract.ts";
import { isPointer, median, round6, share } from "../../statistics.ts";
import { bestDiscountRate } from "./discounting.ts";
import type { MoneyTrial } from "./machine.ts";

const LADDER_ITEMS = 15;
const FAST_MS = 500;
const FEWEST_TIMES = 8;

export function moneyMetrics(trials: readonly MoneyTrial[]): Metrics {
  const ladder = trials.filter((trial) => trial.kind === "ladder");
  const check = trials.find((trial) => trial.kind === "dominated");
  return {
    ...ladderMetrics(ladder),
    dominated_failed: check === undefined ? null : Number(check.choseLater),
    ...timeMetrics(trials.filter((trial) => trial.kind !== "practice")),
  };
}

function ladderMetrics(ladder: readonly MoneyTrial[]): Metrics {
  if (ladder.length < LADDER_ITEMS) return { share_later: null, ln_k: null, consistency_errors: null };
  const rising = [...ladder].sort((a, b) => (a.rung ?? 0) - (b.rung ?? 0));
  const rate = bestDiscountRate(
    rising.map(({ today, later, delayDays, choseLater }) => ({
      indifferenceK: (later / today - 1) / delayDays,
      choseLater,
    })),
  );
  return {
    share_later: round6(share(ladder.map((trial) => trial.choseLater))),
    ln_k: round6(Math.log(rate.k)),
    consistency_errors: rate.total - rate.agreeing,
  };
}

function timeMetrics(answered: readonly MoneyTrial[]): Metrics {
  const byPointer = answered.filter((trial) => isPointer(trial.source));
  const ladderTimes = byPointer.flatMap((trial) =>
    trial.kind === "ladder" && trial.rtMs !== null ? [trial.rtMs] : [],
  );
  return {
    fast_share:
      byPointer.length < FEWEST_TIMES
        ? null
        : round6(share(byPointer.map((trial) => trial.rtMs !== null && trial.rtMs < FAST_MS))),
    median_rt_ms: ladderTimes.length < FEWEST_TIMES ? null : round6(median(ladderTimes)),
  };
}
