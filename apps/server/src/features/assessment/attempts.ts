import { createHash } from "node:crypto";

import { replay, type TaskInput } from "@tallystick/tasks";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { taskDefinition } from "../results/service.ts";
import type { SessionRow } from "../sessions/lifecycle.ts";
import * as store from "./store.ts";
import type { AttemptRow } from "./store.ts";

export const MAX_ATTEMPTS = 3;
/** The current task and the next: enough to play on without a network, too little to study what will come. */
const GRANTED_AT_ONCE = 2;

/**
 * After an opening: an attempt with inputs is over (done when its inputs complete the task or it was the last one
 * allowed, else interrupted, and the task starts anew with another seed); one without inputs is simply granted again.
 */
export async function resumeAttempts(tx: Transaction, deps: Deps, session: SessionRow): Promise<readonly AttemptRow[]> {
  const attempts = await store.lockAttempts(tx, session);
  for (const attempt of attempts) {
    if (attempt.state !== "open" || attempt.nextSeq === 0) continue;
    const isOver = attempt.attempt >= MAX_ATTEMPTS || (await isComplete(tx, session, attempt));
    await store.updateAttemptState(tx, session, { ...attempt, state: isOver ? "done" : "interrupted" });
  }
  await store.updateAttemptEpochs(tx, session, session.epoch);
  return grantTasks(tx, deps, session);
}

/** Every attempt of the run, after the first tasks that are not done have an open one. */
export async function grantTasks(tx: Transaction, deps: Deps, session: SessionRow): Promise<readonly AttemptRow[]> {
  const attempts = [...(await store.lockAttempts(tx, session))];
  const isDone = (index: number) => attempts.some((row) => row.taskIndex === index && row.state === "done");
  const current = [...session.taskPlan.keys()].filter((index) => !isDone(index)).slice(0, GRANTED_AT_ONCE);
  for (const taskIndex of current) {
    const earlier = attempts.filter((row) => row.taskIndex === taskIndex);
    if (earlier.some(({ state }) => state === "open")) continue;
    attempts.push(await grantAttempt(tx, deps, session, { taskIndex, attempt: earlier.length + 1 }));
  }
  return attempts.toSorted((a, b) => a.taskIndex - b.taskIndex || a.attempt - b.attempt);
}

async function grantAttempt(
  tx: Transaction,
  deps: Deps,
  session: SessionRow,
  place: { readonly taskIndex: number; readonly attempt: number },
): Promise<AttemptRow> {
  const pinned = session.taskPlan[place.taskIndex];
  if (pinned === undefined) throw new Error("a task was granted that the session's plan does not have");
  const seed = seedOf(deps, session, place);
  await store.insertAttempt(tx, session, {
    ...place,
    taskKey: pinned.key,
    taskVersion: pinned.version,
    seed,
    epoch: session.epoch,
  });
  return { ...place, seed, state: "open", nextSeq: 0 };
}

/** A simulated applicant plays the same on every installation: its seeds come from the uid (and a later run) alone. */
function seedOf(
  deps: Deps,
  session: SessionRow,
  place: { readonly taskIndex: number; readonly attempt: number },
): string {
  const { taskIndex, attempt } = place;
  const { companyId, sessionId, run } = session;
  if (session.simulated) {
    const again = run === 1 ? "" : ` run ${run}`;
    const text = `simulated ${session.uid} ${taskIndex} ${attempt}${again}`;
    return createHash("sha256").update(text).digest("hex").slice(0, 32);
  }
  return deps.secrets.deriveSeed([companyId, sessionId, String(run), String(taskIndex), String(attempt)]);
}

async function isComplete(tx: Transaction, session: SessionRow, attempt: AttemptRow): Promise<boolean> {
  const pinned = session.taskPlan[attempt.taskIndex];
  if (pinned === undefined) return false;
  const bodies = await store.selectAttemptBodies(tx, session, attempt);
  // Stored by appendBatch after validation; the machine judges each input anew.
  const inputs = bodies.flatMap((body) => JSON.parse(body) as TaskInput[]);
  return replay(taskDefinition(pinned), { seed: attempt.seed, parameters: pinned.parameters, inputs }).complete;
}
