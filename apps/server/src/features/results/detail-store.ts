import type { Queryable } from "../../infra/database.ts";

export interface ResultBeside {
  readonly resultId: string;
  readonly origin: "finish" | "rescore";
  readonly run: number;
  readonly scoredAt: Date;
  readonly modelVersion: string;
  readonly modelHash: string;
  readonly score: number | null;
  readonly riskBand: string | null;
  readonly scoreConfidence: string;
  readonly trustScore: number;
}

/** Every result of a session but the announced one, newest first, at most 100. */
export async function selectBeside(
  db: Queryable,
  key: { readonly companyId: string; readonly sessionId: string; readonly announcedId: string | null },
): Promise<readonly ResultBeside[]> {
  return db.query<ResultBeside>(
    `SELECT result_id AS "resultId", origin, run, scored_at AS "scoredAt", model_version AS "modelVersion",
            model_hash AS "modelHash", score, risk_band AS "riskBand", score_confidence AS "scoreConfidence",
            trust_score AS "trustScore"
       FROM results
      WHERE company_id = $1::text AND session_id = $2::text AND ($3::text IS NULL OR result_id <> $3::text)
      ORDER BY scored_at DESC, result_id DESC
      LIMIT 100`,
    [key.companyId, key.sessionId, key.announcedId],
    { name: "results_beside" },
  );
}
