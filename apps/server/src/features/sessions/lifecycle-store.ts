import type { Queryable } from "../../infra/database.ts";

export type SessionState =
  "created" | "opened" | "in_progress" | "completed" | "cancelled" | "incomplete" | "expired" | "erased";

/** One task as it was pinned when the session was created. */
export interface PinnedTask {
  readonly key: string;
  readonly version: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface SessionRow {
  readonly companyId: string;
  readonly sessionId: string;
  readonly environmentId: string;
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
  readonly expiresAt: Date;
  readonly openedAt: Date | null;
  readonly consentedAt: Date | null;
  readonly endedAt: Date | null;
  /** The moment of this act: the database's clock, or the virtual one of a simulated journey. */
  readonly at: Date;
}

const COLUMNS = `
  company_id AS "companyId", session_id AS "sessionId", environment_id AS "environmentId", uid, state, outcome,
  end_reasons AS "endReasons", run, epoch, language, metadata, simulated, battery_version AS "batteryVersion",
  task_plan AS "taskPlan", model_version AS "modelVersion", expires_at AS "expiresAt", opened_at AS "openedAt",
  consented_at AS "consentedAt", ended_at AS "endedAt"`;

export interface SessionKey {
  readonly companyId: string;
  readonly sessionId: string;
  /** Absent: the database's clock. */
  readonly at?: Date | undefined;
}

export async function selectSession(db: Queryable, key: SessionKey): Promise<SessionRow | null> {
  const rows = await db.query<SessionRow>(
    `SELECT ${COLUMNS}, coalesce($3::timestamptz, now()) AS at
       FROM sessions
      WHERE company_id = $1::text AND session_id = $2::text`,
    [key.companyId, key.sessionId, key.at ?? null],
    { name: "journey_select_session" },
  );
  return rows[0] ?? null;
}

// Every transition takes this lock first, so the first commit wins and the others see what it left.
export async function selectSessionForUpdate(tx: Queryable, key: SessionKey): Promise<SessionRow | null> {
  const rows = await tx.query<SessionRow>(
    `SELECT ${COLUMNS}, coalesce($3::timestamptz, now()) AS at
       FROM sessions
      WHERE company_id = $1::text AND session_id = $2::text
        FOR UPDATE`,
    [key.companyId, key.sessionId, key.at ?? null],
    { name: "journey_lock_session" },
  );
  return rows[0] ?? null;
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

// An attempt's own row admits batches: closing it is what makes an append that runs beside the end come too late.
export async function interruptOpenAttempts(tx: Queryable, key: SessionKey, run: number): Promise<void> {
  await tx.query(
    `UPDATE task_attempts
        SET state = 'interrupted'
      WHERE company_id = $1::text AND session_id = $2::text AND run = $3::int AND state = 'open'`,
    [key.companyId, key.sessionId, run],
  );
}

// SKIP LOCKED: a journey that is being finished or swept elsewhere is that one's business; two sweepers share the work.
// Simulated journeys are ended by the sandbox alone: SIM-EXPIRE is created with its time already over.
export async function lockDueSessions(
  tx: Queryable,
  companyId: string,
  options: { readonly limit: number; readonly graceSeconds: number },
): Promise<readonly SessionRow[]> {
  return tx.query<SessionRow>(
    `SELECT ${COLUMNS}, now() AS at
       FROM sessions
      WHERE company_id = $1::text
        AND state IN ('created', 'opened', 'in_progress')
        AND NOT simulated
        AND expires_at <= now()
        AND (state <> 'in_progress' OR expires_at <= now() - make_interval(secs => $3::int))
      ORDER BY expires_at
      LIMIT $2::int
        FOR UPDATE SKIP LOCKED`,
    [companyId, options.limit, options.graceSeconds],
  );
}

// The list of companies itself; what happens then is asked of one company at a time.
export async function selectCompanyIds(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query<{ readonly company_id: string }>(`SELECT company_id FROM companies ORDER BY company_id`);
  return rows.map((row) => row.company_id);
}
