import type { Queryable } from "../../infra/database.ts";

export interface NewSession {
  readonly companyId: string;
  readonly environmentId: string;
  readonly sessionId: string;
  readonly uid: string;
  readonly uidCanonical: string;
  readonly linkCode: string;
  readonly language: string | null;
  /** JSON text, as is `taskPlan`. */
  readonly metadata: string;
  readonly stakes: "high" | "low";
  readonly simulated: boolean;
  readonly batteryVersion: string;
  readonly taskPlan: string;
  readonly modelVersion: string;
  /** Hours from now; 0 = expired at once. */
  readonly validForHours: number;
  /** Of `uidHash`: what an erased uid is still known by. */
  readonly uidHash: string;
}

// One statement and one round trip: this is the hottest path of the lender's API. The unique key on (environment, uid)
// decides among simultaneous requests; whoever comes second gets no row and reads the first one's session.
// An erased uid is no longer in this table; it is asked for here and not before, so that erasing leaves no moment
// between the question and the row (erasures note the hash first and free the uid later than any creation takes).
// Whole seconds, so that the row, the token's exp and the event say the same instant.
/** Epoch seconds of the new session's end, or null when the uid has a session already, or had one that was erased. */
export async function insertSession(db: Queryable, session: NewSession): Promise<number | null> {
  const rows = await db.query<{ readonly expires_at: number }>(
    `WITH created AS (
       INSERT INTO sessions (company_id, session_id, environment_id, uid, uid_canonical, state, link_code, language,
                             metadata, stakes, simulated, battery_version, task_plan, model_version, expires_at)
       SELECT $1::text, $2::text, $3::text, $4::text, $5::text, 'created', $6::text, $7::text,
              $8::jsonb, $9::text, $10::boolean, $11::text, $12::jsonb, $13::text,
              date_trunc('second', now() + make_interval(hours => $14::int))
        WHERE NOT EXISTS (SELECT FROM erased_uids
                           WHERE company_id = $1::text AND environment_id = $3::text AND uid_hash = $15::text)
       ON CONFLICT (company_id, environment_id, uid) DO NOTHING
       RETURNING expires_at
     ), linked AS (
       INSERT INTO link_directory (code, company_id, session_id)
       SELECT $6::text, $1::text, $2::text FROM created
     )
     SELECT extract(epoch FROM expires_at)::float8 AS expires_at FROM created`,
    [
      session.companyId,
      session.sessionId,
      session.environmentId,
      session.uid,
      session.uidCanonical,
      session.linkCode,
      session.language,
      session.metadata,
      session.stakes,
      session.simulated,
      session.batteryVersion,
      session.taskPlan,
      session.modelVersion,
      session.validForHours,
      session.uidHash,
    ],
    { name: "session_insert" },
  );
  return rows[0]?.expires_at ?? null;
}

export interface ExistingSession {
  readonly session_id: string;
  readonly state: string;
  readonly run: number;
  readonly link_code: string;
  readonly clock: "running" | "at_token" | "at_opening";
  readonly outcome: string | null;
  /** Epoch seconds, as is `expires_at`; null while it has not ended. */
  readonly ended_at: number | null;
  readonly expires_at: number;
  /** By the database's clock, whether or not the sweep came by. */
  readonly is_over: boolean;
  /** So is the time in which a journey in progress may still send what it has. */
  readonly is_past_grace: boolean;
}

export async function findSessionByUid(
  db: Queryable,
  companyId: string,
  options: { readonly environmentId: string; readonly uid: string; readonly graceSeconds: number },
): Promise<ExistingSession | null> {
  const rows = await db.query<ExistingSession>(
    `SELECT session_id, state, outcome, run, link_code, clock, extract(epoch FROM ended_at)::float8 AS ended_at,
            extract(epoch FROM expires_at)::float8 AS expires_at, expires_at <= now() AS is_over,
            expires_at <= now() - make_interval(secs => $4::int) AS is_past_grace
       FROM sessions
      WHERE company_id = $1::text AND environment_id = $2::text AND uid = $3::text`,
    [companyId, options.environmentId, options.uid, options.graceSeconds],
    { name: "session_by_uid" },
  );
  return rows[0] ?? null;
}

// At worst one pass over the environment for all the uids, whatever the planner believes: in a table that was never
// analysed it takes another index than that of the uids, and asking uid by uid read all rows for each of them, so that a
// second list of 50 000 ran into the time-out.
/** Which of these uids the environment would not create again, whether a session has them or an erasure keeps them. */
export async function selectUsedUids(
  db: Queryable,
  companyId: string,
  options: {
    readonly environmentId: string;
    readonly uids: readonly string[];
    /** Of `uidHash`, in the order of `uids`. */
    readonly uidHashes: readonly string[];
  },
): Promise<readonly string[]> {
  const rows = await db.query<{ readonly uid: string }>(
    `SELECT uid
       FROM sessions
      WHERE company_id = $1::text AND environment_id = $2::text AND uid = ANY ($3::text[])
      UNION
     SELECT asked.uid
       FROM unnest($3::text[], $4::text[]) AS asked (uid, uid_hash)
       JOIN (SELECT uid_hash FROM erased_uids
              WHERE company_id = $1::text AND environment_id = $2::text AND uid_hash = ANY ($4::text[])) AS erased
         ON erased.uid_hash = asked.uid_hash`,
    [companyId, options.environmentId, options.uids, options.uidHashes],
  );
  return rows.map((row) => row.uid);
}

interface LinkRow {
  readonly company_id: string;
  readonly session_id: string;
  /** Another code was given in its place. */
  readonly is_replaced: boolean;
}

/** The directory of `/a/<code>`: answers before the company is known. */
export async function findLink(db: Queryable, code: string): Promise<LinkRow | null> {
  const rows = await db.query<LinkRow>(
    `SELECT company_id, session_id, replaced_at IS NOT NULL AS is_replaced
       FROM link_directory
      WHERE code = $1::text`,
    [code],
    { name: "session_link" },
  );
  return rows[0] ?? null;
}

// A key older than 24 hours is bound anew; one statement, so that two requests with one key can not both bind it.
/** The hash the key is bound to after this call: the given one, or the one of an earlier request. */
export async function bindIdempotencyKey(
  db: Queryable,
  row: {
    readonly companyId: string;
    readonly environmentId: string;
    readonly key: string;
    readonly bodyHash: string;
  },
): Promise<string | null> {
  const rows = await db.query<{ readonly body_hash: string }>(
    `INSERT INTO idempotency_keys AS bound (company_id, environment_id, idempotency_key, body_hash)
     VALUES ($1::text, $2::text, $3::text, $4::text)
     ON CONFLICT (company_id, environment_id, idempotency_key) DO UPDATE
        SET body_hash = CASE WHEN bound.created_at < now() - interval '24 hours'
                             THEN excluded.body_hash ELSE bound.body_hash END,
            created_at = CASE WHEN bound.created_at < now() - interval '24 hours'
                              THEN now() ELSE bound.created_at END
     RETURNING body_hash`,
    [row.companyId, row.environmentId, row.key, row.bodyHash],
    { name: "session_idempotency" },
  );
  return rows[0]?.body_hash ?? null;
}

export async function deleteOldIdempotencyKeys(db: Queryable, companyId: string): Promise<void> {
  await db.query(
    `DELETE FROM idempotency_keys
      WHERE company_id = $1::text AND created_at < now() - interval '24 hours'`,
    [companyId],
  );
}
