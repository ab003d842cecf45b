import type { Queryable } from "../../infra/database.ts";
import type { RunKey } from "./store.ts";

export interface StoredAttempt {
  readonly taskIndex: number;
  readonly attempt: number;
  readonly state: "open" | "done" | "interrupted";
  readonly seed: string;
  /** Of the trials as the page saw them at the end; null when it did not say. */
  readonly shownDigest: string | null;
  /** JSON arrays of inputs, in the order they were given. */
  readonly bodies: readonly string[];
}

/** Every attempt of a run, those that were interrupted too. */
export async function selectAttempts(db: Queryable, key: RunKey): Promise<readonly StoredAttempt[]> {
  return db.query<StoredAttempt>(
    `SELECT a.task_index AS "taskIndex", a.attempt, a.state, a.seed, a.shown_digest AS "shownDigest",
            coalesce(array_agg(b.body ORDER BY b.seq) FILTER (WHERE b.seq IS NOT NULL), '{}'::text[]) AS bodies
       FROM task_attempts a
       LEFT JOIN input_batches b
         ON b.company_id = $1::text AND b.session_id = a.session_id AND b.run = a.run
        AND b.task_index = a.task_index AND b.attempt = a.attempt
      WHERE a.company_id = $1::text AND a.session_id = $2::text AND a.run = $3::int
      GROUP BY a.task_index, a.attempt, a.state, a.seed, a.shown_digest
      ORDER BY a.task_index, a.attempt`,
    [key.companyId, key.sessionId, key.run],
    { name: "results_playback_attempts" },
  );
}

/** True when retention has come past the session's end: what it left, it left on purpose. */
export async function selectIsSwept(db: Queryable, key: Omit<RunKey, "run">): Promise<boolean> {
  const rows = await db.query<{ readonly swept: boolean }>(
    `SELECT EXISTS (
              SELECT FROM retention_progress p
               WHERE p.company_id = $1::text AND p.environment_id = s.environment_id AND p.data_class = 'inputs'
                 AND (s.ended_at, s.session_id) <= (p.through_at, p.through_id)) AS swept
       FROM sessions s
      WHERE s.company_id = $1::text AND s.session_id = $2::text`,
    [key.companyId, key.sessionId],
  );
  return rows[0]?.swept === true;
}

/** The language of the run's consent; null before one was decided. */
export async function selectConsentLanguage(db: Queryable, key: RunKey): Promise<string | null> {
  const rows = await db.query<{ readonly language: string }>(
    `SELECT language FROM consents WHERE company_id = $1::text AND session_id = $2::text AND run = $3::int`,
    [key.companyId, key.sessionId, key.run],
  );
  return rows[0]?.language ?? null;
}
