import type pg from "pg";

export interface CatalogueTable {
  readonly name: string;
  /** In their order; computed ones are left out. */
  readonly columns: readonly string[];
}

/** First, so that a restore finds a foreign key ring before it has loaded a million rows. */
const FIRST = ["schema_migrations", "system_keys"];

/**
 * Every table of ours, so ordered that each stands behind those it refers to. Ours are those that a role of ours may
 * read: an operator's own tables in the same database are not touched.
 */
export async function listTables(client: pg.Client): Promise<readonly CatalogueTable[]> {
  const { rows: tables } = await client.query<CatalogueTable>(
    `SELECT c.relname::text AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
       FROM pg_class c
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND EXISTS (SELECT FROM pg_roles r
                     WHERE r.rolname IN ('tallystick_app', 'tallystick_eraser')
                       AND has_table_privilege(r.oid, c.oid, 'SELECT'))
      GROUP BY c.relname
      ORDER BY c.relname`,
  );
  const { rows: references } = await client.query<{ from: string; to: string }>(
    `SELECT f.relname::text AS from, t.relname::text AS to
       FROM pg_constraint k
       JOIN pg_class f ON f.oid = k.conrelid
       JOIN pg_class t ON t.oid = k.confrelid
      WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND k.conrelid <> k.confrelid`,
  );
  return inLoadOrder(tables, references);
}

/** Throws when tables refer to each other in a circle. */
export function inLoadOrder(
  tables: readonly CatalogueTable[],
  references: readonly { readonly from: string; readonly to: string }[],
): readonly CatalogueTable[] {
  const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const waiting = tables.toSorted((a, b) => rank(a.name) - rank(b.name));
  const done = new Set<string>();
  const ordered: CatalogueTable[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ name }) => references.every(({ from, to }) => from !== name || done.has(to)));
    const [table] = next === -1 ? [] : waiting.splice(next, 1);
    if (table === undefined)
      throw new Error(`Tables refer to each other in a circle: ${waiting.map(nameOf).join(", ")}`);
    ordered.push(table);
    done.add(table.name);
  }
  return ordered;
}

function nameOf({ name }: CatalogueTable): string {
  return name;
}
