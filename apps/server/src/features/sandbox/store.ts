import type { Queryable } from "../../infra/database.ts";

export interface WaitingApplicant {
  readonly sessionId: string;
  readonly environmentId: string;
  readonly uid: string;
  readonly expiresAt: Date;
  readonly now: Date;
}

// The list of companies itself; what happens then is asked of one company at a time.
export async function selectCompanyIds(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query<{ readonly company_id: string }>(`SELECT company_id FROM companies ORDER BY company_id`);
  return rows.map((row) => row.company_id);
}

// Locked for the whole play, which is one transaction: a crash leaves the row as it was and the next pass plays it;
// another worker passes over it.
export async function lockNextApplicant(
  tx: Queryable,
  companyId: string,
  except: readonly string[],
): Promise<WaitingApplicant | null> {
  const rows = await tx.query<WaitingApplicant>(
    `SELECT session_id AS "sessionId", environment_id AS "environmentId", uid, expires_at AS "expiresAt", now() AS now
       FROM sessions
      WHERE company_id = $1::text AND simulated AND state IN ('created', 'opened', 'in_progress')
        AND session_id <> ALL ($2::text[])
      ORDER BY created_at
      LIMIT 1
        FOR UPDATE SKIP LOCKED`,
    [companyId, except],
  );
  return rows[0] ?? null;
}
