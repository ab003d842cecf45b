import { createHash } from "node:crypto";

import type { BatchRequest, BatchResponse } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { counter } from "../../infra/metrics.ts";
import { GRACE_SECONDS, readSession } from "../sessions/lifecycle.ts";
import * as store from "./append-store.ts";
import type { NewBatch } from "./append-store.ts";
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
/** A batch that was refused becomes admissible when the one before it, or an opening, commits beside it. */
const MAX_TRIES = 4;

/**
 * Stores one batch and returns after commit. The same number with the same content is acknowledged again, whatever
 * happened in between: it is stored. Everything else that is refused is explained by a second look.
 */
export async function appendBatch(deps: Deps, caller: Caller, request: BatchRequest): Promise<BatchResponse> {
  const batch = newBatch(caller, request);
  const isOfThisRun = caller.run === request.run;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (isOfThisRun && (await store.insertBatch(deps.db, batch, GRACE_SECONDS))) {
      batchesStored(deps).inc();
      return { acknowledged: batch.seq };
    }
    if ((await explainRefusal(deps, caller, batch)) === "stored") return { acknowledged: batch.seq };
  }
  throw fail("unavailable", "The journey keeps changing while the batch is stored; send it again.", {
    headers: { "retry-after": "1" },
  });
}

function batchesStored(deps: Deps) {
  return counter(deps.metrics, { name: "tallystick_input_batches_stored_total", help: "Input batches stored" });
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

/** Whether the batch is stored already or admissible by now; throws what the page should know otherwise. */
async function explainRefusal(deps: Deps, caller: Caller, batch: NewBatch): Promise<"stored" | "admissible"> {
  const session = await readSession(deps.db, caller);
  if (session === null || session.state === "erased") throw unknownJourney();
  refuseReplaced(session, caller, batch.run);
  const situation = await store.selectBatchSituation(deps.db, batch);
  if (situation.storedHash === batch.bodyHash) return "stored";
  refuseEnded(session, caller);
  refuseWithoutConsent(session);
  refuseOtherEpoch(session, batch.epoch);
  if (situation.storedHash !== null) {
    await store.insertConflict(deps.db, deps.ids.make("cfl"), batch, MAX_CONFLICTS);
    throw fail("batch_conflict", `Batch ${batch.seq} of this attempt is stored with other content.`);
  }
  const { attemptState, nextSeq } = situation;
  if (attemptState !== "open") {
    throw fail("attempt_unknown", `Task ${batch.taskIndex} has no open attempt ${batch.attempt}.`);
  }
  if (nextSeq < batch.seq) {
    throw fail("batch_gap", `Batch ${nextSeq} is expected next, not ${batch.seq}.`, {
      extra: { expected_seq: nextSeq },
    });
  }
  return "admissible";
}
