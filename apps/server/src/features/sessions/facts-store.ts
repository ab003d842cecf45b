import type { Queryable } from "../../infra/database.ts";

export interface SessionPlace {
  readonly companyId: string;
  readonly sessionId: string;
}

export interface NewFact {
  readonly factId: string;
  readonly run: number;
  readonly kind: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** null: the database's clock. */
  readonly at: Date | null;
}

export async function insertFact(tx: Queryable, key: SessionPlace, fact: NewFact): Promise<void> {
  await tx.query(
    `INSERT INTO session_facts (company_id, session_id, fact_id, run, kind, details, at)
     VALUES ($1::text, $2::text, $3::text, $4::int, $5::text, $6::jsonb, coalesce($7::timestamptz, now()))`,
    [key.companyId, key.sessionId, fact.factId, fact.run, fact.kind, JSON.stringify(fact.details), fact.at],
  );
}

// The collation is that of the index. Whether a run before the present one was opened, only the facts still tell.
export async function countOpenedTwins(
  tx: Queryable,
  session: SessionPlace & { readonly environmentId: string },
  options: { readonly withinDays: number },
): Promise<number> {
  const rows = await tx.query<{ readonly count: number }>(
    `SELECT count(*)::int AS count
       FROM sessions mine
       JOIN sessions twin
         ON twin.company_id = mine.company_id
        AND twin.uid_canonical COLLATE "C" = mine.uid_canonical COLLATE "C"
        AND twin.environment_id = mine.environment_id
        AND twin.session_id <> mine.session_id
      WHERE mine.company_id = $1::text AND mine.session_id = $2::text
        AND twin.company_id = $1::text AND twin.environment_id = $3::text
        AND NOT twin.simulated AND twin.state <> 'erased'
        AND twin.created_at BETWEEN mine.created_at - make_interval(days => $4::int)
                                AND mine.created_at + make_interval(days => $4::int)
        AND (twin.opened_at IS NOT NULL OR EXISTS (
              SELECT FROM session_facts f
               WHERE f.company_id = $1::text AND f.session_id = twin.session_id AND f.kind = 'opened'))`,
    [session.companyId, session.sessionId, session.environmentId, options.withinDays],
    { name: "session_opened_twins" },
  );
  return rows[0]?.count ?? 0;
}
