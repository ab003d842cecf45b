import type { Queryable } from "../../infra/database.ts";

export interface JourneyKey {
  readonly companyId: string;
  readonly sessionId: string;
  readonly run: number;
  readonly at: Date;
}

// Every opening raises the epoch, also of a page that only reloads: what an older page still sends is told apart.
export async function updateOpened(tx: Queryable, key: JourneyKey): Promise<void> {
  await tx.query(
    `UPDATE sessions
        SET state = CASE state WHEN 'created' THEN 'opened' ELSE state END,
            opened_at = coalesce(opened_at, $3::timestamptz),
            epoch = epoch + 1,
            last_activity_at = $3::timestamptz
      WHERE company_id = $1::text AND session_id = $2::text`,
    [key.companyId, key.sessionId, key.at],
  );
}

export async function updateConsented(tx: Queryable, key: JourneyKey): Promise<void> {
  await tx.query(
    `UPDATE sessions
        SET state = 'in_progress', consented_at = $3::timestamptz, last_activity_at = $3::timestamptz
      WHERE company_id = $1::text AND session_id = $2::text`,
    [key.companyId, key.sessionId, key.at],
  );
}

export async function insertConsent(
  tx: Queryable,
  key: JourneyKey,
  consent: {
    readonly decision: "accepted" | "declined";
    readonly privacyPolicyUrl: string | null;
    readonly textVersion: string;
    readonly language: string;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO consents
       (company_id, session_id, run, decision, privacy_policy_url, text_version, language, decided_at)
     VALUES ($1::text, $2::text, $3::int, $4::text, $5::text, $6::text, $7::text, $8::timestamptz)`,
    [
      key.companyId,
      key.sessionId,
      key.run,
      consent.decision,
      consent.privacyPolicyUrl,
      consent.textVersion,
      consent.language,
      key.at,
    ],
  );
}

/** In which language this run's consent was read; null while nothing was decided. */
export async function selectConsentLanguage(db: Queryable, key: JourneyKey): Promise<string | null> {
  const rows = await db.query<{ readonly language: string }>(
    `SELECT language
       FROM consents
      WHERE company_id = $1::text AND session_id = $2::text AND run = $3::int`,
    [key.companyId, key.sessionId, key.run],
  );
  return rows[0]?.language ?? null;
}

export interface AttemptRow {
  readonly taskIndex: number;
  readonly attempt: number;
  readonly seed: string;
  readonly state: "open" | "done" | "interrupted";
  /** The number the next batch must carry: how many are stored. */
  readonly nextSeq: number;
}

// Two statements: the first waits for appends that hold a share lock, the second counts what they have committed. One
// statement would count by the snapshot from before the wait. Locked in one order.
export async function lockAttempts(tx: Queryable, key: JourneyKey): Promise<readonly AttemptRow[]> {
  await tx.query(
    `SELECT 1
       FROM task_attempts
      WHERE company_id = $1::text AND session_id = $2::text AND run = $3::int
      ORDER BY task_index, attempt
        FOR UPDATE`,
    [key.companyId, key.sessionId, key.run],
    { name: "journey_lock_attempts" },
  );
  return tx.query<AttemptRow>(
    `SELECT a.task_index AS "taskIndex", a.attempt, a.seed, a.state,
            (SELECT coalesce(max(b.seq) + 1, 0) FROM input_batches b
              WHERE b.company_id = a.company_id AND b.session_id = a.session_id AND b.run = a.run
                AND b.task_index = a.task_index AND b.attempt = a.attempt) AS "nextSeq"
       FROM task_attempts a
      WHERE a.company_id = $1::text AND a.session_id = $2::text AND a.run = $3::int
      ORDER BY a.task_index, a.attempt`,
    [key.companyId, key.sessionId, key.run],
    { name: "journey_select_attempts" },
  );
}

export async function insertAttempt(
  tx: Queryable,
  key: JourneyKey,
  attempt: {
    readonly taskIndex: number;
    readonly attempt: number;
    readonly taskKey: string;
    readonly taskVersion: number;
    readonly seed: string;
    readonly epoch: number;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO task_attempts
       (company_id, session_id, run, task_index, attempt, task_key, task_version, seed, epoch, granted_at)
     VALUES ($1::text, $2::text, $3::int, $4::int, $5::int, $6::text, $7::int, $8::text, $9::int, $10::timestamptz)`,
    [
      key.companyId,
      key.sessionId,
      key.run,
      attempt.taskIndex,
      attempt.attempt,
      attempt.taskKey,
      attempt.taskVersion,
      attempt.seed,
      attempt.epoch,
      key.at,
    ],
  );
}

export async function updateAttemptState(
  tx: Queryable,
  key: JourneyKey,
  attempt: {
    readonly taskIndex: number;
    readonly attempt: number;
    readonly state: "done" | "interrupted";
    /** What the page saw at the end; null or absent: it did not say. */
    readonly shownDigest?: string | null;
  },
): Promise<void> {
  await tx.query(
    `UPDATE task_attempts
        SET state = $6::text, shown_digest = $7::text,
            closed_at = CASE $6::text WHEN 'done' THEN $8::timestamptz END
      WHERE company_id = $1::text AND session_id = $2::text AND run = $3::int AND task_index = $4::int
        AND attempt = $5::int AND state = 'open'`,
    [
      key.companyId,
      key.sessionId,
      key.run,
      attempt.taskIndex,
      attempt.attempt,
      attempt.state,
      attempt.shownDigest ?? null,
      key.at,
    ],
  );
}

/** Grants that stay open pass to the page that opens now. */
export async function updateAttemptEpochs(tx: Queryable, key: JourneyKey, epoch: number): Promise<void> {
  await tx.query(
    `UPDATE task_attempts
        SET epoch = $4::int
      WHERE company_id = $1::text AND session_id = $2::text AND run = $3::int AND state = 'open'`,
    [key.companyId, key.sessionId, key.run, epoch],
  );
}

/** The stored batches of one attempt, each a JSON array of inputs, in order. */
export async function selectAttemptBodies(
  tx: Queryable,
  key: JourneyKey,
  attempt: Pick<AttemptRow, "taskIndex" | "attempt">,
): Promise<readonly string[]> {
  const rows = await tx.query<{ readonly body: string }>(
    `SELECT body
       FROM input_batches
      WHERE company_id = $1::text AND session_id = $2::text AND run = $3::int AND task_index = $4::int
        AND attempt = $5::int
      ORDER BY seq`,
    [key.companyId, key.sessionId, key.run, attempt.taskIndex, attempt.attempt],
  );
  return rows.map((row) => row.body);
}

export async function selectDoneTasks(db: Queryable, key: JourneyKey): Promise<readonly number[]> {
  const rows = await db.query<{ readonly taskIndex: number }>(
    `SELECT task_index AS "taskIndex"
       FROM task_attempts
      WHERE company_id = $1::text AND session_id = $2::text AND run = $3::int AND state = 'done'`,
    [key.companyId, key.sessionId, key.run],
  );
  return rows.map((row) => row.taskIndex);
}
