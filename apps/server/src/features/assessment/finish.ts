import type { Ended, FinishRequest } from "@tallystick/contract";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { environmentById } from "../deployments/service.ts";
import { announceCompletion, scoreRun } from "../results/service.ts";
import { completeSession, noteNearDuplicates, type SessionRow } from "../sessions/lifecycle.ts";
import { endedOf, enter, refuseEnded, refuseOtherEpoch, refuseWithoutConsent, type Caller } from "./journey.ts";
import * as store from "./store.ts";
import type { AttemptRow } from "./store.ts";

/**
 * Result, events and deliveries commit together or not at all; from then on the session is complete. A second finish
 * is answered like the first.
 */
export async function finishJourney(deps: Deps, caller: Caller, request: FinishRequest): Promise<Ended> {
  const { settings } = await environmentById(deps, caller.companyId, caller.environmentId);
  return deps.db.transaction(async (tx) => {
    const session = await enter(tx, caller, request.run);
    if (session.state === "completed") return endedOf(session, caller, session.state);
    refuseEnded(session, caller);
    refuseWithoutConsent(session);
    refuseOtherEpoch(session, request.epoch);
    await closeAttempts(tx, session, request.tasks);
    await noteNearDuplicates(tx, deps, session);
    const { calculated } = await scoreRun(tx, deps, session, settings);
    await completeSession(tx, deps, session, calculated.score === null ? "unscorable" : "scored");
    await announceCompletion(tx, deps, session, { calculated, settings });
    return endedOf(session, caller, "completed");
  });
}

interface MissingInputs {
  readonly task_index: number;
  readonly attempt: number;
  readonly expected_seq: number;
}

/** Closes the last attempt of each task. Throws `inputs_missing` with the list of what has not arrived. */
async function closeAttempts(tx: Transaction, session: SessionRow, named: FinishRequest["tasks"]): Promise<void> {
  const attempts = await store.lockAttempts(tx, session);
  const missing: MissingInputs[] = [];
  for (const taskIndex of session.taskPlan.keys()) {
    const last = attempts.findLast((row) => row.taskIndex === taskIndex);
    const claim = named.find((task) => task.task_index === taskIndex && task.attempt === last?.attempt);
    const gap = gapOf(taskIndex, last, claim?.last_seq);
    if (gap !== null) missing.push(gap);
    else if (last?.state === "open") await store.updateAttemptState(tx, session, { ...last, state: "done" });
  }
  if (missing.length > 0) {
    throw fail("inputs_missing", `Inputs of ${missing.length} task(s) have not arrived.`, { extra: { missing } });
  }
}

/** An open attempt must be named with its last batch; what is named must be stored. */
function gapOf(taskIndex: number, last: AttemptRow | undefined, lastSeq: number | undefined): MissingInputs | null {
  if (last === undefined) return { task_index: taskIndex, attempt: 1, expected_seq: 0 };
  const isNamed = lastSeq !== undefined;
  const isStored = !isNamed || lastSeq < last.nextSeq;
  if (isStored && (isNamed || last.state === "done")) return null;
  return { task_index: taskIndex, attempt: last.attempt, expected_seq: last.nextSeq };
}
