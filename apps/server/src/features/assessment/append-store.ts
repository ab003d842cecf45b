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

// One statement, because it is the applicant's hot path: the attempt's row lock orders two batches of the same number,
// and its state and epoch, which every end and take-over change, decide at the moment of the write. The session's row
// is read for its time limit only and not locked.
export async function insertBatch(db: Queryable, batch: NewBatch, graceSeconds: number): Promise<boolean> {
  const rows = await db.query(
    `WITH admitted AS (
       UPDATE task_attempts
          SET next_seq = next_seq + 1,
              first_batch_at = coalesce(first_batch_at, $10::timestamptz, now()),
              last_batch_at = coalesce($10::timestamptz, now())
        WHERE company_id = $1::text AND session_id = $2::text AND run = $3::int AND task_index = $4::int
          AND attempt = $5::int AND next_seq = $6::int AND epoch = $7::int AND state = 'open'
          AND EXISTS (
                SELECT 1 FROM sessions s
                 WHERE s.company_id = $1::text AND s.session_id = $2::text AND s.state = 'in_progress'
                   AND s.expires_at > coalesce($10::timestamptz, now()) - make_interval(secs => $11::int))
        RETURNING next_seq
     )
     INSERT INTO input_batches
       (company_id, session_id, run, task_index, attempt, seq, epoch, body_hash, body, received_at)
     SELECT $1::text, $2::text, $3::int, $4::int, $5::int, $6::int, $7::int, $8::text, $9::text,
            coalesce($10::timestamptz, now())
       FROM admitted
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
  readonly attemptState: "open" | "done" | "interrupted" | null;
  readonly nextSeq: number | null;
}

/** What explains a refused batch; read only after a refusal. */
export async function selectBatchSituation(db: Queryable, place: BatchPlace): Promise<BatchSituation> {
  const rows = await db.query<BatchSituation>(
    `SELECT a.state AS "attemptState", a.next_seq AS "nextSeq", b.body_hash AS "storedHash"
       FROM task_attempts a
       LEFT JOIN input_batches b
         ON b.company_id = a.company_id AND b.session_id = a.session_id AND b.run = a.run
        AND b.task_index = a.task_index AND b.attempt = a.attempt AND b.seq = $6::int
      WHERE a.company_id = $1::text AND a.session_id = $2::text AND a.run = $3::int AND a.task_index = $4::int
        AND a.attempt = $5::int`,
    [place.companyId, place.sessionId, place.run, place.taskIndex, place.attempt, place.seq],
  );
  return rows[0] ?? { storedHash: null, attemptState: null, nextSeq: null };
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
