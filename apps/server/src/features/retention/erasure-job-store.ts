import type { Queryable } from "../../infra/database.ts";
import { COLUMNS, type ErasureRow } from "./erasure-store.ts";

// Asked of the open ones only, for each company: companies without work cost one look into an empty index.
export async function selectCompaniesWithErasures(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query<{ readonly company_id: string }>(
    `SELECT c.company_id
       FROM companies c
      WHERE EXISTS (SELECT FROM erasures e WHERE e.company_id = c.company_id AND e.state <> 'done')`,
    [],
    { name: "erasures_companies" },
  );
  return rows.map((row) => row.company_id);
}

/** The longest waiting erasure whose next step may begin, locked; null when there is none. */
export async function lockDueErasure(tx: Queryable, companyId: string): Promise<ErasureRow | null> {
  const rows = await tx.query<ErasureRow>(
    `SELECT ${COLUMNS}
       FROM erasures
      WHERE company_id = $1::text AND state IN ('requested', 'running') AND not_before <= now()
      ORDER BY not_before
      LIMIT 1
        FOR UPDATE SKIP LOCKED`,
    [companyId],
  );
  return rows[0] ?? null;
}

interface Place {
  readonly companyId: string;
  readonly sessionId: string;
}

/** Rows removed or emptied, by kind. */
export type Removed = Readonly<Record<string, number>>;

// Bodies first and with them the right to send them: the dispatcher buries a delivery without a body.
export async function removeContent(tx: Queryable, { companyId, sessionId }: Place): Promise<Removed> {
  const rows = await tx.query<Removed>(
    `WITH emptied AS (
       UPDATE events SET body = NULL
        WHERE company_id = $1::text AND session_id = $2::text AND body IS NOT NULL
       RETURNING event_id
     ), buried AS (
       UPDATE deliveries SET state = 'dead', last_error = 'The event was erased', lease_id = NULL, lease_until = NULL
        WHERE company_id = $1::text AND state IN ('pending', 'held')
          AND event_id IN (SELECT event_id FROM events WHERE company_id = $1::text AND session_id = $2::text)
       RETURNING delivery_id
     ), inputs AS (
       DELETE FROM input_batches WHERE company_id = $1::text AND session_id = $2::text RETURNING seq
     ), conflicts AS (
       DELETE FROM input_conflicts WHERE company_id = $1::text AND session_id = $2::text RETURNING seq
     ), scored AS (
       DELETE FROM results WHERE company_id = $1::text AND session_id = $2::text RETURNING result_id
     ), facts AS (
       UPDATE session_facts SET details = '{}'
        WHERE company_id = $1::text AND session_id = $2::text AND details <> '{}'
       RETURNING fact_id
     ), digests AS (
       UPDATE task_attempts SET shown_digest = NULL
        WHERE company_id = $1::text AND session_id = $2::text AND shown_digest IS NOT NULL
       RETURNING attempt
     )
     SELECT (SELECT count(*) FROM emptied)::float8 AS events, (SELECT count(*) FROM buried)::float8 AS deliveries,
            (SELECT count(*) FROM inputs)::float8 AS inputs, (SELECT count(*) FROM conflicts)::float8 AS conflicts,
            (SELECT count(*) FROM scored)::float8 AS results, (SELECT count(*) FROM facts)::float8 AS facts`,
    [companyId, sessionId],
  );
  return rows[0] ?? {};
}

// The colon is no character of a uid: nobody can create, find or meet this value.
export async function updateSessionAnonymous(
  tx: Queryable,
  place: Place & { readonly uidHash: string },
): Promise<void> {
  await tx.query(
    `UPDATE sessions
        SET uid = 'erased:' || $3::text, uid_canonical = 'erased:' || $3::text, metadata = '{}', language = NULL
      WHERE company_id = $1::text AND session_id = $2::text`,
    [place.companyId, place.sessionId, place.uidHash],
  );
}

/** What was sent and answered; the fact that there were attempts, when and with which status, stays. */
export async function emptyAttempts(tx: Queryable, { companyId, sessionId }: Place): Promise<number> {
  const rows = await tx.query(
    `UPDATE attempts
        SET request_headers = '{}', response_headers = NULL, response_body = NULL
      WHERE company_id = $1::text
        AND delivery_id IN (SELECT d.delivery_id
                              FROM events v
                              JOIN deliveries d ON d.company_id = $1::text AND d.event_id = v.event_id
                             WHERE v.company_id = $1::text AND v.session_id = $2::text)
      RETURNING attempt_id`,
    [companyId, sessionId],
  );
  return rows.length;
}

export async function updateErasure(
  tx: Queryable,
  companyId: string,
  change: {
    readonly erasureId: string;
    readonly state: "running" | "done" | "held";
    readonly steps: Readonly<Record<string, number>>;
    readonly pauseSeconds: number;
  },
): Promise<void> {
  await tx.query(
    `UPDATE erasures
        SET state = $3::text, steps = $4::jsonb, not_before = now() + make_interval(secs => $5::int),
            started_at = CASE WHEN $3::text = 'held' THEN started_at ELSE coalesce(started_at, now()) END,
            finished_at = CASE WHEN $3::text = 'done' THEN now() END
      WHERE company_id = $1::text AND erasure_id = $2::text`,
    [companyId, change.erasureId, change.state, JSON.stringify(change.steps), change.pauseSeconds],
  );
}
