import type { Queryable, Transaction } from "../../infra/database.ts";
import type { SealedEntry } from "./chain.ts";
import { ENTRY_COLUMNS, type HeadRow } from "./sealer-store.ts";

/** One view of the whole chain, however long it takes to read: what is sealed meanwhile belongs to the next check. */
export async function freezeView(tx: Transaction): Promise<void> {
  await tx.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
}

export async function selectHead(tx: Queryable, companyId: string): Promise<HeadRow | null> {
  const rows = await tx.query<HeadRow>(
    `SELECT chain_seq::float8 AS seq, chain_hash AS hash FROM audit_heads WHERE company_id = $1::text`,
    [companyId],
  );
  return rows[0] ?? null;
}

export interface CheckpointRow extends HeadRow {
  /** The purge that made it is told by an entry of the log, with the same hash. */
  readonly isTold: boolean;
}

export async function selectCheckpoint(tx: Queryable, companyId: string): Promise<CheckpointRow | null> {
  const rows = await tx.query<CheckpointRow>(
    `SELECT c.chain_seq::float8 AS seq, c.chain_hash AS hash,
            EXISTS (SELECT FROM audit_entries e
                     WHERE e.company_id = $1::text AND e.target_id = c.chain_seq::text AND e.action = 'audit.purged'
                       AND e.details ->> 'chain_hash' = c.chain_hash) AS "isTold"
       FROM audit_checkpoints c
      WHERE c.company_id = $1::text
      ORDER BY c.chain_seq DESC
      LIMIT 1`,
    [companyId],
  );
  return rows[0] ?? null;
}

export interface ChainRow {
  readonly seq: number;
  readonly sealedId: string;
  readonly entryHash: string;
  readonly chainHash: string;
  readonly hasEntry: boolean;
  /** Its members are null where there is no entry. */
  readonly entry: SealedEntry;
}

interface FlatRow extends SealedEntry, Omit<ChainRow, "entry"> {}

/** In the order of the chain, beginning after `seq`. */
export async function selectChain(
  tx: Queryable,
  companyId: string,
  page: { readonly after: number; readonly limit: number },
): Promise<readonly ChainRow[]> {
  const rows = await tx.query<FlatRow>(
    `SELECT s.chain_seq::float8 AS seq, s.audit_id AS "sealedId", s.entry_hash AS "entryHash",
            s.chain_hash AS "chainHash", e.audit_id IS NOT NULL AS "hasEntry", ${ENTRY_COLUMNS}
       FROM audit_seals s
       LEFT JOIN audit_entries e ON e.company_id = s.company_id AND e.audit_id = s.audit_id
      WHERE s.company_id = $1::text AND s.chain_seq > $2::bigint
      ORDER BY s.chain_seq
      LIMIT $3::int`,
    [companyId, page.after, page.limit],
  );
  return rows.map((row) => ({ ...row, entry: row }));
}

/** The oldest entry that is neither sealed nor waiting to be: it did not come through the program. */
export async function selectStray(
  tx: Queryable,
  companyId: string,
): Promise<{ readonly auditId: string; readonly action: string; readonly at: Date } | null> {
  const rows = await tx.query<{ auditId: string; action: string; at: Date }>(
    `SELECT e.audit_id AS "auditId", e.action, e.at
       FROM audit_entries e
      WHERE e.company_id = $1::text
        AND NOT EXISTS (SELECT FROM audit_seals s WHERE s.company_id = $1::text AND s.audit_id = e.audit_id)
        AND NOT EXISTS (SELECT FROM audit_unsealed u WHERE u.company_id = $1::text AND u.audit_id = e.audit_id)
      ORDER BY e.at
      LIMIT 1`,
    [companyId],
  );
  return rows[0] ?? null;
}

/** What waits to be sealed, and for how long the oldest has, in seconds. */
export async function selectWaiting(
  tx: Queryable,
  companyId: string,
): Promise<{ readonly entries: number; readonly oldestSeconds: number }> {
  const rows = await tx.query<{ entries: number; oldestSeconds: number }>(
    `SELECT count(*)::float8 AS entries,
            coalesce(extract(epoch FROM now() - min(e.at)), 0)::float8 AS "oldestSeconds"
       FROM audit_unsealed u
       JOIN audit_entries e ON e.company_id = u.company_id AND e.audit_id = u.audit_id
      WHERE u.company_id = $1::text`,
    [companyId],
  );
  return rows[0] ?? { entries: 0, oldestSeconds: 0 };
}

export async function selectSealHash(tx: Queryable, companyId: string, seq: number): Promise<string | null> {
  const rows = await tx.query<{ readonly hash: string }>(
    `SELECT chain_hash AS hash FROM audit_seals WHERE company_id = $1::text AND chain_seq = $2::bigint`,
    [companyId, seq],
  );
  return rows[0]?.hash ?? null;
}
