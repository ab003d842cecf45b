import type { EnvironmentSettings } from "@tallystick/contract";
import type { Calculated } from "@tallystick/scoring";

import type { Queryable, Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { contentHash, loadModel } from "../models/service.ts";
import { envelope, readSession, type SessionRow } from "../sessions/lifecycle.ts";
import { recordEvent } from "../webhooks/service.ts";
import { areAsStored, calculateRun, isSame, type Calculation } from "./calculate.ts";
import { completeEvent, outcomeEvent, riskBand } from "./event-body.ts";
import { noteMismatch } from "./integrity.ts";
import * as store from "./store.ts";

export { listMismatches } from "./integrity.ts";
export { readPlayback } from "./playback.ts";
export { taskDefinition } from "./replay-run.ts";
export { rescore, SKIP_REASONS, type RescoreReport, type RescoreScope, type SkipReason } from "./rescore.ts";
export { listResults, readResult } from "./read.ts";

/** Read before the transaction: a cache miss inside it would wait for a second connection. */
type WireSettings = Pick<EnvironmentSettings, "traits" | "risk_band_cutoffs">;

export interface ScoredRun {
  readonly resultId: string;
  readonly calculated: Calculated;
}

/** From stored rows only, so that the same rows give the same numbers for ever. */
async function calculate(
  db: Queryable,
  session: Pick<SessionRow, "companyId" | "sessionId" | "run" | "taskPlan" | "batteryVersion">,
  modelVersion: string,
): Promise<Calculation & { readonly batches: readonly store.StoredBatch[] }> {
  const model = await loadModel(db, session.companyId, modelVersion);
  const batches = await store.selectScoredBatches(db, session);
  const facts = await store.selectJourneyFacts(db, session);
  const { taskPlan, batteryVersion } = session;
  return { ...calculateRun(model, { taskPlan, batteryVersion, batches, facts }), batches };
}

/** Replays and scores a locked session's run and stores the result, in the caller's transaction. */
export async function scoreRun(
  tx: Transaction,
  deps: Deps,
  session: SessionRow,
  settings: WireSettings,
): Promise<ScoredRun> {
  const { calculated, modelHash, inputsChecksum } = await calculate(tx, session, session.modelVersion);
  const resultId = deps.ids.make("res");
  await store.insertResult(tx, {
    companyId: session.companyId,
    sessionId: session.sessionId,
    resultId,
    run: session.run,
    environmentId: session.environmentId,
    batteryVersion: session.batteryVersion,
    modelVersion: session.modelVersion,
    modelHash,
    inputsChecksum,
    score: calculated.score,
    // The band as sent, under the environment's cut-offs of this moment; the document keeps the model's own.
    riskBand: calculated.score === null ? null : riskBand(calculated.score, settings.risk_band_cutoffs),
    scoreConfidence: calculated.score_confidence,
    trustScore: calculated.trust_score,
    calculated,
    calculatedHash: contentHash(calculated),
    at: session.at,
  });
  if (calculated.working.integrity === "replay_mismatch") tx.afterCommit(() => noteMismatch(deps, session.sessionId));
  return { resultId, calculated };
}

/** `application.complete` and what follows from the score, in the caller's transaction. */
export async function announceCompletion(
  tx: Transaction,
  deps: Deps,
  session: SessionRow,
  outcome: { readonly calculated: Calculated; readonly settings: WireSettings },
): Promise<void> {
  const { companyId, environmentId, sessionId, run, at } = session;
  for (const event of [completeEvent(session), outcomeEvent(session, outcome.calculated, outcome.settings)]) {
    await recordEvent(tx, deps, { companyId, environmentId, sessionId, run, body: envelope(session, event), at });
  }
}

export interface RescoreCheck {
  readonly resultId: string;
  /** Inputs, model and every number of the document are as they were. */
  readonly same: boolean;
  readonly storedHash: string;
  readonly recalculatedHash: string;
}

/** Scores the stored inputs once more with the result's own model version and compares; writes nothing. */
export async function rescoreCheck(
  deps: Deps,
  key: { readonly companyId: string; readonly sessionId: string },
): Promise<RescoreCheck | null> {
  const session = await readSession(deps.db, key);
  const stored = (await store.selectOwnResults(deps.db, key.companyId, [key.sessionId])).get(key.sessionId);
  if (session === null || stored === undefined) return null;
  const again = await calculate(deps.db, { ...session, run: stored.run }, stored.modelVersion);
  return {
    resultId: stored.resultId,
    same: areAsStored(again.batches) && isSame(stored, again),
    storedHash: stored.calculatedHash,
    recalculatedHash: contentHash(again.calculated),
  };
}
