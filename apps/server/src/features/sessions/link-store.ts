import type { Queryable } from "../../infra/database.ts";

interface LinkKey {
  readonly companyId: string;
  readonly sessionId: string;
}

// One statement: at no moment is a session without a code that opens it, or with two.
/** The old code stays known, so that it can say it was replaced. */
export async function replaceCode(tx: Queryable, key: LinkKey, code: string): Promise<void> {
  await tx.query(
    `WITH old AS (
       UPDATE link_directory SET replaced_at = now()
        WHERE company_id = $1::text AND session_id = $2::text AND replaced_at IS NULL
     ), new AS (
       INSERT INTO link_directory (code, company_id, session_id) VALUES ($3::text, $1::text, $2::text)
     )
     UPDATE sessions SET link_code = $3::text WHERE company_id = $1::text AND session_id = $2::text`,
    [key.companyId, key.sessionId, code],
  );
}

// An opening locks the row, starts the clock and so ends the waiting: of the two, the first commit wins. Locked in the
// order in which a batch's revoking locks, so that the two never wait for each other.
/** Links of a batch, or one, that still wait for their first opening get another end; how many did. */
export async function updateWaitingUntil(
  tx: Queryable,
  links: {
    readonly companyId: string;
    readonly environmentId: string;
    readonly batchId: string | null;
    readonly sessionId: string | null;
  },
  until: Date,
): Promise<number> {
  const rows = await tx.query<{ readonly extended: number }>(
    `WITH waiting AS (
       SELECT session_id
         FROM sessions
        WHERE company_id = $1::text AND environment_id = $2::text
          AND ($3::text IS NULL OR batch_id = $3::text) AND ($4::text IS NULL OR session_id = $4::text)
          AND state = 'created' AND clock = 'at_opening' AND expires_at > now()
        ORDER BY session_id
          FOR UPDATE
     ), moved AS (
       UPDATE sessions s SET expires_at = date_trunc('second', $5::timestamptz)
         FROM waiting w
        WHERE s.company_id = $1::text AND s.session_id = w.session_id
       RETURNING s.session_id
     )
     SELECT count(*)::int AS extended FROM moved`,
    [links.companyId, links.environmentId, links.batchId, links.sessionId, until],
  );
  return rows[0]?.extended ?? 0;
}
