import type { Queryable } from "../../infra/database.ts";

export interface PurgeEnd {
  readonly seq: number;
  readonly hash: string;
  readonly newestAt: Date;
  readonly entries: number;
}

// The head's row is the sealers' turn: while it is held nobody appends, and a second purge waits.
export async function lockHeadForPurge(tx: Queryable, companyId: string): Promise<boolean> {
  const rows = await tx.query(`SELECT chain_seq FROM audit_heads WHERE company_id = $1::text FOR UPDATE`, [companyId]);
  return rows.length === 1;
}

/** The last of the oldest `limit` seals whose entries are all older than `days`; null when the oldest is younger. */
export async function selectPurgeEnd(
  tx: Queryable,
  companyId: string,
  options: { readonly days: number; readonly limit: number },
): Promise<PurgeEnd | null> {
  const rows = await tx.query<PurgeEnd>(
    `WITH oldest AS (
       SELECT s.chain_seq, s.chain_hash, e.at,
              bool_and(e.at < now() - make_interval(days => $2::int)) OVER (ORDER BY s.chain_seq) AS all_old
         FROM (SELECT chain_seq, chain_hash, audit_id FROM audit_seals
                WHERE company_id = $1::text ORDER BY chain_seq LIMIT $3::int) AS s
         JOIN audit_entries e ON e.company_id = $1::text AND e.audit_id = s.audit_id
     )
     SELECT chain_seq::float8 AS seq, chain_hash AS hash, max(at) OVER () AS "newestAt",
            count(*) OVER ()::float8 AS entries
       FROM oldest
      WHERE all_old
      ORDER BY chain_seq DESC
      LIMIT 1`,
    [companyId, options.days, options.limit],
  );
  return rows[0] ?? null;
}

export async function deleteSealsThrough(tx: Queryable, companyId: string, seq: number): Promise<readonly string[]> {
  const rows = await tx.query<{ readonly audit_id: string }>(
    `DELETE FROM audit_seals WHERE company_id = $1::text AND chain_seq <= $2::bigint RETURNING audit_id`,
    [companyId, seq],
  );
  return rows.map((row) => row.audit_id);
}

export async function deleteEntries(tx: Queryable, companyId: string, auditIds: readonly string[]): Promise<void> {
  await tx.query(`DELETE FROM audit_entries WHERE company_id = $1::text AND audit_id = ANY ($2::text[])`, [
    companyId,
    auditIds,
  ]);
}

export async function insertCheckpoint(tx: Queryable, companyId: string, end: PurgeEnd): Promise<void> {
  await tx.query(
    `INSERT INTO audit_checkpoints (company_id, chain_seq, chain_hash, entries, newest_at)
     VALUES ($1::text, $2::bigint, $3::text, $4::bigint, $5::timestamptz)`,
    [companyId, end.seq, end.hash, end.entries, end.newestAt],
  );
}
