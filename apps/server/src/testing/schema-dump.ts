import { ROLES } from "../infra/app-role.ts";
import type { Queryable } from "../infra/database.ts";

/**
 * The schema as the catalogue knows it: tables with columns and constraints, indexes, what the serving role may do.
 * The same on every supported PostgreSQL, ordered by name, so that two dumps can be compared as texts.
 */
export async function dumpSchema(db: Queryable): Promise<string> {
  const tables = await db.query<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname`,
  );
  const parts: string[] = [];
  for (const { name } of tables) parts.push(await dumpTable(db, name));
  return [
    "-- Written from the catalogue by tools/schema.ts after all migrations; never edited. CI fails when it drifts.",
    "",
    ...parts,
  ].join("\n");
}

async function dumpTable(db: Queryable, table: string): Promise<string> {
  const [settings, columns, constraints, indexes, grants] = await Promise.all([
    settingsOf(db, table),
    columnLines(db, table),
    constraintLines(db, table),
    indexLines(db, table),
    grantLines(db, table),
  ]);
  const body = [...columns, ...constraints].map((line) => `  ${line}`).join(",\n");
  return [`CREATE TABLE ${table} (`, body, `)${settings};`, ...indexes, ...grants, ""].join("\n");
}

/** Storage parameters that differ from the default. */
async function settingsOf(db: Queryable, table: string): Promise<string> {
  const rows = await db.query<{ settings: string | null }>(
    `SELECT array_to_string(reloptions, ', ') AS settings FROM pg_class WHERE oid = $1::regclass`,
    [table],
  );
  const settings = rows[0]?.settings ?? "";
  return settings === "" ? "" : ` WITH (${settings})`;
}

async function columnLines(db: Queryable, table: string): Promise<string[]> {
  const rows = await db.query<{ line: string }>(
    `SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
            || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
            || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') AS line
       FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attnum`,
    [table],
  );
  return rows.map((row) => row.line);
}

/** Since PostgreSQL 18 NOT NULL is a constraint of its own ('n'); the columns show it already. */
async function constraintLines(db: Queryable, table: string): Promise<string[]> {
  const rows = await db.query<{ line: string }>(
    `SELECT 'CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid) AS line
       FROM pg_constraint WHERE conrelid = $1::regclass AND contype <> 'n'
      ORDER BY position(contype::text IN 'pufcx'), conname`,
    [table],
  );
  return rows.map((row) => row.line);
}

async function indexLines(db: Queryable, table: string): Promise<string[]> {
  const rows = await db.query<{ line: string }>(
    `SELECT replace(pg_get_indexdef(i.indexrelid), 'public.', '') || ';' AS line
       FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indrelid = $1::regclass
        AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
      ORDER BY c.relname`,
    [table],
  );
  return rows.map((row) => row.line);
}

async function grantLines(db: Queryable, table: string): Promise<string[]> {
  const rows = await db.query<{ line: string }>(
    `WITH whole AS (
       SELECT grantee, string_agg(privilege_type, ', ' ORDER BY privilege_type) AS privileges
         FROM pg_class, aclexplode(relacl) WHERE oid = $1::regclass AND grantee = ANY ($2::regrole[])
        GROUP BY grantee
     ), single AS (
       SELECT grantee, privilege_type || ' (' || string_agg(attname, ', ' ORDER BY attname) || ')' AS privileges
         FROM pg_attribute, aclexplode(attacl)
        WHERE attrelid = $1::regclass AND grantee = ANY ($2::regrole[])
        GROUP BY grantee, privilege_type
     )
     SELECT 'GRANT ' || privileges || ' ON ' || $1::text || ' TO ' || grantee::regrole || ';' AS line
       FROM (SELECT * FROM whole UNION ALL SELECT * FROM single) AS both_kinds
      ORDER BY grantee::regrole::text, line`,
    [table, ROLES],
  );
  return rows.map((row) => row.line);
}
