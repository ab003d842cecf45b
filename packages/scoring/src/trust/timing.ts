import { round6 } from "../rounding.ts";
import { isPointer, type Reading, type TrustFacts } from "./facts.ts";

/** Tasks in which an answer has to be read before it is given. */
const READ_TASKS = ["money_choices", "statements"];

/** Signals from times. Every metric leaves keyboard, switch and screen-reader answers out and is null without enough others. */
export function timingReadings(facts: TrustFacts): Reading[] {
  const fast = fastShare(facts);
  return [
    fast === null ? { key: "fast_responses", observed: null } : { key: "fast_responses", observed: fast, share: fast },
    { key: "regular_timing", observed: facts.metrics("quick_taps.timing_regularity") },
  ];
}

/** Share of fast answers over all tasks that are read, each weighing as many answers as it had by pointer. */
function fastShare({ tasks, metrics }: TrustFacts): number | null {
  const parts = READ_TASKS.flatMap((key) => {
    const share = metrics(`${key}.fast_share`);
    const trials = tasks.find((task) => task.key === key)?.trials ?? [];
    const answers = trials.filter((trial) => trial["practice"] !== true && isPointer(trial["source"])).length;
    return share === null || answers === 0 ? [] : [{ share, answers }];
  });
  const [only] = parts;
  if (only === undefined || parts.length === 1) return only?.share ?? null;
  const all = parts.reduce((sum, { answers }) => sum + answers, 0);
  return round6(parts.reduce((sum, { share, answers }) => sum + share * answers, 0) / all);
}
