import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { cloneDatabase } from "../testing/test-deps.ts";
import { openDatabase, type Database } from "./database.ts";
import { loadSecrets } from "./load-secrets.ts";

const ring = (fill: number): string => Buffer.alloc(32, fill).toString("base64");

let db: Database;
let dataDir: string;
let drop: () => Promise<void>;
beforeEach(async () => {
  const clone = await cloneDatabase();
  drop = clone.drop;
  db = openDatabase({ connection: clone.connection, role: "tallystick_app", poolSize: 4 });
  dataDir = await mkdtemp(join(tmpdir(), "tallystick-secret-"));
});
afterEach(async () => {
  await db.close();
  await drop();
  await rm(dataDir, { recursive: true });
});

const embedded = () => loadSecrets(db, { databaseUrl: null, secretRing: null, dataDir });
const withRing = (secretRing: string) => loadSecrets(db, { databaseUrl: "postgresql://x", secretRing, dataDir });

test("the embedded database gets a key file of mode 0600, and a second start finds the same keys", async () => {
  const first = await embedded();
  expect((await stat(join(dataDir, "secret"))).mode & 0o777).toBe(0o600);
  const second = await embedded();
  expect(second.decrypt(first.encrypt("text", "c"), "c")).toBe("text");
  expect(second.lookupHash("x")).toBe(first.lookupHash("x"));
});

test("first starts at the same moment agree on one set of keys", async () => {
  const all = await Promise.all([embedded(), embedded(), embedded(), embedded()]);
  expect(new Set(all.map((secrets) => secrets.lookupHash("x"))).size).toBe(1);
  expect(all[3]?.decrypt(all[0]?.encrypt("text", "c") ?? "", "c")).toBe("text");
});

test("a lost key file is never replaced by a new one", async () => {
  await embedded();
  await rm(join(dataDir, "secret"));
  await expect(embedded()).rejects.toThrow(/is missing, and the database was made with it/);
  await expect(readFile(join(dataDir, "secret"))).rejects.toThrow("ENOENT");
});

test("a ring that can not open the database is refused, a rotated one is taken", async () => {
  const first = await withRing(`1:${ring(1)}`);
  await expect(withRing(`1:${ring(2)}`)).rejects.toThrow(/can not open this database/);
  await expect(withRing(`2:${ring(2)}`)).rejects.toThrow(/can not open this database/);
  const rotated = await withRing(`2:${ring(2)},1:${ring(1)}`);
  expect(rotated.lookupHash("x")).toBe(first.lookupHash("x"));
});

test("no raw key stands in the database", async () => {
  await withRing(`1:${ring(1)}`);
  const rows = await db.query<{ ciphertext: string }>("SELECT ciphertext FROM system_keys");
  expect(rows).toHaveLength(3);
  for (const { ciphertext } of rows) expect(ciphertext).toMatch(/^1:[A-Za-z0-9+/]{50,}=*$/);
});
