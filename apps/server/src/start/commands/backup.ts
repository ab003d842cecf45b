import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Config } from "../../config.ts";
import { cliActor, record, sealCompany, verifyChain, type Actor } from "../../features/audit/service.ts";
import { listCompanies } from "../../features/companies/service.ts";
import type { Manifest } from "../../infra/backup/manifest.ts";
import { verifyBackup } from "../../infra/backup/read-backup.ts";
import { isAtThisRelease, restoreBackup } from "../../infra/backup/restore.ts";
import { takeBackup } from "../../infra/backup/take-backup.ts";
import type { Deps } from "../../infra/deps.ts";
import { checkKeyRing, requireOldKeyRing } from "../../infra/load-secrets.ts";
import { StartRefused } from "../../infra/start-refused.ts";
import type { AnyCommand, StoreCommand } from "../command.ts";
import { table } from "./table.ts";

const KEY_RING_NOTE =
  "The key ring is not in it. Keep TALLYSTICK_SECRET, or the file secret of the data folder, somewhere else: without it the keys in this backup open nothing.";

const backup: StoreCommand = {
  name: "backup",
  summary: "Write everything, as it stands at this moment, into one file; the server may go on",
  positionals: ["FILE|FOLDER"],
  options: {},
  example: "npx tallystick backup backups/",
  runOnStore: async (place, args, io) => {
    requireDatabase(place.config);
    const store = await place.open();
    if (await isAtThisRelease(store.connection)) {
      // Before it is read: whoever looks at the log later finds out that somebody took everything along.
      await noteInEveryCompany(await store.buildDeps(), cliActor(io.osUser), "backup.taken");
    } else {
      io.note("The database has the schema of another release: it is backed up as it is, without an audit entry.\n");
    }
    const { file, sizeBytes, manifest } = await takeBackup(store.connection, {
      target: args.positionals[0] ?? "",
      onProgress: (text) => io.note(`${text}\n`),
    });
    return {
      json: { file, size_bytes: sizeBytes, ...summaryJson(manifest) },
      text: `${file}\n${summaryText(manifest)}, ${megabytes(sizeBytes)}.\n${KEY_RING_NOTE}\n`,
    };
  },
};

const backupVerify: StoreCommand = {
  name: "backup verify",
  summary: "Read a backup to its end and compare every byte with its list of contents; needs no database",
  positionals: ["FILE"],
  options: {},
  example: "npx tallystick backup verify backups/tallystick-20261125T030000Z.tar",
  runOnStore: async (_place, args) => {
    const manifest = await verifyBackup(args.positionals[0] ?? "");
    return {
      json: { whole: true, ...summaryJson(manifest) },
      text:
        table(
          ["TABLE", "ROWS", "BYTES"],
          manifest.tables.map(({ name, rows, bytes }) => [name, String(rows), String(bytes)]),
          "No table.",
        ) + `The backup is whole. ${summaryText(manifest)}.\n`,
    };
  },
};

const restore: StoreCommand = {
  name: "restore",
  summary: "Bring a backup into an empty database, whole or not at all",
  positionals: ["FILE"],
  options: {
    "into-empty": {
      type: "boolean",
      description: "say that the database is new: a restore replaces nothing",
      required: true,
    },
  },
  example: "TALLYSTICK_DATA=./restored npx tallystick restore backups/tallystick-20261125T030000Z.tar --into-empty",
  runOnStore: async (place, args, io) => {
    const file = args.positionals[0] ?? "";
    await requireOldKeyRing(place.config);
    const store = await place.open();
    const { manifest, applied } = await restoreBackup(store.connection, {
      file,
      log: place.log,
      onProgress: (text) => io.note(`${text}\n`),
      checkKeyRing: (db) => checkKeyRing(db, place.config),
    });
    const deps = await store.buildDeps();
    await noteInEveryCompany(deps, cliActor(io.osUser), "backup.restored", { taken_at: manifest.taken_at });
    io.note("Checking the audit log\n");
    const broken = await brokenChains(deps);
    return {
      json: { ...summaryJson(manifest), migrations_applied: applied, audit: { ok: broken.length === 0, broken } },
      exitCode: broken.length === 0 ? 0 : 1,
      text:
        (broken.length > 0
          ? `The audit log was not whole when this backup was taken: ${broken.join(", ")}. See: tallystick audit verify\n`
          : "") +
        `Restored. ${summaryText(manifest)}.\n` +
        (applied.length > 0 ? `Brought to this release's schema: ${applied.join(", ")}.\n` : "") +
        `What happened after ${manifest.taken_at} is not in it: repeat erasures and key revocations made since. ` +
        "Everybody signs in again, and open invitations have to be sent again.\n",
    };
  },
};

export const backupCommands: readonly AnyCommand[] = [backup, backupVerify, restore];

/** A command in the wrong folder would make a new, empty database there and then complain that it is empty. */
function requireDatabase({ databaseUrl, dataDir }: Config): void {
  if (databaseUrl !== null || existsSync(join(dataDir, "postgres"))) return;
  throw new StartRefused(
    `There is no database in ${dataDir}. Name the server's data folder with TALLYSTICK_DATA, or its database with DATABASE_URL.`,
  );
}

async function noteInEveryCompany(
  deps: Deps,
  actor: Actor,
  action: string,
  details: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const companies = await listCompanies(deps);
  await deps.db.transaction(async (tx) => {
    for (const { companyId } of companies) {
      await record(tx, deps, { companyId, actor, action, targetType: "company", targetId: companyId, details });
    }
  });
}

/** Companies whose chain was broken before the backup: a restore brings back what was there, and says so. */
async function brokenChains(deps: Deps): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const { companyId } of await listCompanies(deps)) {
    await sealCompany(deps, companyId);
    if (!(await verifyChain(deps, companyId)).ok) broken.push(companyId);
  }
  return broken;
}

function summaryJson(manifest: Manifest) {
  return {
    taken_at: manifest.taken_at,
    tallystick: manifest.tallystick,
    postgres: manifest.postgres,
    rows: Object.fromEntries(manifest.tables.map(({ name, rows }) => [name, rows])),
    key_ring: manifest.key_ring,
  };
}

function summaryText({ taken_at: takenAt, tallystick, postgres, tables }: Manifest): string {
  const rows = tables.reduce((sum, one) => sum + one.rows, 0);
  return `Taken ${takenAt} by Tallystick ${tallystick} on PostgreSQL ${postgres}: ${tables.length} tables, ${rows} rows`;
}

function megabytes(sizeBytes: number): string {
  return `${(sizeBytes / 1_000_000).toFixed(1)} MB`;
}
