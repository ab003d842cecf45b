import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { SYSTEM } from "../../features/audit/service.ts";
import { createCompany } from "../../features/companies/service.ts";
import { fingerprints, folder, query } from "../../infra/backup/testing/worlds.ts";
import type { ConnectionOptions } from "../../infra/database.ts";
import { loadSecrets } from "../../infra/load-secrets.ts";
import { migrate } from "../../infra/migrate.ts";
import { openDatabase } from "../../infra/database.ts";
import { emptyDatabase, TEST_CONFIG, testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { runCommand } from "../command.ts";
import { commands } from "./all.ts";

let source: TestDeps;
let target: Awaited<ReturnType<typeof emptyDatabase>>;
let place: Awaited<ReturnType<typeof folder>>;
let companyId: string;

beforeEach(async () => {
  source = await testDeps();
  target = await emptyDatabase();
  place = await folder();
  ({ companyId } = await createCompany(source.deps, { name: "Acme", actor: SYSTEM }));
});
afterEach(async () => {
  await source.close();
  await target.drop();
  await place.remove();
});

/** A database named by its connection, as DATABASE_URL would name it. */
const config = { ...TEST_CONFIG, databaseUrl: "postgresql://of.this.test/" };

async function cli(connection: ConnectionOptions, ...argv: string[]) {
  const command = commands
    .filter(({ name }) => argv.join(" ").startsWith(name))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
  if (command === undefined) throw new Error(`no command ${argv.join(" ")}`);
  const seen = { out: "", note: "" };
  const code = await runCommand(command, argv.slice(command.name.split(" ").length), {
    io: { out: (text) => (seen.out += text), note: (text) => (seen.note += text), osUser: "ana" },
    openDeps: () => Promise.reject(new Error("not for store commands")),
    openPlace: () => ({
      config,
      log: source.deps.log,
      open: () => Promise.resolve(openOn(connection)),
    }),
  });
  return { code, ...seen, json: () => JSON.parse(seen.out) as Record<string, unknown> };
}

function openOn(connection: ConnectionOptions) {
  const closers: (() => Promise<void>)[] = [];
  return {
    connection,
    buildDeps: async () => {
      await migrate(connection, source.deps.log);
      const db = openDatabase({ connection, role: "tallystick_app", poolSize: 2 });
      closers.push(() => db.close());
      return { ...source.deps, db, secrets: await loadSecrets(db, config) };
    },
    close: async () => {
      for (const close of closers) await close();
    },
  };
}

const audit = (connection: ConnectionOptions) =>
  query(
    connection,
    "SELECT actor, action, target_id FROM audit_entries WHERE action LIKE 'backup.%' ORDER BY audit_id",
  );

test("backup, verify and restore: one JSON document each, the ring said to be missing, both acts on record", async () => {
  const taken = await cli(source.connection, "backup", place.path, "--json");
  expect(taken.code).toBe(0);
  const { file, ...summary } = taken.json() as { file: string } & Record<string, unknown>;
  expect(await readdir(place.path)).toHaveLength(1);
  expect(summary).toMatchObject({ key_ring: "not included", size_bytes: expect.any(Number), rows: { companies: 1 } });
  expect(taken.note).toContain("companies: 1 row\n");
  expect((await cli(source.connection, "backup", join(place.path, "other.tar"))).out).toContain(
    "The key ring is not in it",
  );

  const verified = await cli(target.connection, "backup", "verify", file, "--json");
  expect(verified.json()).toMatchObject({ whole: true, rows: summary["rows"] });

  expect((await cli(target.connection, "restore", file)).code).toBe(2);
  expect(await fingerprints(target.connection)).toEqual({});
  const restored = await cli(target.connection, "restore", file, "--into-empty", "--json");
  expect(restored.code).toBe(0);
  expect(restored.json()).toMatchObject({ migrations_applied: [], audit: { ok: true, broken: [] } });
  expect(await audit(source.connection)).toMatchObject([{ action: "backup.taken" }, { action: "backup.taken" }]);
  // The backup holds the record of its own making.
  expect(await audit(target.connection)).toEqual([
    { actor: "cli:ana", action: "backup.taken", target_id: companyId },
    { actor: "cli:ana", action: "backup.restored", target_id: companyId },
  ]);
});

test("a log that was tampered with before the backup is restored as it was, and called broken", async () => {
  await cli(source.connection, "backup", join(place.path, "sealing.tar"));
  const sealed = await cli(source.connection, "backup", join(place.path, "first.tar"), "--json");
  expect(sealed.code).toBe(0);
  const first = await cli(target.connection, "restore", join(place.path, "first.tar"), "--into-empty");
  expect(first.code).toBe(0);
  await query(target.connection, "UPDATE audit_entries SET actor = 'user:somebody' WHERE action = 'backup.taken'");
  const again = await emptyDatabase();
  await cli(target.connection, "backup", join(place.path, "second.tar"));
  const restored = await cli(again.connection, "restore", join(place.path, "second.tar"), "--into-empty", "--json");
  expect(restored.code).toBe(1);
  expect(restored.json()).toMatchObject({ audit: { ok: false, broken: [companyId] } });
  await again.drop();
});

test("what is wrong is told in words a person can act on, without a stack", async () => {
  const missing = await cli(target.connection, "backup", "verify", join(place.path, "none.tar"));
  expect(missing).toMatchObject({ code: 1, out: "", note: `There is no such file: ${join(place.path, "none.tar")}\n` });
  const empty = await cli(target.connection, "backup", place.path);
  expect(empty.note).toContain("The database is empty: there is nothing to back up.\n");
});
