import type { Queryable } from "../../infra/database.ts";

/** What all sessions of one bulk creation share. */
export interface BulkCommon {
  readonly companyId: string;
  readonly environmentId: string;
  readonly batchId: string;
  readonly stakes: "high" | "low";
  readonly batteryVersion: string;
  /** JSON text. */
  readonly taskPlan: string;
  readonly modelVersion: string;
  /** `at_opening`: `expiresAt` says how long a link may wait. `running`: it is the end of the run. */
  readonly clock: "running" | "at_opening";
  readonly expiresAt: Date;
}

export interface BulkRow {
  readonly sessionId: string;
  readonly uid: string;
  readonly uidCanonical: string;
  readonly uidHash: string;
  readonly linkCode: string;
  readonly language: string | null;
  /** JSON text. */
  readonly metadata: string;
}

// As session_insert, for many at once: the unique key on (environment, uid) and the hashes of erased uids decide. Rows
// go in by the order of their uids, whoever inserts, so that two lists that overlap wait for each other and never in a circle.
/** The session ids that now exist; the others' uids were used already. */
export async function insertSessionRows(
  tx: Queryable,
  common: BulkCommon,
  rows: readonly BulkRow[],
): Promise<readonly string[]> {
  const created = await tx.query<{ readonly session_id: string }>(
    `WITH wished AS (
       SELECT *
         FROM unnest($10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[])
           AS w (session_id, uid, uid_canonical, uid_hash, link_code, language, metadata)
     ), created AS (
       INSERT INTO sessions (company_id, session_id, environment_id, uid, uid_canonical, state, link_code, language,
                             metadata, stakes, battery_version, task_plan, model_version, clock, expires_at, batch_id)
       SELECT $1::text, w.session_id, $2::text, w.uid, w.uid_canonical, 'created', w.link_code, w.language,
              w.metadata::jsonb, $4::text, $5::text, $6::jsonb, $7::text, $8::text,
              date_trunc('second', $9::timestamptz), $3::text
         FROM wished w
        WHERE NOT EXISTS (SELECT FROM erased_uids e
                           WHERE e.company_id = $1::text AND e.environment_id = $2::text AND e.uid_hash = w.uid_hash)
        ORDER BY w.uid COLLATE "C"
       ON CONFLICT (company_id, environment_id, uid) DO NOTHING
       RETURNING session_id, link_code
     ), linked AS (
       INSERT INTO link_directory (code, company_id, session_id)
       SELECT link_code, $1::text, session_id FROM created
     )
     SELECT session_id FROM created`,
    [
      common.companyId,
      common.environmentId,
      common.batchId,
      common.stakes,
      common.batteryVersion,
      common.taskPlan,
      common.modelVersion,
      common.clock,
      common.expiresAt,
      rows.map((row) => row.sessionId),
      rows.map((row) => row.uid),
      rows.map((row) => row.uidCanonical),
      rows.map((row) => row.uidHash),
      rows.map((row) => row.linkCode),
      rows.map((row) => row.language),
      rows.map((row) => row.metadata),
    ],
  );
  return created.map((row) => row.session_id);
}

export async function insertWarningFacts(
  tx: Queryable,
  companyId: string,
  facts: readonly { readonly sessionId: string; readonly factId: string; readonly details: string }[],
): Promise<void> {
  await tx.query(
    `INSERT INTO session_facts (company_id, session_id, fact_id, run, kind, details)
     SELECT $1::text, f.session_id, f.fact_id, 1, 'warning', f.details::jsonb
       FROM unnest($2::text[], $3::text[], $4::text[]) AS f (session_id, fact_id, details)`,
    [
      companyId,
      facts.map((fact) => fact.sessionId),
      facts.map((fact) => fact.factId),
      facts.map((fact) => fact.details),
    ],
  );
}
