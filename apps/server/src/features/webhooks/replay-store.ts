import type { Queryable } from "../../infra/database.ts";
import type { EnvironmentKey, Place } from "./log-store.ts";

export interface ReplayRow {
  readonly companyId: string;
  readonly environmentId: string;
  readonly replayId: string;
  readonly which: "delivery" | "failed" | "range";
  readonly deliveryId: string | null;
  readonly fromAt: Date | null;
  readonly toAt: Date | null;
  readonly includeDelivered: boolean;
  readonly state: "running" | "done" | "cancelled";
  readonly total: number;
  readonly done: number;
  readonly queued: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  /** created_at with its microseconds, for the order of the list. */
  readonly place: string;
}

const COLUMNS = `
  company_id AS "companyId", environment_id AS "environmentId", replay_id AS "replayId", which,
  delivery_id AS "deliveryId", from_at AS "fromAt", to_at AS "toAt", include_delivered AS "includeDelivered", state,
  total, done, queued, created_by AS "createdBy", created_at AS "createdAt", finished_at AS "finishedAt",
  to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place`;

export interface EndpointRow {
  readonly endpointId: string;
  /** Of what is queued now. */
  readonly state: "pending" | "held";
  readonly hasUrl: boolean;
}

/** KEY SHARE as where deliveries are added: a switch of the endpoint waits, and then moves what was queued here. */
export async function lockEndpoint(db: Queryable, key: EnvironmentKey): Promise<EndpointRow | null> {
  const rows = await db.query<EndpointRow>(
    `SELECT endpoint_id AS "endpointId", url IS NOT NULL AS "hasUrl",
            CASE WHEN state = 'enabled' AND url IS NOT NULL THEN 'pending' ELSE 'held' END AS state
       FROM endpoints
      WHERE company_id = $1::text AND environment_id = $2::text
        FOR KEY SHARE`,
    [key.companyId, key.environmentId],
  );
  return rows[0] ?? null;
}

/** One starts a replay at a time in an environment. */
export async function lockEnvironment(db: Queryable, key: EnvironmentKey): Promise<void> {
  await db.query(
    `SELECT environment_id FROM environments
      WHERE company_id = $1::text AND environment_id = $2::text
        FOR NO KEY UPDATE`,
    [key.companyId, key.environmentId],
  );
}

/** The replay of many that is at work; null: none. */
export async function selectRunningOfMany(db: Queryable, key: EnvironmentKey): Promise<string | null> {
  const rows = await db.query<{ readonly replay_id: string }>(
    `SELECT replay_id FROM replay_jobs
      WHERE company_id = $1::text AND environment_id = $2::text AND state = 'running' AND which <> 'delivery'`,
    [key.companyId, key.environmentId],
  );
  return rows[0]?.replay_id ?? null;
}

/** How much there is to look at. */
export async function countWork(
  db: Queryable,
  key: EnvironmentKey,
  wish: { readonly which: "failed" | "range"; readonly from: Date | null; readonly to: Date | null },
): Promise<number> {
  const sql =
    wish.which === "failed"
      ? `SELECT count(*)::int AS n FROM deliveries
          WHERE company_id = $1::text AND environment_id = $2::text AND state <> 'delivered'
            AND created_at >= coalesce($3::timestamptz, '-infinity') AND created_at < coalesce($4::timestamptz, 'infinity')`
      : `SELECT count(*)::int AS n FROM events
          WHERE company_id = $1::text AND environment_id = $2::text
            AND created_at >= $3::timestamptz AND created_at < coalesce($4::timestamptz, now())`;
  const rows = await db.query<{ readonly n: number }>(sql, [key.companyId, key.environmentId, wish.from, wish.to]);
  return rows[0]?.n ?? 0;
}

export interface NewReplay extends EnvironmentKey {
  readonly replayId: string;
  readonly which: ReplayRow["which"];
  readonly deliveryId: string | null;
  readonly from: Date | null;
  /** null: now, where a range has to end. */
  readonly to: Date | null;
  readonly includeDelivered: boolean;
  readonly total: number;
  readonly createdBy: string;
}

export async function insertReplay(db: Queryable, replay: NewReplay): Promise<void> {
  await db.query(
    `INSERT INTO replay_jobs (company_id, replay_id, environment_id, which, delivery_id, from_at, to_at,
                              include_delivered, total, created_by)
     VALUES ($1::text, $2::text, $3::text, $4::text, $5::text, $6::timestamptz,
             CASE $4::text WHEN 'range' THEN coalesce($7::timestamptz, now()) END, $8::boolean, $9::int, $10::text)`,
    [
      replay.companyId,
      replay.replayId,
      replay.environmentId,
      replay.which,
      replay.deliveryId,
      replay.from,
      replay.to,
      replay.includeDelivered,
      replay.total,
      replay.createdBy,
    ],
  );
}

export async function selectReplay(db: Queryable, key: EnvironmentKey, replayId: string): Promise<ReplayRow | null> {
  const rows = await db.query<ReplayRow>(
    `SELECT ${COLUMNS} FROM replay_jobs
      WHERE company_id = $1::text AND environment_id = $2::text AND replay_id = $3::text`,
    [key.companyId, key.environmentId, replayId],
  );
  return rows[0] ?? null;
}

/** Newest first. */
export async function selectReplays(
  db: Queryable,
  key: EnvironmentKey,
  page: { readonly after: Place | null; readonly limit: number },
): Promise<readonly ReplayRow[]> {
  return db.query<ReplayRow>(
    `SELECT ${COLUMNS} FROM replay_jobs
      WHERE company_id = $1::text AND environment_id = $2::text
        AND ($3::timestamptz IS NULL OR (created_at, replay_id) < ($3::timestamptz, $4::text))
      ORDER BY created_at DESC, replay_id DESC
      LIMIT $5::int`,
    [key.companyId, key.environmentId, page.after?.at ?? null, page.after?.id ?? null, page.limit],
  );
}

/** False: it was not running any more. */
export async function cancelReplay(db: Queryable, key: EnvironmentKey, replayId: string): Promise<boolean> {
  const rows = await db.query(
    `UPDATE replay_jobs SET state = 'cancelled', finished_at = clock_timestamp()
      WHERE company_id = $1::text AND environment_id = $2::text AND replay_id = $3::text AND state = 'running'
     RETURNING replay_id`,
    [key.companyId, key.environmentId, replayId],
  );
  return rows.length === 1;
}

export interface LockedReplay {
  readonly replayId: string;
  readonly environmentId: string;
  readonly which: ReplayRow["which"];
  readonly deliveryId: string | null;
  readonly includeDelivered: boolean;
  readonly createdBy: string;
  readonly queued: number;
}

/** null: it has ended. Whoever else works on it waits for this transaction, and then goes on behind its page. */
export async function lockReplay(db: Queryable, companyId: string, replayId: string): Promise<LockedReplay | null> {
  const rows = await db.query<LockedReplay>(
    `SELECT replay_id AS "replayId", environment_id AS "environmentId", which, delivery_id AS "deliveryId",
            include_delivered AS "includeDelivered", created_by AS "createdBy", queued
       FROM replay_jobs
      WHERE company_id = $1::text AND replay_id = $2::text AND state = 'running'
        FOR UPDATE`,
    [companyId, replayId],
  );
  return rows[0] ?? null;
}

export interface PageRow {
  readonly eventId: string;
  /** The newest of the event that is not delivered; null: there is none. */
  readonly openId: string | null;
  readonly delivered: boolean;
  /** The body is there. */
  readonly whole: boolean;
  /** Where the walk goes on behind this one. */
  readonly at: string;
  readonly id: string;
}

/** The one delivery of the job; none: it is not of this environment, or was removed meanwhile. */
export async function selectOne(db: Queryable, key: EnvironmentKey, deliveryId: string): Promise<readonly PageRow[]> {
  return db.query<PageRow>(
    `SELECT d.event_id AS "eventId", CASE WHEN d.state <> 'delivered' THEN d.delivery_id END AS "openId",
            d.state = 'delivered' AS delivered, v.body IS NOT NULL AS whole,
            to_char(d.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, d.delivery_id AS id
       FROM deliveries d
       JOIN events v ON v.company_id = $1::text AND v.event_id = d.event_id
      WHERE d.company_id = $1::text AND d.environment_id = $2::text AND d.delivery_id = $3::text`,
    [key.companyId, key.environmentId, deliveryId],
  );
}

/** Deliveries that were not delivered and were there when the job was made, oldest first. */
export async function selectFailedPage(
  db: Queryable,
  companyId: string,
  page: { readonly replayId: string; readonly limit: number },
): Promise<readonly PageRow[]> {
  return db.query<PageRow>(
    `WITH job AS MATERIALIZED (
       SELECT environment_id, coalesce(after_at, '-infinity') AS after_at, coalesce(after_id, '') AS after_id, created_at
         FROM replay_jobs WHERE company_id = $1::text AND replay_id = $2::text)
     SELECT d.event_id AS "eventId", d.delivery_id AS "openId", false AS delivered,
            (SELECT v.body IS NOT NULL FROM events v WHERE v.company_id = $1::text AND v.event_id = d.event_id) AS whole,
            to_char(d.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, d.delivery_id AS id
       FROM deliveries d
      WHERE d.company_id = $1::text AND d.environment_id = (SELECT environment_id FROM job)
        AND d.state <> 'delivered' AND d.created_at <= (SELECT created_at FROM job)
        AND (d.created_at, d.delivery_id) > ((SELECT after_at FROM job), (SELECT after_id FROM job))
      ORDER BY d.created_at, d.delivery_id
      LIMIT $3::int`,
    [companyId, page.replayId, page.limit],
  );
}

/**
 * Events of the range, oldest first. What has no delivery and is older than deliveries are kept counts as delivered:
 * retention took the row away, and nobody can tell any more.
 */
export async function selectRangePage(
  db: Queryable,
  companyId: string,
  page: { readonly replayId: string; readonly keptDays: number | null; readonly limit: number },
): Promise<readonly PageRow[]> {
  return db.query<PageRow>(
    `WITH job AS MATERIALIZED (
       SELECT environment_id, from_at, to_at, coalesce(after_at, '-infinity') AS after_at, coalesce(after_id, '') AS after_id
         FROM replay_jobs WHERE company_id = $1::text AND replay_id = $2::text)
     SELECT v.event_id AS "eventId", d.open_id AS "openId",
            coalesce(d.delivered, v.created_at < now() - make_interval(days => $3::int), false) AS delivered,
            v.body IS NOT NULL AS whole,
            to_char(v.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, v.event_id AS id
       FROM events v
      CROSS JOIN LATERAL (
            SELECT bool_or(x.state = 'delivered') AS delivered,
                   max(x.delivery_id) FILTER (WHERE x.state <> 'delivered') AS open_id
              FROM deliveries x
             WHERE x.company_id = $1::text AND x.event_id = v.event_id) d
      WHERE v.company_id = $1::text AND v.environment_id = (SELECT environment_id FROM job)
        AND v.created_at >= (SELECT from_at FROM job) AND v.created_at < (SELECT to_at FROM job)
        AND (v.created_at, v.event_id) > ((SELECT after_at FROM job), (SELECT after_id FROM job))
      ORDER BY v.created_at, v.event_id
      LIMIT $4::int`,
    [companyId, page.replayId, page.keptDays, page.limit],
  );
}

export interface Queueing {
  readonly companyId: string;
  readonly replayId: string;
  readonly state: "pending" | "held";
}

/**
 * Makes deliveries due now and begins their schedule anew; how many. One whose attempt is under way is left alone, or it
 * would be sent twice at once.
 */
export async function requeue(db: Queryable, job: Queueing, deliveryIds: readonly string[]): Promise<number> {
  const rows = await db.query(
    `UPDATE deliveries
        SET state = $3::text, due_at = now(), attempts_before = attempt_count, replay_id = $2::text,
            lease_id = NULL, lease_until = NULL
      WHERE company_id = $1::text AND delivery_id = ANY ($4::text[]) AND state <> 'delivered'
        AND (lease_until IS NULL OR lease_until < now())
     RETURNING delivery_id`,
    [job.companyId, job.replayId, job.state, deliveryIds],
  );
  return rows.length;
}

/** Deliveries of events that have none, or that were delivered before: the log keeps both. */
export async function insertReplayed(
  db: Queryable,
  job: Queueing & { readonly endpointId: string; readonly environmentId: string },
  deliveries: readonly { readonly deliveryId: string; readonly eventId: string }[],
): Promise<void> {
  await db.query(
    `INSERT INTO deliveries (company_id, delivery_id, event_id, endpoint_id, environment_id, state, replay_id)
     SELECT $1::text, d.delivery_id, d.event_id, $4::text, $5::text, $3::text, $2::text
       FROM unnest($6::text[], $7::text[]) AS d (delivery_id, event_id)`,
    [
      job.companyId,
      job.replayId,
      job.state,
      job.endpointId,
      job.environmentId,
      deliveries.map(({ deliveryId }) => deliveryId),
      deliveries.map(({ eventId }) => eventId),
    ],
  );
}

/** In the transaction that queued the page: what a crash rolls back, it rolls back together. */
export async function moveOn(
  db: Queryable,
  companyId: string,
  step: {
    readonly replayId: string;
    readonly looked: number;
    readonly queued: number;
    readonly last: Place | null;
    readonly isDone: boolean;
  },
): Promise<void> {
  await db.query(
    `UPDATE replay_jobs
        SET done = done + $3::int, queued = queued + $4::int,
            total = CASE WHEN $7::boolean THEN done + $3::int ELSE greatest(total, done + $3::int) END,
            after_at = coalesce($5::timestamptz, after_at), after_id = coalesce($6::text, after_id),
            state = CASE WHEN $7::boolean THEN 'done' ELSE state END,
            finished_at = CASE WHEN $7::boolean THEN clock_timestamp() END
      WHERE company_id = $1::text AND replay_id = $2::text`,
    [companyId, step.replayId, step.looked, step.queued, step.last?.at ?? null, step.last?.id ?? null, step.isDone],
  );
}

// Not now(): while this transaction waited for the replay, another queued a page that is due since.
/** Deliveries of the environment's endpoint that should have been sent by now and are not under way, counted to `limit`. */
export async function countDue(db: Queryable, key: EnvironmentKey, limit: number): Promise<number> {
  const rows = await db.query<{ readonly n: number }>(
    `SELECT count(*)::int AS n
       FROM (SELECT FROM endpoints e
               JOIN deliveries d ON d.company_id = $1::text AND d.endpoint_id = e.endpoint_id
              WHERE e.company_id = $1::text AND e.environment_id = $2::text
                AND d.state = 'pending' AND d.due_at <= clock_timestamp()
                AND coalesce(d.lease_until <= clock_timestamp(), true)
              LIMIT $3::int) AS due`,
    [key.companyId, key.environmentId, limit],
  );
  return rows[0]?.n ?? 0;
}

export async function selectCompanyIds(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query<{ readonly company_id: string }>(`SELECT company_id FROM companies ORDER BY company_id`);
  return rows.map((row) => row.company_id);
}

/** Oldest first. */
export async function selectRunning(db: Queryable, companyId: string): Promise<readonly ReplayRow[]> {
  return db.query<ReplayRow>(
    `SELECT ${COLUMNS} FROM replay_jobs
      WHERE company_id = $1::text AND state = 'running' ORDER BY replay_jobs.created_at, replay_id`,
    [companyId],
  );
}
