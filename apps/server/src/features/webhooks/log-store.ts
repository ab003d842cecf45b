import type { Queryable } from "../../infra/database.ts";

export interface EnvironmentKey {
  readonly companyId: string;
  readonly environmentId: string;
}

export interface Place {
  readonly at: string;
  readonly id: string;
}

export interface DeliveryRow {
  readonly deliveryId: string;
  readonly environmentId: string;
  readonly eventId: string;
  readonly type: string;
  readonly sessionId: string | null;
  /** null: erased, or of no session. */
  readonly uid: string | null;
  readonly run: number | null;
  readonly state: "pending" | "held" | "delivered" | "dead";
  readonly attempts: number;
  readonly dueAt: Date;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly deliveredAt: Date | null;
  readonly createdAt: Date;
  readonly replayId: string | null;
  /** created_at with its microseconds, for the order of the list. */
  readonly place: string;
}

const COLUMNS = `
  d.delivery_id AS "deliveryId", d.environment_id AS "environmentId", d.event_id AS "eventId", v.type,
  v.session_id AS "sessionId", s.uid, v.run, d.state, d.attempt_count AS attempts, d.due_at AS "dueAt",
  d.last_status AS "lastStatus", d.last_error AS "lastError", d.delivered_at AS "deliveredAt",
  d.created_at AS "createdAt", d.replay_id AS "replayId",
  to_char(d.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place`;
const JOINS = `
  JOIN events v ON v.company_id = $1::text AND v.event_id = d.event_id
  LEFT JOIN sessions s ON s.company_id = $1::text AND s.session_id = v.session_id AND s.state <> 'erased'`;

export interface ListFilter {
  readonly state: string | null;
  readonly type: string | null;
  readonly sessionId: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
}

/** Newest first. Without a name, so that each filter gets a plan of its own. */
export async function selectDeliveries(
  db: Queryable,
  key: EnvironmentKey,
  page: { readonly filter: ListFilter; readonly after: Place | null; readonly limit: number },
): Promise<readonly DeliveryRow[]> {
  const { filter, after, limit } = page;
  return db.query<DeliveryRow>(
    `SELECT ${COLUMNS}
       FROM deliveries d ${JOINS}
      WHERE d.company_id = $1::text AND d.environment_id = $2::text
        AND ($3::text IS NULL OR d.state = $3::text)
        AND ($4::text IS NULL OR v.type = $4::text)
        AND ($5::text IS NULL OR d.event_id = ANY (ARRAY(
              SELECT w.event_id FROM events w WHERE w.company_id = $1::text AND w.session_id = $5::text)))
        AND ($6::timestamptz IS NULL OR d.created_at >= $6::timestamptz)
        AND ($7::timestamptz IS NULL OR d.created_at < $7::timestamptz)
        AND ($8::timestamptz IS NULL OR (d.created_at, d.delivery_id) < ($8::timestamptz, $9::text))
      ORDER BY d.created_at DESC, d.delivery_id DESC
      LIMIT $10::int`,
    [
      key.companyId,
      key.environmentId,
      filter.state,
      filter.type,
      filter.sessionId,
      filter.from,
      filter.to,
      after?.at ?? null,
      after?.id ?? null,
      limit,
    ],
  );
}

export async function selectSessionOfUid(db: Queryable, key: EnvironmentKey, uid: string): Promise<string | null> {
  const rows = await db.query<{ readonly session_id: string }>(
    `SELECT session_id FROM sessions
      WHERE company_id = $1::text AND environment_id = $2::text AND uid = $3::text AND state <> 'erased'`,
    [key.companyId, key.environmentId, uid],
  );
  return rows[0]?.session_id ?? null;
}

export interface DetailRow extends DeliveryRow {
  readonly body: string | null;
}

export async function selectDelivery(
  db: Queryable,
  key: EnvironmentKey,
  deliveryId: string,
): Promise<DetailRow | null> {
  const rows = await db.query<DetailRow>(
    `SELECT ${COLUMNS}, v.body
       FROM deliveries d ${JOINS}
      WHERE d.company_id = $1::text AND d.environment_id = $2::text AND d.delivery_id = $3::text`,
    [key.companyId, key.environmentId, deliveryId],
  );
  return rows[0] ?? null;
}

export async function selectEnvironmentOf(
  db: Queryable,
  companyId: string,
  deliveryId: string,
): Promise<string | null> {
  const rows = await db.query<{ readonly environment_id: string }>(
    `SELECT environment_id FROM deliveries WHERE company_id = $1::text AND delivery_id = $2::text`,
    [companyId, deliveryId],
  );
  return rows[0]?.environment_id ?? null;
}

export interface AttemptRow {
  readonly attemptId: string;
  readonly number: number;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly status: number | null;
  readonly error: string | null;
  readonly answerHeaders: Readonly<Record<string, string>> | null;
  readonly answerBody: string | null;
  readonly durationMs: number;
  readonly startedAt: Date;
}

/** The newest `limit`, oldest first. */
export async function selectAttempts(
  db: Queryable,
  companyId: string,
  page: { readonly deliveryId: string; readonly limit: number },
): Promise<readonly AttemptRow[]> {
  const rows = await db.query<AttemptRow>(
    `SELECT attempt_id AS "attemptId", number, url, request_headers AS "requestHeaders", status, error,
            response_headers AS "answerHeaders", response_body AS "answerBody", duration_ms AS "durationMs",
            started_at AS "startedAt"
       FROM attempts
      WHERE company_id = $1::text AND delivery_id = $2::text
      ORDER BY number DESC, attempt_id DESC
      LIMIT $3::int`,
    [companyId, page.deliveryId, page.limit],
  );
  return rows.toReversed();
}
