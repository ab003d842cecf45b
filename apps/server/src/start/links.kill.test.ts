import { once } from "node:events";

import { afterAll, beforeAll, expect, test } from "vitest";

import { openDatabase } from "../infra/database.ts";
import { startEmbedded } from "../infra/embedded/embedded.ts";
import { isAlive, stopPostmaster } from "../infra/embedded/postmaster.ts";
import { createLogger } from "../infra/logger.ts";
import {
  postmasterPid,
  runProgram,
  startServer,
  temporaryFolder,
  until,
  type ServerProcess,
} from "../testing/server-process.ts";

/** A server killed while it makes links. */
const log = createLogger({ logLevel: "silent" });
const LINKS = 20_000;

let place: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let apiKey: string;

beforeAll(async () => {
  place = await temporaryFolder();
  server = await startServer(place.path);
  const made = await runProgram(place.path, ["deployment", "create", "--name", "Loans", "--json"]);
  apiKey = (JSON.parse(made.stdout) as { test: { api_key: string } }).test.api_key;
});

afterAll(async () => {
  if (isAlive(server.pid)) await server.end("SIGTERM");
  const left = await postmasterPid(place.path).catch(() => 0);
  if (left > 1) await stopPostmaster(left);
  await place.remove();
});

interface Batch {
  readonly batch_id: string;
  readonly state: string;
  readonly created: number;
  readonly failure: string | null;
  readonly links: Readonly<Record<string, number>>;
}

const BATCHES = "/v1/links-management/batches";

async function send(): Promise<Batch> {
  const answer = await fetch(server.url + BATCHES, {
    method: "POST",
    headers: { "content-type": "application/json", "api-key": apiKey, "idempotency-key": "march" },
    body: JSON.stringify({ name: "March", count: LINKS }),
  });
  expect(answer.status).toBe(202);
  return (await answer.json()) as Batch;
}

async function show(batchId: string): Promise<Batch> {
  const answer = await fetch(`${server.url}${BATCHES}/${batchId}`, { headers: { "api-key": apiKey } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Batch;
}

async function ask(sql: string): Promise<readonly Record<string, unknown>[]> {
  const store = await startEmbedded({ dataDir: place.path, log, shared: true });
  const db = openDatabase({ connection: store.connection, role: null, poolSize: 1 });
  try {
    return await db.query(sql);
  } finally {
    await db.close();
    await store.stop();
  }
}

const linksMade = async () =>
  (await ask("SELECT count(*)::int AS n FROM sessions WHERE batch_id IS NOT NULL"))[0]?.["n"];

test("a batch cut off by kill -9 has made nothing, says so, and is made whole under the same key", async () => {
  const { batch_id } = await send();
  // In the middle: rows are in the database, uncommitted.
  await until("some are made", async () => (await show(batch_id)).created > 0);
  const gone = once(server.child, "exit");
  server.child.kill("SIGKILL");
  expect((await gone)[1]).toBe("SIGKILL");

  server = await startServer(place.path);
  expect(await linksMade()).toBe(0);
  // Until its silence has lasted a minute, another process might be at work on it: it is not begun a second time.
  expect(await show(batch_id)).toMatchObject({ state: "creating" });
  expect(await send()).toMatchObject({ batch_id, state: "creating" });

  await ask("UPDATE link_batches SET heartbeat_at = now() - interval '61 seconds'");
  const failed = await until("it is given up", async () => {
    const seen = await show(batch_id);
    return seen.state === "creating" ? null : seen;
  });
  expect(failed).toMatchObject({
    state: "failed",
    created: 0,
    failure: "The creation was cut off, and nothing was created. Send it again.",
  });

  const again = await send();
  expect(again.batch_id).not.toBe(batch_id);
  const ready = await until("it is whole", async () => {
    const seen = await show(again.batch_id);
    return seen.state === "creating" ? null : seen;
  });
  expect(ready).toMatchObject({ state: "ready", created: LINKS, failure: null, links: { created: LINKS } });
  expect(await linksMade()).toBe(LINKS);
  // Sent once more, it is the batch that is there.
  expect(await send()).toMatchObject({ batch_id: again.batch_id, state: "ready" });
});
