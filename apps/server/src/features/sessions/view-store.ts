import type { Queryable } from "../../infra/database.ts";

export interface FactRow {
  readonly run: number;
  readonly kind: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

/** The session's facts of these kinds, oldest run first. */
export async function selectFacts(
  db: Queryable,
  companyId: string,
  options: { readonly sessionId: string; readonly kinds: readonly string[] },
): Promise<readonly FactRow[]> {
  return db.query<FactRow>(
    `SELECT run, kind, details, at
       FROM session_facts
      WHERE company_id = $1::text AND session_id = $2::text AND kind = ANY ($3::text[])
      ORDER BY run, fact_id`,
    [companyId, options.sessionId, options.kinds],
    { name: "session_facts" },
  );
}

/** When the newest inputs of this run arrived; null before the first. */
export async function selectLastInputs(
  db: Queryable,
  companyId: string,
  options: { readonly sessionId: string; readonly run: number },
): Promise<Date | null> {
  const rows = await db.query<{ readonly at: Date | null }>(
    `SELECT max(received_at) AS at
       FROM input_batches
      WHERE company_id = $1::text AND session_id = $2::text AND run = $3::int`,
    [companyId, options.sessionId, options.run],
    { name: "session_last_inputs" },
  );
  return rows[0]?.at ?? null;
}
