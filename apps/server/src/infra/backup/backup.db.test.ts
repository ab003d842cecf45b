import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { createDeployment } from "../../features/deployments/service.ts";
import { SYSTEM } from "../../features/audit/service.ts";
import { createCompany } from "../../features/companies/service.ts";
import { playNext } from "../../features/sandbox/service.ts";
import { openDatabase, type ConnectionOptions } from "../database.ts";
import { createLender } from "../../testing/journey.ts";
import { signedInMember } from "../../testing/people.ts";
import { emptyDatabase, TEST_CONFIG, testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { loadSecrets } from "../load-secrets.ts";
import { createLogger } from "../logger.ts";
import { migrate, readMigrations } from "../migrate.ts";
import { eachTable, verifyBackup } from "./read-backup.ts";
import { takeBackup } from "./take-backup.ts";
import { fingerprints, folder, query, restoreInto } from "./testing/worlds.ts";

let store: TestDeps;
let place: Awaited<ReturnType<typeof folder>>;
let target: Awaited<ReturnType<typeof emptyDatabase>>;

beforeAll(async () => {
  store = await testDeps();
  const lender = await createLender(store.deps);
  await lender.session("SIM-LOWRISK-0001");
  while (await playNext(store.deps, lender.companyId));
  // What COPY's text form has to carry: its own marks, other scripts, null beside empty.
  const awkward = { metadata: { a: "tab\t, line\nbreak, \\N, \\., \r, \u{1F33B}, 'quote', \"double\"" } };
  await lender.session("APP-0001-awkward", awkward);
  await signedInMember(store.deps, { companyId: lender.companyId, role: "admin" });
});
afterAll(() => store.close());
beforeEach(async () => {
  place = await folder();
  target = await emptyDatabase();
});
afterEach(async () => {
  await place.remove();
  await target.drop();
});

/** Sign-ins and mailed links end with a restore. */
const ENDED = ["user_sessions", "password_resets"];

const take = (connection: ConnectionOptions = store.connection) => takeBackup(connection, { target: place.path });

function without(all: Readonly<Record<string, string>>, names: readonly string[]) {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
}

const tablesOf = async (connection: ConnectionOptions) => Object.keys(await fingerprints(connection));

test("what was backed up comes back row for row, in every table there is", async () => {
  const before = await fingerprints(store.connection);
  const { file, manifest } = await take();
  expect(manifest.tables.map(({ name }) => name).toSorted()).toEqual(Object.keys(before));
  expect(manifest.tables.find(({ name }) => name === "results")?.rows).toBeGreaterThan(0);
  expect(await verifyBackup(file)).toEqual(manifest);
  const { applied } = await restoreInto(target.connection, file);
  expect(applied).toEqual([]);
  expect(without(await fingerprints(target.connection), ENDED)).toEqual(without(before, ENDED));
});

test("a restored database serves: the keys open, the role may work and may not change what happened", async () => {
  await restoreInto(target.connection, (await take()).file);
  const db = openDatabase({ connection: target.connection, role: "tallystick_app", poolSize: 2 });
  const secrets = await loadSecrets(db, TEST_CONFIG);
  const deps = { ...store.deps, db, secrets };
  const { companyId } = await createCompany(deps, { name: "After", actor: SYSTEM });
  await createDeployment(deps, { companyId, name: "Loans", actor: SYSTEM });
  await expect(db.query("DELETE FROM audit_entries")).rejects.toThrow(/permission denied/);
  await expect(db.query("DELETE FROM schema_migrations")).rejects.toThrow(/permission denied/);
  await db.close();
});

test("sign-ins and open invitations do not come back to life", async () => {
  const { companyId } = await createLender(store.deps);
  await query(
    store.connection,
    `INSERT INTO invitations (invitation_id, token_hash, company_id, email, email_key, role, invited_by, expires_at)
     VALUES ($1, $1, $2, 'a@tallystick.test', 'a@tallystick.test', 'viewer', 'system', now() + interval '1 day')`,
    [store.deps.ids.make("inv"), companyId],
  );
  await restoreInto(target.connection, (await take()).file);
  const [left] = await query(
    target.connection,
    `SELECT (SELECT count(*)::int FROM user_sessions) AS sign_ins,
            (SELECT count(*)::int FROM invitations WHERE accepted_at IS NULL AND revoked_at IS NULL) AS invitations`,
  );
  expect(left).toEqual({ sign_ins: 0, invitations: 0 });
});

test("it is one moment, although the server writes on: what belongs together is there together or not at all", async () => {
  let writing = true;
  let written = 0;
  const writer = (async () => {
    while (writing) {
      const { companyId } = await createCompany(store.deps, { name: `Pair ${written}`, actor: SYSTEM });
      await createDeployment(store.deps, { companyId, name: "Pair", actor: SYSTEM });
      written += 1;
    }
  })();
  const { file } = await take();
  writing = false;
  await writer;
  expect(written).toBeGreaterThan(0);
  // A key of another moment than its table would break a foreign key here.
  await restoreInto(target.connection, file);
  const [halves] = await query(
    target.connection,
    `SELECT count(*)::int AS n FROM deployments d
      WHERE name = 'Pair' AND (SELECT count(*) FROM environments e WHERE e.company_id = d.company_id) <> 2`,
  );
  expect(halves).toEqual({ n: 0 });
});

describe("the file", () => {
  test("is readable by its owner alone, names its time, and is never put over another", async () => {
    const { file, manifest } = await take();
    expect(((await stat(file)).mode & 0o777).toString(8)).toBe("600");
    expect(file).toContain(manifest.taken_at.slice(0, 10).replaceAll("-", ""));
    await expect(takeBackup(store.connection, { target: file })).rejects.toThrow(/exists already/);
    expect(await readdir(place.path)).toHaveLength(1);
  });

  test("of two that are taken at once under one name, one stays and the other is told", async () => {
    const target = join(place.path, "same.tar");
    const both = await Promise.allSettled([1, 2].map(() => takeBackup(store.connection, { target })));
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await readdir(place.path)).toEqual(["same.tar"]);
    await verifyBackup(target);
  });

  test("is not there at all when it can not be written, and says why", async () => {
    await writeFile(join(place.path, "file"), "");
    const below = join(place.path, "file", "backup.tar");
    await expect(takeBackup(store.connection, { target: below })).rejects.toThrow(/no folder/);
    expect(await readdir(place.path)).toEqual(["file"]);
  });

  test("holds no key of the ring, and no raw key or secret of anybody", async () => {
    const created = await createDeployment(store.deps, {
      companyId: (await createCompany(store.deps, { name: "Keys", actor: SYSTEM })).companyId,
      name: "Loans",
      actor: SYSTEM,
    });
    const { file } = await take();
    const seen: string[] = [];
    await eachTable(file, await verifyBackup(file), async (_table, chunks) => {
      for await (const chunk of chunks) seen.push(chunk.toString("utf8"));
    });
    const all = seen.join("") + (await readFile(file, "latin1"));
    for (const { apiKey, webhookSecret } of [created.test, created.production]) {
      expect(all).not.toContain(apiKey);
      expect(all).not.toContain(webhookSecret.slice("whsec_".length));
    }
    expect(all).not.toContain(TEST_CONFIG.secretRing?.slice(2));
  });

  test("leaves an operator's own tables in the same database alone", async () => {
    await query(store.connection, "CREATE TABLE operators_own (a int)");
    const { manifest } = await take();
    await query(store.connection, "DROP TABLE operators_own");
    expect(manifest.tables.map(({ name }) => name)).not.toContain("operators_own");
  });
});

describe("a restore refuses, and leaves the database as empty as it was,", () => {
  afterEach(async () => {
    expect(await tablesOf(target.connection)).toEqual([]);
  });

  test("with a foreign key ring", async () => {
    const { file } = await take();
    const foreign = `1:${Buffer.alloc(32, 8).toString("base64")}`;
    await expect(restoreInto(target.connection, file, foreign)).rejects.toThrow(/another TALLYSTICK_SECRET/);
  });

  test("with a file that was cut off", async () => {
    const { file } = await take();
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, whole.length - 4096));
    await expect(restoreInto(target.connection, file)).rejects.toThrow(/no whole backup/);
  });

  test("with a backup of a newer release", async () => {
    await query(store.connection, "INSERT INTO schema_migrations (name, checksum) VALUES ('9999_future.sql', 'x')");
    const { file } = await take();
    await query(store.connection, "DELETE FROM schema_migrations WHERE name = '9999_future.sql'");
    await expect(restoreInto(target.connection, file)).rejects.toThrow(/newer release .*9999_future/);
  });

  test("with a backup whose schema was changed by hand", async () => {
    await query(store.connection, "ALTER TABLE companies ADD COLUMN own text");
    const { file } = await take();
    await query(store.connection, "ALTER TABLE companies DROP COLUMN own");
    await expect(restoreInto(target.connection, file)).rejects.toThrow(/changed schema/);
  });

  test("with a backup whose rows break a rule of the schema", async () => {
    await query(store.connection, "ALTER TABLE companies DROP CONSTRAINT companies_pkey CASCADE");
    await query(store.connection, "INSERT INTO companies SELECT * FROM companies LIMIT 1");
    const { file } = await take();
    await expect(restoreInto(target.connection, file)).rejects.toThrow(/duplicate key/);
    // The database of this file is spoilt for the tests below.
    await store.close();
    store = await testDeps();
  });
});

test("a restore goes into an empty database only, and says what to do", async () => {
  const { file } = await take();
  await query(target.connection, "CREATE TABLE somebodys (a int)");
  await expect(restoreInto(target.connection, file)).rejects.toThrow(/not empty: it has 1 table \(somebodys…\)/);
  expect(await tablesOf(target.connection)).toEqual(["somebodys"]);
});

test("a backup of an older release is restored and brought to this one's schema", async () => {
  const old = await emptyDatabase();
  const all = await readMigrations();
  await migrate(old.connection, createLogger(TEST_CONFIG), all.slice(0, 1));
  const db = openDatabase({ connection: old.connection, role: "tallystick_app", poolSize: 1 });
  await loadSecrets(db, TEST_CONFIG);
  await db.query("INSERT INTO companies (company_id, name) VALUES ('cmp_old', 'Old')");
  await db.close();
  const { file } = await take(old.connection);
  await old.drop();
  const { applied } = await restoreInto(target.connection, file);
  expect(applied).toEqual(all.slice(1).map(({ name }) => name));
  expect(await query(target.connection, "SELECT name FROM companies")).toEqual([{ name: "Old" }]);
});

test("an empty database gives no backup", async () => {
  await expect(take(target.connection)).rejects.toThrow(/nothing to back up/);
  expect(await readdir(place.path)).toEqual([]);
});
