import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import { testDeps, type TestDeps } from "../testing/test-deps.ts";
import { openDatabase, type Database } from "./database.ts";

/** A way to PostgreSQL that can swallow everything; what lost bytes once stays dead, and nothing is ever closed. */
let store: TestDeps;
let way: Server;
let db: Database;
let isSilent = false;
/** One for each connection that was opened. */
let ways: { isDead: boolean }[] = [];
const sockets = new Set<Socket>();

beforeAll(async () => (store = await testDeps()));
afterAll(() => store.close());
beforeEach(async () => {
  isSilent = false;
  ways = [];
  way = createServer((client) => {
    const server = connect({ path: `${store.connection.host}/.s.PGSQL.5432` });
    const one = { isDead: isSilent };
    ways.push(one);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(from.on("error", () => undefined));
      from.on("data", (bytes) => {
        one.isDead ||= isSilent;
        if (!one.isDead) to.write(bytes);
      });
      from.on("close", () => one.isDead || to.destroy());
    }
  }).listen(0, "127.0.0.1");
  await once(way, "listening");
  const { port } = way.address() as AddressInfo;
  const connection = { ...store.connection, host: "127.0.0.1", port };
  db = openDatabase({ connection, role: "tallystick_app", poolSize: 4 });
});
afterEach(async () => {
  await db.close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((resolve) => way.close(resolve));
});

const one = () => db.query("SELECT 1 AS one");
const ONE = [{ one: 1 }];

async function tookMs(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** Four connections, all of them in use at once and then idle. */
const fill = () => Promise.all([1, 2, 3, 4].map(() => db.query("SELECT pg_sleep(0.1)")));

test("a question that vanished is given up in seconds, and so are the connections that nobody used at the time", async () => {
  await fill();
  expect(ways).toHaveLength(4);
  for (const each of ways) each.isDead = true; // as when somebody on the way has forgotten all of them
  expect(await tookMs(() => expect(one()).rejects.toMatchObject({ code: "unavailable" }))).toBeLessThan(5_000);
  expect(await tookMs(() => Promise.all([one(), one(), one(), one()]))).toBeLessThan(1_000);
});

test("an answer that vanished inside a transaction costs seconds too; nothing of it stays, not even its locks", async () => {
  const insert = "INSERT INTO companies (company_id, name) VALUES ('cmp_lost', 'Lost')";
  const lost = db.transaction(async (tx) => {
    await tx.query(insert);
    const asked = tx.query("SELECT pg_sleep(0.3)");
    await wait(100); // the question is through
    isSilent = true;
    setTimeout(() => (isSilent = false), 600);
    await asked;
  });
  expect(await tookMs(() => expect(lost).rejects.toMatchObject({ code: "unavailable" }))).toBeLessThan(6_000);
  expect(await tookMs(() => db.query(insert))).toBeLessThan(1_000);
});

test("a statement that takes its time is left alone, and so is a transaction that rests between two statements", async () => {
  await db.transaction(async (tx) => {
    await tx.query("SELECT pg_sleep(3)");
    await wait(3_000);
    expect(await tx.query("SELECT 1 AS one")).toEqual(ONE);
  });
  const held = db.transaction(async (tx) => {
    await tx.query("LOCK TABLE companies IN ACCESS EXCLUSIVE MODE");
    await tx.query("SELECT pg_sleep(3)");
  });
  await wait(200);
  expect(await db.query("SELECT count(*) >= 0 AS any FROM companies")).toEqual([{ any: true }]); // waits for the lock
  await held;
});

test("while PostgreSQL can not be asked nothing is judged: the limit of the pool holds", async () => {
  const connection = { ...store.connection, host: "127.0.0.1", port: (way.address() as AddressInfo).port };
  const brief = openDatabase({ connection, role: "tallystick_app", poolSize: 1, silenceMs: 3_500 });
  await brief.query("SELECT 1");
  isSilent = true;
  const ms = await tookMs(() => expect(brief.query("SELECT 1")).rejects.toMatchObject({ code: "unavailable" }));
  expect(ms).toBeGreaterThan(3_300);
  isSilent = false;
  expect(await brief.query("SELECT 1 AS one")).toEqual(ONE);
  await brief.close();
});
