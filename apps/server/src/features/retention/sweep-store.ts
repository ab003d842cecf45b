import type { Queryable } from "../../infra/database.ts";

export type DataClass = "inputs" | "results" | "deliveries";

export interface Lane {
  readonly companyId: string;
  readonly environmentId: string;
  readonly dataClass: DataClass;
}

export interface Progress {
  readonly throughAt: string;
  readonly throughId: string;
  /** Since the last entry of the audit log about this lane. */
  readonly sessions: number;
  readonly removed: number;
}

export async function selectCompanyIds(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query<{ readonly company_id: string }>(`SELECT company_id FROM companies ORDER BY company_id`);
  return rows.map((row) => row.company_id);
}

export async function selectEnvironments(
  db: Queryable,
  companyId: string,
): Promise<readonly { readonly environmentId: string; readonly settings: unknown }[]> {
  return db.query(
    `SELECT environment_id AS "environmentId", settings
       FROM environments WHERE company_id = $1::text ORDER BY environment_id`,
    [companyId],
  );
}

export async function isCompanyHeld(db: Queryable, companyId: string): Promise<boolean> {
  const rows = await db.query(
    `SELECT hold_id FROM legal_holds
      WHERE company_id = $1::text AND session_id IS NULL AND released_at IS NULL LIMIT 1`,
    [companyId],
  );
  return rows.length > 0;
}

export async function insertProgress(tx: Queryable, lane: Lane): Promise<void> {
  await tx.query(
    `INSERT INTO retention_progress (company_id, environment_id, data_class)
     VALUES ($1::text, $2::text, $3::text)
     ON CONFLICT (company_id, environment_id, data_class) DO NOTHING`,
    [lane.companyId, lane.environmentId, lane.dataClass],
  );
}

// SKIP LOCKED: a lane has one sweeper at a time; another process takes another lane.
export async function lockProgress(tx: Queryable, lane: Lane): Promise<Progress | null> {
  const rows = await tx.query<Progress>(
    `SELECT through_at::text AS "throughAt", through_id AS "throughId", sessions::float8 AS sessions,
            removed::float8 AS removed
       FROM retention_progress
      WHERE company_id = $1::text AND environment_id = $2::text AND data_class = $3::text
        FOR UPDATE SKIP LOCKED`,
    [lane.companyId, lane.environmentId, lane.dataClass],
  );
  return rows[0] ?? null;
}

export async function updateProgress(tx: Queryable, lane: Lane, progress: Progress): Promise<void> {
  await tx.query(
    `UPDATE retention_progress
        SET through_at = $4::timestamptz, through_id = $5::text, sessions = $6::bigint, removed = $7::bigint,
            passed_at = now()
      WHERE company_id = $1::text AND environment_id = $2::text AND data_class = $3::text`,
    [
      lane.companyId,
      lane.environmentId,
      lane.dataClass,
      progress.throughAt,
      progress.throughId,
      progress.sessions,
      progress.removed,
    ],
  );
}

export interface DueSession {
  readonly sessionId: string;
  readonly endedAt: string;
  readonly isHeld: boolean;
}

/** Sessions that ended longer than `days` ago, in the order of their ends, after the lane's place. */
export async function selectDueSessions(
  tx: Queryable,
  lane: Lane,
  page: { readonly days: number; readonly progress: Progress; readonly limit: number },
): Promise<readonly DueSession[]> {
  return tx.query<DueSession>(
    `SELECT s.session_id AS "sessionId", s.ended_at::text AS "endedAt",
            EXISTS (SELECT FROM legal_holds h
                     WHERE h.company_id = $1::text AND h.session_id = s.session_id AND h.released_at IS NULL) AS "isHeld"
       FROM sessions s
      WHERE s.company_id = $1::text AND s.environment_id = $2::text AND s.ended_at IS NOT NULL
        AND s.ended_at < now() - make_interval(days => $3::int)
        AND (s.ended_at, s.session_id) > ($4::timestamptz, $5::text)
      ORDER BY s.ended_at, s.session_id
      LIMIT $6::int`,
    [lane.companyId, lane.environmentId, page.days, page.progress.throughAt, page.progress.throughId, page.limit],
  );
}

// What is being scored again holds its session FOR SHARE: only then is every result there to be removed. By id, as there.
export async function lockSessions(tx: Queryable, companyId: string, ids: readonly string[]): Promise<void> {
  await tx.query(
    `SELECT session_id FROM sessions
      WHERE company_id = $1::text AND session_id = ANY ($2::text[])
      ORDER BY session_id
        FOR NO KEY UPDATE`,
    [companyId, ids],
  );
}

interface Touched {
  readonly sessions: number;
  readonly removed: number;
}

export async function deleteInputs(tx: Queryable, companyId: string, ids: readonly string[]): Promise<Touched> {
  const rows = await tx.query<Touched>(
    `WITH inputs AS (
       DELETE FROM input_batches WHERE company_id = $1::text AND session_id = ANY ($2::text[]) RETURNING session_id
     ), conflicts AS (
       DELETE FROM input_conflicts WHERE company_id = $1::text AND session_id = ANY ($2::text[]) RETURNING session_id
     ), gone AS (SELECT session_id FROM inputs UNION ALL SELECT session_id FROM conflicts)
     SELECT count(DISTINCT session_id)::float8 AS sessions, count(*)::float8 AS removed FROM gone`,
    [companyId, ids],
  );
  return rows[0] ?? { sessions: 0, removed: 0 };
}

// The result with all that tells it: the bodies that were sent, what the phone was, what the lender had added. How an
// earlier run ended, who re-opened it and what was warned of is the session's own history, as its state is, and stays with it.
export async function deleteResults(tx: Queryable, companyId: string, ids: readonly string[]): Promise<Touched> {
  const rows = await tx.query<Touched>(
    `WITH scored AS (
       DELETE FROM results WHERE company_id = $1::text AND session_id = ANY ($2::text[]) RETURNING session_id
     ), bodies AS (
       UPDATE events SET body = NULL
        WHERE company_id = $1::text AND session_id = ANY ($2::text[]) AND body IS NOT NULL
       RETURNING session_id
     ), facts AS (
       UPDATE session_facts SET details = '{}'
        WHERE company_id = $1::text AND session_id = ANY ($2::text[]) AND details <> '{}'
          AND kind NOT IN ('run_ended', 'reopened', 'warning')
       RETURNING session_id
     ), given AS (
       UPDATE sessions SET metadata = '{}'
        WHERE company_id = $1::text AND session_id = ANY ($2::text[]) AND metadata <> '{}'
       RETURNING session_id
     ), gone AS (
       SELECT session_id FROM scored UNION ALL SELECT session_id FROM bodies
       UNION ALL SELECT session_id FROM facts UNION ALL SELECT session_id FROM given
     )
     SELECT count(DISTINCT session_id)::float8 AS sessions, count(*)::float8 AS removed FROM gone`,
    [companyId, ids],
  );
  return rows[0] ?? { sessions: 0, removed: 0 };
}

export async function selectAuditDays(db: Queryable, companyId: string): Promise<number | null> {
  const rows = await db.query<{ readonly days: number | null }>(
    `SELECT (settings ->> 'audit_days')::int AS days FROM companies WHERE company_id = $1::text`,
    [companyId],
  );
  return rows[0]?.days ?? null;
}

/** The value before the change; undefined when there is no such company. */
export async function updateAuditDays(
  tx: Queryable,
  companyId: string,
  days: number | null,
): Promise<number | null | undefined> {
  const before = await tx.query<{ readonly days: number | null }>(
    `SELECT (settings ->> 'audit_days')::int AS days FROM companies WHERE company_id = $1::text FOR UPDATE`,
    [companyId],
  );
  await tx.query(
    `UPDATE companies SET settings = settings || jsonb_build_object('audit_days', $2::int) WHERE company_id = $1::text`,
    [companyId, days],
  );
  return before[0]?.days;
}
