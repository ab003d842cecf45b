import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

import { afterAll, beforeAll, expect, test } from "vitest";
import { testDeps, type TestDeps } from "../testing/test-deps.ts";
import { openDatabase } from "./database.ts";
import { AppError } from "./errors.ts";

let store: TestDeps;
beforeAll(async () => {
  store = await testDeps();
});
afterAll(() => store.close());

const insertCompany = "INSERT INTO companies (company_id, name) VALUES ($1::text, $2::text)";
const countCompany = "SELECT count(*)::int AS n FROM companies WHERE company_id = $1::text";

test("a session runs as tallystick_app, which may not change events", async () => {
  const [row] = await store.deps.db.query<{ role: string }>("SELECT current_user::text AS role");
  expect(row?.role).toBe("tallystick_app");
  await expect(store.deps.db.query("DELETE FROM events WHERE company_id = 'x'")).rejects.toThrow(/permission denied/);
});

test("a transaction commits as a whole and then runs what was to follow the commit", async () => {
  const calls: string[] = [];
  await store.deps.db.transaction(async (tx) => {
    tx.afterCommit(() => calls.push("after"));
    await tx.query(insertCompany, ["cmp_a", "A"]);
    calls.push("inside");
  });
  expect(calls).toEqual(["inside", "after"]);
  expect(await store.deps.db.query(countCompany, ["cmp_a"])).toEqual([{ n: 1 }]);
});

test("a throw rolls back, is thrown on, and nothing follows", async () => {
  const calls: string[] = [];
  const failure = store.deps.db.transaction(async (tx) => {
    tx.afterCommit(() => calls.push("after"));
    await tx.query(insertCompany, ["cmp_b", "B"]);
    throw new Error("stop");
  });
  await expect(failure).rejects.toThrow("stop");
  expect(calls).toEqual([]);
  expect(await store.deps.db.query(countCompany, ["cmp_b"])).toEqual([{ n: 0 }]);
});

test("a failed statement that was caught can not pass for a commit", async () => {
  const outcome = store.deps.db.transaction(async (tx) => {
    await tx.query(insertCompany, ["cmp_c", "C"]);
    await tx.query("SELECT 1/0").catch(() => undefined);
  });
  await expect(outcome).rejects.toThrow(/rolled back/);
});

test("a connection that is cut inside a transaction answers unavailable, and the pool goes on", async () => {
  const cut = store.deps.db.transaction(async (tx) => {
    const [row] = await tx.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    const owner = openDatabase({ connection: store.connection, role: null, poolSize: 1 });
    await owner.query("SELECT pg_terminate_backend($1::int)", [row?.pid]);
    await owner.close();
    await tx.query("SELECT 1");
  });
  await expect(cut).rejects.toSatisfy((error) => error instanceof AppError && error.code === "unavailable");
  expect(await store.deps.db.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("a server that is not there answers unavailable", async () => {
  const connection = { host: "/nonexistent", port: 5432, user: "x", database: "x" };
  const db = openDatabase({ connection, role: null, poolSize: 1 });
  await expect(db.query("SELECT 1")).rejects.toMatchObject({ code: "unavailable", headers: { "Retry-After": "1" } });
  await expect(db.transaction((tx) => tx.query("SELECT 1"))).rejects.toMatchObject({ code: "unavailable" });
  await db.close();
});

test("a session that goes silent inside a transaction costs one time limit, not a second one for the roll-back", async () => {
  const silenceMs = 1_000;
  const db = openDatabase({ connection: store.connection, role: "tallystick_app", poolSize: 1, silenceMs });
  let session = 0;
  try {
    const outcome = db.transaction(async (tx) => {
      const [row] = await tx.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      session = row!.pid;
      process.kill(session, "SIGSTOP");
      await tx.query("SELECT 1");
    });
    const begun = performance.now();
    await expect(outcome).rejects.toMatchObject({ code: "unavailable" });
    expect(performance.now() - begun).toBeLessThan(1.8 * silenceMs);
    expect(await db.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  } finally {
    if (session > 0) process.kill(session, "SIGCONT");
    await db.close();
  }
});

test("a session that is ended in the same breath in which it is handed out costs one refusal, not the process", async () => {
  const message = (type: string, content: Buffer): Buffer => {
    const head = Buffer.alloc(5, type);
    head.writeInt32BE(content.length + 4, 1);
    return Buffer.concat([head, content]);
  };
  // "You are in", "your turn" and "terminated by an administrator" in one packet: no real server can be timed so well.
  const packet = Buffer.concat([
    message("R", Buffer.alloc(4)),
    message("Z", Buffer.from("I")),
    message("E", Buffer.from("SFATAL\0C57P01\0Mterminating connection\0\0")),
  ]);
  const server = createServer((socket) => socket.once("data", () => socket.end(packet))).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const connection = { host: "127.0.0.1", port, user: "x", database: "x", ssl: false };
  const db = openDatabase({ connection, role: null, poolSize: 1 });
  await expect(db.transaction((tx) => tx.query("SELECT 1"))).rejects.toMatchObject({ code: "unavailable" });
  await expect(db.query("SELECT 1")).rejects.toMatchObject({ code: "unavailable" });
  await db.close();
  server.close();
});
