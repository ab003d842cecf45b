import type { Queryable } from "../../infra/database.ts";
import type { SessionState } from "../sessions/lifecycle.ts";

/** Where a list is looked for. */
export interface Scope {
  readonly companyId: string;
  readonly environmentIds: readonly string[];
}

/** A place in the list, and what is asked for it. */
export interface Asked {
  readonly index: number;
  readonly text: string;
}

export interface MatchRow {
  readonly index: number;
  readonly uid: string;
  readonly sessionId: string;
  readonly environmentId: string;
  readonly state: SessionState;
  readonly expiresAt: Date;
  /** The database's clock. */
  readonly at: Date;
}

// By the unique key (company, environment, uid): a look-up for each line and environment, whatever the sessions number.
export async function selectByUids(db: Queryable, scope: Scope, asked: readonly Asked[]): Promise<readonly MatchRow[]> {
  return db.query<MatchRow>(
    `SELECT asked.index, s.uid, s.session_id AS "sessionId", s.environment_id AS "environmentId", s.state,
            s.expires_at AS "expiresAt", now() AS at
       FROM unnest($3::int[], $4::text[]) AS asked (index, uid)
      CROSS JOIN unnest($2::text[]) AS place (environment_id)
       JOIN sessions s
         ON s.company_id = $1::text AND s.environment_id = place.environment_id AND s.uid = asked.uid
      WHERE s.state <> 'erased'`,
    [scope.companyId, scope.environmentIds, asked.map(({ index }) => index), asked.map(({ text }) => text)],
    { name: "reconcile_by_uid" },
  );
}

export interface SentRow {
  readonly sessionId: string;
  readonly score: number | null;
  readonly riskBand: string | null;
}

// What was sent stands in the stored body; where that is gone (retention), the result says the same. The latest score
// event of a session is its last word: a later re-try of a result that could not be scored adds one.
export async function selectSent(
  db: Queryable,
  companyId: string,
  sessionIds: readonly string[],
): Promise<readonly SentRow[]> {
  return db.query<SentRow>(
    `SELECT asked.session_id AS "sessionId", coalesce(sent.score, held.score)::float8 AS score,
            coalesce(sent.risk_band, held.risk_band) AS "riskBand"
       FROM unnest($2::text[]) AS asked (session_id)
       LEFT JOIN LATERAL (
              SELECT (body::json #>> '{event,details,calculated,score}')::int AS score,
                     body::json #>> '{event,details,calculated,risk_band}' AS risk_band
                FROM events
               WHERE company_id = $1::text AND session_id = asked.session_id
                 AND type = 'psychometric_score.complete' AND body IS NOT NULL
               ORDER BY created_at DESC
               LIMIT 1) AS sent ON true
       LEFT JOIN LATERAL (
              SELECT score, risk_band
                FROM results
               WHERE company_id = $1::text AND session_id = asked.session_id AND sent.score IS NULL
                 AND origin = 'finish'
               ORDER BY scored_at DESC, result_id DESC
               LIMIT 1) AS held ON true`,
    [companyId, sessionIds],
    { name: "reconcile_sent" },
  );
}

export interface ErasedRow {
  readonly index: number;
  readonly sessionId: string;
  readonly environmentId: string;
}

export async function selectErased(
  db: Queryable,
  scope: Scope,
  asked: readonly Asked[],
): Promise<readonly ErasedRow[]> {
  return db.query<ErasedRow>(
    `SELECT asked.index, x.session_id AS "sessionId", x.environment_id AS "environmentId"
       FROM unnest($3::int[], $4::text[]) AS asked (index, uid_hash)
      CROSS JOIN unnest($2::text[]) AS place (environment_id)
       JOIN erased_uids x
         ON x.company_id = $1::text AND x.environment_id = place.environment_id AND x.uid_hash = asked.uid_hash`,
    [scope.companyId, scope.environmentIds, asked.map(({ index }) => index), asked.map(({ text }) => text)],
    { name: "reconcile_erased" },
  );
}

export interface FinishedRow {
  readonly sessionId: string;
  readonly uid: string;
  readonly finishedAt: Date;
  /** Where the next page begins; the time as text, since a Date would cut its microseconds. */
  readonly cursor: { readonly at: string; readonly resultId: string };
}

// A journey that was scored by a later try has two announced results. Its score is the newest one's; but it finished when
// the first was made, and a report about a month says the same whenever it is asked for.
/** A page of what finished in one environment, the newest first. Every completed journey has a result. */
export async function selectFinished(
  db: Queryable,
  query: {
    readonly companyId: string;
    readonly environmentId: string;
    /** Epoch seconds, the end not included. */
    readonly from: number;
    readonly to: number;
    readonly after: FinishedRow["cursor"] | null;
    readonly limit: number;
  },
): Promise<readonly FinishedRow[]> {
  return db.query<FinishedRow>(
    `SELECT r.session_id AS "sessionId", s.uid, r.scored_at AS "finishedAt",
            json_build_object('at', r.scored_at::text, 'resultId', r.result_id) AS cursor
       FROM results r
       JOIN sessions s ON s.company_id = r.company_id AND s.session_id = r.session_id
      WHERE r.company_id = $1::text AND r.environment_id = $2::text AND r.origin = 'finish'
        AND r.scored_at >= to_timestamp($3::float8)
        AND (r.scored_at, r.result_id) < (coalesce($5::timestamptz, to_timestamp($4::float8)), coalesce($6::text, ''))
        AND s.state = 'completed'
        AND NOT EXISTS (SELECT FROM results earlier
                         WHERE earlier.company_id = r.company_id AND earlier.session_id = r.session_id
                           AND earlier.origin = 'finish' AND earlier.scored_at < r.scored_at)
      ORDER BY r.scored_at DESC, r.result_id DESC
      LIMIT $7::int`,
    [
      query.companyId,
      query.environmentId,
      query.from,
      query.to,
      query.after?.at ?? null,
      query.after?.resultId ?? null,
      query.limit,
    ],
    { name: "reconcile_finished" },
  );
}
