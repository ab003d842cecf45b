import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, statSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { postmasterPid, until } from "../../testing/server-process.ts";
import { openDatabase } from "../database.ts";
import { createLogger } from "../logger.ts";
import { findPackage, prepareEngine } from "./binaries.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { canReach, findOsUser } from "./os-user.ts";
import { exitOf } from "./process.ts";

const log = createLogger({ logLevel: "silent" });
const isRoot = process.getuid?.() === 0;

let base: string;
let running: Embedded[];
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "ts-place-"));
  await chmod(base, 0o711);
  running = [];
});
afterEach(async () => {
  for (const store of running) await store.stop();
  await rm(base, { recursive: true, force: true });
});

async function startIn(dataDir: string): Promise<Embedded> {
  const store = await startEmbedded({ dataDir, log });
  running.push(store);
  return store;
}

async function answers(store: Embedded): Promise<string> {
  const db = openDatabase({ connection: store.connection, role: null, poolSize: 1 });
  const [row] = await db.query<{ sum: string }>("SELECT (40 + 2)::text AS sum");
  await db.close();
  return row?.sum ?? "";
}

/** Skips aloud. */
function skip(context: { skip: (note: string) => void }, reason: string): void {
  process.stderr.write(`skipped: ${reason}\n`);
  context.skip(reason);
}

test("a data folder whose path is too long for a socket works, over a short private folder that vanishes again", async () => {
  const store = await startIn(join(base, "l".repeat(100), "o".repeat(100)));
  const folder = String(store.connection.host);
  expect(await answers(store)).toBe("42");
  expect(Buffer.byteLength(folder)).toBeLessThan(90);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  await store.stop();
  expect(existsSync(folder)).toBe(false);
});

test("a database that another instance takes for left over, and stops while it is starting, is started again", async () => {
  const dataDir = join(base, "data");
  await (await startIn(dataDir)).stop(); // the folder is made; what follows is only a start
  const starting = startIn(dataDir);
  const pid = await until("it is starting", () => postmasterPid(dataDir).catch(() => null));
  process.kill(pid, "SIGINT");
  expect(await answers(await starting)).toBe("42");
  expect(await postmasterPid(dataDir)).not.toBe(pid);
});

test("TCP is off, and the socket's folder is closed to others", async () => {
  const store = await startIn(join(base, "data"));
  const db = openDatabase({ connection: store.connection, role: null, poolSize: 1 });
  expect(await db.query("SHOW listen_addresses")).toEqual([{ listen_addresses: "" }]);
  expect(await db.query("SHOW fsync")).toEqual([{ fsync: "on" }]);
  expect(await db.query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).toEqual([{ rolsuper: false }]);
  await db.close();
  expect(statSync(String(store.connection.host)).mode & 0o777).toBe(0o700);
});

test("as root, a data folder under a home of mode 0700 is placed where PostgreSQL's user can reach it", async (context) => {
  if (!isRoot) return skip(context, "only root lends PostgreSQL another user");
  const home = join(base, "home");
  await mkdir(home, { mode: 0o700 });
  const dataDir = join(home, "clone", ".tallystick");
  const store = await startIn(dataDir);
  expect(await answers(store)).toBe("42");
  const away = readlinkSync(join(dataDir, "postgres"));
  expect(away).toMatch(/^\/var\/lib\/tallystick\/[0-9a-f]{16}$/);
  expect(statSync(away).mode & 0o777).toBe(0o700);
  await store.stop();
  expect(readFileSync(join(away, "belongs-to"), "utf8")).toBe(`${dataDir}\n`);
  const again = await startIn(dataDir);
  expect(await answers(again)).toBe("42");
  expect(readlinkSync(join(dataDir, "postgres"))).toBe(away);
  await again.stop();
  rmSync(away, { recursive: true });
});

test("as root, a data folder of mode 0700 that somebody made is opened for passing through, no further", async (context) => {
  if (!isRoot) return skip(context, "only root lends PostgreSQL another user");
  const dataDir = join(base, "data");
  await mkdir(dataDir, { mode: 0o700 });
  await (await startIn(dataDir)).stop();
  expect(statSync(dataDir).mode & 0o777).toBe(0o711);
  expect(statSync(join(dataDir, "postgres")).isDirectory()).toBe(true);
  expect(realpathSync(join(dataDir, "postgres"))).toBe(realpathSync(dataDir) + "/postgres");
});

test("binaries that PostgreSQL's user can not reach are copied once, with their library links", async (context) => {
  const user = findOsUser("postgres") ?? findOsUser("nobody");
  if (!isRoot || user === null) return skip(context, "only root lends PostgreSQL another user");
  const hidden = join(base, "hidden");
  await mkdir(hidden, { mode: 0o700 });
  const native = join(hidden, "native");
  cpSync(findPackage().native, native, { recursive: true, verbatimSymlinks: true });
  expect(canReach(native, user)).toBe(false);
  const home = join(base, "postgres");
  await mkdir(home);
  const engine = await prepareEngine(home, user, { native, version: "18.4.0" });
  expect(engine.postgres.startsWith(realpathSync(home))).toBe(true);
  expect(execFileSync(engine.postgres, ["--version"], { uid: user.uid, gid: user.gid, encoding: "utf8" })).toContain(
    "18.",
  );
  await prepareEngine(home, user, { native, version: "18.4.0" });
  expect(readdirSync(home)).toEqual(["engine-18.4.0"]);
});

test("library links that npm did not make are made at the start", async () => {
  const native = join(base, "native");
  cpSync(findPackage().native, native, { recursive: true, verbatimSymlinks: true });
  for (const entry of readdirSync(join(native, "lib"), { withFileTypes: true })) {
    if (entry.isSymbolicLink()) rmSync(join(native, "lib", entry.name));
  }
  expect(() => execFileSync(join(native, "bin", "postgres"), ["--version"], { stdio: "pipe" })).toThrow(
    /shared librar/,
  );
  const engine = await prepareEngine(join(base, "home"), null, { native, version: "18.4.0" });
  expect(execFileSync(engine.postgres, ["--version"], { encoding: "utf8" })).toContain("18.");
  expect(engine.postgres.startsWith(native)).toBe(true);
});

test("a program that can not be started is told in words instead of ending the process", async () => {
  const child = spawn(join(base, "no-such-program"));
  await expect(exitOf(child)).rejects.toThrow(/could not be started: .*no-such-program.*DATABASE_URL/);
});

test("a folder nobody may write in is told in words", async (context) => {
  if (isRoot) {
    // Root may write everywhere; a file in the way gives it the same trouble as anybody.
    await writeFile(join(base, "file"), "");
    return expect(startIn(join(base, "file"))).rejects.toThrow(/is no folder/);
  }
  await chmod(base, 0o500);
  await expect(startIn(join(base, "data"))).rejects.toThrow(/no permission to write/);
  return skip(context, "the file in the way is tried as root");
});

test("a full disk is told in words, at the first start and later", async (context) => {
  const disk = join(base, "disk");
  await mkdir(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=20m,mode=0711", "tmpfs", disk], { stdio: "pipe" });
  } catch {
    return skip(context, "a small file system can not be mounted here");
  }
  try {
    await expect(startIn(join(disk, "data"))).rejects.toThrow(/The disk is full/);
    execFileSync("mount", ["-o", "remount,size=400m", disk]);
    await (await startIn(join(disk, "data"))).stop();
    const { bavail, bsize } = await import("node:fs/promises").then((fs) => fs.statfs(disk));
    await writeFile(join(disk, "ballast"), Buffer.alloc(bavail * bsize));
    await expect(startIn(join(disk, "data"))).rejects.toThrow(/The disk is full/);
    await rm(join(disk, "ballast"));
    expect(await answers(await startIn(join(disk, "data")))).toBe("42");
  } finally {
    for (const store of running.splice(0)) await store.stop();
    execFileSync("umount", [disk]);
  }
});
