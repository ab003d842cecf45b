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

/** Runs of one company: the n-th run belongs to the n-th session. */
export interface RunsKey {
  readonly companyId: string;
  readonly sessionIds: readonly string[];
  readonly runs: readonly number[];
}

// The same statement for one run and for a page of them. With one row of constants the planner sees a plain look-up.
const ONE_RUN = `(SELECT $2::text AS session_id, $3::int AS run) AS asked`;
const MANY_RUNS = `unnest($2::text[], $3::int[]) AS asked (session_id, run)`;

// The last attempt of each task, batch by batch in the order they were played; an attempt without batches is one row.
function scoredBatches(asked: string, more = ""): string {
  return `SELECT ${more}a.task_index AS "taskIndex", a.attempt, a.state AS "attemptState", a.seed,
            a.shown_digest AS "shownDigest", b.seq,
            b.body_hash AS "bodyHash", b.body
       FROM ${asked}
       JOIN task_attempts a ON a.company_id = $1::text AND a.session_id = asked.session_id AND a.run = asked.run
       LEFT JOIN input_batches b
         ON b.company_id = $1::text AND b.session_id = a.session_id AND b.run = a.run
        AND b.task_index = a.task_index AND b.attempt = a.attempt
      WHERE NOT EXISTS (
              SELECT 1 FROM task_attempts later
               WHERE later.company_id = $1::text AND later.session_id = a.session_id AND later.run = a.run
                 AND later.task_index = a.task_index AND later.attempt > a.attempt)
      ORDER BY a.session_id, a.task_index, b.seq`;
}

export async function selectScoredBatches(db: Queryable, key: RunKey): Promise<readonly StoredBatch[]> {
  return db.query<StoredBatch>(scoredBatches(ONE_RUN), [key.companyId, key.sessionId, key.run], {
    name: "results_scored_batches",
  });
}

/** By session id; a session without attempts is absent. */
export async function selectScoredBatchesOfMany(
  db: Queryable,
  key: RunsKey,
): Promise<ReadonlyMap<string, readonly StoredBatch[]>> {
  const rows = await db.query<StoredBatch & { readonly sessionId: string }>(
    scoredBatches(MANY_RUNS, `a.session_id AS "sessionId", `),
    [key.companyId, key.sessionIds, key.runs],
    { name: "results_scored_batches_of_many" },
  );
  const bySession = new Map<string, StoredBatch[]>();
  for (const row of rows) {
    const batches = bySession.get(row.sessionId);
    if (batches === undefined) bySession.set(row.sessionId, [row]);
    else batches.push(row);
  }
  return bySession;
}

export interface JourneyFactsRow {
  readonly hiddenMs: number;
  readonly takeovers: number;
  readonly earlierRuns: number;
  readonly nearDuplicates: number;
  readonly webdriver: boolean;
  readonly deviceClass: "phone" | "tablet" | "computer" | null;
}

function journeyFacts(asked: string, more = ""): string {
  return `SELECT ${more}coalesce(sum((f.details->>'duration_ms')::float8)
              FILTER (WHERE f.run = asked.run AND f.kind = 'hidden' AND f.details->>'task_index' IS NOT NULL), 0) AS "hiddenMs",
            (count(*) FILTER (WHERE f.run = asked.run AND f.kind = 'taken_over'))::int AS takeovers,
            (count(DISTINCT f.run) FILTER (WHERE f.run < asked.run AND f.kind = 'opened'))::int AS "earlierRuns",
            coalesce(max((f.details->>'count')::int)
              FILTER (WHERE f.run = asked.run AND f.kind = 'near_duplicate'), 0) AS "nearDuplicates",
            coalesce(bool_or((f.details->'device'->>'webdriver')::boolean)
              FILTER (WHERE f.run = asked.run AND f.kind IN ('opened', 'resumed', 'taken_over')), false) AS webdriver,
            (array_agg(f.details->'device'->>'class' ORDER BY f.fact_id DESC)
              FILTER (WHERE f.run = asked.run AND f.details->'device'->>'class' IS NOT NULL))[1] AS "deviceClass"
       FROM ${asked}
       LEFT JOIN session_facts f ON f.company_id = $1::text AND f.session_id = asked.session_id
      GROUP BY asked.session_id, asked.run`;
}

export async function selectJourneyFacts(db: Queryable, key: RunKey): Promise<JourneyFactsRow> {
  const rows = await db.query<JourneyFactsRow>(journeyFacts(ONE_RUN), [key.companyId, key.sessionId, key.run], {
    name: "results_journey_facts",
  });
  if (rows[0] === undefined) throw new Error("a session that was asked for returned no row");
  return rows[0];
}

/** By session id; every session that was asked for is there. */
export async function selectJourneyFactsOfMany(
  db: Queryable,
  key: RunsKey,
): Promise<ReadonlyMap<string, JourneyFactsRow>> {
  const rows = await db.query<JourneyFactsRow & { readonly sessionId: string }>(
    journeyFacts(MANY_RUNS, `asked.session_id AS "sessionId", `),
    [key.companyId, key.sessionIds, key.runs],
    { name: "results_journey_facts_of_many" },
  );
  return new Map(rows.map(({ sessionId, ...facts }) => [sessionId, facts]));
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
  readonly sessionId: string;
  readonly resultId: string;
  readonly run: number;
  readonly modelVersion: string;
  readonly modelHash: string;
  readonly inputsChecksum: string;
  readonly scoredAt: Date;
  readonly score: number | null;
  readonly scoreConfidence: string;
  readonly trustScore: number;
  readonly calculated: unknown;
  readonly calculatedHash: string;
}

/** By session id, the result that was announced: the one that counts, whatever was calculated again beside it. */
export async function selectOwnResults(
  db: Queryable,
  companyId: string,
  sessionIds: readonly string[],
): Promise<ReadonlyMap<string, StoredResult>> {
  const rows = await db.query<StoredResult>(
    `SELECT DISTINCT ON (session_id) session_id AS "sessionId", result_id AS "resultId", run,
            model_version AS "modelVersion", model_hash AS "modelHash", inputs_checksum AS "inputsChecksum",
            scored_at AS "scoredAt", score, score_confidence AS "scoreConfidence",
            trust_score AS "trustScore", calculated, calculated_hash AS "calculatedHash"
       FROM results
      WHERE company_id = $1::text AND session_id = ANY ($2::text[]) AND origin = 'finish'
      ORDER BY session_id, scored_at DESC, result_id DESC`,
    [companyId, sessionIds],
  );
  return new Map(rows.map((row) => [row.sessionId, row]));
}
