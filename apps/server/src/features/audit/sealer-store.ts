import type { Queryable } from "../../infra/database.ts";
import type { SealedEntry } from "./chain.ts";

/** Members of an entry as chain.ts hashes them; the table is named `e`. */
export const ENTRY_COLUMNS = `
  e.company_id AS "companyId", e.audit_id AS "auditId", e.actor, e.origin, e.action, e.target_type AS "targetType",
  e.target_id AS "targetId", e.details, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at`;

export interface HeadRow {
  readonly seq: number;
  readonly hash: string;
}

// Asked of the small queue for each company: companies without work cost one look into an empty index.
export async function selectCompaniesWithUnsealed(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query<{ readonly company_id: string }>(
    `SELECT c.company_id
       FROM companies c
      WHERE EXISTS (SELECT FROM audit_unsealed u WHERE u.company_id = c.company_id)`,
    [],
    { name: "audit_companies_unsealed" },
  );
  return rows.map((row) => row.company_id);
}

export async function insertHead(tx: Queryable, companyId: string, genesis: string): Promise<void> {
  await tx.query(
    `INSERT INTO audit_heads (company_id, chain_seq, chain_hash)
     VALUES ($1::text, 0, $2::text)
     ON CONFLICT (company_id) DO NOTHING`,
    [companyId, genesis],
    { name: "audit_head_insert" },
  );
}

// SKIP LOCKED: whoever holds the head is sealing these very entries; there is nothing to wait for.
export async function lockHead(tx: Queryable, companyId: string): Promise<HeadRow | null> {
  const rows = await tx.query<HeadRow>(
    `SELECT chain_seq::float8 AS seq, chain_hash AS hash
       FROM audit_heads
      WHERE company_id = $1::text
        FOR UPDATE SKIP LOCKED`,
    [companyId],
    { name: "audit_head_lock" },
  );
  return rows[0] ?? null;
}

// The oldest ids first, which the queue's key gives without sorting (sorting 200 000 by time for each batch took minutes),
// and those by time, so that the chain reads as it happened. Transactions that overlap may still stand in either order.
export async function selectUnsealed(tx: Queryable, companyId: string, limit: number): Promise<readonly SealedEntry[]> {
  return tx.query<SealedEntry>(
    `SELECT ${ENTRY_COLUMNS}
       FROM audit_entries e
      WHERE e.company_id = $1::text
        AND e.audit_id = ANY (ARRAY(SELECT audit_id FROM audit_unsealed
                                     WHERE company_id = $1::text ORDER BY audit_id LIMIT $2::int))
      ORDER BY e.at, e.audit_id`,
    [companyId, limit],
    { name: "audit_select_unsealed" },
  );
}

export interface Seal {
  readonly seq: number;
  readonly auditId: string;
  readonly entryHash: string;
  readonly chainHash: string;
}

// Seals, queue and head in one statement: a crash leaves all of it or nothing.
export async function insertSeals(tx: Queryable, companyId: string, seals: readonly Seal[]): Promise<void> {
  await tx.query(
    `WITH sealed AS (
       INSERT INTO audit_seals (company_id, chain_seq, audit_id, entry_hash, chain_hash)
       SELECT $1::text, seq, audit_id, entry_hash, chain_hash
         FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) AS made (seq, audit_id, entry_hash, chain_hash)
     ), queue AS (
       DELETE FROM audit_unsealed WHERE company_id = $1::text AND audit_id = ANY ($3::text[])
     )
     UPDATE audit_heads
        SET chain_seq = ($2::bigint[])[array_upper($2::bigint[], 1)],
            chain_hash = ($5::text[])[array_upper($5::text[], 1)],
            sealed_at = now()
      WHERE company_id = $1::text`,
    [
      companyId,
      seals.map((seal) => seal.seq),
      seals.map((seal) => seal.auditId),
      seals.map((seal) => seal.entryHash),
      seals.map((seal) => seal.chainHash),
    ],
    { name: "audit_insert_seals" },
  );
}
