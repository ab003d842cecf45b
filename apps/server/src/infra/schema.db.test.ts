import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { dumpSchema } from "../testing/schema-dump.ts";
import { testDeps, type TestDeps } from "../testing/test-deps.ts";
import { projectRoot } from "./places.ts";

/** They answer before the company is known, or belong to no company. */
const DIRECTORIES = new Set([
  "schema_migrations",
  "system_keys",
  "key_directory",
  "integration_directory",
  "link_directory",
  // People belong to no company; what is theirs hangs on them.
  "users",
  "user_sessions",
  "recovery_codes",
  "password_resets",
  "user_identities",
  "invitations",
  "sign_in_throttle",
]);

/** Rows that say what happened: the serving role may add and read them, nothing else (except one column's number). */
const FACTS = [
  "audit_entries",
  "audit_seals",
  "events",
  "input_batches",
  "input_conflicts",
  "attempts",
  "consents",
  "setting_changes",
  "results",
  "session_facts",
];

let store: TestDeps;
beforeAll(async () => {
  store = await testDeps();
});
afterAll(() => store.close());

test("db/schema.sql is what the migrations make; `npx tsx tools/schema.ts` writes it", async () => {
  const committed = await readFile(join(projectRoot(), "db", "schema.sql"), "utf8");
  expect(await dumpSchema(store.deps.db)).toBe(committed);
});

interface Key {
  readonly table_name: string;
  readonly key: string;
  readonly first_column: string;
}

test("company_id leads every primary, unique and foreign key outside the directories", async () => {
  const keys = await store.deps.db.query<Key>(
    `SELECT c.relname::text AS table_name, i.relname::text AS key, a.attname::text AS first_column
       FROM pg_index x
       JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
       JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
      WHERE c.relnamespace = 'public'::regnamespace AND x.indisunique
     UNION ALL
     SELECT k.conrelid::regclass::text, k.conname::text, a.attname::text
       FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
      WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace`,
  );
  expect(keys.length).toBeGreaterThan(40);
  const bad = keys.filter((key) => !DIRECTORIES.has(key.table_name) && key.first_column !== "company_id");
  expect(bad).toEqual([]);
});

test("every table outside the directories has a primary key and a company_id that is never null", async () => {
  const rows = await store.deps.db.query<{ name: string }>(
    `SELECT c.relname::text AS name FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
        AND (NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = c.oid AND x.indisprimary)
             OR NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'company_id' AND a.attnotnull))`,
  );
  expect(rows.map((row) => row.name).filter((name) => !DIRECTORIES.has(name))).toEqual([]);
});

test("there are no triggers, sequences, views or functions of ours", async () => {
  const found = await store.deps.db.query(
    `SELECT 'trigger' AS kind, tgname::text AS name FROM pg_trigger WHERE NOT tgisinternal
     UNION ALL SELECT relkind::text, relname::text FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('S', 'v', 'm', 'f')
     UNION ALL SELECT 'function', proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
  );
  expect(found).toEqual([]);
});

test("the serving role can neither change nor remove what has happened", async () => {
  const rights = await store.deps.db.query<{ name: string }>(
    `SELECT t.name FROM unnest($1::text[]) AS t(name)
      WHERE has_table_privilege('tallystick_app', t.name, 'UPDATE') OR has_table_privilege('tallystick_app', t.name, 'DELETE')
         OR has_table_privilege('tallystick_app', t.name, 'TRUNCATE') OR NOT has_table_privilege('tallystick_app', t.name, 'INSERT')`,
    [FACTS],
  );
  expect(rights).toEqual([]);
  const [own] = await store.deps.db.query<{ owned: number; create: boolean; migrations: boolean }>(
    `SELECT (SELECT count(*)::int FROM pg_class WHERE relowner = 'tallystick_app'::regrole) AS owned,
            has_schema_privilege('tallystick_app', 'public', 'CREATE') AS create,
            has_table_privilege('tallystick_app', 'schema_migrations', 'INSERT') AS migrations`,
  );
  expect(own).toEqual({ owned: 0, create: false, migrations: false });
});

test("the eraser can take content away, but neither add to a journey nor change an entry of the audit log", async () => {
  const [rights] = await store.deps.eraser.query<{ role: string; adds: string[]; changes: string[]; owned: number }>(
    `SELECT current_user::text AS role,
            ARRAY(SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                     AND has_any_column_privilege(oid, 'INSERT') ORDER BY relname) AS adds,
            ARRAY(SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                     AND has_any_column_privilege(oid, 'UPDATE') ORDER BY relname) AS changes,
            (SELECT count(*)::int FROM pg_class WHERE relowner = 'tallystick_eraser'::regrole) AS owned`,
  );
  expect(rights).toEqual({
    role: "tallystick_eraser",
    adds: ["audit_checkpoints", "audit_entries", "audit_unsealed", "retention_progress"],
    changes: [
      "attempts",
      "audit_heads",
      "deliveries",
      "erasures",
      "events",
      "retention_progress",
      "session_facts",
      "sessions",
      "task_attempts",
    ],
    owned: 0,
  });
});

test("statistics exist as soon as the migrations have run", async () => {
  const [row] = await store.deps.db.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM pg_class WHERE oid = 'sessions'::regclass AND reltuples >= 0",
  );
  expect(row?.n).toBe(1);
});
