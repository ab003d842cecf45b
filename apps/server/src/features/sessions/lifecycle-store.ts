import type { Queryable } from "../../infra/database.ts";
import { pinnedTasks, type PinnedTask, type StoredTask } from "./pins.ts";

export type { PinnedTask } from "./pins.ts";

export type SessionState =
  | "created"
  | "opened"
  | "in_progress"
  | "completed"
  | "cancelled"
  | "incomplete"
  | "expired"
  | "erased";

/** `running`: `expires_at` is fixed. Otherwise it says how long the link may wait for what starts the clock. */
export type SessionClock = "running" | "at_token" | "at_opening";

export interface SessionRow {
  readonly companyId: string;
  readonly sessionId: string;
  readonly environmentId: string;
  /** Of the environment, so that an event needs no second look while this row is locked. */
  readonly integrationId: string;
  readonly uid: string;
  readonly state: SessionState;
  readonly outcome: "scored" | "unscorable" | null;
  readonly endReasons: readonly string[];
  readonly run: number;
  readonly epoch: number;
  readonly language: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly simulated: boolean;
  readonly batteryVersion: string;
  readonly taskPlan: readonly PinnedTask[];
  readonly modelVersion: string;
  /** The part after `/a/` that opens the journey now. */
  readonly linkCode: string;
  /** Of a generated link; null for a session of the lender's own call. */
  readonly batchId: string | null;
  readonly clock: SessionClock;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly openedAt: Date | null;
  readonly consentedAt: Date | null;
  readonly endedAt: Date | null;
  /** When the applicant last sent something, or the session last changed; null before. */
  readonly lastActivityAt: Date | null;
  /** The moment of this act: the database's clock, or the virtual one of a simulated journey. */
  readonly at: Date;
}

interface StoredSession extends Omit<SessionRow, "taskPlan"> {
  readonly taskPlan: readonly StoredTask[];
}

function withParameters(row: StoredSession): SessionRow {
  return { ...row, taskPlan: pinnedTasks(row.taskPlan) };
}

const COLUMNS = `
  s.company_id AS "companyId", s.session_id AS "sessionId", s.environment_id AS "environmentId",
  e.integration_id AS "integrationId", s.uid, s.state, s.outcome, s.end_reasons AS "endReasons", s.run, s.epoch,
  s.language, s.metadata, s.simulated, s.battery_version AS "batteryVersion", s.task_plan AS "taskPlan",
  s.model_version AS "modelVersion", s.link_code AS "linkCode", s.batch_id AS "batchId", s.clock,
  s.created_at AS "createdAt", s.expires_at AS "expiresAt", s.opened_at AS "openedAt",
  s.consented_at AS "consentedAt", s.ended_at AS "endedAt", s.last_activity_at AS "lastActivityAt"`;

const SESSIONS = `sessions s
       JOIN environments e ON e.company_id = s.company_id AND e.environment_id = s.environment_id`;

export interface SessionKey {
  readonly companyId: string;
  readonly sessionId: string;
  /** Absent: the database's clock. */
  readonly at?: Date | undefined;
}

export async function selectSession(db: Queryable, key: SessionKey): Promise<SessionRow | null> {
  const rows = await db.query<StoredSession>(
    `SELECT ${COLUMNS}, coalesce($3::timestamptz, now()) AS at
       FROM ${SESSIONS}
      WHERE s.company_id = $1::text AND s.session_id = $2::text`,
    [key.companyId, key.sessionId, key.at ?? null],
    { name: "journey_select_session" },
  );
  return rows[0] ? withParameters(rows[0]) : null;
}

/** The one session of a uid in an environment. */
export async function selectSessionByUid(
  db: Queryable,
  key: { readonly companyId: string; readonly environmentId: string; readonly uid: string },
): Promise<SessionRow | null> {
  const rows = await db.query<StoredSession>(
    `SELECT ${COLUMNS}, now() AS at
       FROM ${SESSIONS}
      WHERE s.company_id = $1::text AND s.environment_id = $2::text AND s.uid = $3::text`,
    [key.companyId, key.environmentId, key.uid],
    { name: "session_select_by_uid" },
  );
  return rows[0] ? withParameters(rows[0]) : null;
}

// Every transition takes this lock first, so the first commit wins and the others see what it left.
export async function selectSessionForUpdate(tx: Queryable, key: SessionKey): Promise<SessionRow | null> {
  const rows = await tx.query<StoredSession>(
    `SELECT ${COLUMNS}, coalesce($3::timestamptz, now()) AS at
       FROM ${SESSIONS}
      WHERE s.company_id = $1::text AND s.session_id = $2::text
        FOR UPDATE OF s`,
    [key.companyId, key.sessionId, key.at ?? null],
    { name: "journey_lock_session" },
  );
  return rows[0] ? withParameters(rows[0]) : null;
}

/** False when the session had ended already. */
export async function updateEnded(
  tx: Queryable,
  key: SessionKey,
  end: {
    readonly state: "completed" | "cancelled" | "incomplete" | "expired";
    readonly outcome: "scored" | "unscorable" | null;
    readonly reasons: readonly string[];
  },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE sessions
        SET state = $4::text, outcome = $5::text, end_reasons = $6::text[],
            ended_at = coalesce($3::timestamptz, now()), last_activity_at = coalesce($3::timestamptz, now())
      WHERE company_id = $1::text AND session_id = $2::text AND state IN ('created', 'opened', 'in_progress')
      RETURNING session_id`,
    [key.companyId, key.sessionId, key.at ?? null, end.state, end.outcome, end.reasons],
  );
  return rows.length === 1;
}

/** False when it was not a completed, unscorable session. */
export async function updateScored(
  tx: Queryable,
  key: SessionKey,
  { unscoredResultAt }: { readonly unscoredResultAt: Date },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE sessions
        SET outcome = 'scored', end_reasons = '{}', unscored_result_at = $3::timestamptz
      WHERE company_id = $1::text AND session_id = $2::text AND state = 'completed' AND outcome = 'unscorable'
      RETURNING session_id`,
    [key.companyId, key.sessionId, unscoredResultAt],
  );
  return rows.length === 1;
}

// An attempt's own row admits batches: closing it is what makes an append that runs beside the end come too late.
export async function interruptOpenAttempts(tx: Queryable, key: SessionKey, run: number): Promise<void> {
  await tx.query(
    `UPDATE task_attempts
        SET state = 'interrupted'
      WHERE company_id = $1::text AND session_id = $2::text AND run = $3::int AND state = 'open'`,
    [key.companyId, key.sessionId, run],
  );
}

// Whole seconds, so that the row, the token's exp and the event say the same instant.
/** Fixes the end of the run and returns it. */
export async function updateClockStarted(tx: Queryable, key: SessionKey, validForHours: number): Promise<Date> {
  const rows = await tx.query<{ readonly expiresAt: Date }>(
    `UPDATE sessions
        SET clock = 'running',
            expires_at = date_trunc('second', coalesce($3::timestamptz, now()) + make_interval(hours => $4::int))
      WHERE company_id = $1::text AND session_id = $2::text
      RETURNING expires_at AS "expiresAt"`,
    [key.companyId, key.sessionId, key.at ?? null, validForHours],
  );
  if (!rows[0]) throw new Error("the clock of a session was started that does not exist: its row was not locked");
  return rows[0].expiresAt;
}

// The epoch rises on: nothing that an earlier start's page holds can ever fit again. Pins, uid and link code stay.
/** The next run of an ended session; null when it has not ended, or ended with a result. */
export async function updateReopened(
  tx: Queryable,
  key: SessionKey,
  next: { readonly clock: SessionClock; readonly waitForHours: number },
): Promise<{ readonly run: number; readonly expiresAt: Date } | null> {
  const rows = await tx.query<{ readonly run: number; readonly expiresAt: Date }>(
    `UPDATE sessions
        SET state = 'created', outcome = NULL, end_reasons = '{}', run = run + 1, clock = $4::text,
            expires_at = date_trunc('second', coalesce($3::timestamptz, now()) + make_interval(hours => $5::int)),
            opened_at = NULL, consented_at = NULL, ended_at = NULL,
            last_activity_at = coalesce($3::timestamptz, now())
      WHERE company_id = $1::text AND session_id = $2::text AND state IN ('expired', 'cancelled', 'incomplete')
      RETURNING run, expires_at AS "expiresAt"`,
    [key.companyId, key.sessionId, key.at ?? null, next.clock, next.waitForHours],
  );
  return rows[0] ?? null;
}

/** The sessions of a uid in every environment of the company, newest first. */
export async function selectSessionsOfUid(
  db: Queryable,
  companyId: string,
  options: { readonly uid: string; readonly uidCanonical: string; readonly limit: number },
): Promise<readonly SessionRow[]> {
  const rows = await db.query<StoredSession>(
    `SELECT ${COLUMNS}, now() AS at
       FROM ${SESSIONS}
      WHERE s.company_id = $1::text AND s.uid_canonical COLLATE "C" = $3::text AND s.uid = $2::text
        AND s.state <> 'erased'
      ORDER BY s.created_at DESC, s.session_id
      LIMIT $4::int`,
    [companyId, options.uid, options.uidCanonical, options.limit],
    { name: "session_select_of_uid" },
  );
  return rows.map(withParameters);
}

// SKIP LOCKED: a journey that is being finished or swept elsewhere is that one's business; two sweepers share the work.
// Simulated journeys are ended by the sandbox alone: SIM-EXPIRE is created with its time already over.
export async function lockDueSessions(
  tx: Queryable,
  companyId: string,
  options: { readonly limit: number; readonly graceSeconds: number },
): Promise<readonly SessionRow[]> {
  const rows = await tx.query<StoredSession>(
    `SELECT ${COLUMNS}, now() AS at
       FROM ${SESSIONS}
      WHERE s.company_id = $1::text
        AND s.state IN ('created', 'opened', 'in_progress')
        AND NOT s.simulated
        AND s.expires_at <= now()
        AND (s.state <> 'in_progress' OR s.expires_at <= now() - make_interval(secs => $3::int))
      ORDER BY s.expires_at
      LIMIT $2::int
        FOR UPDATE OF s SKIP LOCKED`,
    [companyId, options.limit, options.graceSeconds],
  );
  return rows.map(withParameters);
}

// In the order of their ids, so that two who end the links of one batch wait for each other and never in a circle.
/** Links of a batch that have not ended, from the one after `after`; locked. */
export async function lockOpenOfBatch(
  tx: Queryable,
  batch: { readonly companyId: string; readonly batchId: string },
  page: { readonly after: string; readonly limit: number },
): Promise<readonly SessionRow[]> {
  const rows = await tx.query<StoredSession>(
    `SELECT ${COLUMNS}, now() AS at
       FROM ${SESSIONS}
      WHERE s.company_id = $1::text AND s.batch_id = $2::text AND s.session_id > $3::text
        AND s.state IN ('created', 'opened', 'in_progress')
      ORDER BY s.session_id
      LIMIT $4::int
        FOR UPDATE OF s`,
    [batch.companyId, batch.batchId, page.after, page.limit],
  );
  return rows.map(withParameters);
}

// The list of companies itself; what happens then is asked of one company at a time.
export async function selectCompanyIds(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query<{ readonly company_id: string }>(`SELECT company_id FROM companies ORDER BY company_id`);
  return rows.map((row) => row.company_id);
}
