import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import pg from "pg";

import type { ConnectionOptions } from "../../database.ts";
import { createLogger } from "../../logger.ts";
import { checkKeyRing } from "../../load-secrets.ts";
import { TEST_CONFIG } from "../../../testing/test-deps.ts";
import { restoreBackup, type Restored } from "../restore.ts";

export async function folder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "ts-backup-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** One statement as the owner. */
export async function query<Row extends pg.QueryResultRow>(
  connection: ConnectionOptions,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query<Row>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** Restores as the command does, with the ring of the tests unless another is given. */
export async function restoreInto(
  connection: ConnectionOptions,
  file: string,
  secretRing: string | null = TEST_CONFIG.secretRing,
): Promise<Restored> {
  const config = { ...TEST_CONFIG, secretRing };
  return restoreBackup(connection, {
    file,
    log: createLogger(config),
    checkKeyRing: (db) => checkKeyRing(db, config),
  });
}

/** md5 of every table's rows, by name. */
export async function fingerprints(connection: ConnectionOptions): Promise<Readonly<Record<string, string>>> {
  const tables = await query<{ name: string }>(
    connection,
    "SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname",
  );
  const all: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await query<{ rows: string }>(
      connection,
      `SELECT count(*) || ' ' || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS rows FROM ${name} t`,
    );
    all[name] = row?.rows ?? "";
  }
  return all;
}
