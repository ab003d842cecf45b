import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

import type { EventItem, EventsPage } from "@tallystick/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { openDatabase, type Database } from "../../infra/database.ts";
import { encodeCursor } from "../../infra/cursor.ts";
import { buildApp } from "../../http/app.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { numberEvents, startNumberer } from "./numberer.ts";
import { recordEvent } from "./service.ts";
import { bodyFor, createWorld, type World } from "./testing/world.ts";

let store: TestDeps;
let app: ReturnType<typeof buildApp>;
/** As somebody who has the database itself. */
let owner: Database;
let world: World;
beforeAll(async () => {
  store = await testDeps({ poolSize: 12 });
  app = buildApp(store.deps);
  owner = openDatabase({ connection: store.connection, role: null, poolSize: 1 });
});
afterAll(async () => {
  await app.close();
  await owner.close();
  await store.close();
});
beforeEach(async () => {
  world = await createWorld(store.deps);
});

async function ask(query: Readonly<Record<string, string>> = {}, apiKey = world.apiKey) {
  const url = `/v1/events?${new URLSearchParams(query).toString()}`;
  return app.inject({ method: "GET", url, headers: { "api-key": apiKey } });
}

async function page(query: Readonly<Record<string, string>> = {}): Promise<EventsPage> {
  const answer = await ask(query);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

/** All there is behind a cursor, page by page. */
async function readAll(after: string | null, limit = 3): Promise<readonly EventItem[]> {
  const items: EventItem[] = [];
  for (let cursor = after; ;) {
    const got = await page({ limit: String(limit), ...(cursor !== null && { after: cursor }) });
    items.push(...got.items);
    cursor = got.next;
    if (!got.has_more) return items;
  }
}

const number = () => numberEvents(store.deps, world.environment.companyId);
const ids = (items: readonly EventItem[]) => items.map(({ event_id: id }) => id);

async function announceMany(count: number): Promise<readonly string[]> {
  const made: string[] = [];
  for (let i = 0; i < count; i += 1) made.push((await world.announce()).eventId);
  return made;
}

/** An event in a transaction that stays open until `commit` (or `rollBack`) is called. */
async function held(): Promise<{ eventId: string; commit(): Promise<void>; rollBack(): Promise<void> }> {
  const { companyId, environmentId, integrationId } = world.environment;
  const { deps } = store;
  let finish: (isGood: boolean) => void = () => undefined;
  const decision = new Promise<boolean>((resolve) => (finish = resolve));
  let done: Promise<void> = Promise.resolve();
  const eventId = await new Promise<string>((written, failed) => {
    done = deps.db
      .transaction(async (tx) => {
        const sessionId = deps.ids.make("ses");
        const body = bodyFor(integrationId, `APP-${sessionId.slice(-12)}`);
        written((await recordEvent(tx, deps, { companyId, environmentId, sessionId, run: 1, body })).eventId);
        if (!(await decision)) throw new Error("rolled back");
      })
      .catch((error: unknown) => {
        if (error instanceof Error && error.message === "rolled back") return;
        failed(error instanceof Error ? error : new Error(String(error)));
      });
  });
  return { eventId, commit: () => (finish(true), done), rollBack: () => (finish(false), done) };
}

describe("the feed", () => {
  test("an event stands in it with its id, its delivery and its body byte for byte", async () => {
    const { eventId, sessionId } = await world.announce("APP-FEED-1");
    expect((await page()).items).toEqual([]);
    await number();
    const { items, next, has_more: hasMore } = await page();
    const [stored] = await store.deps.db.query<{ body: string }>("SELECT body FROM events WHERE event_id = $1", [
      eventId,
    ]);
    expect(items).toMatchObject([{ event_id: eventId, session_id: sessionId, run: 1, delivery: null, cursor: next }]);
    expect(items[0]?.body).toBe(stored?.body);
    expect(items[0]?.body_hash).toBe(
      createHash("sha256")
        .update(stored?.body ?? "")
        .digest("hex"),
    );
    expect(hasMore).toBe(false);
  });

  test("the newest delivery tells how far it is", async () => {
    await world.setUrl("http://127.0.0.1:9/hook");
    const { eventId } = await world.announce();
    await number();
    expect((await page()).items[0]?.delivery).toMatchObject({ state: "pending", attempts: 0, last_status: null });
    await owner.query(
      `UPDATE deliveries SET state = 'delivered', attempt_count = 2, last_status = 200, delivered_at = now() WHERE event_id = $1`,
      [eventId],
    );
    const [item] = (await page()).items;
    expect(item?.delivery).toMatchObject({ state: "delivered", attempts: 2, last_status: 200, next_attempt_at: null });
    expect(item?.delivery?.delivered_at).toBeGreaterThan(1_700_000_000);
  });

  test("an erased body is null, and its hash stays", async () => {
    const { eventId } = await world.announce();
    await number();
    const before = (await page()).items[0];
    await store.deps.eraser.query("UPDATE events SET body = NULL WHERE event_id = $1", [eventId]);
    expect((await page()).items[0]).toMatchObject({ body: null, body_hash: before?.body_hash });
  });

  test("pages follow each other without gap or repetition, and an empty page keeps the place", async () => {
    const made = await announceMany(7);
    await number();
    expect(ids(await readAll(null))).toEqual(made);
    const end = await page({ limit: "1000" });
    const empty = await page({ after: end.next });
    expect(empty).toEqual({ items: [], next: end.next, has_more: false });
    const [later] = await announceMany(1);
    await number();
    expect(ids((await page({ after: empty.next })).items)).toEqual([later]);
  });

  test("the first page of an empty environment has a cursor that shows what comes later", async () => {
    const { next } = await page();
    const made = await announceMany(2);
    await number();
    expect(ids(await readAll(next))).toEqual(made);
  });

  test("with types it holds these alone, in the same order", async () => {
    const { companyId, environmentId } = world.environment;
    const sessions = await announceMany(4);
    await owner.query(
      `UPDATE events SET type = 'application.expired' WHERE company_id = $1 AND environment_id = $2 AND event_id = ANY ($3)`,
      [companyId, environmentId, [sessions[1], sessions[3]]],
    );
    await number();
    expect(ids((await page({ type: "application.expired" })).items)).toEqual([sessions[1], sessions[3]]);
    const both = await page({ type: "application.expired,application.complete", limit: "3" });
    expect(ids(both.items)).toEqual(sessions.slice(0, 3));
    expect(both.has_more).toBe(true);
    expect(ids((await page({ type: "application.cancelled" })).items)).toEqual([]);
  });

  test("a page with events is in the audit log, an empty one is not", async () => {
    const listed = () =>
      store.deps.db.query(
        `SELECT details FROM audit_entries WHERE company_id = $1 AND action = 'event.listed' AND actor LIKE 'key:%'`,
        [world.environment.companyId],
      );
    await page();
    expect(await listed()).toEqual([]);
    await announceMany(2);
    await number();
    await page();
    expect(await listed()).toEqual([{ details: { events: 2 } }]);
  });
});

test("beyond the rate a key is told to wait, and before it how much is left", async () => {
  const first = await ask();
  expect(first.headers).toMatchObject({ "ratelimit-policy": '"api";q=200;w=4', ratelimit: '"api";r=199;t=1' });
  const answers = await Promise.all(Array.from({ length: 400 }, () => ask({ limit: "x" })));
  const refused = answers.find(({ statusCode }) => statusCode === 429);
  expect(refused?.json()).toMatchObject({ code: "rate_limited" });
  expect(refused?.headers).toMatchObject({ "retry-after": "1", ratelimit: '"api";r=0;t=4' });
});

describe("a cursor", () => {
  test("of another environment, of nobody, or of an event that is not there is refused with one code", async () => {
    await announceMany(1);
    await number();
    const { next } = await page();
    const other = await createWorld(store.deps);
    const { environmentId } = world.environment;
    const bad: readonly (readonly [string, string])[] = [
      [next, other.apiKey],
      ["nonsense", world.apiKey],
      ["", world.apiKey],
      [encodeCursor([]), world.apiKey],
      [encodeCursor([environmentId, "-1", "evt_x"]), world.apiKey],
      [encodeCursor([environmentId, "99999999999999999999", "evt_x"]), world.apiKey],
      [encodeCursor([environmentId, "1", "evt_of_before_the_backup"]), world.apiKey],
      [encodeCursor([environmentId, "999", "evt_ahead"]), world.apiKey],
    ];
    for (const [after, apiKey] of bad) {
      const answer = await ask({ after }, apiKey);
      expect([answer.statusCode, answer.json().code], after).toEqual([422, "cursor_invalid"]);
      expect(answer.json().detail).toMatch(/^after: /);
    }
  });

  test("other parameters out of range are refused by name", async () => {
    for (const query of [{ limit: "0" }, { limit: "1001" }, { limit: "x" }, { type: "everything" }, { since: "1" }]) {
      const answer = await ask(query);
      expect([answer.statusCode, answer.json().code], JSON.stringify(query)).toEqual([422, "query_invalid"]);
    }
    expect((await ask({ type: "application.expired," })).statusCode).toBe(422);
    expect(
      (await app.inject({ url: "/v1/events?after=a&after=b", headers: { "api-key": world.apiKey } })).statusCode,
    ).toBe(422);
  });
});

describe("nothing is skipped", () => {
  test("an event that commits late stands behind all that could be read before, and is read", async () => {
    const late = await held();
    const early = await announceMany(2);
    expect(late.eventId < (early[0] ?? "")).toBe(true);
    await number();
    const first = await page();
    expect(ids(first.items)).toEqual(early);
    await late.commit();
    await number();
    expect(ids((await page({ after: first.next })).items)).toEqual([late.eventId]);
  });

  test("an event of a transaction that is rolled back is never seen", async () => {
    const never = await held();
    const [seen] = await announceMany(1);
    await number();
    await never.rollBack();
    await number();
    expect(ids(await readAll(null))).toEqual([seen]);
  });

  test("a reader who polls while transactions commit out of order and two numberers run sees each event once, in one order", async () => {
    const { companyId } = world.environment;
    const loops = [startNumberer(store.deps, { everyMs: 1 }), startNumberer(store.deps, { everyMs: 1 })];
    const seen: EventItem[] = [];
    let cursor: string | null = null;
    const poll = async (): Promise<void> => {
      const got: EventsPage = await page({ limit: "4", ...(cursor !== null && { after: cursor }) });
      seen.push(...got.items);
      cursor = got.next;
    };
    const wanted: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      const open = await Promise.all([held(), held(), held(), held()]);
      // Never in the order in which they were begun, and one of them not at all.
      for (const index of round % 2 === 0 ? [3, 1, 0] : [2, 3, 1]) {
        await open[index]?.commit();
        wanted.push(open[index]?.eventId ?? "");
        await poll();
      }
      await open[round % 2 === 0 ? 2 : 0]?.rollBack();
    }
    await Promise.all(loops.map((loop) => loop.stop()));
    await number();
    for (let i = 0; i < 100 && seen.length < wanted.length; i += 1) await poll();
    expect(ids(seen).toSorted()).toEqual(wanted.toSorted());
    expect(ids(await readAll(null, 7))).toEqual(ids(seen));
    const [{ numbered, distinct, head } = {}] = await store.deps.db.query<Record<string, number>>(
      `SELECT count(*)::int AS numbered, count(DISTINCT event_seq)::int AS distinct,
              (SELECT last_seq FROM event_heads WHERE company_id = $1)::int AS head
         FROM events WHERE company_id = $1 AND event_seq IS NOT NULL`,
      [companyId],
    );
    expect([numbered, distinct, head]).toEqual([wanted.length, wanted.length, wanted.length]);
  });

  test("while another holds the head a numberer goes on without waiting, and what it left is numbered later", async () => {
    const made = await announceMany(2);
    await number();
    const more = await announceMany(1);
    await owner.transaction(async (tx) => {
      await tx.query("SELECT FROM event_heads WHERE company_id = $1 FOR UPDATE", [world.environment.companyId]);
      expect(await number()).toBe(0);
    });
    expect(await number()).toBe(1);
    expect(ids(await readAll(null))).toEqual([...made, ...more]);
  });

  test("a company whose events came with numbers goes on behind the last of them", async () => {
    const made = await announceMany(2);
    await owner.query("UPDATE events SET event_seq = 40 + length(event_id) WHERE event_id = $1", [made[0]]);
    await owner.query("UPDATE events SET event_seq = 900 WHERE event_id = $1", [made[1]]);
    const more = await announceMany(1);
    await number();
    expect(ids(await readAll(null))).toEqual([...made, ...more]);
  });

  test("a long queue is numbered in batches, and stopping ends between them", async () => {
    const { companyId, environmentId } = world.environment;
    await owner.query(
      `INSERT INTO events (company_id, event_id, environment_id, session_id, run, type, body, body_hash)
       SELECT $1, 'evt_bulk' || lpad(n::text, 6, '0'), $2, 'ses_bulk' || n, 1, 'application.expired', '{}', 'x'
         FROM generate_series(1, 2500) AS n`,
      [companyId, environmentId],
    );
    let asked = 0;
    expect(await numberEvents(store.deps, companyId, { goOn: () => (asked += 1) <= 2 })).toBe(2000);
    expect(await number()).toBe(500);
    const [end] = (await readAll(null, 1000)).slice(-1);
    expect(end?.event_id).toBe("evt_bulk002500");
  });

  test("the running server numbers by itself within a second", async () => {
    const loop = startNumberer(store.deps);
    const made = await announceMany(1);
    const until = Date.now() + 5_000;
    while (ids((await page()).items).length === 0 && Date.now() < until) await wait(20);
    await loop.stop();
    expect(ids(await readAll(null))).toEqual(made);
  });
});

describe("cost", () => {
  test("a page in the middle of many events touches this page's rows only, with types and without", async () => {
    const { companyId, environmentId } = world.environment;
    await owner.query(
      `INSERT INTO events (company_id, event_id, event_seq, environment_id, session_id, run, type, body, body_hash)
       SELECT $1, 'evt_many' || lpad(n::text, 6, '0'), n, $2, 'ses_many' || n, 1,
              CASE WHEN n % 1000 = 0 THEN 'application.cancelled' ELSE 'application.expired' END, '{}', 'x'
         FROM generate_series(1, 30000) AS n`,
      [companyId, environmentId],
    );
    await owner.query("ANALYZE events");
    const reads: number[] = [];
    const counting: Database = {
      ...store.deps.db,
      query: async (sql, values, named) => {
        if (named?.name.startsWith("events_feed") === true) reads.push(await rowsRead(sql, values));
        return store.deps.db.query(sql, values, named);
      },
    };
    const counted = buildApp({ ...store.deps, db: counting });
    const headers = { "api-key": world.apiKey };
    const after = encodeCursor([environmentId, "15000", "evt_many015000"]);
    const plain = await counted.inject({ url: `/v1/events?limit=50&after=${after}`, headers });
    const rare = await counted.inject({
      url: `/v1/events?limit=10&type=application.cancelled,application.incomplete&after=${after}`,
      headers,
    });
    await counted.close();
    expect([plain.json().items.length, rare.json().items.length]).toEqual([50, 10]);
    expect(Math.max(...reads)).toBeLessThanOrEqual(120);
  });
});

interface PlanNode {
  readonly "Node Type": string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Rows that the statement's scans touched; throws on a scan of a whole table. */
async function rowsRead(sql: string, values?: readonly unknown[]): Promise<number> {
  const [row] = await store.deps.db.query<{ readonly "QUERY PLAN": readonly { readonly Plan: PlanNode }[] }>(
    `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${sql}`,
    values,
  );
  const visit = (node: PlanNode): number => {
    const below = (node.Plans ?? []).reduce((sum, child) => sum + visit(child), 0);
    if (!/^(Seq|Index|Index Only|Bitmap Heap) Scan$/.test(node["Node Type"])) return below;
    const own = (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"];
    return below + own;
  };
  const plan = row?.["QUERY PLAN"][0]?.Plan;
  if (plan === undefined) throw new Error("EXPLAIN gave no plan");
  return visit(plan);
}
