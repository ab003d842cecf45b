import type { Queryable } from "../../infra/database.ts";
import type { DaySpan } from "./count-store.ts";

/**
 * Why a result is not compared with the norm (null: it is). The norm is of first journeys with something at stake whose
 * data can be relied on; each result is left out for the first reason that holds.
 */
const LEFT_OUT = `CASE WHEN s.simulated THEN 'simulated' WHEN r.score IS NULL THEN 'unscorable'
                 WHEN s.stakes <> 'high' THEN 'low_stakes' WHEN r.score_confidence = 'LOW' THEN 'low_confidence'
                 WHEN r.run > 1 THEN 'later_runs' END`;

/** Of a result `r` and its session `s`: false of the result without a score of a journey that a later try scored. */
export const COUNTS = `(r.score IS NOT NULL OR s.outcome IS DISTINCT FROM 'scored')`;

// Erased sessions count nowhere from the moment the erasure is asked for.
const SCORED = `FROM results r
       JOIN sessions s ON s.company_id = $1::text AND s.session_id = r.session_id AND s.state <> 'erased' AND ${COUNTS}`;
const THAT_DAY = `r.company_id = $1::text AND r.environment_id = $2::text AND r.origin = 'finish'
        AND r.scored_at >= $3::timestamptz AND r.scored_at < $4::timestamptz`;

const values = ({ companyId, environmentId, from, to }: DaySpan): readonly unknown[] => [
  companyId,
  environmentId,
  from,
  to,
];

export interface ScoredRow {
  readonly simulated: boolean;
  readonly modelVersion: string;
  readonly leftOut: string | null;
  readonly score: number | null;
  readonly riskBand: string | null;
  readonly confidence: string;
  readonly trust: number;
  readonly count: number;
}

/** Results scored that day, those alike in one row. */
export async function selectScored(db: Queryable, span: DaySpan): Promise<readonly ScoredRow[]> {
  return db.query<ScoredRow>(
    `SELECT s.simulated, r.model_version AS "modelVersion", ${LEFT_OUT} AS "leftOut", r.score, r.risk_band AS "riskBand",
            r.score_confidence AS confidence, r.trust_score AS trust, count(*)::int AS count
       ${SCORED}
      WHERE ${THAT_DAY}
      GROUP BY 1, 2, 3, 4, 5, 6, 7`,
    values(span),
    { name: "monitoring_scored" },
  );
}

export interface StenRow {
  readonly simulated: boolean;
  readonly modelVersion: string;
  readonly compared: boolean;
  readonly key: string;
  readonly sten: number;
  /** False: it does not enter the score, and is shown only where the environment shows all. */
  readonly rated: boolean;
  readonly count: number;
}

export async function selectStens(db: Queryable, span: DaySpan): Promise<readonly StenRow[]> {
  return db.query<StenRow>(
    `SELECT s.simulated, r.model_version AS "modelVersion", ${LEFT_OUT} IS NULL AS compared, t.key, t.value AS sten,
            t.risk_band <> 'NOT_RATED' AS rated, count(*)::int AS count
       ${SCORED}
      CROSS JOIN LATERAL jsonb_to_recordset(r.calculated->'traits') AS t (key text, value int, risk_band text)
      WHERE ${THAT_DAY}
      GROUP BY 1, 2, 3, 4, 5, 6`,
    values(span),
    { name: "monitoring_stens" },
  );
}

export interface FlagRow {
  readonly simulated: boolean;
  readonly key: string;
  readonly count: number;
}

export async function selectFlags(db: Queryable, span: DaySpan): Promise<readonly FlagRow[]> {
  return db.query<FlagRow>(
    `SELECT s.simulated, f.key, count(*)::int AS count
       ${SCORED}
      CROSS JOIN LATERAL jsonb_to_recordset(r.calculated->'flags') AS f (key text)
      WHERE ${THAT_DAY}
      GROUP BY 1, 2`,
    values(span),
    { name: "monitoring_flags" },
  );
}
