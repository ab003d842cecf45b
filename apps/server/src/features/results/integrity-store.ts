import type { Queryable } from "../../infra/database.ts";
import type { StoredTask } from "../sessions/lifecycle.ts";

export interface MismatchRow {
  readonly sessionId: string;
  readonly resultId: string;
  readonly run: number;
  readonly environmentId: string;
  readonly batteryVersion: string;
  readonly modelVersion: string;
  readonly taskPlan: readonly StoredTask[];
  readonly simulated: boolean;
  readonly at: Date;
}

/** Announced results whose replay differed from what the page saw, newest first. */
export async function selectMismatches(
  db: Queryable,
  companyId: string,
  page: { readonly since: number | null; readonly limit: number },
): Promise<readonly MismatchRow[]> {
  return db.query<MismatchRow>(
    `SELECT r.session_id AS "sessionId", r.result_id AS "resultId", r.run, r.environment_id AS "environmentId",
            r.battery_version AS "batteryVersion", r.model_version AS "modelVersion", s.task_plan AS "taskPlan",
            s.simulated, r.scored_at AS at
       FROM results r
       JOIN sessions s ON s.company_id = r.company_id AND s.session_id = r.session_id
      WHERE r.company_id = $1::text AND r.origin = 'finish'
        AND r.calculated #>> '{working,integrity}' = 'replay_mismatch'
        AND s.state <> 'erased'
        AND NOT EXISTS (SELECT FROM results later
                         WHERE later.company_id = r.company_id AND later.session_id = r.session_id
                           AND later.origin = 'finish' AND later.scored_at > r.scored_at)
        AND ($2::float8 IS NULL OR r.scored_at >= to_timestamp($2::float8))
      ORDER BY r.scored_at DESC, r.result_id DESC
      LIMIT $3::int`,
    [companyId, page.since, page.limit],
  );
}
