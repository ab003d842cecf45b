import type { ResultDetail } from "@tallystick/contract";
import type { Calculated, Confidence, RiskBand } from "@tallystick/scoring";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { recordReading, type Actor } from "../audit/service.ts";
import { environmentById, type EnvironmentAccess } from "../deployments/service.ts";
import { epochSeconds, readSession, type SessionRow } from "../sessions/lifecycle.ts";
import { viewOf } from "../sessions/service.ts";
import { areAsStored, wereRemoved } from "./calculate.ts";
import { announcedView, type OwnResult } from "./detail-result.ts";
import { selectBeside, type ResultBeside } from "./detail-store.ts";
import { taskViews } from "./detail-tasks.ts";
import { batchOf } from "./people-search.ts";
import { selectOne, type ReadRow } from "./read-store.ts";
import { replayRun } from "./replay-run.ts";
import { selectJourneyFacts, selectScoredBatches, type StoredBatch } from "./store.ts";

export interface DetailOptions {
  readonly companyId: string;
  readonly environmentId: string;
  readonly sessionId: string;
  readonly role: "admin" | "viewer";
  readonly actor: Actor;
}

/** Everything of a result but its time line, which stands a floor above. Reading is written to the audit log. */
export type DetailWithoutTimeLine = Omit<ResultDetail, "time_line">;

/** Throws `not_found` for another environment, `session_unknown` for a session that is not there or was erased. */
export async function resultDetail(deps: Deps, options: DetailOptions): Promise<DetailWithoutTimeLine> {
  const { companyId, sessionId, role } = options;
  const environment = await environmentById(deps, companyId, options.environmentId);
  const row = await selectOne(deps.db, environment, sessionId);
  const session = row && (await readSession(deps.db, { companyId, sessionId }));
  if (row === null || session === null || session.state === "erased") {
    throw fail("session_unknown", "This environment has no session of this id.");
  }
  await auditReading(deps, options, row);
  const own = ownResult(row);
  // The run that was scored, else the present one: of a re-opened journey the new start.
  const run = { companyId, sessionId, run: own?.run ?? session.run };
  const batches = await selectScoredBatches(deps.db, run);
  const areKept = own === null || !wereRemoved(batches, own);
  const beside = await selectBeside(deps.db, { companyId, sessionId, announcedId: own?.resultId ?? null });
  const canRetry = session.outcome === "unscorable" && own !== null && own.score === null && areKept;
  return {
    session: await sessionPart(deps, session, canRetry),
    place: placePart(environment, role),
    batch: batchOf(row),
    result: own && (await announcedView(deps, { environment, session, own })),
    tasks: taskViews(session.taskPlan, batches, { areKept }),
    beside: beside.map(besideView),
    integrity: own && role === "admin" ? await integrityPart(deps, { session, own, batches, areKept, run }) : null,
  };
}

async function auditReading(deps: Deps, { companyId, sessionId, actor }: DetailOptions, row: ReadRow): Promise<void> {
  if (row.resultId === null) return;
  const target = { targetType: "session", targetId: sessionId, details: { through: "beacon" } };
  await recordReading(deps, { companyId, actor, action: "result.read", ...target });
}

// All columns of a result are there or none is: the row is one of `results`, or missing.
function ownResult(row: ReadRow): OwnResult | null {
  if (row.resultId === null || row.scoredAt === null) return null;
  return {
    resultId: row.resultId,
    run: row.scoredRun ?? row.run,
    scoredAt: row.scoredAt,
    riskBand: row.riskBand as RiskBand | null,
    score: row.score,
    modelVersion: row.modelVersion ?? "",
    modelHash: row.modelHash ?? "",
    batteryVersion: row.batteryVersion ?? "",
    inputsChecksum: row.inputsChecksum ?? "",
    calculatedHash: row.calculatedHash ?? "",
    calculated: row.calculated as Calculated,
  };
}

async function sessionPart(deps: Deps, session: SessionRow, canRetry: boolean): Promise<ResultDetail["session"]> {
  // Its link lets whoever has it play, and is no part of a result.
  const view = await viewOf(deps, session);
  return {
    session_id: view.session_id,
    uid: view.uid,
    state: view.state,
    outcome: view.outcome,
    reasons: view.reasons,
    run: view.run,
    simulated: view.simulated,
    language: view.language,
    metadata: view.metadata,
    created_at: view.created_at,
    expires_at: view.expires_at,
    opened_at: view.opened_at,
    consented_at: view.consented_at,
    ended_at: view.ended_at,
    last_activity_at: view.last_activity_at,
    can_reopen: view.can_reopen,
    can_retry: canRetry,
  };
}

function placePart(environment: EnvironmentAccess, role: DetailOptions["role"]): ResultDetail["place"] {
  return {
    deployment_id: environment.deploymentId,
    deployment: environment.deploymentName,
    archived: environment.archived,
    environment_id: environment.environmentId,
    environment: environment.kind,
    integration_id: role === "admin" ? environment.integrationId : null,
  };
}

function besideView(row: ResultBeside): ResultDetail["beside"][number] {
  return {
    result_id: row.resultId,
    origin: row.origin,
    run: row.run,
    scored_at: epochSeconds(row.scoredAt),
    model_version: row.modelVersion,
    model_hash: row.modelHash,
    score: row.score,
    risk_band: row.riskBand as RiskBand | null,
    confidence: row.scoreConfidence as Confidence,
    trust_score: row.trustScore,
  };
}

async function integrityPart(
  deps: Deps,
  found: {
    readonly session: SessionRow;
    readonly own: OwnResult;
    readonly batches: readonly StoredBatch[];
    readonly areKept: boolean;
    readonly run: Parameters<typeof selectJourneyFacts>[1];
  },
): Promise<NonNullable<ResultDetail["integrity"]>> {
  const { session, own, batches, areKept, run } = found;
  const verdict = own.calculated.working.integrity;
  if (!areKept) return { verdict, tasks: null, inputs_as_stored: null };
  const facts = await selectJourneyFacts(deps.db, run);
  const { mismatchedTasks } = replayRun(session.taskPlan, batches, facts);
  return { verdict, tasks: [...mismatchedTasks], inputs_as_stored: areAsStored(batches) };
}
