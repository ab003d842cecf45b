import type { EnvironmentSettings } from "@tallystick/contract";
import type { Calculated } from "@tallystick/scoring";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { contentHash } from "../models/service.ts";
import { envelope, readSession, type SessionRow } from "../sessions/lifecycle.ts";
import { recordEvent } from "../webhooks/service.ts";
import { areAsStored, isSame } from "./calculate.ts";
import { completeEvent, outcomeEvent } from "./event-body.ts";
import { noteMismatch } from "./integrity.ts";
import { selectOwnResults } from "./store.ts";
import { addResult, calculateStored } from "./stored-run.ts";

export { listMismatches } from "./integrity.ts";
export { readPlayback } from "./playback.ts";
export { taskDefinition } from "./replay-run.ts";
export { rescore, SKIP_REASONS, type RescoreReport, type RescoreScope, type SkipReason } from "./rescore.ts";
export { listResults, readResult } from "./read.ts";
export { resultDetail, type DetailOptions } from "./detail.ts";
export { retryScoring } from "./retry.ts";
export { deleteResultView, listResultViews, saveResultView } from "./views.ts";
export { exportResults } from "./export.ts";
export { countResults, searchResults } from "./people-search.ts";

/** Read before the transaction: a cache miss inside it would wait for a second connection. */
type WireSettings = Pick<EnvironmentSettings, "traits" | "risk_band_cutoffs">;

export interface ScoredRun {
  readonly resultId: string;
  readonly calculated: Calculated;
}

/** Replays and scores a locked session's run and stores the result, in the caller's transaction. */
export async function scoreRun(
  tx: Transaction,
  deps: Deps,
  session: SessionRow,
  settings: WireSettings,
): Promise<ScoredRun> {
  const { modelVersion } = session;
  const calculation = await calculateStored(tx, session, modelVersion);
  const { calculated } = calculation;
  const resultId = await addResult(tx, deps, session, { calculation, modelVersion, settings });
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
  const stored = (await selectOwnResults(deps.db, key.companyId, [key.sessionId])).get(key.sessionId);
  if (session === null || stored === undefined) return null;
  const again = await calculateStored(deps.db, { ...session, run: stored.run }, stored.modelVersion);
  return {
    resultId: stored.resultId,
    same: areAsStored(again.batches) && isSame(stored, again),
    storedHash: stored.calculatedHash,
    recalculatedHash: contentHash(again.calculated),
  };
}
