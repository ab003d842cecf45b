import type { RetryScoring } from "@tallystick/contract";
import { findBattery, findTask } from "@tallystick/tasks";

import type { Queryable, Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { record, type Actor } from "../audit/service.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { loadModel, type LoadedModel } from "../models/service.ts";
import { effectiveState, envelope, lockSession, markScored, type SessionRow } from "../sessions/lifecycle.ts";
import { recordEvent } from "../webhooks/service.ts";
import { areAsStored, wereRemoved, type Calculation } from "./calculate.ts";
import { outcomeEvent } from "./event-body.ts";
import { addResult, calculateStored } from "./stored-run.ts";
import { selectOwnResults, type StoredResult } from "./store.ts";

interface RetryOptions {
  readonly environment: EnvironmentAccess;
  readonly sessionId: string;
  readonly actor: Actor;
}

/**
 * Scores a completed journey that could not be scored once more: its stored inputs, this build's tasks, and the model the
 * environment has now. A score is stored, announced and on its way in one transaction; without one nothing changes and the
 * answer says what is missing. The session's row is locked, so of two who try one scores and the other finds the score.
 * Throws `session_unknown`, `scoring_not_retryable`.
 */
export async function retryScoring(deps: Deps, options: RetryOptions): Promise<RetryScoring> {
  const { environment, sessionId } = options;
  const { companyId } = environment;
  return deps.db.transaction(async (tx) => {
    const session = await lockSession(tx, { companyId, sessionId });
    if (session === null || session.environmentId !== environment.environmentId || session.state === "erased") {
      throw fail("session_unknown", "This environment has no session of this id.");
    }
    const own = (await selectOwnResults(tx, companyId, [sessionId])).get(sessionId);
    if (own !== undefined && own.score !== null) return alreadyScored(own);
    if (session.outcome !== "unscorable") throw notRetryable(`The journey is ${effectiveState(session)}.`);
    if (own === undefined) throw notRetryable("Retention removed its result when its time was over.");
    const model = await presentModel(tx, environment, session);
    const calculation = await calculateStored(tx, session, model.artefact.version);
    refuseOtherInputs(calculation, own);
    const { score } = calculation.calculated;
    const resultId =
      score === null ? null : await announce(tx, deps, { session, environment, calculation, model, own });
    const outcome = resultId === null ? "still_unscorable" : "scored";
    const details = {
      outcome,
      model_version: model.artefact.version,
      ...(resultId !== null && { result_id: resultId }),
    };
    const target = { targetType: "session", targetId: sessionId, details };
    await record(tx, deps, { companyId, actor: options.actor, action: "result.retried", ...target });
    const missing = score === null ? missingOf(session, model, calculation) : [];
    return { outcome, result_id: resultId, model_version: model.artefact.version, score, missing };
  });
}

function alreadyScored({ resultId, modelVersion, score }: StoredResult): RetryScoring {
  return { outcome: "already_scored", result_id: resultId, model_version: modelVersion, score, missing: [] };
}

function notRetryable(why: string): Error {
  return fail("scoring_not_retryable", `${why} Scoring is tried again on completed journeys that could not be scored.`);
}

/** What a new session would be scored with, where it scores this one's battery; else the battery's own. */
async function presentModel(db: Queryable, environment: EnvironmentAccess, session: SessionRow): Promise<LoadedModel> {
  const { companyId } = environment;
  const { batteryVersion } = session;
  const chosen = environment.settings.model_version;
  if (chosen !== null) {
    const model = await loadModel(db, companyId, chosen);
    if (model.artefact.batteries.includes(batteryVersion)) return model;
  }
  return loadModel(db, companyId, findBattery(batteryVersion)?.defaultModel ?? session.modelVersion);
}

function refuseOtherInputs(again: Awaited<ReturnType<typeof calculateStored>>, own: StoredResult): void {
  if (wereRemoved(again.batches, own)) throw notRetryable("Retention removed the inputs when their time was over.");
  if (areAsStored(again.batches) && again.inputsChecksum === own.inputsChecksum) return;
  throw notRetryable("The stored inputs are not those that were scored, so nothing may be made of them.");
}

async function announce(
  tx: Transaction,
  deps: Deps,
  scored: {
    readonly session: SessionRow;
    readonly environment: EnvironmentAccess;
    readonly calculation: Calculation;
    readonly model: LoadedModel;
    /** The one without a score. */
    readonly own: StoredResult;
  },
): Promise<string> {
  const { session, environment, calculation, model, own } = scored;
  const { companyId, environmentId, sessionId, run, at } = session;
  const { settings } = environment;
  const resultId = await addResult(tx, deps, session, { calculation, modelVersion: model.artefact.version, settings });
  await markScored(tx, session, { unscoredResultAt: own.scoredAt });
  const body = envelope(session, outcomeEvent(session, calculation.calculated, settings));
  await recordEvent(tx, deps, { companyId, environmentId, sessionId, run, body, at });
  return resultId;
}

/** Metrics the battery needs, and those of traits that the model weighs. */
function missingOf(session: SessionRow, { artefact }: LoadedModel, { calculated, tasks }: Calculation) {
  const { z, missing } = calculated.working;
  const unmeasured = artefact.traits.filter(({ key, weight }) => weight > 0 && !(key in z)).map(({ metric }) => metric);
  return [...new Set([...missing, ...unmeasured])].map((metric) => {
    const [key = "", name = ""] = metric.split(".");
    const pinned = session.taskPlan.find((task) => task.key === key);
    const spec = pinned && findTask(pinned.key, pinned.version)?.spec;
    const isPlayed = tasks.some((task) => task.key === key);
    return { metric, task: spec?.title ?? key, text: whyMissing() };

    function whyMissing(): string {
      if (spec === undefined) return "The task was not part of the journey.";
      if (!isPlayed) return "The task was not played.";
      const field = spec.metricDictionary.find((one) => one.name === name);
      return field === undefined ? "The task does not measure it." : `It is missing when: ${field.missing}`;
    }
  });
}
