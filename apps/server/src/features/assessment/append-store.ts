import type { Queryable } from "../../infra/database.ts";

export interface BatchPlace {
  readonly companyId: string;
  readonly sessionId: string;
  readonly run: number;
  readonly taskIndex: number;
  readonly attempt: number;
  readonly seq: number;
}

export interface NewBatch extends BatchPlace {
  readonly epoch: number;
  readonly bodyHash: string;
  readonly body: string;
  readonly at?: Date | undefined;
}

// One statement, because it is the applicant's hot path. The attempt's row is only share-locked: its state and epoch,
// which every end and every opening change, are judged at the moment of the write, and no batch rewrites the row (an
// update of it cost a third more). A number is taken once by the primary key, and only after the one before it. The
// session's time limit stands in a sub-select of its own, so that no index on it is tried instead of the primary key.
export async function insertBatch(db: Queryable, batch: NewBatch, graceSeconds: number): Promise<boolean> {
  const rows = await db.query(
    `WITH admitted AS MATERIALIZED (
       SELECT 1
         FROM task_attempts a
        WHERE a.company_id = $1::text AND a.session_id = $2::text AND a.run = $3::int AND a.task_index = $4::int
          AND a.attempt = $5::int AND a.epoch = $7::int AND a.state = 'open'
          AND ($6::int = 0 OR EXISTS (
                SELECT 1 FROM input_batches b
                 WHERE b.company_id = $1::text AND b.session_id = $2::text AND b.run = $3::int
                   AND b.task_index = $4::int AND b.attempt = $5::int AND b.seq = $6::int - 1))
          AND (SELECT s.expires_at FROM sessions s WHERE s.company_id = $1::text AND s.session_id = $2::text)
              > coalesce($10::timestamptz, now()) - make_interval(secs => $11::int)
          FOR SHARE OF a
     )
     INSERT INTO input_batches
       (company_id, session_id, run, task_index, attempt, seq, epoch, body_hash, body, received_at)
     SELECT $1::text, $2::text, $3::int, $4::int, $5::int, $6::int, $7::int, $8::text, $9::text,
            coalesce($10::timestamptz, now())
       FROM admitted
     ON CONFLICT DO NOTHING
     RETURNING seq`,
    [
      batch.companyId,
      batch.sessionId,
      batch.run,
      batch.taskIndex,
      batch.attempt,
      batch.seq,
      batch.epoch,
      batch.bodyHash,
      batch.body,
      batch.at ?? null,
      graceSeconds,
    ],
    { name: "journey_insert_batch" },
  );
  return rows.length === 1;
}

export interface BatchSituation {
  /** Of the batch already stored under this number; null when none is. */
  readonly storedHash: string | null;
  /** Null when the attempt was never granted. */
  readonly attemptState: "open" | "done" | "interrupted" | null;
  /** The number the next batch must carry. */
  readonly nextSeq: number;
}

/** What explains a refused batch; read only after a refusal. */
export async function selectBatchSituation(db: Queryable, place: BatchPlace): Promise<BatchSituation> {
  const rows = await db.query<BatchSituation>(
    `SELECT a.state AS "attemptState",
            (SELECT coalesce(max(b.seq) + 1, 0) FROM input_batches b
              WHERE b.company_id = $1::text AND b.session_id = $2::text AND b.run = $3::int
                AND b.task_index = $4::int AND b.attempt = $5::int) AS "nextSeq",
            (SELECT b.body_hash FROM input_batches b
              WHERE b.company_id = $1::text AND b.session_id = $2::text AND b.run = $3::int
                AND b.task_index = $4::int AND b.attempt = $5::int AND b.seq = $6::int) AS "storedHash"
       FROM task_attempts a
      WHERE a.company_id = $1::text AND a.session_id = $2::text AND a.run = $3::int AND a.task_index = $4::int
        AND a.attempt = $5::int`,
    [place.companyId, place.sessionId, place.run, place.taskIndex, place.attempt, place.seq],
  );
  return rows[0] ?? { storedHash: null, attemptState: null, nextSeq: 0 };
}

// Evidence, not data: a page that keeps sending other content fills no disk.
export async function insertConflict(
  db: Queryable,
  conflictId: string,
  batch: NewBatch,
  limitPerSession: number,
): Promise<void> {
  await db.query(
    `INSERT INTO input_conflicts
       (company_id, session_id, conflict_id, run, task_index, attempt, seq, body_hash, body, received_at)
     SELECT $1::text, $2::text, $3::text, $4::int, $5::int, $6::int, $7::int, $8::text, $9::text,
            coalesce($10::timestamptz, now())
      WHERE (SELECT count(*) FROM input_conflicts
              WHERE company_id = $1::text AND session_id = $2::text) < $11::int`,
    [
      batch.companyId,
      batch.sessionId,
      conflictId,
      batch.run,
      batch.taskIndex,
      batch.attempt,
      batch.seq,
      batch.bodyHash,
      batch.body,
      batch.at ?? null,
      limitPerSession,
    ],
  );
}
