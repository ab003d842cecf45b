import type { Queryable } from "../../../infra/database.ts";

/** Companies with work now, the longest waiting first. */
export async function dueCompanies(db: Queryable, limit: number): Promise<readonly string[]> {
  const rows = await db.query<{ company_id: string }>(
    `SELECT company_id FROM dispatch_due WHERE due_at <= now() ORDER BY due_at LIMIT $1::integer`,
    [limit],
    { name: "dispatch_companies" },
  );
  return rows.map((row) => row.company_id);
}

/** Milliseconds until some company has work, 0 if one has now, null if none ever has. */
export async function nextDueMs(db: Queryable): Promise<number | null> {
  const rows = await db.query<{ ms: number | null }>(
    `SELECT greatest(0, ceil(extract(epoch FROM min(due_at) - clock_timestamp()) * 1000))::float8 AS ms
       FROM dispatch_due
      WHERE due_at < 'infinity'`,
    [],
    { name: "dispatch_next" },
  );
  return rows[0]?.ms ?? null;
}

export interface ClaimRequest {
  readonly companyId: string;
  readonly leaseId: string;
  readonly leaseSeconds: number;
  readonly limit: number;
  /** Room of the endpoints listed; the others have `defaultRoom`. */
  readonly endpointIds: readonly string[];
  readonly rooms: readonly number[];
  readonly defaultRoom: number;
}

export interface ClaimedRow {
  readonly delivery_id: string;
  readonly event_id: string;
  readonly endpoint_id: string;
  readonly environment_id: string;
  readonly kind: "test" | "production";
  /** Attempts before this one. */
  readonly attempt_count: number;
  /** null: erased. */
  readonly body: string | null;
  readonly url: string;
  readonly failing: boolean;
  readonly failing_too_long: boolean;
  /** Epoch seconds by the database's clock. */
  readonly now_seconds: number;
}

/**
 * Leases due deliveries of one company, each endpoint's oldest first and at most as many as it has room for. Endpoint by
 * endpoint, because one index range for all would read past the whole backlog of a full one. A claimed row's due_at
 * becomes the end of its lease: if this process dies, the row falls due by itself. Rows of endpoints that are off stay.
 */
export async function claim(db: Queryable, request: ClaimRequest): Promise<readonly ClaimedRow[]> {
  return db.query<ClaimedRow>(
    `WITH picked AS (
       SELECT due.delivery_id
         FROM endpoints e
         LEFT JOIN unnest($5::text[], $6::integer[]) AS known (endpoint_id, room) ON known.endpoint_id = e.endpoint_id
        CROSS JOIN LATERAL (
              SELECT d.delivery_id
                FROM deliveries d
               WHERE d.company_id = $1::text AND d.endpoint_id = e.endpoint_id
                 AND d.state = 'pending' AND d.due_at <= now()
               ORDER BY d.due_at
               LIMIT coalesce(known.room, $7::integer)
                 FOR UPDATE SKIP LOCKED) AS due
        WHERE e.company_id = $1::text AND e.state = 'enabled' AND e.url IS NOT NULL
        LIMIT $4::integer
     )
     UPDATE deliveries d
        SET lease_id = $2::text,
            lease_until = now() + $3::integer * interval '1 second',
            due_at = now() + $3::integer * interval '1 second'
       FROM picked, events v, endpoints e, environments n
      WHERE d.company_id = $1::text AND d.delivery_id = picked.delivery_id
        AND v.company_id = $1::text AND v.event_id = d.event_id
        AND e.company_id = $1::text AND e.endpoint_id = d.endpoint_id
        AND n.company_id = $1::text AND n.environment_id = d.environment_id
     RETURNING d.delivery_id, d.event_id, d.endpoint_id, d.environment_id, n.kind, d.attempt_count, v.body, e.url,
               e.failing_since IS NOT NULL AS failing,
               coalesce(e.failing_since < now() - interval '5 days', false) AS failing_too_long,
               floor(extract(epoch FROM clock_timestamp()))::float8 AS now_seconds`,
    [
      request.companyId,
      request.leaseId,
      request.leaseSeconds,
      request.limit,
      request.endpointIds,
      request.rooms,
      request.defaultRoom,
    ],
    { name: "dispatch_claim" },
  );
}

const EARLIEST = `
  SELECT coalesce(min(first.due_at), 'infinity') AS due_at
    FROM endpoints e
   CROSS JOIN LATERAL (
         SELECT d.due_at
           FROM deliveries d
          WHERE d.company_id = $1::text AND d.endpoint_id = e.endpoint_id AND d.state = 'pending'
          ORDER BY d.due_at
          LIMIT 1) AS first
   WHERE e.company_id = $1::text AND e.state = 'enabled' AND e.url IS NOT NULL`;

/**
 * Moves the company's row to its earliest delivery. A delivery committed after this statement's snapshot may have found
 * the row early and left it alone (lowerDue), so that this statement buries it: `settleAgain` must always follow.
 */
export async function settle(db: Queryable, companyId: string): Promise<void> {
  await db.query(
    `UPDATE dispatch_due SET due_at = earliest.due_at
       FROM (${EARLIEST}) AS earliest
      WHERE dispatch_due.company_id = $1::text AND dispatch_due.due_at <> earliest.due_at`,
    [companyId],
    { name: "dispatch_settle" },
  );
}

/** Its snapshot is taken after `settle` has committed: it sees what that one may have buried. Only ever lowers. */
export async function settleAgain(db: Queryable, companyId: string): Promise<void> {
  await db.query(
    `UPDATE dispatch_due SET due_at = earliest.due_at
       FROM (${EARLIEST}) AS earliest
      WHERE dispatch_due.company_id = $1::text AND dispatch_due.due_at > earliest.due_at`,
    [companyId],
    { name: "dispatch_settle_again" },
  );
}

/** The safety net: every company that has a delivery due which its row does not show. Returns how many there were. */
export async function sweep(db: Queryable): Promise<number> {
  const rows = await db.query(
    `UPDATE dispatch_due SET due_at = now()
      WHERE due_at > now()
        AND EXISTS (
            SELECT FROM endpoints e
              JOIN deliveries d ON d.company_id = e.company_id AND d.endpoint_id = e.endpoint_id
             WHERE e.company_id = dispatch_due.company_id AND e.state = 'enabled' AND e.url IS NOT NULL
               AND d.state = 'pending' AND d.due_at <= now())
     RETURNING company_id`,
  );
  return rows.length;
}

export interface AttemptRow {
  readonly companyId: string;
  readonly deliveryId: string;
  readonly leaseId: string;
  readonly attemptId: string;
  readonly number: number;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly status: number | null;
  readonly error: string | null;
  readonly responseHeaders: Readonly<Record<string, string>> | null;
  readonly responseBody: string | null;
  readonly durationMs: number;
  readonly result: "delivered" | "retry" | "dead";
  /** Until the next attempt; with `retry` only. */
  readonly delayMs: number;
}

/**
 * Logs the attempt and closes the lease in one statement. The attempt happened, so its line is written in any case; the
 * delivery changes only while it still carries this lease. Returns null when it does not, else the delivery's age.
 */
export async function recordAttempt(db: Queryable, row: AttemptRow): Promise<{ age_seconds: number } | null> {
  const rows = await db.query<{ age_seconds: number }>(
    `WITH logged AS (
       INSERT INTO attempts (company_id, delivery_id, attempt_id, number, url, request_headers, status, error,
                             response_headers, response_body, duration_ms, started_at)
       VALUES ($1::text, $2::text, $4::text, $5::integer, $6::text, $7::jsonb, $8::integer, $9::text,
               $10::jsonb, $11::text, $12::integer, now() - $12::integer * interval '1 millisecond')
     )
     UPDATE deliveries
        SET state = CASE $13::text WHEN 'retry' THEN state ELSE $13::text END,
            attempt_count = $5::integer,
            due_at = now() + $14::integer * interval '1 millisecond',
            lease_id = NULL,
            lease_until = NULL,
            last_status = $8::integer,
            last_error = $9::text,
            delivered_at = CASE $13::text WHEN 'delivered' THEN now() END
      WHERE company_id = $1::text AND delivery_id = $2::text AND lease_id = $3::text
     RETURNING extract(epoch FROM now() - created_at)::float8 AS age_seconds`,
    [
      row.companyId,
      row.deliveryId,
      row.leaseId,
      row.attemptId,
      row.number,
      row.url,
      JSON.stringify(row.requestHeaders),
      row.status,
      row.error,
      row.responseHeaders === null ? null : JSON.stringify(row.responseHeaders),
      row.responseBody,
      row.durationMs,
      row.result,
      row.delayMs,
    ],
    { name: "dispatch_record_attempt" },
  );
  return rows[0] ?? null;
}

export interface Lease {
  readonly companyId: string;
  readonly deliveryId: string;
  readonly leaseId: string;
}

/** Gives a delivery back untried: it is due at once, for whoever runs next. */
export async function releaseLease(db: Queryable, lease: Lease): Promise<void> {
  await db.query(
    `UPDATE deliveries SET due_at = now(), lease_id = NULL, lease_until = NULL
      WHERE company_id = $1::text AND delivery_id = $2::text AND lease_id = $3::text`,
    [lease.companyId, lease.deliveryId, lease.leaseId],
  );
}

/** A delivery whose body was erased can not be sent any more. */
export async function bury(db: Queryable, lease: Lease, reason: string): Promise<void> {
  await db.query(
    `UPDATE deliveries SET state = 'dead', last_error = $4::text, lease_id = NULL, lease_until = NULL
      WHERE company_id = $1::text AND delivery_id = $2::text AND lease_id = $3::text`,
    [lease.companyId, lease.deliveryId, lease.leaseId, reason],
  );
}

/** Deliveries due or overdue, counted to `limit` per company, and the age of the oldest in seconds. */
export async function backlog(db: Queryable, limit: number): Promise<{ due: number; oldest_seconds: number }> {
  const rows = await db.query<{ due: number; oldest_seconds: number }>(
    `SELECT coalesce(sum(of_company.due), 0)::float8 AS due,
            coalesce(max(of_company.oldest_seconds), 0)::float8 AS oldest_seconds
       FROM dispatch_due c
      CROSS JOIN LATERAL (
            SELECT count(*) AS due, extract(epoch FROM now() - min(waiting.due_at)) AS oldest_seconds
              FROM (SELECT d.due_at
                      FROM endpoints e
                      JOIN deliveries d ON d.company_id = e.company_id AND d.endpoint_id = e.endpoint_id
                     WHERE e.company_id = c.company_id AND d.state = 'pending' AND d.due_at <= now()
                     LIMIT $1::integer) AS waiting) AS of_company`,
    [limit],
  );
  return rows[0] ?? { due: 0, oldest_seconds: 0 };
}
