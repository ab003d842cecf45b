import type { Queryable } from "../../infra/database.ts";

export interface RunKey {
  readonly companyId: string;
  readonly sessionId: string;
  readonly run: number;
}

export interface StoredBatch {
  readonly taskIndex: number;
  readonly attempt: number;
  readonly attemptState: "open" | "done" | "interrupted";
  readonly seed: string;
  /** Of the trials as the page saw them at the end; null when it did not say. */
  readonly shownDigest: string | null;
  readonly seq: number | null;
  readonly bodyHash: string | null;
  readonly body: string | null;
}

// The last attempt of each task, batch by batch in the order they were played; an attempt without batches is one row.
export async function selectScoredBatches(db: Queryable, key: RunKey): Promise<readonly StoredBatch[]> {
  return db.query<StoredBatch>(
    `SELECT a.task_index AS "taskIndex", a.attempt, a.state AS "attemptState", a.seed,
            a.shown_digest AS "shownDigest", b.seq,
            b.body_hash AS "bodyHash", b.body
       FROM task_attempts a
       LEFT JOIN input_batches b
         ON b.company_id = a.company_id AND b.session_id = a.session_id AND b.run = a.run
        AND b.task_index = a.task_index AND b.attempt = a.attempt
      WHERE a.company_id = $1::text AND a.session_id = $2::text AND a.run = $3::int
        AND NOT EXISTS (
              SELECT 1 FROM task_attempts later
               WHERE later.company_id = $1::text AND later.session_id = $2::text AND later.run = $3::int
                 AND later.task_index = a.task_index AND later.attempt > a.attempt)
      ORDER BY a.task_index, b.seq`,
    [key.companyId, key.sessionId, key.run],
    { name: "results_scored_batches" },
  );
}

export interface JourneyFactsRow {
  readonly hiddenMs: number;
  readonly takeovers: number;
  readonly earlierRuns: number;
  readonly nearDuplicates: number;
  readonly webdriver: boolean;
  readonly deviceClass: "phone" | "tablet" | "computer" | null;
}

export async function selectJourneyFacts(db: Queryable, key: RunKey): Promise<JourneyFactsRow> {
  const rows = await db.query<JourneyFactsRow>(
    `SELECT coalesce(sum((details->>'duration_ms')::float8)
              FILTER (WHERE run = $3::int AND kind = 'hidden' AND details->>'task_index' IS NOT NULL), 0) AS "hiddenMs",
            (count(*) FILTER (WHERE run = $3::int AND kind = 'taken_over'))::int AS takeovers,
            (count(DISTINCT run) FILTER (WHERE run < $3::int AND kind = 'opened'))::int AS "earlierRuns",
            coalesce(max((details->>'count')::int)
              FILTER (WHERE run = $3::int AND kind = 'near_duplicate'), 0) AS "nearDuplicates",
            coalesce(bool_or((details->'device'->>'webdriver')::boolean)
              FILTER (WHERE run = $3::int AND kind IN ('opened', 'resumed', 'taken_over')), false) AS webdriver,
            (array_agg(details->'device'->>'class' ORDER BY fact_id DESC)
              FILTER (WHERE run = $3::int AND details->'device'->>'class' IS NOT NULL))[1] AS "deviceClass"
       FROM session_facts
      WHERE company_id = $1::text AND session_id = $2::text`,
    [key.companyId, key.sessionId, key.run],
    { name: "results_journey_facts" },
  );
  const row = rows[0];
  if (row === undefined) throw new Error("an aggregate without groups returned no row");
  return row;
}

export interface NewResult extends RunKey {
  readonly resultId: string;
  readonly environmentId: string;
  readonly batteryVersion: string;
  readonly modelVersion: string;
  readonly modelHash: string;
  readonly inputsChecksum: string;
  readonly score: number | null;
  readonly riskBand: string | null;
  readonly scoreConfidence: string;
  readonly trustScore: number;
  readonly calculated: unknown;
  readonly calculatedHash: string;
  readonly at: Date;
}

export async function insertResult(tx: Queryable, row: NewResult): Promise<void> {
  await tx.query(
    `INSERT INTO results
       (company_id, session_id, result_id, run, environment_id, battery_version, model_version, model_hash,
        inputs_checksum, score, risk_band, score_confidence, trust_score, calculated, calculated_hash, scored_at)
     VALUES ($1::text, $2::text, $3::text, $4::int, $5::text, $6::text, $7::text, $8::text,
             $9::text, $10::int, $11::text, $12::text, $13::int, $14::jsonb, $15::text, $16::timestamptz)`,
    [
      row.companyId,
      row.sessionId,
      row.resultId,
      row.run,
      row.environmentId,
      row.batteryVersion,
      row.modelVersion,
      row.modelHash,
      row.inputsChecksum,
      row.score,
      row.riskBand,
      row.scoreConfidence,
      row.trustScore,
      JSON.stringify(row.calculated),
      row.calculatedHash,
      row.at,
    ],
    { name: "results_insert" },
  );
}

export interface StoredResult {
  readonly resultId: string;
  readonly run: number;
  readonly modelVersion: string;
  readonly modelHash: string;
  readonly inputsChecksum: string;
  readonly calculated: unknown;
  readonly calculatedHash: string;
}

/** The latest result of a session. */
export async function selectLatestResult(
  db: Queryable,
  companyId: string,
  sessionId: string,
): Promise<StoredResult | null> {
  const rows = await db.query<StoredResult>(
    `SELECT result_id AS "resultId", run, model_version AS "modelVersion", model_hash AS "modelHash",
            inputs_checksum AS "inputsChecksum", calculated, calculated_hash AS "calculatedHash"
       FROM results
      WHERE company_id = $1::text AND session_id = $2::text
      ORDER BY scored_at DESC, result_id DESC
      LIMIT 1`,
    [companyId, sessionId],
  );
  return rows[0] ?? null;
}
