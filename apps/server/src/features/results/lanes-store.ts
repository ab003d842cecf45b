import { ANNOUNCED_RESULT, BESIDE, COLUMNS } from "./read-store.ts";

/** The statements of lists of results: one for each order, over one environment or many. */

/**
 * Which rows a list walks over, and in which order: `uid` is one row of each environment, `form` the canonical forms with
 * a prefix, `batch` the links of one batch.
 */
export type Lane = "created" | "completed" | "uid" | "form" | "batch";

interface LaneSql {
  /** The row's place as text, for a cursor. */
  readonly key: string;
  readonly sortKey: string;
  readonly range: string;
  readonly order: string;
  readonly descends: boolean;
  /** A lane that is walked in each environment by itself, and merged. */
  readonly byEnvironment: boolean;
}

function byTime(column: string, { from, to }: { readonly from: string; readonly to: string }): LaneSql {
  return {
    key: `to_char(s.${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
    sortKey: `s.${column}`,
    range: `
      s.environment_id = e.environment_id
      AND s.${column} >= coalesce(to_timestamp(${from}::float8), '-infinity')
      AND s.${column} < coalesce(to_timestamp(${to}::float8), 'infinity')
      AND (s.${column}, s.session_id) < (coalesce($3::timestamptz, 'infinity'), coalesce($4::text, ''))`,
    order: `s.${column} DESC, s.session_id DESC`,
    descends: true,
    byEnvironment: true,
  };
}

const FLAT = { byEnvironment: false, descends: false } as const;

// Each follows one index: sessions_by_environment, sessions_by_end, the unique key, sessions_by_canonical, whose
// collation is bytes, so that "~" sorts behind every character of a uid, and sessions_by_batch. Session ids are in the
// order of time.
export const LANES: Readonly<Record<Lane, LaneSql>> = {
  created: byTime("created_at", { from: "$13", to: "$14" }),
  completed: byTime("ended_at", { from: "$15", to: "$16" }),
  uid: {
    ...FLAT,
    key: "s.uid",
    sortKey: "s.uid",
    range: `s.environment_id = ANY ($2::text[]) AND s.uid = $20::text AND ($3::text IS NULL OR s.session_id > $4::text)`,
    order: "s.session_id",
  },
  form: {
    ...FLAT,
    key: 's.uid_canonical COLLATE "C"',
    sortKey: 's.uid_canonical COLLATE "C"',
    range: `
      s.uid_canonical COLLATE "C" >= coalesce($3::text, $20::text)
      AND s.uid_canonical COLLATE "C" < $20::text || '~'
      AND ($3::text IS NULL OR s.uid_canonical COLLATE "C" > $3::text OR s.session_id > $4::text)`,
    order: 's.uid_canonical COLLATE "C", s.session_id',
  },
  batch: {
    key: "s.session_id",
    sortKey: "s.session_id",
    range: `s.batch_id = $20::text AND ($3::text IS NULL OR s.session_id < $4::text)`,
    order: "s.session_id DESC",
    descends: true,
    byEnvironment: false,
  },
};

// As effectiveState: an end that is due holds before the sweep has written it.
const STATE_NOW = `
  CASE WHEN s.state IN ('created', 'opened') AND s.expires_at <= now() THEN 'expired'
       WHEN s.state = 'in_progress' AND s.expires_at + make_interval(secs => $7::int) <= now() THEN 'expired'
       ELSE s.state END`;

// From each environment the next $19 rows of its index. Behind the nearest end of those that have more, a row of that
// one may be missing: what lies further is left to the next page, so that the merged order is whole.
function laneSql({ key, sortKey, range, order, byEnvironment }: LaneSql): string {
  const rows = `
      SELECT s.company_id, s.session_id, s.environment_id, s.uid, s.state, s.outcome, s.end_reasons, s.run, s.metadata,
             s.simulated, s.created_at, s.expires_at, s.opened_at, s.ended_at, s.last_activity_at, s.batch_id,
             ${key} AS key, ${sortKey} AS sort_key, row_number() OVER (ORDER BY ${order}) AS nth
        FROM sessions s
       WHERE s.company_id = $1::text AND ${range}
       ORDER BY ${order}
       LIMIT $19::int`;
  return byEnvironment
    ? `SELECT of_one.* FROM unnest($2::text[]) AS e (environment_id) CROSS JOIN LATERAL (${rows}) AS of_one`
    : rows;
}

// The lane first and cut there, then the filter: the cost of a page is bounded whatever is asked, and something rare is
// found over several pages instead of in one statement that reads a million rows.
function foundSql(lane: LaneSql): string {
  const direction = lane.descends ? " DESC" : "";
  const order = `sort_key${direction}, session_id${direction}`;
  return `
    WITH lane AS MATERIALIZED (${laneSql(lane)}
    ), edge AS (
      SELECT sort_key, session_id FROM lane WHERE nth = $19::int ORDER BY ${order} LIMIT 1
    ), looked AS MATERIALIZED (
      SELECT lane.*, row_number() OVER (ORDER BY ${order}) AS place
        FROM lane
       WHERE NOT EXISTS (SELECT FROM edge)
          OR (sort_key, session_id) ${lane.descends ? ">=" : "<="} (SELECT sort_key, session_id FROM edge)
       ORDER BY ${order}
       LIMIT $6::int
    ), found AS (
      SELECT s.*
        FROM looked s
       WHERE s.environment_id = ANY ($2::text[]) AND s.state <> 'erased'
         AND ($8::text[] IS NULL OR ${STATE_NOW} = ANY ($8::text[]))
         AND ($9::text[] IS NULL OR s.outcome = ANY ($9::text[]))
         AND ($10::text[] IS NULL AND $11::text[] IS NULL AND $18::text[] IS NULL
              OR EXISTS (SELECT FROM (${ANNOUNCED_RESULT}) AS r
                          WHERE ($10::text[] IS NULL OR r.risk_band = ANY ($10::text[]))
                            AND ($11::text[] IS NULL OR r.score_confidence = ANY ($11::text[]))
                            AND ($18::text[] IS NULL
                                 OR EXISTS (SELECT FROM jsonb_array_elements(r.calculated->'flags') AS flag
                                             WHERE flag->>'key' = ANY ($18::text[])))))
         AND ($12::boolean IS NULL OR s.simulated = $12::boolean)
         AND ($13::float8 IS NULL OR s.created_at >= to_timestamp($13::float8))
         AND ($14::float8 IS NULL OR s.created_at < to_timestamp($14::float8))
         AND ($15::float8 IS NULL OR s.state = 'completed' AND s.ended_at >= to_timestamp($15::float8))
         AND ($16::float8 IS NULL OR s.state = 'completed' AND s.ended_at < to_timestamp($16::float8))
         AND ($17::text IS NULL OR starts_with(s.uid, $17::text))
       ORDER BY s.place
       LIMIT $5::int
    )`;
}

const HOW_FAR = `
      (SELECT key, session_id, place,
              EXISTS (SELECT FROM edge) OR place < (SELECT count(*) FROM lane) AS is_cut
         FROM looked ORDER BY place DESC LIMIT 1) AS last`;

function pageSql(lane: LaneSql): string {
  return `${foundSql(lane)}, shown AS (
      SELECT s.place::int, s.key, ${COLUMNS} FROM found s ${BESIDE}
    )
    SELECT shown.*, last.place::int AS looked, last.is_cut AS "isCut", last.key AS "lastKey",
           last.session_id AS "lastSessionId"
      FROM ${HOW_FAR}
      LEFT JOIN shown ON true
     ORDER BY shown.place`;
}

function countSql(lane: LaneSql): string {
  return `${foundSql(lane)}
    SELECT (SELECT count(*) FROM found)::int AS found, last.place::int AS looked, last.is_cut AS "isCut",
           last.key AS "lastKey", last.session_id AS "lastSessionId"
      FROM ${HOW_FAR}`;
}

function ofEachLane(write: (lane: LaneSql) => string): Readonly<Record<Lane, string>> {
  const { created, completed, uid, form, batch } = LANES;
  return {
    created: write(created),
    completed: write(completed),
    uid: write(uid),
    form: write(form),
    batch: write(batch),
  };
}

export const PAGE_SQL = ofEachLane(pageSql);
export const COUNT_SQL = ofEachLane(countSql);
