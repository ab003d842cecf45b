import type { Queryable } from "../../infra/database.ts";
import type { SessionRow } from "../sessions/lifecycle.ts";

type SessionPart = Pick<
  SessionRow,
  | "sessionId"
  | "uid"
  | "state"
  | "outcome"
  | "endReasons"
  | "run"
  | "metadata"
  | "simulated"
  | "createdAt"
  | "expiresAt"
  | "openedAt"
  | "endedAt"
  | "lastActivityAt"
  | "at"
>;

export interface ReadRow extends SessionPart {
  /** The members below are null without a result. */
  readonly resultId: string | null;
  readonly scoredRun: number | null;
  readonly scoredAt: Date | null;
  readonly riskBand: string | null;
  readonly modelVersion: string | null;
  readonly batteryVersion: string | null;
  readonly modelHash: string | null;
  readonly inputsChecksum: string | null;
  readonly calculated: unknown;
  readonly calculatedHash: string | null;
  /** Of the newest event; null before the first. */
  readonly eventId: string | null;
  readonly eventType: string | null;
  readonly eventAt: Date | null;
  /** Of that event's newest delivery; null when no URL was set. */
  readonly deliveryState: "pending" | "held" | "delivered" | "dead" | null;
  readonly attemptCount: number | null;
  readonly lastStatus: number | null;
  readonly deliveredAt: Date | null;
  readonly nextAttemptAt: Date | null;
}

/** The announced result of a session `s`: one row or none. */
const ANNOUNCED_RESULT = `
  SELECT * FROM results
   WHERE company_id = s.company_id AND session_id = s.session_id AND origin = 'finish'
   ORDER BY scored_at DESC, result_id DESC
   LIMIT 1`;

// While somebody plays, only batches arrive; the session's row is left alone.
const COLUMNS = `
  s.session_id AS "sessionId", s.uid, s.state, s.outcome,
  s.end_reasons AS "endReasons", s.run, s.metadata, s.simulated, s.created_at AS "createdAt",
  s.expires_at AS "expiresAt", s.opened_at AS "openedAt", s.ended_at AS "endedAt",
  greatest(s.last_activity_at, b.received_at) AS "lastActivityAt", now() AS at,
  r.result_id AS "resultId", r.run AS "scoredRun", r.scored_at AS "scoredAt", r.risk_band AS "riskBand",
  r.model_version AS "modelVersion", r.battery_version AS "batteryVersion", r.model_hash AS "modelHash",
  r.inputs_checksum AS "inputsChecksum", r.calculated, r.calculated_hash AS "calculatedHash",
  e.event_id AS "eventId", e.type AS "eventType", e.created_at AS "eventAt",
  d.state AS "deliveryState", d.attempt_count AS "attemptCount", d.last_status AS "lastStatus",
  d.delivered_at AS "deliveredAt", CASE WHEN d.state = 'pending' THEN d.due_at END AS "nextAttemptAt"`;

const BESIDE = `
  LEFT JOIN LATERAL (
         SELECT max(received_at) AS received_at FROM input_batches
          WHERE s.state = 'in_progress' AND company_id = s.company_id AND session_id = s.session_id
            AND run = s.run) AS b ON true
  LEFT JOIN LATERAL (${ANNOUNCED_RESULT}) AS r ON true
  LEFT JOIN LATERAL (
         SELECT * FROM events
          WHERE company_id = s.company_id AND session_id = s.session_id
          ORDER BY event_id DESC
          LIMIT 1) AS e ON true
  LEFT JOIN LATERAL (
         SELECT * FROM deliveries
          WHERE company_id = e.company_id AND event_id = e.event_id
          ORDER BY created_at DESC, delivery_id DESC
          LIMIT 1) AS d ON true`;

export interface ReadPlace {
  readonly companyId: string;
  readonly environmentId: string;
}

/** The session of this id in this environment, unless it was erased. */
export async function selectOne(db: Queryable, place: ReadPlace, sessionId: string): Promise<ReadRow | null> {
  const rows = await db.query<ReadRow>(
    `SELECT ${COLUMNS}
       FROM sessions s ${BESIDE}
      WHERE s.company_id = $1::text AND s.environment_id = $2::text AND s.session_id = $3::text
        AND s.state <> 'erased'`,
    [place.companyId, place.environmentId, sessionId],
    { name: "results_one" },
  );
  return rows[0] ?? null;
}

/** Which rows a list walks over, and in which order: `uid` is one row, `form` the canonical forms with a prefix. */
export type Lane = "created" | "completed" | "uid" | "form";

export interface ReadFilter {
  readonly uidPrefix: string | null;
  readonly states: readonly string[] | null;
  readonly outcomes: readonly string[] | null;
  readonly riskBands: readonly string[] | null;
  readonly confidences: readonly string[] | null;
  readonly simulated: boolean | null;
  /** Epoch seconds; the ends are not included. */
  readonly createdFrom: number | null;
  readonly createdTo: number | null;
  readonly completedFrom: number | null;
  readonly completedTo: number | null;
}

/** Where a page ended, as the lane orders: a time as text (a Date would drop its microseconds), a form or a uid. */
export interface ReadKey {
  readonly key: string;
  readonly sessionId: string;
}

export interface ReadPage {
  readonly lane: Lane;
  /** The uid, or how the forms begin; of the lanes by time null. */
  readonly name: string | null;
  readonly filter: ReadFilter;
  readonly after: ReadKey | null;
  /** Rows to return at most. */
  readonly limit: number;
  /** Rows to look at at most, whatever the filter leaves of them. */
  readonly look: number;
  /** A journey in progress expires so long after its time. */
  readonly graceSeconds: number;
}

export interface FoundPage {
  readonly rows: readonly (ReadRow & ReadKey)[];
  /** The last row looked at, when there may be more behind it. */
  readonly lookedTo: ReadKey | null;
}

function exactTime(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

// Each follows one index: sessions_by_environment, sessions_by_end, the unique key, and sessions_by_canonical, whose
// collation is bytes, so that "~" sorts behind every character of a uid. The last one knows no environments.
const LANES: Readonly<Record<Lane, { readonly key: string; readonly range: string; readonly order: string }>> = {
  created: {
    key: exactTime("s.created_at"),
    range: `
      s.environment_id = $2::text
      AND s.created_at >= coalesce(to_timestamp($13::float8), '-infinity')
      AND s.created_at < coalesce(to_timestamp($14::float8), 'infinity')
      AND (s.created_at, s.session_id) < (coalesce($3::timestamptz, 'infinity'), coalesce($4::text, ''))`,
    order: "s.created_at DESC, s.session_id DESC",
  },
  completed: {
    key: exactTime("s.ended_at"),
    range: `
      s.environment_id = $2::text
      AND s.ended_at >= coalesce(to_timestamp($15::float8), '-infinity')
      AND s.ended_at < coalesce(to_timestamp($16::float8), 'infinity')
      AND (s.ended_at, s.session_id) < (coalesce($3::timestamptz, 'infinity'), coalesce($4::text, ''))`,
    order: "s.ended_at DESC, s.session_id DESC",
  },
  uid: {
    key: "s.uid",
    range: `s.environment_id = $2::text AND s.uid = $18::text AND ($3::text IS NULL OR s.session_id > $4::text)`,
    order: "s.session_id",
  },
  form: {
    key: 's.uid_canonical COLLATE "C"',
    range: `
      s.uid_canonical COLLATE "C" >= coalesce($3::text, $18::text)
      AND s.uid_canonical COLLATE "C" < $18::text || '~'
      AND ($3::text IS NULL OR s.uid_canonical COLLATE "C" > $3::text OR s.session_id > $4::text)`,
    order: 's.uid_canonical COLLATE "C", s.session_id',
  },
};

// As effectiveState: an end that is due holds before the sweep has written it.
const STATE_NOW = `
  CASE WHEN s.state IN ('created', 'opened') AND s.expires_at <= now() THEN 'expired'
       WHEN s.state = 'in_progress' AND s.expires_at + make_interval(secs => $7::int) <= now() THEN 'expired'
       ELSE s.state END`;

// The lane first and cut there, then the filter: the cost of a page is bounded whatever is asked, and something rare is
// found over several pages instead of in one statement that reads a million rows.
function pageSql({ key, range, order }: (typeof LANES)[Lane]): string {
  return `
    WITH looked AS MATERIALIZED (
      SELECT s.company_id, s.session_id, s.environment_id, s.uid, s.state, s.outcome, s.end_reasons, s.run, s.metadata,
             s.simulated, s.created_at, s.expires_at, s.opened_at, s.ended_at, s.last_activity_at,
             ${key} AS key, row_number() OVER (ORDER BY ${order}) AS place
        FROM sessions s
       WHERE s.company_id = $1::text AND ${range}
       ORDER BY ${order}
       LIMIT $6::int
    ), found AS (
      SELECT s.*
        FROM looked s
       WHERE s.environment_id = $2::text AND s.state <> 'erased'
         AND ($8::text[] IS NULL OR ${STATE_NOW} = ANY ($8::text[]))
         AND ($9::text[] IS NULL OR s.outcome = ANY ($9::text[]))
         AND ($10::text[] IS NULL AND $11::text[] IS NULL
              OR EXISTS (SELECT FROM (${ANNOUNCED_RESULT}) AS r
                          WHERE ($10::text[] IS NULL OR r.risk_band = ANY ($10::text[]))
                            AND ($11::text[] IS NULL OR r.score_confidence = ANY ($11::text[]))))
         AND ($12::boolean IS NULL OR s.simulated = $12::boolean)
         AND ($13::float8 IS NULL OR s.created_at >= to_timestamp($13::float8))
         AND ($14::float8 IS NULL OR s.created_at < to_timestamp($14::float8))
         AND ($15::float8 IS NULL OR s.state = 'completed' AND s.ended_at >= to_timestamp($15::float8))
         AND ($16::float8 IS NULL OR s.state = 'completed' AND s.ended_at < to_timestamp($16::float8))
         AND ($17::text IS NULL OR starts_with(s.uid, $17::text))
       ORDER BY s.place
       LIMIT $5::int
    ), shown AS (
      SELECT s.place, s.key, ${COLUMNS} FROM found s ${BESIDE}
    )
    SELECT shown.*, last.place = $6::int AS "isCut", last.key AS "lastKey", last.session_id AS "lastSessionId"
      FROM (SELECT place, key, session_id FROM looked ORDER BY place DESC LIMIT 1) AS last
      LEFT JOIN shown ON true
     ORDER BY shown.place`;
}

const PAGE_SQL: Readonly<Record<Lane, string>> = {
  created: pageSql(LANES.created),
  completed: pageSql(LANES.completed),
  uid: pageSql(LANES.uid),
  form: pageSql(LANES.form),
};

interface PageRow extends ReadRow, ReadKey {
  readonly isCut: boolean;
  readonly lastKey: string;
  readonly lastSessionId: string;
}

/** A page of the lane, filtered. */
export async function selectPage(db: Queryable, place: ReadPlace, page: ReadPage): Promise<FoundPage> {
  const { lane, name, filter, after } = page;
  const values = [
    place.companyId,
    place.environmentId,
    after?.key ?? null,
    after?.sessionId ?? null,
    page.limit,
    page.look,
    page.graceSeconds,
    filter.states,
    filter.outcomes,
    filter.riskBands,
    filter.confidences,
    filter.simulated,
    filter.createdFrom,
    filter.createdTo,
    filter.completedFrom,
    filter.completedTo,
    filter.uidPrefix,
  ];
  const rows = await db.query<PageRow>(PAGE_SQL[lane], name === null ? values : [...values, name], {
    name: `results_by_${lane}`,
  });
  const [first] = rows;
  return {
    // Where nothing was found one row still tells how far was looked.
    rows: rows.filter((row) => row.sessionId !== null),
    lookedTo: first?.isCut === true ? { key: first.lastKey, sessionId: first.lastSessionId } : null,
  };
}
