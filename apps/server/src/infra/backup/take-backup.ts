import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { link, mkdir, open, rename, stat, unlink, type FileHandle } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import type pg from "pg";

import type { ConnectionOptions } from "../database.ts";
import { withMigrationsLocked } from "../migrate.ts";
import { projectRoot } from "../places.ts";
import { StartRefused } from "../start-refused.ts";
import { listTables, type CatalogueTable } from "./catalogue.ts";
import { quoted, withClient } from "./client.ts";
import { copyOut } from "./copy.ts";
import { explainFile } from "./explain-file.ts";
import {
  chunkName,
  FORMAT,
  MANIFEST,
  MANIFEST_SUM,
  README,
  README_TEXT,
  type BackedUpTable,
  type Manifest,
} from "./manifest.ts";
import { TarWriter } from "./tar.ts";

export interface TakenBackup {
  readonly file: string;
  readonly sizeBytes: number;
  readonly manifest: Manifest;
}

/** Level 6 takes twice the time for a tenth less where it gains most (input batches), and for 2 % less elsewhere. */
const GZIP_LEVEL = 4;
const compress = promisify(gzip);

/**
 * Everything as it stood at one moment, into one file, while the server goes on. `target` is a file that does not exist
 * yet, or a folder, which gets a file named after the time. Under its name the file is whole; what is under way has a
 * name of its own. Throws StartRefused.
 */
export async function takeBackup(
  connection: ConnectionOptions,
  options: { readonly target: string; readonly onProgress?: (text: string) => void },
): Promise<TakenBackup> {
  return withClient(connection, "backup", async (client) => {
    const snapshot = await openSnapshot(client);
    const file = await chooseFile(options.target, snapshot.takenAt);
    return writeBackup(client, { ...options, file, snapshot });
  });
}

interface Snapshot {
  readonly takenAt: Date;
  readonly postgres: string;
  readonly migrations: Manifest["migrations"];
  readonly tables: readonly CatalogueTable[];
}

/** The transaction stays open: every later statement on the client sees the database as it is now. */
async function openSnapshot(client: pg.Client): Promise<Snapshot> {
  return withMigrationsLocked(client, async () => {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const { rows } = await client.query<{ now: Date; postgres: string; migrated: boolean }>(
      `SELECT now(), current_setting('server_version') AS postgres,
              to_regclass('public.schema_migrations') IS NOT NULL AS migrated`,
    );
    const state = rows[0];
    if (state?.migrated !== true) throw new StartRefused("The database is empty: there is nothing to back up.");
    const tables = await listTables(client);
    // A table must not change its columns or vanish before it is read.
    await client.query(`LOCK TABLE ${tables.map(({ name }) => quoted(name)).join(", ")} IN ACCESS SHARE MODE`);
    const { rows: migrations } = await client.query<Manifest["migrations"][number]>(
      "SELECT name, checksum FROM schema_migrations ORDER BY name",
    );
    return { takenAt: state.now, postgres: state.postgres, migrations, tables };
  });
}

async function chooseFile(target: string, takenAt: Date): Promise<string> {
  const wanted = resolve(target);
  const isFolder = (await stat(wanted).catch(() => null))?.isDirectory() === true;
  const name = `tallystick-${takenAt.toISOString().replace(/[-:]|\.\d+/g, "")}.tar`;
  const file = isFolder ? join(wanted, name) : wanted;
  if (existsSync(file)) throw alreadyThere(file);
  return file;
}

interface Writing {
  readonly file: string;
  readonly snapshot: Snapshot;
  readonly onProgress?: (text: string) => void;
}

async function writeBackup(client: pg.Client, writing: Writing): Promise<TakenBackup> {
  const { file } = writing;
  const draft = join(dirname(file), `.${basename(file)}.${randomBytes(4).toString("hex")}.unfinished`);
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(draft, "wx", 0o600);
    try {
      const manifest = await writeContent(client, handle, writing);
      await handle.sync();
      const { size } = await handle.stat();
      await giveName(draft, file);
      await syncFolder(dirname(file));
      return { file, sizeBytes: size, manifest };
    } finally {
      await handle.close();
    }
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw explainFile(error, file);
  }
}

async function writeContent(client: pg.Client, handle: FileHandle, writing: Writing): Promise<Manifest> {
  const { snapshot, onProgress } = writing;
  const tar = new TarWriter(handle, snapshot.takenAt);
  await tar.add(README, Buffer.from(README_TEXT));
  const tables: BackedUpTable[] = [];
  for (const table of snapshot.tables) {
    const written = await writeTable(client, tar, table);
    tables.push(written);
    if (written.rows > 0) onProgress?.(`${table.name}: ${written.rows} row${written.rows === 1 ? "" : "s"}`);
  }
  const manifest: Manifest = {
    format: FORMAT,
    taken_at: snapshot.takenAt.toISOString(),
    tallystick: releaseVersion(),
    postgres: snapshot.postgres,
    migrations: snapshot.migrations,
    tables,
    key_ring: "not included",
  };
  const text = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
  await tar.add(MANIFEST, text);
  const sum = createHash("sha256").update(text).digest("hex");
  await tar.add(MANIFEST_SUM, Buffer.from(`${sum}  ${MANIFEST}\n`));
  await tar.finish();
  return manifest;
}

async function writeTable(client: pg.Client, tar: TarWriter, table: CatalogueTable): Promise<BackedUpTable> {
  const { name, columns } = table;
  const copied = copyOut(client, `COPY ${quoted(name)} (${columns.map(quoted).join(", ")}) TO STDOUT`);
  const hash = createHash("sha256");
  let bytes = 0;
  let chunks = 0;
  for await (const chunk of copied.chunks) {
    hash.update(chunk);
    bytes += chunk.length;
    await tar.add(chunkName(name, (chunks += 1)), await compress(chunk, { level: GZIP_LEVEL }));
  }
  return { name, columns: [...columns], rows: copied.rows(), bytes, sha256: hash.digest("hex"), chunks };
}

/** A link never takes the place of a file that somebody made meanwhile; some file systems have none. */
async function giveName(draft: string, file: string): Promise<void> {
  try {
    await link(draft, file);
    await unlink(draft);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "EEXIST") throw alreadyThere(file);
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(code)) throw error;
    await rename(draft, file);
  }
}

function alreadyThere(file: string): StartRefused {
  return new StartRefused(`${file} exists already; a backup never replaces a file. Name another.`);
}

/** After a power cut the name must lead to the content. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function releaseVersion(): string {
  const text = readFileSync(join(projectRoot(), "package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
