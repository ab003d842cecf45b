import { randomBytes } from "node:crypto";
import { once } from "node:events";

import type { EventsPage } from "@tallystick/contract";
import { afterAll, beforeAll, expect, test } from "vitest";

import { readCursor } from "../infra/cursor.ts";
import { openDatabase, type Database } from "../infra/database.ts";
import { startEmbedded, type Embedded } from "../infra/embedded/embedded.ts";
import { isAlive } from "../infra/embedded/postmaster.ts";
import { createLogger } from "../infra/logger.ts";
import { runProgram, startServer, temporaryFolder, until, type ServerProcess } from "../testing/server-process.ts";

/** A server killed while it numbers events, beside a reader who asks for what is new all the time. */
const log = createLogger({ logLevel: "silent" });
/** More than one of the numberer's transactions takes. */
const MANY = 1_500;
const PER_TRANSACTION = 1_000;

let place: Awaited<ReturnType<typeof temporaryFolder>>;
let store: Embedded;
let db: Database;
let env: Readonly<Record<string, string>>;
/** What the reader asks; it numbers nothing and is never killed. */
let api: ServerProcess;
let victim: ServerProcess;
let company: string;
let environment: string;
let apiKey: string;

beforeAll(async () => {
  place = await temporaryFolder();
  store = await startEmbedded({ dataDir: place.path, log });
  db = openDatabase({ connection: store.connection, role: null, poolSize: 6 });
  const folder = encodeURIComponent(store.connection.host ?? "");
  env = {
    DATABASE_URL: `postgresql://tallystick@localhost:5432/tallystick?host=${folder}`,
    TALLYSTICK_SECRET: `1:${randomBytes(32).toString("base64")}`,
  };
  api = await startServer(place.path, { parameters: ["api"], env });
  victim = await startServer(place.path, { env });
  const made = await runProgram(place.path, ["deployment", "create", "--name", "Fed", "--json"], env);
  const { deployment_id: id, test: side } = JSON.parse(made.stdout) as {
    deployment_id: string;
    test: { api_key: string };
  };
  apiKey = side.api_key;
  const rows = await db.query<{ company_id: string; environment_id: string }>(
    "SELECT company_id, environment_id FROM environments WHERE deployment_id = $1 AND kind = 'test'",
    [id],
  );
  company = rows[0]?.company_id ?? "";
  environment = rows[0]?.environment_id ?? "";
});

afterAll(async () => {
  for (const server of [victim, api]) if (isAlive(server.pid)) await server.end("SIGTERM");
  await db.close();
  await store.stop();
  await place.remove();
});

const INSERT = `
  INSERT INTO events (company_id, event_id, environment_id, type, body, body_hash)
  SELECT $1, 'evt_' || $3 || lpad(n::text, 6, '0'), $2, 'application.expired', '{}', 'h' FROM generate_series(1, $4::int) AS n`;

/** Events whose ids begin with `name`: the numberer takes them in the order of their ids. */
async function write(name: string, count: number): Promise<void> {
  await db.query(INSERT, [company, environment, name, count]);
}

interface Open {
  /** Commits. */
  end(): Promise<void>;
}

/** A transaction that has done this and stays open. */
async function leaveOpen(sql: string, values: readonly unknown[]): Promise<Open> {
  let commit: () => void = () => undefined;
  const told = new Promise<void>((resolve) => (commit = resolve));
  let ended: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    ended = db.transaction(async (tx) => {
      await tx.query("SET LOCAL idle_in_transaction_session_timeout = 0");
      await tx.query(sql, values);
      resolve();
      await told;
    });
    ended.catch(reject);
  });
  return {
    async end() {
      commit();
      await ended;
    },
  };
}

/** Events that are committed late: their ids are older than all that is numbered meanwhile. */
const writeLate = (name: string, count: number) => leaveOpen(INSERT, [company, environment, name, count]);

const HEAD = "SELECT last_seq FROM event_heads WHERE company_id = $1 FOR UPDATE";
const ONE = "SELECT event_id FROM events WHERE company_id = $1 AND event_id = $2 FOR UPDATE";

/**
 * Writes many events, of which the numberer can not have the one at this place: its statement waits there, with the head
 * locked and numbers given to what comes before, uncommitted.
 */
async function writeAndStopAt(name: string, at: number): Promise<Open> {
  const head = await leaveOpen(HEAD, [company]); // it passes over a company whose head is taken
  await write(name, MANY);
  const one = await leaveOpen(ONE, [company, `evt_${name}${String(at).padStart(6, "0")}`]);
  await head.end();
  await until("the numberer waits", async () => (await count(WAITING)) > 0);
  return one;
}

async function count(sql: string, values: readonly unknown[] = []): Promise<number> {
  const [row] = await db.query<{ n: number }>(`SELECT (${sql})::int AS n`, values);
  return row?.n ?? 0;
}

const WAITING = `SELECT count(*) FROM pg_stat_activity
                  WHERE query LIKE '%UPDATE event_heads%' AND application_name = 'tallystick' AND wait_event_type = 'Lock'`;
const HOLDING = "SELECT count(*) FROM pg_locks WHERE relation = 'event_heads'::regclass AND mode = 'RowExclusiveLock'";

const numbered = () => count("SELECT count(event_seq) FROM events WHERE company_id = $1", [company]);
const untilNumbered = (wanted: number) => until(`${wanted} are numbered`, async () => (await numbered()) === wanted);

async function kill(): Promise<void> {
  const gone = once(victim.child, "exit");
  victim.child.kill("SIGKILL");
  expect((await gone)[1]).toBe("SIGKILL");
}

/** A killed process's session runs its statement to the end, and then finds nobody who would commit it. */
async function endItsSession(lock: Open): Promise<void> {
  await lock.end();
  await until("the session is gone", async () => (await count(HOLDING)) === 0);
}

interface Reader {
  /** Ids and numbers in the order in which they were read. */
  readonly read: readonly { readonly id: string; readonly seq: number }[];
  stop(): Promise<void>;
}

/** Goes on at its cursor without a pause, as somebody who must not miss anything. */
function follow(): Reader {
  const read: { id: string; seq: number }[] = [];
  let after: string | undefined;
  let isStopped = false;
  const done = (async () => {
    while (!isStopped) {
      const query = new URLSearchParams({ limit: "200", ...(after !== undefined && { after }) });
      const answer = await fetch(`${api.url}/v1/events?${query.toString()}`, { headers: { "api-key": apiKey } });
      if (answer.status === 429) {
        await new Promise((resolve) => setTimeout(resolve, 100)); // it may ask 50 times a second
        continue;
      }
      const page = (await answer.json()) as EventsPage;
      expect(answer.status, JSON.stringify(page)).toBe(200);
      for (const { event_id: id, cursor } of page.items) read.push({ id, seq: Number(readCursor(cursor, 3)?.[1]) });
      after = page.next;
    }
  })();
  done.catch(() => undefined); // told by stop
  return {
    read,
    async stop() {
      isStopped = true;
      await done;
    },
  };
}

test("a kill -9 in the middle of numbering skips no event and numbers none twice, whatever was committed late", async () => {
  const reader = follow();
  let written = 10;
  await write("b", written);
  await untilNumbered(written);

  // In its first transaction: all of it is undone.
  const early = await writeLate("a1", 5);
  const late = await writeLate("a2", 7);
  const first = await writeAndStopAt("c", PER_TRANSACTION);
  await kill();
  await endItsSession(first);
  expect(await numbered()).toBe(written);
  await early.end();
  victim = await startServer(place.path, { env });
  await untilNumbered((written += MANY + 5));

  // In its second: the first stays.
  const second = await writeAndStopAt("d", PER_TRANSACTION + 200);
  await kill();
  await endItsSession(second);
  expect(await numbered()).toBe(written + PER_TRANSACTION);
  await late.end();
  victim = await startServer(place.path, { env });
  await untilNumbered((written += MANY + 7));

  // As soon as numbers can be seen, wherever it is by then.
  for (const name of ["e", "f", "g", "h"]) {
    const open = await writeLate(`a${name}`, 3);
    await write(name, 4 * MANY);
    await until("the first are numbered", async () => (await numbered()) > written);
    await kill();
    await open.end();
    victim = await startServer(place.path, { env });
    await untilNumbered((written += 4 * MANY + 3));
  }

  await until("all are read", () => Promise.resolve(reader.read.length >= written));
  await reader.stop();
  expect(reader.read.map(({ seq }) => seq)).toEqual(Array.from({ length: written }, (_, index) => index + 1));
  expect(new Set(reader.read.map(({ id }) => id)).size).toBe(written);
  expect(await count("SELECT last_seq FROM event_heads WHERE company_id = $1", [company])).toBe(written);
}, 240_000);
