import type { Queryable } from "../../infra/database.ts";

/**
 * What the rows of a day come to: how many, and the sum of a hash of each. Two equal prints mean the same rows in the same
 * states. Read from indexes alone, so that a month of 80 000 sessions costs some 20 ms.
 */
export interface Print {
  readonly environmentId: string;
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  readonly count: number;
  /** Decimal digits: the sum has more than 53 bits. */
  readonly hash: string;
}

export interface Span {
  readonly companyId: string;
  readonly environmentIds: readonly string[];
  readonly from: Date;
  readonly to: Date;
}

export interface JourneyPrint extends Print {
  readonly simulated: boolean;
  readonly state: string;
}

// One look into the index for each day: grouped by day in one go, the planner takes every moment for a group of its own and
// sorts half a million rows on disk (five times slower). Hours, because a day is not always 24 of them where the session has a time zone.
const DAYS = `unnest($2::text[]) AS e (environment_id)
      CROSS JOIN generate_series($3::timestamptz, $4::timestamptz - interval '24 hours', interval '24 hours') AS d (midnight)`;
const DAY = `to_char(d.midnight AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day`;
const within = (column: string) => `${column} >= d.midnight AND ${column} < d.midnight + interval '24 hours'`;

// A session's state and run together never come back to what they were: runs only rise, and in a run states only advance.
export async function selectJourneyPrints(db: Queryable, span: Span): Promise<readonly JourneyPrint[]> {
  return db.query<JourneyPrint>(
    `SELECT e.environment_id AS "environmentId", ${DAY}, found.simulated, found.state, found.count, found.hash
       FROM ${DAYS}
      CROSS JOIN LATERAL (
            SELECT s.simulated, s.state, count(*)::int AS count, sum(hashtextextended(s.session_id, s.run))::text AS hash
              FROM sessions s
             WHERE s.company_id = $1::text AND s.environment_id = e.environment_id AND ${within("s.created_at")}
             GROUP BY s.simulated, s.state) AS found`,
    valuesOf(span),
    { name: "monitoring_journey_prints" },
  );
}

export async function selectResultPrints(db: Queryable, span: Span): Promise<readonly Print[]> {
  return db.query<Print>(
    `SELECT e.environment_id AS "environmentId", ${DAY}, found.count, found.hash
       FROM ${DAYS}
      CROSS JOIN LATERAL (
            SELECT count(*)::int AS count, sum(hashtextextended(r.result_id, 0))::text AS hash
              FROM results r
             WHERE r.company_id = $1::text AND r.environment_id = e.environment_id AND r.origin = 'finish'
               AND ${within("r.scored_at")}) AS found
      WHERE found.count > 0`,
    valuesOf(span),
    { name: "monitoring_result_prints" },
  );
}

// Between the request and the erasing a result is still there and counts no longer.
/** Results of sessions whose erasure is not done. */
export async function selectErasurePrints(
  db: Queryable,
  span: Span,
): Promise<readonly (Print & { readonly part: "results" })[]> {
  return db.query<Print & { readonly part: "results" }>(
    `SELECT 'results' AS part, r.environment_id AS "environmentId", (r.scored_at AT TIME ZONE 'UTC')::date::text AS day,
            count(*)::int AS count, sum(hashtextextended(r.result_id || s.state, 0))::text AS hash
       FROM erasures e
       JOIN sessions s ON s.company_id = $1::text AND s.session_id = e.session_id
       JOIN results r ON r.company_id = $1::text AND r.session_id = e.session_id AND r.origin = 'finish'
      WHERE e.company_id = $1::text AND e.state <> 'done' AND r.environment_id = ANY ($2::text[])
        AND r.scored_at >= $3::timestamptz AND r.scored_at < $4::timestamptz
      GROUP BY 2, 3`,
    valuesOf(span),
  );
}

/** Journeys that a later try scored. */
export interface RetryPrint extends Print {
  /** The part whose day it is: the session was created that day, or its result without a score was made. */
  readonly part: "journeys" | "results";
}

// The later result is among that day's results by itself; these are what changed without another row.
export async function selectRetryPrints(db: Queryable, span: Span): Promise<readonly RetryPrint[]> {
  const byDay = (part: RetryPrint["part"], column: string) => `
     SELECT '${part}' AS part, s.environment_id AS "environmentId", (${column} AT TIME ZONE 'UTC')::date::text AS day,
            count(*)::int AS count, sum(hashtextextended(s.session_id, 0))::text AS hash
       FROM sessions s
      WHERE s.company_id = $1::text AND s.environment_id = ANY ($2::text[]) AND s.unscored_result_at IS NOT NULL
        AND ${column} >= $3::timestamptz AND ${column} < $4::timestamptz
      GROUP BY 2, 3`;
  return db.query<RetryPrint>(
    `${byDay("journeys", "s.created_at")} UNION ALL ${byDay("results", "s.unscored_result_at")}`,
    valuesOf(span),
    { name: "monitoring_retry_prints" },
  );
}

export interface WebhookPrint extends Print {
  /** null: all deliveries of the day, whatever their state; the delivered ones are these without the others. */
  readonly state: string | null;
}

// One statement, one snapshot: the delivered ones are a difference of the two.
export async function selectWebhookPrints(db: Queryable, span: Span): Promise<readonly WebhookPrint[]> {
  return db.query<WebhookPrint>(
    `SELECT e.environment_id AS "environmentId", ${DAY}, found.state, found.count, found.hash
       FROM ${DAYS}
      CROSS JOIN LATERAL (
            SELECT NULL AS state, count(*)::int AS count, sum(hashtextextended(v.delivery_id, 0))::text AS hash
              FROM deliveries v
             WHERE v.company_id = $1::text AND v.environment_id = e.environment_id AND ${within("v.created_at")}
             UNION ALL
            SELECT v.state, count(*)::int, sum(hashtextextended(v.delivery_id, 0))::text
              FROM deliveries v
             WHERE v.company_id = $1::text AND v.environment_id = e.environment_id AND v.state <> 'delivered'
               AND ${within("v.created_at")}
             GROUP BY v.state) AS found
      WHERE found.count > 0`,
    valuesOf(span),
    { name: "monitoring_webhook_prints" },
  );
}

export interface Swept {
  readonly environmentId: string;
  /** Ended sessions up to here have lost what the phone was. */
  readonly throughAt: Date;
}

export async function selectSwept(db: Queryable, span: Span): Promise<readonly Swept[]> {
  return db.query<Swept>(
    `SELECT environment_id AS "environmentId", through_at AS "throughAt"
       FROM retention_progress
      WHERE company_id = $1::text AND environment_id = ANY ($2::text[]) AND data_class = 'results'
        AND through_at > '-infinity'`,
    [span.companyId, span.environmentIds],
  );
}

/** The database's clock, and how many holds of sessions were released: retention turns back for each of them. */
export async function selectMoment(
  db: Queryable,
  companyId: string,
): Promise<{ readonly now: Date; readonly releases: number }> {
  const [row] = await db.query<{ readonly now: Date; readonly releases: number }>(
    `SELECT clock_timestamp() AS now,
            (SELECT count(*)::int FROM legal_holds
              WHERE company_id = $1::text AND session_id IS NOT NULL AND released_at IS NOT NULL) AS releases`,
    [companyId],
  );
  if (row === undefined) throw new Error("the database's clock gave no row");
  return row;
}

function valuesOf({ companyId, environmentIds, from, to }: Span): readonly unknown[] {
  return [companyId, environmentIds, from, to];
}
