/**
 * Columns that hold what the key ring encrypts, and their re-encryption under the ring's first key. A feature that
 * stores a ciphertext names its column here with how its context is made; a test compares the names with the catalogue.
 */
import type { Database, Queryable } from "./database.ts";
import type { Secrets } from "./secrets.ts";

export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The primary key; company_id leads it wherever the table has one. Text columns only. */
  readonly key: readonly string[];
  /** What was authenticated with the ciphertext, from the key's values in the order of `key`. */
  readonly context: (key: readonly string[]) => string;
}

export interface SealedCount {
  readonly table: string;
  readonly column: string;
  /** Number of the ring's key. */
  readonly keyId: string;
  readonly rows: number;
}

export const SEALED_SYSTEM_KEYS: SealedColumn = {
  table: "system_keys",
  column: "ciphertext",
  key: ["name"],
  context: ([name = ""]) => `system_keys/${name}`,
};

const BATCH = 200;

/** How many rows are encrypted under which key of the ring. */
export async function countSealed(db: Queryable, columns: readonly SealedColumn[]): Promise<readonly SealedCount[]> {
  const counts: SealedCount[] = [];
  for (const { table, column } of columns) {
    const rows = await db.query<{ readonly key_id: string; readonly rows: number }>(
      `SELECT split_part(${column}, ':', 1) AS key_id, count(*)::int AS rows
         FROM ${table} WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY 1`,
    );
    counts.push(...rows.map((row) => ({ table, column, keyId: row.key_id, rows: row.rows })));
  }
  return counts;
}

/**
 * Every row under another key of the ring than the first is opened and sealed again. Each batch is a transaction of its
 * own, so a run that is cut off goes on where it was. A row that somebody else changes meanwhile is left to the next
 * round; what is written under an old key after its batch passed shows in countSealed.
 * Throws when the ring lacks the key of a row.
 */
export async function resealColumn(
  db: Database,
  secrets: Secrets,
  column: SealedColumn,
  onBatch: (rows: number) => void = () => undefined,
): Promise<number> {
  let done = 0;
  let after: readonly string[] | null = null;
  for (;;) {
    const batch = await listOld(db, column, { firstKeyId: secrets.firstKeyId, after });
    const last = batch.at(-1);
    if (last === undefined) return done;
    done += await db.transaction((tx) => resealBatch(tx, secrets, { column, batch }));
    after = last.key;
    onBatch(done);
  }
}

interface OldRow {
  readonly key: readonly string[];
  readonly sealed: string;
}

async function listOld(
  db: Queryable,
  { table, column, key }: SealedColumn,
  from: { readonly firstKeyId: string; readonly after: readonly string[] | null },
): Promise<readonly OldRow[]> {
  const keys = key.join(", ");
  const values = key.map((_, index) => `($2::text[])[${index + 1}]`).join(", ");
  return db.query(
    `SELECT ARRAY[${keys}] AS key, ${column} AS sealed
       FROM ${table}
      WHERE ${column} IS NOT NULL AND split_part(${column}, ':', 1) <> $1::text
        AND ($2::text[] IS NULL OR (${keys}) > (${values}))
      ORDER BY ${keys}
      LIMIT ${BATCH}`,
    [from.firstKeyId, from.after],
  );
}

async function resealBatch(
  tx: Queryable,
  secrets: Secrets,
  { column, batch }: { readonly column: SealedColumn; readonly batch: readonly OldRow[] },
): Promise<number> {
  const { table, column: name, key } = column;
  const match = key.map((part, index) => `${part} = ($1::text[])[${index + 1}]`).join(" AND ");
  let changed = 0;
  for (const row of batch) {
    const context = column.context(row.key);
    const resealed = secrets.encrypt(secrets.decrypt(row.sealed, context), context);
    // Compared with what was read: a row that was given another content meanwhile keeps it.
    const rows = await tx.query(
      `UPDATE ${table} SET ${name} = $3::text WHERE ${match} AND ${name} = $2::text RETURNING 1`,
      [row.key, row.sealed, resealed],
    );
    changed += rows.length;
  }
  return changed;
}
