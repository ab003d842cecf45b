import type { Queryable } from "../../infra/database.ts";
import type { StoredTask } from "../sessions/lifecycle.ts";
import type { NewResult } from "./store.ts";

export interface RescoreScope {
  readonly companyId: string;
  readonly environmentIds: readonly string[];
  /** One session alone; null: all of the environments. */
  readonly sessionId: string | null;
  /** The journey ended then or later, epoch seconds; null: from the first on. */
  readonly from: number | null;
  /** The journey ended before, epoch seconds; null: to the last. */
  readonly to: number | null;
}

export interface FinishedSession {
  readonly sessionId: string;
  readonly environmentId: string;
  readonly state: "completed" | "erased";
  readonly simulated: boolean;
  readonly batteryVersion: string;
  readonly taskPlan: readonly StoredTask[];
}

// An outcome is kept of a session that was erased after it was completed.
const IN_SCOPE = `s.environment_id = ANY ($2::text[])
        AND (s.state = 'completed' OR (s.state = 'erased' AND s.outcome IS NOT NULL))
        AND ($3::text IS NULL OR s.session_id = $3::text)
        AND ($4::float8 IS NULL OR s.ended_at >= to_timestamp($4::float8))
        AND ($5::float8 IS NULL OR s.ended_at < to_timestamp($5::float8))`;

function valuesOf(scope: RescoreScope): readonly unknown[] {
  return [scope.companyId, scope.environmentIds, scope.sessionId, scope.from, scope.to];
}

export async function countFinished(db: Queryable, scope: RescoreScope): Promise<number> {
  const rows = await db.query<{ readonly sessions: number }>(
    `SELECT count(*)::int AS sessions FROM sessions s WHERE s.company_id = $1::text AND ${IN_SCOPE}`,
    valuesOf(scope),
  );
  return rows[0]?.sessions ?? 0;
}

// FOR SHARE: erasing and retention lock a session before they take its content away, so neither can come in between and
// leave a result behind that nobody would remove.
/** The next sessions by id, from the one after `after` (`""`: the first), locked against erasing and retention. */
export async function lockFinished(
  tx: Queryable,
  scope: RescoreScope,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly FinishedSession[]> {
  return tx.query<FinishedSession>(
    `SELECT s.session_id AS "sessionId", s.environment_id AS "environmentId", s.state, s.simulated,
            s.battery_version AS "batteryVersion", s.task_plan AS "taskPlan"
       FROM sessions s
      WHERE s.company_id = $1::text AND ${IN_SCOPE} AND s.session_id > $6::text
      ORDER BY s.session_id
      LIMIT $7::int
        FOR SHARE`,
    [...valuesOf(scope), page.after, page.limit],
  );
}

export interface KnownResult {
  readonly sessionId: string;
  readonly run: number;
  readonly inputsChecksum: string;
}

/** What the sessions have of this model already, announced or calculated again. */
export async function selectKnown(
  tx: Queryable,
  key: { readonly companyId: string; readonly sessionIds: readonly string[]; readonly modelHash: string },
): Promise<readonly KnownResult[]> {
  return tx.query<KnownResult>(
    `SELECT session_id AS "sessionId", run, inputs_checksum AS "inputsChecksum"
       FROM results
      WHERE company_id = $1::text AND session_id = ANY ($2::text[]) AND model_hash = $3::text`,
    [key.companyId, key.sessionIds, key.modelHash],
  );
}

export type RescoredResult = Omit<NewResult, "companyId" | "at">;

// Another run of the command may have come first: its row is the same, and one of them is enough.
/** Adds the results beside what is there. Returns the session ids of those that were added. */
export async function insertRescored(
  tx: Queryable,
  companyId: string,
  rows: readonly RescoredResult[],
): Promise<ReadonlySet<string>> {
  const column = <Value>(read: (row: RescoredResult) => Value): Value[] => rows.map(read);
  const added = await tx.query<{ readonly session_id: string }>(
    `INSERT INTO results
       (company_id, origin, session_id, result_id, run, environment_id, battery_version, model_version, model_hash,
        inputs_checksum, score, risk_band, score_confidence, trust_score, calculated, calculated_hash)
     SELECT $1::text, 'rescore', session_id, result_id, run, environment_id, battery_version, model_version, model_hash,
            inputs_checksum, score, risk_band, score_confidence, trust_score, calculated::jsonb, calculated_hash
       FROM unnest($2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                   $10::int[], $11::text[], $12::text[], $13::int[], $14::text[], $15::text[])
         AS added (session_id, result_id, run, environment_id, battery_version, model_version, model_hash,
                   inputs_checksum, score, risk_band, score_confidence, trust_score, calculated, calculated_hash)
     ON CONFLICT (company_id, session_id, run, model_hash, inputs_checksum) WHERE origin = 'rescore' DO NOTHING
     RETURNING session_id`,
    [
      companyId,
      column((row) => row.sessionId),
      column((row) => row.resultId),
      column((row) => row.run),
      column((row) => row.environmentId),
      column((row) => row.batteryVersion),
      column((row) => row.modelVersion),
      column((row) => row.modelHash),
      column((row) => row.inputsChecksum),
      column((row) => row.score),
      column((row) => row.riskBand),
      column((row) => row.scoreConfidence),
      column((row) => row.trustScore),
      column((row) => JSON.stringify(row.calculated)),
      column((row) => row.calculatedHash),
    ],
    { name: "results_insert_rescored" },
  );
  return new Set(added.map((row) => row.session_id));
}
