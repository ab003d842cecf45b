import type { Queryable } from "../../infra/database.ts";
import type { JourneyKey } from "./store.ts";

export interface NewFact {
  readonly factId: string;
  readonly kind: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Facts of one kind that one run keeps; what comes after says nothing new. */
const MAX_FACTS = 200;

/**
 * False when this run already has as many facts of this kind as `limit` allows, or one whose details hold all of
 * `unless`. Two copies of one call never write at the same time: both hold the session's lock.
 */
export async function insertFact(
  tx: Queryable,
  key: JourneyKey,
  fact: NewFact,
  options: { readonly limit?: number; readonly unless?: Readonly<Record<string, unknown>> | null } = {},
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO session_facts (company_id, session_id, fact_id, run, kind, details, at)
     SELECT $1::text, $2::text, $3::text, $4::int, $5::text, $6::jsonb, $7::timestamptz
      WHERE (SELECT count(*) FROM session_facts
              WHERE company_id = $1::text AND session_id = $2::text AND run = $4::int AND kind = $5::text) < $8::int
        AND ($9::jsonb IS NULL OR NOT EXISTS (
              SELECT 1 FROM session_facts
               WHERE company_id = $1::text AND session_id = $2::text AND run = $4::int AND kind = $5::text
                 AND details @> $9::jsonb))
     RETURNING fact_id`,
    [
      key.companyId,
      key.sessionId,
      fact.factId,
      key.run,
      fact.kind,
      JSON.stringify(fact.details),
      key.at,
      options.limit ?? MAX_FACTS,
      options.unless ? JSON.stringify(options.unless) : null,
    ],
  );
  return rows.length === 1;
}

/** The tab that opened this run last; null when none has. */
export async function selectLastTab(tx: Queryable, key: JourneyKey): Promise<string | null> {
  const rows = await tx.query<{ readonly tab: string | null }>(
    `SELECT details->>'tab' AS tab
       FROM session_facts
      WHERE company_id = $1::text AND session_id = $2::text AND run = $3::int
        AND kind IN ('opened', 'resumed', 'taken_over')
      ORDER BY (details->>'epoch')::int DESC
      LIMIT 1`,
    [key.companyId, key.sessionId, key.run],
  );
  return rows[0]?.tab ?? null;
}

/** The epoch that an opening made, by the hash of its name; null for one that is new to this run. */
export async function selectOpeningEpoch(tx: Queryable, key: JourneyKey, opening: string): Promise<number | null> {
  const rows = await tx.query<{ readonly epoch: number }>(
    `SELECT (details->>'epoch')::int AS epoch
       FROM session_facts
      WHERE company_id = $1::text AND session_id = $2::text AND run = $3::int
        AND kind IN ('opened', 'resumed', 'taken_over') AND details->>'opening' = $4::text
      LIMIT 1`,
    [key.companyId, key.sessionId, key.run, opening],
  );
  return rows[0]?.epoch ?? null;
}
