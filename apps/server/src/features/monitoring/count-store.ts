import type { Queryable } from "../../infra/database.ts";

/** One day of one environment, from its rows. */
export interface DaySpan {
  readonly companyId: string;
  readonly environmentId: string;
  readonly from: Date;
  readonly to: Date;
}

const values = ({ companyId, environmentId, from, to }: DaySpan): readonly unknown[] => [
  companyId,
  environmentId,
  from,
  to,
];

// Ended ones only: of those still open the index tells all there is to count.
const ENDED = `s.company_id = $1::text AND s.environment_id = $2::text
        AND s.created_at >= $3::timestamptz AND s.created_at < $4::timestamptz
        AND s.state IN ('completed', 'expired', 'cancelled', 'incomplete')`;

export interface EndedRow {
  readonly simulated: boolean;
  readonly state: string;
  readonly outcome: string | null;
  readonly opened: boolean;
  readonly consented: boolean;
  /** From opening to end; null unless completed. */
  readonly seconds: number | null;
  readonly device: string | null;
  readonly language: string | null;
  readonly count: number;
  /** Of the newest of them, milliseconds since 1970. */
  readonly newestEnd: number;
}

/** Ended sessions that were created that day, those alike in one row. */
export async function selectEnded(db: Queryable, span: DaySpan): Promise<readonly EndedRow[]> {
  return db.query<EndedRow>(
    `SELECT simulated, state, outcome, opened, consented, seconds, device, language, count(*)::int AS count,
            max(ended_ms) AS "newestEnd"
       FROM (SELECT s.simulated, s.state, s.outcome, s.opened_at IS NOT NULL AS opened,
                    s.consented_at IS NOT NULL AS consented, extract(epoch FROM s.ended_at)::float8 * 1000 AS ended_ms,
                    CASE s.state WHEN 'completed'
                         THEN floor(extract(epoch FROM s.ended_at - s.opened_at))::float8 END AS seconds,
                    (SELECT f.details->'device'->>'class'
                       FROM session_facts f
                      WHERE f.company_id = $1::text AND f.session_id = s.session_id AND f.run = s.run
                        AND f.details->'device'->>'class' IS NOT NULL
                      ORDER BY f.fact_id DESC LIMIT 1) AS device,
                    (SELECT c.language FROM consents c
                      WHERE c.company_id = $1::text AND c.session_id = s.session_id AND c.run = s.run) AS language
               FROM sessions s
              WHERE ${ENDED}) AS ended
      GROUP BY simulated, state, outcome, opened, consented, seconds, device, language`,
    values(span),
    { name: "monitoring_ended" },
  );
}

export interface TaskRow {
  readonly simulated: boolean;
  readonly key: string;
  readonly version: number;
  readonly index: number;
  /** Of the finished ones that were timed. */
  readonly seconds: number | null;
  readonly started: number;
  readonly finished: number;
  readonly left: number;
  readonly restarts: number;
}

// The next task is granted ahead of time, so an attempt does not say that it was begun: a task is come to when all before
// it are done. It is timed from the end of the task before or from its own grant, whichever is later.
export async function selectTasks(db: Queryable, span: DaySpan): Promise<readonly TaskRow[]> {
  return db.query<TaskRow>(
    `WITH tasks AS (
       SELECT s.session_id, s.simulated, s.state = 'completed' AS completed, a.task_index, a.task_key, a.task_version,
              count(*) - 1 AS restarts, bool_or(a.state = 'done') AS done,
              max(a.closed_at) AS closed, max(a.granted_at) FILTER (WHERE a.state = 'done') AS granted
         FROM sessions s
         JOIN task_attempts a ON a.company_id = $1::text AND a.session_id = s.session_id AND a.run = s.run
        WHERE ${ENDED}
        GROUP BY s.session_id, s.simulated, completed, a.task_index, a.task_key, a.task_version
     ), placed AS (
       SELECT *, coalesce(bool_and(done) OVER before, true) AS come_to, max(closed) OVER before AS closed_before
         FROM tasks
       WINDOW before AS (PARTITION BY session_id ORDER BY task_index ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
     ), timed AS (
       SELECT *, CASE WHEN done THEN floor(extract(epoch FROM closed - greatest(granted, closed_before)))::float8 END AS seconds
         FROM placed
     )
     SELECT simulated, task_key AS key, task_version AS version, task_index AS index, seconds,
            (count(*) FILTER (WHERE come_to))::int AS started, (count(*) FILTER (WHERE done))::int AS finished,
            (count(*) FILTER (WHERE come_to AND NOT done AND NOT completed))::int AS left,
            sum(restarts)::int AS restarts
       FROM timed
      GROUP BY simulated, task_key, task_version, task_index, seconds`,
    values(span),
    { name: "monitoring_tasks" },
  );
}

export interface DeliveredRow {
  readonly atFirst: boolean;
  readonly millis: number;
  readonly count: number;
}

/** Deliveries written that day that were delivered, on whichever day. */
export async function selectDelivered(db: Queryable, span: DaySpan): Promise<readonly DeliveredRow[]> {
  return db.query<DeliveredRow>(
    `SELECT attempt_count <= 1 AS "atFirst",
            floor(extract(epoch FROM delivered_at - created_at) * 1000)::float8 AS millis, count(*)::int AS count
       FROM deliveries
      WHERE company_id = $1::text AND environment_id = $2::text
        AND created_at >= $3::timestamptz AND created_at < $4::timestamptz AND state = 'delivered'
      GROUP BY 1, 2`,
    values(span),
    { name: "monitoring_delivered" },
  );
}
