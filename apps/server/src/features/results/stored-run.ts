import type { EnvironmentSettings } from "@tallystick/contract";

import type { Queryable, Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { contentHash, loadModel } from "../models/service.ts";
import type { SessionRow } from "../sessions/lifecycle.ts";
import { calculateRun, type Calculation } from "./calculate.ts";
import { riskBand } from "./event-body.ts";
import * as store from "./store.ts";

export type ScoredSession = Pick<SessionRow, "companyId" | "sessionId" | "run" | "taskPlan" | "batteryVersion">;

/** From stored rows only, so that the same rows give the same numbers for ever. */
export async function calculateStored(
  db: Queryable,
  session: ScoredSession,
  modelVersion: string,
): Promise<Calculation & { readonly batches: readonly store.StoredBatch[] }> {
  const model = await loadModel(db, session.companyId, modelVersion);
  const batches = await store.selectScoredBatches(db, session);
  const facts = await store.selectJourneyFacts(db, session);
  const { taskPlan, batteryVersion } = session;
  return { ...calculateRun(model, { taskPlan, batteryVersion, batches, facts }), batches };
}

/** Stores an announced result of a locked session, in the caller's transaction. Returns its id. */
export async function addResult(
  tx: Transaction,
  deps: Deps,
  session: SessionRow,
  added: {
    readonly calculation: Calculation;
    readonly modelVersion: string;
    readonly settings: Pick<EnvironmentSettings, "risk_band_cutoffs">;
  },
): Promise<string> {
  const { calculated, modelHash, inputsChecksum } = added.calculation;
  const resultId = deps.ids.make("res");
  await store.insertResult(tx, {
    companyId: session.companyId,
    sessionId: session.sessionId,
    resultId,
    run: session.run,
    environmentId: session.environmentId,
    batteryVersion: session.batteryVersion,
    modelVersion: added.modelVersion,
    modelHash,
    inputsChecksum,
    score: calculated.score,
    // The band as sent, under the environment's cut-offs of this moment; the document keeps the model's own.
    riskBand: calculated.score === null ? null : riskBand(calculated.score, added.settings.risk_band_cutoffs),
    scoreConfidence: calculated.score_confidence,
    trustScore: calculated.trust_score,
    calculated,
    calculatedHash: contentHash(calculated),
    at: session.at,
  });
  return resultId;
}
