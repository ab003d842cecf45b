import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import type { ConnectionOptions, Queryable } from "./database.ts";
import type { Logger } from "./logger.ts";
import { ensureRoles } from "./app-role.ts";
import { projectRoot } from "./places.ts";
import { StartRefused } from "./start-refused.ts";

export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** sha256 hex of the text. */
  readonly checksum: string;
}

// Two processes that start at once take turns. The number only has to be ours.
const LOCK = 7_205_112;

export async function readMigrations(folder = join(projectRoot(), "db", "migrations")): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

/**
 * Brings the database to the newest schema, as the owning login. Each file runs in a transaction of its own.
 * Throws StartRefused when an applied file was changed since, or when the database is newer than these files.
 */
export async function migrate(
  connection: ConnectionOptions,
  log: Logger,
  migrations?: readonly Migration[],
): Promise<{ readonly applied: string[] }> {
  const wanted = migrations ?? (await readMigrations());
  const client = new pg.Client({ ...connection, application_name: "tallystick migrate" });
  client.on("error", (error) => log.warn({ err: error }, "The connection of the migration was lost"));
  await client.connect();
  try {
    return await withMigrationsLocked(client, async () => {
      await ensureRoles(client, log);
      await createLedger(client);
      const pending = compare(wanted, await appliedMigrations(client));
      for (const migration of pending) await apply(client, migration, log);
      if (pending.length > 0) await settle(client);
      return { applied: pending.map((migration) => migration.name) };
    });
  } finally {
    await client.end();
  }
}

/** Nobody migrates meanwhile; whoever starts waits. The lock is the connection's, so a killed process lets go of it. */
export async function withMigrationsLocked<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query("SELECT pg_advisory_lock($1::bigint)", [LOCK]);
  try {
    return await work();
  } finally {
    await client.query("SELECT pg_advisory_unlock($1::bigint)", [LOCK]).catch(() => undefined);
  }
}

/** The schema that these files make, in the caller's transaction: there whole or not at all. */
export async function applyInside(client: pg.Client, migrations: readonly Migration[]): Promise<void> {
  await createLedger(client);
  for (const migration of migrations) {
    await client.query(migration.sql);
    await enter(client, migration);
  }
  await guardLedger(client);
}

async function createLedger(client: pg.Client): Promise<void> {
  await client.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
    name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
}

async function enter(client: pg.Client, migration: Migration): Promise<void> {
  await client.query("INSERT INTO schema_migrations (name, checksum) VALUES ($1::text, $2::text)", [
    migration.name,
    migration.checksum,
  ]);
}

interface Applied {
  readonly name: string;
  readonly checksum: string;
}

async function appliedMigrations(client: pg.Client): Promise<readonly Applied[]> {
  return (await client.query<Applied>("SELECT name, checksum FROM schema_migrations ORDER BY name")).rows;
}

function compare(wanted: readonly Migration[], applied: readonly Applied[]): Migration[] {
  const known = new Map(wanted.map((migration) => [migration.name, migration]));
  for (const row of applied) {
    const migration = known.get(row.name);
    if (migration === undefined) {
      throw new StartRefused(
        `The database is newer than this program: it has the migration ${row.name}. Start the newer release, or restore a backup made with this one.`,
      );
    }
    if (migration.checksum !== row.checksum) {
      throw new StartRefused(
        `The file db/migrations/${row.name} was changed after it had been applied. Put the released file back; changes go into a new migration.`,
      );
    }
  }
  const done = new Set(applied.map((row) => row.name));
  return wanted.filter((migration) => !done.has(migration.name));
}

async function apply(client: pg.Client, migration: Migration, log: Logger): Promise<void> {
  log.info({ migration: migration.name }, "Applying a migration");
  await client.query("BEGIN");
  try {
    await client.query(migration.sql);
    await enter(client, migration);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw new Error(`The migration ${migration.name} failed and was rolled back.`, { cause: error });
  }
}

/** Fresh tables have no statistics, and a look-up by key then reads whole tables until the first ANALYZE. */
async function settle(client: pg.Client): Promise<void> {
  await guardLedger(client);
  await client.query("ANALYZE");
}

async function guardLedger(client: pg.Client): Promise<void> {
  await client.query("REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM tallystick_app");
  await client.query("GRANT SELECT ON schema_migrations TO tallystick_app");
}

/** For readiness: true when exactly this program's migrations are applied. */
export async function isMigrated(db: Queryable, migrations?: readonly Migration[]): Promise<boolean> {
  const wanted = migrations ?? (await readMigrations());
  const rows = await db.query<Applied>("SELECT name, checksum FROM schema_migrations ORDER BY name");
  return (
    rows.length === wanted.length &&
    rows.every((row, index) => row.name === wanted[index]?.name && row.checksum === wanted[index]?.checksum)
  );
}
