import type { Queryable } from "../../infra/database.ts";
import type { SessionState } from "../sessions/lifecycle.ts";

/** Sessions of one company, and in it of one uid: a handful, so every statement below is a few index look-ups. */
export interface SessionsKey {
  readonly companyId: string;
  readonly sessionIds: readonly string[];
  /** Rows of one kind that a time line shows at most; one more tells that there are more. */
  readonly limit: number;
}

export interface TracedSession {
  readonly sessionId: string;
  readonly environmentId: string;
  readonly uid: string;
  readonly state: SessionState;
  readonly outcome: "scored" | "unscorable" | null;
  readonly endReasons: readonly string[];
  readonly simulated: boolean;
  readonly run: number;
  readonly createdAt: Date;
  readonly openedAt: Date | null;
  readonly endedAt: Date | null;
  readonly expiresAt: Date;
  readonly lastActivityAt: Date | null;
  /** The database's clock. */
  readonly at: Date;
}

const SESSION_COLUMNS = `
  s.session_id AS "sessionId", s.environment_id AS "environmentId", s.uid, s.state, s.outcome,
  s.end_reasons AS "endReasons", s.simulated, s.run, s.created_at AS "createdAt", s.opened_at AS "openedAt",
  s.ended_at AS "endedAt", s.expires_at AS "expiresAt", s.last_activity_at AS "lastActivityAt", now() AS at`;

// From the environments to the unique key (company, environment, uid): exact, and one look-up for each environment.
export async function selectSessionsOfUid(
  db: Queryable,
  key: { readonly companyId: string; readonly uid: string; readonly environmentId: string | null },
): Promise<readonly TracedSession[]> {
  return db.query<TracedSession>(
    `SELECT ${SESSION_COLUMNS}
       FROM environments e
       JOIN sessions s
         ON s.company_id = e.company_id AND s.environment_id = e.environment_id AND s.uid = $2::text
      WHERE e.company_id = $1::text AND ($3::text IS NULL OR e.environment_id = $3::text) AND s.state <> 'erased'
      ORDER BY s.created_at, s.session_id`,
    [key.companyId, key.uid, key.environmentId],
    { name: "trace_sessions" },
  );
}

export interface ErasedSession {
  readonly sessionId: string;
  readonly environmentId: string;
  readonly erasedAt: Date;
  readonly createdAt: Date | null;
}

/** Sessions of the uid that were erased, known by its keyed hash alone. */
export async function selectErased(
  db: Queryable,
  key: { readonly companyId: string; readonly uidHash: string; readonly environmentId: string | null },
): Promise<readonly ErasedSession[]> {
  return db.query<ErasedSession>(
    `SELECT x.session_id AS "sessionId", x.environment_id AS "environmentId", x.erased_at AS "erasedAt",
            s.created_at AS "createdAt"
       FROM environments e
       JOIN erased_uids x
         ON x.company_id = e.company_id AND x.environment_id = e.environment_id AND x.uid_hash = $2::text
       LEFT JOIN sessions s ON s.company_id = x.company_id AND s.session_id = x.session_id
      WHERE e.company_id = $1::text AND ($3::text IS NULL OR e.environment_id = $3::text)
      ORDER BY x.erased_at, x.session_id`,
    [key.companyId, key.uidHash, key.environmentId],
    { name: "trace_erased" },
  );
}

export interface FactRow {
  readonly sessionId: string;
  readonly run: number;
  readonly kind: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

export async function selectFacts(db: Queryable, key: SessionsKey): Promise<readonly FactRow[]> {
  return db.query<FactRow>(
    `SELECT session_id AS "sessionId", run, kind, details, at
       FROM session_facts
      WHERE company_id = $1::text AND session_id = ANY ($2::text[])
      ORDER BY at, fact_id
      LIMIT $3::int`,
    [key.companyId, key.sessionIds, key.limit],
    { name: "trace_facts" },
  );
}

export interface ConsentRow {
  readonly sessionId: string;
  readonly run: number;
  readonly decision: "accepted" | "declined";
  readonly privacyPolicyUrl: string | null;
  readonly textVersion: string;
  readonly language: string;
  readonly at: Date;
}

export async function selectConsents(db: Queryable, key: SessionsKey): Promise<readonly ConsentRow[]> {
  return db.query<ConsentRow>(
    `SELECT session_id AS "sessionId", run, decision, privacy_policy_url AS "privacyPolicyUrl",
            text_version AS "textVersion", language, decided_at AS at
       FROM consents
      WHERE company_id = $1::text AND session_id = ANY ($2::text[])
      ORDER BY decided_at
      LIMIT $3::int`,
    [key.companyId, key.sessionIds, key.limit],
    { name: "trace_consents" },
  );
}

export interface TaskRow {
  readonly sessionId: string;
  readonly run: number;
  readonly taskIndex: number;
  readonly attempt: number;
  readonly taskKey: string;
  readonly taskVersion: number;
  readonly state: "open" | "done" | "interrupted";
  readonly grantedAt: Date;
  readonly batches: number;
  readonly lastInputsAt: Date | null;
}

// The end of an attempt has no time of its own: the arrival of its last inputs is what is stored.
export async function selectTasks(db: Queryable, key: SessionsKey): Promise<readonly TaskRow[]> {
  return db.query<TaskRow>(
    `SELECT a.session_id AS "sessionId", a.run, a.task_index AS "taskIndex", a.attempt, a.task_key AS "taskKey",
            a.task_version AS "taskVersion", a.state, a.granted_at AS "grantedAt", b.batches, b.last_inputs AS "lastInputsAt"
       FROM task_attempts a
      CROSS JOIN LATERAL (
              SELECT count(*)::int AS batches, max(received_at) AS last_inputs
                FROM input_batches
               WHERE company_id = a.company_id AND session_id = a.session_id AND run = a.run
                 AND task_index = a.task_index AND attempt = a.attempt) b
      WHERE a.company_id = $1::text AND a.session_id = ANY ($2::text[])
      ORDER BY a.granted_at, a.run, a.task_index, a.attempt
      LIMIT $3::int`,
    [key.companyId, key.sessionIds, key.limit],
    { name: "trace_tasks" },
  );
}

export interface ResultRow {
  readonly sessionId: string;
  readonly run: number;
  readonly resultId: string;
  readonly batteryVersion: string;
  readonly modelVersion: string;
  readonly score: number | null;
  readonly riskBand: string | null;
  readonly scoreConfidence: string;
  readonly trustScore: number;
  readonly at: Date;
}

export async function selectResults(db: Queryable, key: SessionsKey): Promise<readonly ResultRow[]> {
  return db.query<ResultRow>(
    `SELECT session_id AS "sessionId", run, result_id AS "resultId", battery_version AS "batteryVersion",
            model_version AS "modelVersion", score, risk_band AS "riskBand", score_confidence AS "scoreConfidence",
            trust_score AS "trustScore", scored_at AS at
       FROM results
      WHERE company_id = $1::text AND session_id = ANY ($2::text[]) AND origin = 'finish'
      ORDER BY scored_at, result_id
      LIMIT $3::int`,
    [key.companyId, key.sessionIds, key.limit],
    { name: "trace_results" },
  );
}

export interface EventRow {
  readonly sessionId: string;
  readonly run: number | null;
  readonly eventId: string;
  readonly type: string;
  readonly at: Date;
  /** null: no endpoint was set when it happened. */
  readonly deliveryState: string | null;
  readonly deliveredAt: Date | null;
  readonly nextAttemptAt: Date | null;
}

export async function selectEvents(db: Queryable, key: SessionsKey): Promise<readonly EventRow[]> {
  return db.query<EventRow>(
    `SELECT v.session_id AS "sessionId", v.run, v.event_id AS "eventId", v.type, v.created_at AS at,
            d.state AS "deliveryState", d.delivered_at AS "deliveredAt",
            CASE WHEN d.state = 'pending' THEN d.due_at END AS "nextAttemptAt"
       FROM events v
       LEFT JOIN deliveries d ON d.company_id = v.company_id AND d.event_id = v.event_id
      WHERE v.company_id = $1::text AND v.session_id = ANY ($2::text[])
      ORDER BY v.created_at, v.event_id, d.created_at
      LIMIT $3::int`,
    [key.companyId, key.sessionIds, key.limit],
    { name: "trace_events" },
  );
}

export interface AttemptRow {
  readonly sessionId: string;
  readonly run: number | null;
  readonly eventId: string;
  readonly type: string;
  readonly number: number;
  readonly host: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly at: Date;
}

// Of the URL the host alone: paths and queries may hold secrets of the receiver.
export async function selectWebhookAttempts(db: Queryable, key: SessionsKey): Promise<readonly AttemptRow[]> {
  return db.query<AttemptRow>(
    `SELECT v.session_id AS "sessionId", v.run, v.event_id AS "eventId", v.type, t.number,
            coalesce(substring(t.url FROM '^[a-z]+://(?:[^/?#]*@)?([^/?#]+)'), '') AS host,
            t.status, t.error, t.duration_ms AS "durationMs", t.started_at AS at
       FROM events v
       JOIN deliveries d ON d.company_id = v.company_id AND d.event_id = v.event_id
       JOIN attempts t ON t.company_id = d.company_id AND t.delivery_id = d.delivery_id
      WHERE v.company_id = $1::text AND v.session_id = ANY ($2::text[])
      ORDER BY t.started_at, t.attempt_id
      LIMIT $3::int`,
    [key.companyId, key.sessionIds, key.limit],
    { name: "trace_attempts" },
  );
}

/** When a link's short code was replaced by another; never the code itself. */
export async function selectReplacedLinks(
  db: Queryable,
  key: SessionsKey,
): Promise<readonly { readonly sessionId: string; readonly at: Date }[]> {
  return db.query(
    `SELECT session_id AS "sessionId", replaced_at AS at
       FROM link_directory
      WHERE company_id = $1::text AND session_id = ANY ($2::text[]) AND replaced_at IS NOT NULL
      ORDER BY replaced_at
      LIMIT $3::int`,
    [key.companyId, key.sessionIds, key.limit],
    { name: "trace_replaced_links" },
  );
}

export interface FoundSession extends TracedSession {
  readonly canonicalForm: string;
}

// One range of sessions_by_canonical. The collation is the index's: bytes, so that every form that begins with the wish
// lies between it and the wish followed by "~", which sorts behind all characters of a uid.
export async function selectByPrefix(
  db: Queryable,
  query: {
    readonly companyId: string;
    readonly prefix: string;
    readonly after: { readonly form: string; readonly sessionId: string } | null;
    readonly limit: number;
  },
): Promise<readonly FoundSession[]> {
  return db.query<FoundSession>(
    `SELECT ${SESSION_COLUMNS}, s.uid_canonical AS "canonicalForm"
       FROM sessions s
      WHERE s.company_id = $1::text
        AND s.uid_canonical COLLATE "C" >= coalesce($3::text, $2::text)
        AND s.uid_canonical COLLATE "C" < $2::text || '~'
        AND ($3::text IS NULL OR s.uid_canonical COLLATE "C" > $3::text OR s.session_id > $4::text)
        AND s.state <> 'erased'
      ORDER BY s.uid_canonical COLLATE "C", s.session_id
      LIMIT $5::int`,
    [query.companyId, query.prefix, query.after?.form ?? null, query.after?.sessionId ?? null, query.limit],
    { name: "trace_search" },
  );
}

/** One session, unless it was erased. */
export async function selectTracedSession(
  db: Queryable,
  key: { readonly companyId: string; readonly sessionId: string },
): Promise<TracedSession | null> {
  const rows = await db.query<TracedSession>(
    `SELECT ${SESSION_COLUMNS}
       FROM sessions s
      WHERE s.company_id = $1::text AND s.session_id = $2::text AND s.state <> 'erased'`,
    [key.companyId, key.sessionId],
    { name: "trace_session" },
  );
  return rows[0] ?? null;
}
