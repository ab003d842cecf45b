import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { openDatabase } from "../infra/database.ts";
import { startEmbedded } from "../infra/embedded/embedded.ts";
import { createLogger } from "../infra/logger.ts";
import { projectRoot } from "../infra/places.ts";
import { postmasterPid, runProgram, startServer, statusOf, temporaryFolder, until } from "../testing/server-process.ts";

const log = createLogger({ logLevel: "silent" });
const PROGRAM = join(projectRoot(), "bin", "tallystick.mjs");

let base: Awaited<ReturnType<typeof temporaryFolder>>;
let source: string;
let backups: string;
let companyId: string;

/** A database large enough that a backup of it takes about a second: time to be killed in. */
beforeAll(async () => {
  base = await temporaryFolder();
  source = join(base.path, "source");
  backups = join(base.path, "backups");
  await mkdir(backups);
  const created = await runProgram(source, ["company", "create", "--name", "Acme", "--json"]);
  companyId = (JSON.parse(created.stdout) as { company_id: string }).company_id;
  await onDatabase(source, (query) =>
    query(
      `INSERT INTO sign_in_throttle (throttle_key, failures)
       SELECT md5(n::text) || md5((n + 1)::text) || md5((n + 2)::text), n FROM generate_series(1, 400000) AS n`,
    ),
  );
});
afterAll(() => base.remove());

async function onDatabase<T>(
  dataDir: string,
  work: (query: (sql: string) => Promise<readonly Record<string, unknown>[]>) => Promise<T>,
): Promise<T> {
  const store = await startEmbedded({ dataDir, log, shared: true });
  const db = openDatabase({ connection: store.connection, role: null, poolSize: 1 });
  try {
    return await work((sql) => db.query(sql));
  } finally {
    await db.close();
    await store.stop();
  }
}

/** The program, to be killed; nobody else holds the embedded database meanwhile. */
function begin(dataDir: string, parameters: readonly string[]): { child: ChildProcess; stderr: () => string } {
  const child = spawn(process.execPath, [PROGRAM, ...parameters], {
    env: { ...process.env, DATABASE_URL: "", TALLYSTICK_SECRET: "", TALLYSTICK_DATA: dataDir },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  return { child, stderr: () => stderr };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  expect((await gone)[1]).toBe("SIGKILL");
}

async function takeWhole(name: string): Promise<string> {
  const file = join(backups, name);
  const taken = await runProgram(source, ["backup", file]);
  expect(taken.stderr).toContain("sign_in_throttle: 400000 rows");
  expect(taken.code).toBe(0);
  return file;
}

/** A new data folder with the key file of the source. */
async function newPlace(name: string): Promise<string> {
  const place = join(base.path, name);
  await mkdir(place);
  await copyFile(join(source, "secret"), join(place, "secret"));
  return place;
}

const ROWS = `SELECT (SELECT count(*)::int FROM sign_in_throttle) AS rows, (SELECT count(*)::int FROM companies) AS companies`;

test("a backup killed in the middle leaves no file that passes for whole, and the next one works", async () => {
  const target = join(backups, "killed.tar");
  const { child } = begin(source, ["backup", target]);
  const draft = await until("the backup writes", async () =>
    (await readdir(backups)).find((name) => name.includes("killed.tar")),
  );
  await kill(child);
  expect(draft).toMatch(/^\.killed\.tar\..*\.unfinished$/);
  expect(await readdir(backups)).toEqual([draft]);
  // Also when somebody takes the draft for the backup.
  await rename(join(backups, draft), target);
  const verified = await runProgram(base.path, ["backup", "verify", target]);
  expect(verified).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("no whole backup") });
  expect((await runProgram(base.path, ["backup", "verify", await takeWhole("next.tar")])).code).toBe(0);
});

test("a restore killed in the middle leaves nothing behind, and the next one works", async () => {
  const file = join(backups, "next.tar");
  const place = await newPlace("restored");
  const { child, stderr } = begin(place, ["restore", file, "--into-empty"]);
  // Said when the large table, which follows soon, has not been loaded yet.
  await until("the restore loads", () => Promise.resolve(stderr().includes("companies: 1 row")));
  await kill(child);
  expect(stderr()).not.toContain("sign_in_throttle");
  const tables = "SELECT count(*)::int AS n FROM pg_class WHERE relnamespace = 'public'::regnamespace";
  // The killed one's transaction ends when PostgreSQL notices that its client is gone.
  await until("nothing is left", async () => (await onDatabase(place, (query) => query(tables)))[0]?.["n"] === 0);
  const again = await runProgram(place, ["restore", file, "--into-empty", "--json"]);
  expect(again.code).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({ rows: { sign_in_throttle: 400_000, companies: 1 } });
  expect(await onDatabase(place, (query) => query(ROWS))).toEqual([{ rows: 400_000, companies: 1 }]);
});

test("a backup beside a running server is whole, and the server of the restored folder serves", async () => {
  const server = await startServer(source);
  const file = await takeWhole("beside.tar");
  expect(await statusOf(server.url, "/readyz")).toBe(200);
  expect(await server.end("SIGTERM")).toBe(0);
  const place = await newPlace("served");
  expect((await runProgram(place, ["restore", file, "--into-empty"])).code).toBe(0);
  const restored = await startServer(place);
  expect(await statusOf(restored.url, "/readyz")).toBe(200);
  const audit = await runProgram(place, ["audit", "verify", "--company", companyId]);
  expect(audit).toMatchObject({ code: 0 });
  expect(await restored.end("SIGTERM")).toBe(0);
});

test("a restore without the key file, or with a foreign one, is refused before or without a trace", async () => {
  const file = join(backups, "next.tar");
  const without = join(base.path, "without-ring");
  const refused = await runProgram(without, ["restore", file, "--into-empty"]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Put its file "secret"') });
  expect(await readdir(base.path)).not.toContain("without-ring");
  const foreign = await newPlace("foreign-ring");
  await writeFile(join(foreign, "secret"), `1:${Buffer.alloc(32, 9).toString("base64")}\n`, { mode: 0o600 });
  const mismatched = await runProgram(foreign, ["restore", file, "--into-empty"]);
  expect(mismatched).toMatchObject({ code: 1, stderr: expect.stringContaining("another TALLYSTICK_SECRET") });
  // The right ring then opens the way: nothing half is in it.
  await copyFile(join(source, "secret"), join(foreign, "secret"));
  expect((await runProgram(foreign, ["restore", file, "--into-empty"])).code).toBe(0);
});

test("a data folder of another PostgreSQL major is refused by backup and restore alike, and stays as it is", async () => {
  const file = join(backups, "next.tar");
  const place = await newPlace("major");
  await mkdir(join(place, "postgres", "data"), { recursive: true });
  await writeFile(join(place, "postgres", "data", "PG_VERSION"), "13\n");
  for (const parameters of [
    ["restore", file, "--into-empty"],
    ["backup", backups],
  ]) {
    const { code, stderr } = await runProgram(place, parameters);
    expect(code).toBe(1);
    expect(stderr).toContain("made by PostgreSQL 13");
  }
  expect(await readFile(join(place, "postgres", "data", "PG_VERSION"), "utf8")).toBe("13\n");
});

test("nothing is started or made where there is no database to back up", async () => {
  const nowhere = join(base.path, "nowhere");
  const { code, stderr } = await runProgram(nowhere, ["backup", backups]);
  expect([code, stderr]).toEqual([1, expect.stringContaining(`There is no database in ${nowhere}`)]);
  expect(await readdir(base.path)).not.toContain("nowhere");
});

test("no database is left running when the commands have ended", async () => {
  for (const name of ["source", "restored", "served"]) {
    await expect(postmasterPid(join(base.path, name))).rejects.toThrow(/ENOENT/);
  }
});
