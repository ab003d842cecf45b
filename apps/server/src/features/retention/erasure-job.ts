import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { startLoop, type Loop } from "../../infra/loop.ts";
import { counter } from "../../infra/metrics.ts";
import { record, SYSTEM } from "../audit/service.ts";
import * as store from "./erasure-job-store.ts";
import type { ErasureRow } from "./erasure-store.ts";
import { beginFreed } from "./erasure.ts";
import { holdOf } from "./holds.ts";

const PASS_EVERY_MS = 5_000;
const FREED_BATCH = 50;

/**
 * An attempt under way when its delivery was buried ends by its time-out (15 s) and is then logged with the answer: its
 * content is removed only when none can come any more.
 */
export const LAST_ATTEMPT_SECONDS = 30;

/**
 * Does what is due in one company: first all content, in one transaction (a session's is bounded), and after a pause what
 * attempts under way have logged meanwhile. Cut off anywhere, it goes on with the step that was not committed. Returns
 * how many steps it did.
 */
export async function eraseDue(deps: Deps, companyId: string): Promise<number> {
  let steps = await beginFreed(deps, companyId, FREED_BATCH);
  while (await eraseNext(deps, companyId)) steps += 1;
  return steps;
}

function eraseNext(deps: Deps, companyId: string): Promise<boolean> {
  return deps.eraser.transaction(async (tx) => {
    const erasure = await store.lockDueErasure(tx, companyId);
    if (erasure === null) return false;
    const hold = await holdOf(tx, companyId, erasure.sessionId);
    if (hold !== null) await wait(tx, deps, { erasure, holdId: hold.holdId });
    else if (erasure.state === "requested") await removeContent(tx, erasure);
    else await finish(tx, deps, erasure);
    return true;
  });
}

async function wait(
  tx: Transaction,
  deps: Deps,
  { erasure, holdId }: { readonly erasure: ErasureRow; readonly holdId: string },
): Promise<void> {
  const { companyId, erasureId, sessionId, steps } = erasure;
  await store.updateErasure(tx, companyId, { erasureId, state: "held", steps, pauseSeconds: 0 });
  await record(tx, deps, {
    companyId,
    actor: SYSTEM,
    action: "erasure.held",
    targetType: "session",
    targetId: sessionId,
    details: { erasure_id: erasureId, held_by: holdId },
  });
}

async function removeContent(tx: Transaction, erasure: ErasureRow): Promise<void> {
  const { companyId, erasureId, sessionId, uidHash } = erasure;
  const removed = await store.removeContent(tx, { companyId, sessionId });
  await store.updateSessionAnonymous(tx, { companyId, sessionId, uidHash });
  const steps = sum(erasure.steps, removed);
  await store.updateErasure(tx, companyId, { erasureId, state: "running", steps, pauseSeconds: LAST_ATTEMPT_SECONDS });
}

async function finish(tx: Transaction, deps: Deps, erasure: ErasureRow): Promise<void> {
  const { companyId, erasureId, environmentId, sessionId } = erasure;
  const attempts = await store.emptyAttempts(tx, { companyId, sessionId });
  // Once more, for what was on its way when the session ended; normally nothing.
  const steps = sum(erasure.steps, { ...(await store.removeContent(tx, { companyId, sessionId })), attempts });
  await store.updateErasure(tx, companyId, { erasureId, state: "done", steps, pauseSeconds: 0 });
  await record(tx, deps, {
    companyId,
    actor: SYSTEM,
    action: "erasure.done",
    targetType: "session",
    targetId: sessionId,
    details: { erasure_id: erasureId, environment_id: environmentId, removed: steps },
  });
  const finished = counter(deps.metrics, {
    name: "tallystick_erasures_done_total",
    help: "Sessions whose content was erased",
  });
  tx.afterCommit(() => finished.inc());
}

function sum(a: store.Removed, b: store.Removed): store.Removed {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(names.map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}

/** Erases what is due, in every company. Any number may run at once. `stop` waits for the pass under way. */
export function startErasures(deps: Deps, options: { readonly everyMs?: number } = {}): Loop {
  return startLoop({
    name: "erasures",
    everyMs: options.everyMs ?? PASS_EVERY_MS,
    log: deps.log,
    pass: async () => {
      for (const companyId of await store.selectCompaniesWithErasures(deps.db)) await eraseDue(deps, companyId);
    },
  });
}
