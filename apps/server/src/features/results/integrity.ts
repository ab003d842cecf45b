import { findTask } from "@tallystick/tasks";

import type { Deps } from "../../infra/deps.ts";
import { counter } from "../../infra/metrics.ts";
import { pinnedTasks } from "../sessions/lifecycle.ts";
import { selectMismatches, type MismatchRow } from "./integrity-store.ts";
import { replayRun } from "./replay-run.ts";
import * as store from "./store.ts";

export interface Mismatch extends Omit<MismatchRow, "taskPlan" | "run"> {
  /** Keys of the tasks whose replay differs from what the page saw; null when the inputs are gone. */
  readonly tasks: readonly string[] | null;
  /** What the page said of its device; null when it did not, or when that was removed. */
  readonly deviceClass: string | null;
  readonly webdriver: boolean;
}

/**
 * Sessions whose result says `replay_mismatch`, newest first, for the operator alone: lenders see what it cost in data
 * confidence. `since` in epoch seconds. Which task it was is found by replaying what is stored.
 */
export async function listMismatches(
  deps: Deps,
  companyId: string,
  page: { readonly since: number | null; readonly limit: number },
): Promise<readonly Mismatch[]> {
  const rows = await selectMismatches(deps.db, companyId, page);
  const found: Mismatch[] = [];
  // One after the other: a list must not hold the inputs of a thousand sessions at once.
  for (const row of rows) found.push(await explain(deps, companyId, row));
  return found;
}

async function explain(deps: Deps, companyId: string, row: MismatchRow): Promise<Mismatch> {
  const { taskPlan, run, ...shown } = row;
  const key = { companyId, sessionId: row.sessionId, run };
  const facts = await store.selectJourneyFacts(deps.db, key);
  const batches = await store.selectScoredBatches(deps.db, key);
  const isReplayable =
    batches.some(({ body }) => body !== null) && taskPlan.every((task) => findTask(task.key, task.version) !== null);
  const tasks = isReplayable ? replayRun(pinnedTasks(taskPlan), batches, facts).mismatchedTasks : null;
  return { ...shown, tasks, deviceClass: facts.deviceClass, webdriver: facts.webdriver };
}

/** Page and server disagree about a journey that has just finished. */
export function noteMismatch(deps: Deps, sessionId: string): void {
  counter(deps.metrics, {
    name: "tallystick_replay_mismatch_total",
    help: "Finished journeys whose replay differs from what the page saw",
  }).inc();
  deps.log.warn({ sessionId }, "The replay of a journey differs from what its page saw");
}
