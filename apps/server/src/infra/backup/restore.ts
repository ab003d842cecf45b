import type pg from "pg";

import { ensureRoles } from "../app-role.ts";
import type { ConnectionOptions, Queryable } from "../database.ts";
import type { Logger } from "../logger.ts";
import { applyInside, isMigrated, migrate, readMigrations, withMigrationsLocked, type Migration } from "../migrate.ts";
import { StartRefused } from "../start-refused.ts";
import { listTables } from "./catalogue.ts";
import { queryable, quoted, withClient } from "./client.ts";
import { copyIn } from "./copy.ts";
import type { BackedUpTable, Manifest } from "./manifest.ts";
import { eachTable, verifyBackup } from "./read-backup.ts";

export interface RestoreOptions {
  readonly file: string;
  readonly log: Logger;
  readonly onProgress?: (text: string) => void;
  /** Asked as soon as the wrapped keys are loaded; throws when the key ring at hand can not open them. */
  readonly checkKeyRing: (db: Queryable) => Promise<void>;
}

export interface Restored {
  readonly manifest: Manifest;
  /** Migrations of this release that the backup did not have yet. */
  readonly applied: readonly string[];
}

/**
 * Brings a backup into a database without any table, in one transaction: it is there whole or not at all, also when the
 * process is killed. Nothing is touched before the file is proved whole. Throws StartRefused.
 */
export async function restoreBackup(connection: ConnectionOptions, options: RestoreOptions): Promise<Restored> {
  const { file, log, onProgress } = options;
  // Asked first, because reading a large backup to its end takes minutes; asked again under the lock.
  await withClient(connection, "restore", refuseUnlessEmpty);
  onProgress?.("Checking the backup");
  const manifest = await verifyBackup(file);
  const migrations = pickMigrations(manifest, await readMigrations());
  await withClient(connection, "restore", (client) =>
    withMigrationsLocked(client, async () => {
      await refuseUnlessEmpty(client);
      await ensureRoles(client, log);
      await load(client, { ...options, manifest, migrations });
    }),
  );
  onProgress?.("Bringing it to the newest schema");
  const { applied } = await migrate(connection, log);
  await withClient(connection, "restore", (client) => client.query("ANALYZE"));
  return { manifest, applied };
}

/** Whether the database has exactly the schema this release makes. */
export async function isAtThisRelease(connection: ConnectionOptions): Promise<boolean> {
  return withClient(connection, "restore", async (client) => {
    const { rows } = await client.query<{ known: boolean }>(
      "SELECT to_regclass('public.schema_migrations') IS NOT NULL AS known",
    );
    return rows[0]?.known === true && isMigrated(queryable(client));
  });
}

/** The files that led to the backup's schema. Throws when this release lacks one of them. */
function pickMigrations(manifest: Manifest, known: readonly Migration[]): readonly Migration[] {
  return manifest.migrations.map(({ name, checksum }) => {
    const migration = known.find((candidate) => candidate.name === name);
    if (migration === undefined) {
      throw new StartRefused(
        `The backup is of a newer release (${manifest.tallystick}): it has the migration ${name}. Restore it with that release.`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new StartRefused(`The file db/migrations/${name} is not the one the backup was made with.`);
    }
    return migration;
  });
}

async function refuseUnlessEmpty(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname::text AS name
       FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'f')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
      ORDER BY c.relname`,
  );
  if (rows.length === 0) return;
  throw new StartRefused(
    `The database is not empty: it has ${rows.length} table${rows.length === 1 ? "" : "s"} (${rows[0]?.name ?? ""}…). ` +
      "A restore never mixes with what is there or replaces it. Name a new folder with TALLYSTICK_DATA, or a new database with DATABASE_URL.",
  );
}

interface Loading extends RestoreOptions {
  readonly manifest: Manifest;
  readonly migrations: readonly Migration[];
}

async function load(client: pg.Client, loading: Loading): Promise<void> {
  const { manifest } = loading;
  await client.query("BEGIN");
  try {
    await applyInside(client, loading.migrations);
    await refuseOtherTables(client, manifest);
    // What the migrations themselves put into tables is in the backup already.
    await client.query(`TRUNCATE ${manifest.tables.map(({ name }) => quoted(name)).join(", ")}`);
    await eachTable(loading.file, manifest, (table, chunks) => loadTable(client, loading, { table, chunks }));
    await endSignIns(client, manifest);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** The schema that the migrations made must be the one the rows came from. */
async function refuseOtherTables(client: pg.Client, manifest: Manifest): Promise<void> {
  const shape = (tables: readonly { readonly name: string; readonly columns: readonly string[] }[]): string =>
    tables
      .map(({ name, columns }) => `${name}(${columns.join(", ")})`)
      .toSorted()
      .join("\n");
  if (shape(await listTables(client)) === shape(manifest.tables)) return;
  throw new StartRefused(
    "The backup's tables are not those that its migrations make; it was taken of a changed schema.",
  );
}

async function loadTable(
  client: pg.Client,
  { checkKeyRing, onProgress }: Loading,
  { table, chunks }: { readonly table: BackedUpTable; readonly chunks: AsyncIterable<Buffer> },
): Promise<void> {
  const { name, columns, rows } = table;
  const sql = `COPY ${quoted(name)} (${columns.map(quoted).join(", ")}) FROM STDIN`;
  const loaded = await copyIn(client, sql, chunks);
  if (loaded !== rows) throw new StartRefused(`${name}: ${loaded} rows arrived, the backup names ${rows}.`);
  if (rows > 0) onProgress?.(`${name}: ${rows} row${rows === 1 ? "" : "s"}`);
  if (name === "system_keys") await checkKeyRing(queryable(client));
}

/** A cookie or mailed link that was ended after the backup must not come back to life with it. */
const ENDINGS: Readonly<Record<string, string>> = {
  user_sessions: "DELETE FROM user_sessions",
  password_resets: "DELETE FROM password_resets",
  invitations: `UPDATE invitations SET revoked_at = now()
                 WHERE company_id IN (SELECT company_id FROM companies) AND accepted_at IS NULL AND revoked_at IS NULL`,
};

async function endSignIns(client: pg.Client, { tables }: Manifest): Promise<void> {
  for (const [table, sql] of Object.entries(ENDINGS)) {
    // A backup of an older release may not have it yet.
    if (tables.some(({ name }) => name === table)) await client.query(sql);
  }
}
