import type { Queryable } from "../../../infra/database.ts";

/** Tables in whose rows the text stands, anywhere. An erased uid must stand in none. */
export async function tablesThatHold(db: Queryable, text: string): Promise<readonly string[]> {
  const tables = await db.query<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await db.query(`SELECT 1 AS one FROM ${name} t WHERE strpos(t::text, $1::text) > 0 LIMIT 1`, [text]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}
