import type { Queryable } from "../../infra/database.ts";
import type { SessionState } from "./lifecycle-store.ts";

export interface EndingKey {
  readonly sessionId: string;
  readonly run: number;
  readonly at: Date;
}

// As updateEnded, for many sessions at once; their rows are locked.
/** How many were open until now. */
export async function updateAllEnded(
  tx: Queryable,
  companyId: string,
  keys: readonly EndingKey[],
  end: { readonly state: SessionState; readonly reasons: readonly string[] },
): Promise<number> {
  const rows = await tx.query(
    `UPDATE sessions s
        SET state = $4::text, outcome = NULL, end_reasons = $5::text[], ended_at = k.at, last_activity_at = k.at
       FROM unnest($2::text[], $3::timestamptz[]) AS k (session_id, at)
      WHERE s.company_id = $1::text AND s.session_id = k.session_id AND s.state IN ('created', 'opened', 'in_progress')
      RETURNING s.session_id`,
    [companyId, keys.map((key) => key.sessionId), keys.map((key) => key.at), end.state, end.reasons],
  );
  return rows.length;
}

export async function interruptAllOpenAttempts(
  tx: Queryable,
  companyId: string,
  keys: readonly EndingKey[],
): Promise<void> {
  await tx.query(
    `UPDATE task_attempts a
        SET state = 'interrupted'
       FROM unnest($2::text[], $3::int[]) AS k (session_id, run)
      WHERE a.company_id = $1::text AND a.session_id = k.session_id AND a.run = k.run AND a.state = 'open'`,
    [companyId, keys.map((key) => key.sessionId), keys.map((key) => key.run)],
  );
}
