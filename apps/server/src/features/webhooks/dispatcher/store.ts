import type { Queryable } from "../../../infra/database.ts";

/** Companies with work now, beginning behind `after`: passes that take turns leave none out. */
export async function dueCompanies(db: Queryable, page: { after: string; limit: number }): Promise<readonly string[]> {
  const rows = await db.query<{ company_id: string }>(
    `SELECT company_id FROM dispatch_due
      WHERE due_at <= now()
      ORDER BY company_id <= $1::text, company_id
      LIMIT $2::integer`,
    [page.after, page.limit],
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

export interface SettleRequest {
  readonly companyId: string;
  /** Endpoints without room; not looked at again for `fullPauseMs`, unless a slot becomes free. */
  readonly fullEndpointIds: readonly string[];
  readonly fullPauseMs: number;
}

// Behind the leased rows of an endpoint stands its first free one. Where that one is due, nothing else matters; where it is
// not, whatever is due is leased, and the first of these leases to end counts as well.
const EARLIEST = `
  SELECT coalesce(min(CASE WHEN e.endpoint_id = ANY ($2::text[])
                           THEN greatest(first.due_at, now() + $3::integer * interval '1 millisecond')
                           ELSE first.due_at END), 'infinity') AS due_at
    FROM endpoints e
   CROSS JOIN LATERAL (
         SELECT (SELECT d.due_at
                   FROM deliveries d
                  WHERE d.company_id = e.company_id AND d.endpoint_id = e.endpoint_id AND d.state = 'pending'
                    AND coalesce(d.lease_until <= now(), true)
                  ORDER BY d.due_at
                  LIMIT 1) AS due_at) AS free
   CROSS JOIN LATERAL (
         SELECT CASE WHEN free.due_at <= now() THEN free.due_at
                     ELSE least(free.due_at, (
                          SELECT min(d.lease_until)
                            FROM deliveries d
                           WHERE d.company_id = e.company_id AND d.endpoint_id = e.endpoint_id AND d.state = 'pending'
                             AND d.due_at <= now() AND d.lease_until > now())) END AS due_at) AS first
   WHERE e.company_id = $1::text AND e.state = 'enabled' AND e.url IS NOT NULL AND first.due_at IS NOT NULL`;

/**
 * Moves the company's row to its earliest delivery, not counting those of endpoints that are full. A delivery committed
 * after this statement's snapshot may have found the row early and left it alone (lowerDue), so that this statement
 * buries it: `settleAgain` must always follow.
 */
export async function settle(db: Queryable, request: SettleRequest): Promise<void> {
  await db.query(
    `UPDATE dispatch_due SET due_at = earliest.due_at
       FROM (${EARLIEST}) AS earliest
      WHERE dispatch_due.company_id = $1::text AND dispatch_due.due_at < earliest.due_at`,
    [request.companyId, request.fullEndpointIds, request.fullPauseMs],
    { name: "dispatch_settle" },
  );
}

/** Its snapshot is taken after `settle` has committed: it sees what that one may have buried. Only ever lowers. */
export async function settleAgain(db: Queryable, request: SettleRequest): Promise<void> {
  await db.query(
    `UPDATE dispatch_due SET due_at = earliest.due_at
       FROM (${EARLIEST}) AS earliest
      WHERE dispatch_due.company_id = $1::text AND dispatch_due.due_at > earliest.due_at`,
    [request.companyId, request.fullEndpointIds, request.fullPauseMs],
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
               AND d.state = 'pending' AND d.due_at <= now() AND coalesce(d.lease_until <= now(), true))
     RETURNING company_id`,
  );
  return rows.length;
}

export interface AttemptRow {
  readonly company_id: string;
  readonly delivery_id: string;
  readonly lease_id: string;
  readonly attempt_id: string;
  readonly number: number;
  readonly url: string;
  readonly request_headers: Readonly<Record<string, string>>;
  readonly status: number | null;
  readonly error: string | null;
  readonly response_headers: Readonly<Record<string, string>> | null;
  readonly response_body: string | null;
  readonly duration_ms: number;
  readonly result: "delivered" | "retry" | "dead";
  /** Until the next attempt; with `retry` only. */
  readonly delay_ms: number;
}

export interface ClosedLease {
  readonly attempt_id: string;
  /** Since the event was recorded. */
  readonly age_seconds: number;
}

/**
 * Logs attempts and closes their leases, all in one statement and commit. The attempts happened, so their lines are
 * written in any case; a delivery changes only while it still carries the lease. Returns those whose lease was theirs.
 */
export async function recordAttempts(db: Queryable, rows: readonly AttemptRow[]): Promise<readonly ClosedLease[]> {
  return db.query<ClosedLease>(
    `WITH made AS (
       SELECT *
         FROM jsonb_to_recordset($1::jsonb) AS made (
              company_id text, delivery_id text, lease_id text, attempt_id text, number integer, url text,
              request_headers jsonb, status integer, error text, response_headers jsonb, response_body text,
              duration_ms integer, result text, delay_ms integer)
     ), logged AS (
       INSERT INTO attempts (company_id, delivery_id, attempt_id, number, url, request_headers, status, error,
                             response_headers, response_body, duration_ms, started_at)
       SELECT company_id, delivery_id, attempt_id, number, url, request_headers, status, error,
              response_headers, response_body, duration_ms, now() - duration_ms * interval '1 millisecond'
         FROM made
     )
     UPDATE deliveries d
        SET state = CASE made.result WHEN 'retry' THEN d.state ELSE made.result END,
            attempt_count = made.number,
            due_at = now() + made.delay_ms * interval '1 millisecond',
            lease_id = NULL,
            lease_until = NULL,
            last_status = made.status,
            last_error = made.error,
            delivered_at = CASE made.result WHEN 'delivered' THEN now() END
       FROM made
      WHERE d.company_id = made.company_id AND d.delivery_id = made.delivery_id AND d.lease_id = made.lease_id
     RETURNING made.attempt_id, extract(epoch FROM now() - d.created_at)::float8 AS age_seconds`,
    [JSON.stringify(rows)],
    { name: "dispatch_record_attempts" },
  );
}

export interface Lease {
  readonly companyId: string;
  readonly deliveryId: string;
  readonly leaseId: string;
}

/** Only leases that are still held: what another process has taken over stays its own. */
export async function renewLeases(db: Queryable, leases: readonly Lease[], seconds: number): Promise<void> {
  const companyIds = leases.map(({ companyId }) => companyId);
  await db.query(
    `UPDATE deliveries d
        SET lease_until = now() + $4::integer * interval '1 second'
       FROM unnest($1::text[], $2::text[], $3::text[]) AS held (company_id, delivery_id, lease_id)
      WHERE d.company_id = held.company_id AND d.delivery_id = held.delivery_id AND d.lease_id = held.lease_id`,
    [companyIds, leases.map(({ deliveryId }) => deliveryId), leases.map(({ leaseId }) => leaseId), seconds],
    { name: "dispatch_renew" },
  );
}

/** Gives deliveries back untried: they are due at once, for whoever runs next. */
export async function releaseLeases(db: Queryable, leases: readonly Lease[]): Promise<void> {
  const companyIds = leases.map(({ companyId }) => companyId);
  await db.query(
    `UPDATE deliveries d SET due_at = now(), lease_id = NULL, lease_until = NULL
       FROM unnest($1::text[], $2::text[], $3::text[]) AS held (company_id, delivery_id, lease_id)
      WHERE d.company_id = held.company_id AND d.delivery_id = held.delivery_id AND d.lease_id = held.lease_id`,
    [companyIds, leases.map(({ deliveryId }) => deliveryId), leases.map(({ leaseId }) => leaseId)],
    { name: "dispatch_release" },
  );
}

/** Gives a delivery up without a further attempt; false when the lease was no longer ours. */
export async function bury(db: Queryable, lease: Lease, reason: string): Promise<boolean> {
  const rows = await db.query(
    `UPDATE deliveries SET state = 'dead', last_error = $4::text, lease_id = NULL, lease_until = NULL
      WHERE company_id = $1::text AND delivery_id = $2::text AND lease_id = $3::text
     RETURNING delivery_id`,
    [lease.companyId, lease.deliveryId, lease.leaseId, reason],
  );
  return rows.length === 1;
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
                       AND coalesce(d.lease_until <= now(), true)
                     LIMIT $1::integer) AS waiting) AS of_company`,
    [limit],
  );
  return rows[0] ?? { due: 0, oldest_seconds: 0 };
}
