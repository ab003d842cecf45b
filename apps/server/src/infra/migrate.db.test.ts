import { afterEach, beforeEach, expect, test } from "vitest";

import { cloneDatabase } from "../testing/test-deps.ts";
import type { ConnectionOptions } from "./database.ts";
import { openDatabase } from "./database.ts";
import { createLogger } from "./logger.ts";
import { isMigrated, migrate, readMigrations, type Migration } from "./migrate.ts";

const log = createLogger({ logLevel: "silent" });
const extra = (name: string, sql: string): Migration => ({ name, sql, checksum: `sum of ${sql}` });

let connection: ConnectionOptions;
let drop: () => Promise<void>;
let shipped: readonly Migration[];
beforeEach(async () => {
  ({ connection, drop } = await cloneDatabase());
  shipped = await readMigrations();
});
afterEach(() => drop());

async function look<T>(work: (db: ReturnType<typeof openDatabase>) => Promise<T>): Promise<T> {
  const db = openDatabase({ connection, role: "tallystick_app", poolSize: 1 });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

test("an up-to-date database is left alone", async () => {
  expect(await migrate(connection, log, shipped)).toEqual({ applied: [] });
  expect(await look((db) => isMigrated(db))).toBe(true);
});

test("a file that was changed after it had been applied stops the start", async () => {
  const changed = shipped.map((migration) => ({ ...migration, checksum: "other" }));
  await expect(migrate(connection, log, changed)).rejects.toThrow(/0001_foundation\.sql was changed/);
});

test("a database that is newer than the program stops the start", async () => {
  await migrate(connection, log, [...shipped, extra("9000_later.sql", "CREATE TABLE later (company_id text)")]);
  await expect(migrate(connection, log, shipped)).rejects.toThrow(/newer than this program: it has the migration 9000/);
  expect(await look((db) => isMigrated(db))).toBe(false);
});

test("a migration that fails half-way leaves nothing of itself, and those before it stay", async () => {
  const good = extra("9000_good.sql", "CREATE TABLE good (company_id text)");
  const bad = extra("9001_bad.sql", "CREATE TABLE half (company_id text); SELECT 1/0");
  await expect(migrate(connection, log, [...shipped, good, bad])).rejects.toThrow(
    /9001_bad\.sql failed and was rolled back/,
  );
  const tables = await look((db) =>
    db.query("SELECT relname::text AS name FROM pg_class WHERE relname IN ('good', 'half')"),
  );
  expect(tables).toEqual([{ name: "good" }]);
  const mended = extra("9001_bad.sql", "CREATE TABLE whole (company_id text)");
  expect(await migrate(connection, log, [...shipped, good, mended])).toEqual({ applied: ["9001_bad.sql"] });
});

test("processes that start at once apply a migration once", async () => {
  const wanted = [...shipped, extra("9000_once.sql", "CREATE TABLE once (company_id text)")];
  const outcomes = await Promise.all([1, 2, 3, 4].map(() => migrate(connection, log, wanted)));
  expect(outcomes.flatMap((outcome) => outcome.applied)).toEqual(["9000_once.sql"]);
});
