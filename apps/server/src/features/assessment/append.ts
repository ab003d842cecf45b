import { createHash } from "node:crypto";

import type { BatchRequest, BatchResponse } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { GRACE_SECONDS, readSession } from "../sessions/lifecycle.ts";
import * as store from "./append-store.ts";
import type { BatchSituation, NewBatch } from "./append-store.ts";
import {
  refuseEnded,
  refuseOtherEpoch,
  refuseReplaced,
  refuseWithoutConsent,
  unknownJourney,
  type Caller,
} from "./journey.ts";

/** Differing batches kept as evidence, per session. */
const MAX_CONFLICTS = 50;

/**
 * Stores one batch and returns after commit. The same number with the same content is acknowledged again, whatever
 * happened in between: it is stored. Everything else that is refused is explained by a second look.
 */
export async function appendBatch(deps: Deps, caller: Caller, request: BatchRequest): Promise<BatchResponse> {
  const batch = newBatch(caller, request);
  const isInTime = caller.run === request.run;
  if (isInTime && (await store.insertBatch(deps.db, batch, GRACE_SECONDS))) return { acknowledged: batch.seq };
  await explainRefusal(deps, caller, batch);
  return { acknowledged: batch.seq };
}

function newBatch(caller: Caller, request: BatchRequest): NewBatch {
  // The text of the inputs alone: equal content has equal bytes, however the request around it was written.
  const body = JSON.stringify(request.inputs);
  return {
    companyId: caller.companyId,
    sessionId: caller.sessionId,
    run: request.run,
    taskIndex: request.task_index,
    attempt: request.attempt,
    seq: request.seq,
    epoch: request.epoch,
    bodyHash: createHash("sha256").update(body).digest("hex"),
    body,
    at: caller.at,
  };
}

/** Returns when the batch is stored already; throws what the page should know otherwise. */
async function explainRefusal(deps: Deps, caller: Caller, batch: NewBatch): Promise<void> {
  const session = await readSession(deps.db, caller);
  if (session === null || session.state === "erased") throw unknownJourney();
  refuseReplaced(session, caller, batch.run);
  const situation = await store.selectBatchSituation(deps.db, batch);
  if (situation.storedHash === batch.bodyHash) return;
  refuseEnded(session, caller);
  refuseWithoutConsent(session);
  refuseOtherEpoch(session, batch.epoch);
  if (situation.storedHash !== null) {
    await store.insertConflict(deps.db, deps.ids.make("cfl"), batch, MAX_CONFLICTS);
    throw fail("batch_conflict", `batch ${batch.seq} of this attempt is stored with other content`);
  }
  throw refusalOf(batch, situation);
}

function refusalOf(batch: NewBatch, { attemptState, nextSeq }: BatchSituation) {
  if (attemptState !== "open" || nextSeq === null) {
    return fail("attempt_unknown", `task ${batch.taskIndex} has no open attempt ${batch.attempt}`);
  }
  if (nextSeq < batch.seq) {
    return fail("batch_gap", `batch ${nextSeq} is expected next, not ${batch.seq}`, {
      extra: { expected_seq: nextSeq },
    });
  }
  // Admissible now: what refused it has passed in the meantime, such as the page's own opening.
  return fail("unavailable", "the journey changed while the batch was stored; send it again", {
    headers: { "retry-after": "1" },
  });
}
