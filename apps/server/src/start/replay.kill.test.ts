import { once } from "node:events";

import { afterAll, beforeAll, expect, test } from "vitest";

import { startReceiver, type Receiver } from "../features/webhooks/testing/receiver.ts";
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

/** A server killed in the middle of a replay. */
const log = createLogger({ logLevel: "silent" });
const EVENTS = 3_000;

let place: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
  place = await temporaryFolder();
  server = await startServer(place.path);
});

afterAll(async () => {
  if (isAlive(server.pid)) await server.end("SIGTERM");
  const left = await postmasterPid(place.path).catch(() => 0);
  if (left > 1) await stopPostmaster(left);
  await receiver.close();
  await place.remove();
});

async function ask<Row>(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
  const store = await startEmbedded({ dataDir: place.path, log, shared: true });
  const db = openDatabase({ connection: store.connection, role: null, poolSize: 1 });
  try {
    return await db.query<Row>(sql, values);
  } finally {
    await db.close();
    await store.stop();
  }
}

async function command(...argv: string[]) {
  const done = await runProgram(place.path, [...argv, "--json"]);
  expect(done.code, done.stderr).toBe(0);
  return JSON.parse(done.stdout) as Record<string, unknown>;
}

test("a replay cut off by kill -9 goes on by itself and queues nothing twice", async () => {
  const made = (await command("deployment", "create", "--name", "Replayed")) as { deployment_id: string };
  const name = ["--deployment", made.deployment_id, "--env", "test"];
  const [where] = await ask<{ company_id: string; environment_id: string }>(
    "SELECT company_id, environment_id FROM environments WHERE deployment_id = $1 AND kind = 'test'",
    [made.deployment_id],
  );
  const key = [where?.company_id, where?.environment_id];
  await ask(
    `INSERT INTO events (company_id, event_id, environment_id, type, body, body_hash, created_at)
     SELECT $1, 'evt_' || lpad(n::text, 6, '0'), $2, 'application.expired', '{}', 'h', now() - n * interval '1 second'
       FROM generate_series(1, $3::int) AS n`,
    [...key, EVENTS],
  );
  await command("deployment", "set", made.deployment_id, "--env", "test", "--webhook-url", receiver.url);
  // The job alone, as the API makes it: the work is the server's.
  await ask(
    `INSERT INTO replay_jobs (company_id, replay_id, environment_id, which, from_at, to_at, total, created_by)
     VALUES ($1, 'rpl_kill', $2, 'range', now() - interval '1 day', now(), $3, 'cli:test')`,
    [...key, EVENTS],
  );
  await until("some are sent", async () => receiver.received.length > 300);
  const gone = once(server.child, "exit");
  server.child.kill("SIGKILL");
  expect((await gone)[1]).toBe("SIGKILL");
  expect(receiver.received.length).toBeLessThan(EVENTS);

  server = await startServer(place.path);
  await until("the replay is done", async () => {
    const { items } = (await command("webhook", "replays", ...name)) as { items: readonly { state: string }[] };
    return items[0]?.state === "done";
  });
  await until("all are delivered", async () => {
    const [row] = await ask<{ n: number }>(
      "SELECT count(*)::int AS n FROM deliveries WHERE company_id = $1 AND state = 'delivered'",
      key.slice(0, 1),
    );
    return row?.n === EVENTS;
  });
  const rows = await ask<{ n: number; events: number; queued: number; done: number }>(
    `SELECT count(*)::int AS n, count(DISTINCT event_id)::int AS events, j.queued, j.done
       FROM deliveries d JOIN replay_jobs j ON j.company_id = d.company_id AND j.replay_id = d.replay_id
      WHERE d.company_id = $1 GROUP BY j.queued, j.done`,
    key.slice(0, 1),
  );
  expect(rows).toEqual([{ n: EVENTS, events: EVENTS, queued: EVENTS, done: EVENTS }]);
  expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(EVENTS);
});
