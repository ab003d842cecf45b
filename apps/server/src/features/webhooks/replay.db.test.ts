import type { Replay, ReplayWish } from "@tallystick/contract";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { SYSTEM, cliActor } from "../audit/service.ts";
import * as webhooks from "./service.ts";
import { eventually, type Receiver, startReceiver, status } from "./testing/receiver.ts";
import { createWorld, type World } from "./testing/world.ts";

let test: TestDeps;
let world: World;
let receiver: Receiver;
let dispatcher: { stop(): Promise<void> } | null;

beforeAll(async () => {
  test = await testDeps({ poolSize: 20 });
});
afterAll(() => test.close());
beforeEach(async () => {
  world = await createWorld(test.deps);
  receiver = await startReceiver();
  dispatcher = null;
});
afterEach(async () => {
  await dispatcher?.stop();
  await receiver.close();
});

function dispatch(): void {
  dispatcher = webhooks.startDispatcher(test.deps, { random: () => 0, graceMs: 1_000 });
}

const ana = cliActor("ana");
const start = (wish: ReplayWish): Promise<Replay> =>
  webhooks.startReplay(test.deps, world.environment, { wish, actor: ana });
const show = (replay: Replay): Promise<Replay> => webhooks.showReplay(test.deps, world.environment, replay.replay_id);

async function work(replay: Replay): Promise<Replay> {
  const { companyId, environmentId } = world.environment;
  const job = { companyId, environmentId, replayId: replay.replay_id };
  while ((await webhooks.continueReplay(test.deps, job)) === "more");
  return show(replay);
}

async function settle(state: string, count: number): Promise<void> {
  await eventually(`${count} ${state}`, async () => {
    const rows = await world.deliveries();
    return rows.filter((row) => row.state === state).length === count;
  });
}

async function set(column: string, value: string): Promise<void> {
  await test.deps.db.query(`UPDATE deliveries SET ${column} = ${value} WHERE company_id = $1`, [
    world.environment.companyId,
  ]);
}

const nowSeconds = (): number => Math.floor(Date.now() / 1000);
const hourAround = (): ReplayWish => ({ which: "range", from: nowSeconds() - 3600, to: nowSeconds() + 3600 });

describe("one delivery", () => {
  it("that was delivered goes out again with the same id and the same bytes, and the log keeps both", async () => {
    dispatch();
    await world.setUrl(receiver.url);
    await world.announce();
    await settle("delivered", 1);
    const [first] = await world.deliveries();
    const replay = await start({ which: "delivery", delivery_id: first?.delivery_id ?? "" });
    expect(await work(replay)).toMatchObject({ state: "done", done: 1, total: 1, queued: 1 });
    await settle("delivered", 2);
    const [one, two] = receiver.received;
    expect(two?.headers["webhook-id"]).toBe(one?.headers["webhook-id"]);
    expect(two?.body.equals(one?.body ?? Buffer.alloc(0))).toBe(true);
  });

  it("that is dead begins its schedule anew in its own row, and attempts go on being counted", async () => {
    receiver.answer(status(500));
    await world.setUrl(receiver.url);
    await world.announce();
    await set("attempt_count", "10");
    dispatch();
    await settle("dead", 1);
    const [dead] = await world.deliveries();
    await work(await start({ which: "delivery", delivery_id: dead?.delivery_id ?? "" }));
    // The first and the second try of the new schedule come at once; the third after five seconds.
    await eventually("two more", async () => (await world.deliveries())[0]?.attempt_count === 13);
    expect((await world.deliveries())[0]).toMatchObject({ state: "pending" });
    receiver.answer(status(200));
    await world.skipWaiting();
    await settle("delivered", 1);
    expect((await world.attempts()).map(({ number }) => number)).toEqual([11, 12, 13, 14]);
    expect(await test.deps.metrics.registry.metrics()).toMatch(
      /tallystick_webhook_deliveries_dead_total\{reason="exhausted"\} [1-9]/,
    );
  });

  it("of nobody, of another environment, or whose event was erased, is refused with a code", async () => {
    await world.setUrl(receiver.url);
    const unknown = start({ which: "delivery", delivery_id: "dlv_00000000000000000000000000" });
    await expect(unknown).rejects.toMatchObject({ code: "delivery_unknown" });
    await world.announce();
    const [other] = await test.deps.db.query<{ environment_id: string }>(
      "SELECT environment_id FROM environments WHERE company_id = $1 AND kind = 'production'",
      [world.environment.companyId],
    );
    const production = { companyId: world.environment.companyId, environmentId: other?.environment_id ?? "" };
    await test.deps.db.query("UPDATE endpoints SET url = $2 WHERE company_id = $1", [
      world.environment.companyId,
      receiver.url,
    ]);
    const [mine] = await world.deliveries();
    const wish: ReplayWish = { which: "delivery", delivery_id: mine?.delivery_id ?? "" };
    const across = webhooks.startReplay(test.deps, production, { wish, actor: ana });
    await expect(across).rejects.toMatchObject({ code: "delivery_unknown" });
    await test.deps.eraser.query("UPDATE events SET body = NULL WHERE company_id = $1", [world.environment.companyId]);
    const [row] = await world.deliveries();
    const erased = start({ which: "delivery", delivery_id: row?.delivery_id ?? "" });
    await expect(erased).rejects.toMatchObject({ code: "event_erased" });
  });
});

describe("all that failed", () => {
  it("takes the dead and those that wait, never what was delivered, and counts them", async () => {
    await world.setUrl(receiver.url);
    for (let index = 0; index < 5; index++) await world.announce();
    const [dead, waiting, done] = await world.deliveries();
    const as = (id: string | undefined, assign: string) =>
      test.deps.db.query(`UPDATE deliveries SET ${assign} WHERE company_id = $1 AND delivery_id = $2`, [
        world.environment.companyId,
        id,
      ]);
    await as(dead?.delivery_id, "state = 'dead', attempt_count = 11");
    await as(waiting?.delivery_id, "due_at = now() + interval '20 hours', attempt_count = 9");
    await as(done?.delivery_id, "state = 'delivered', delivered_at = now()");
    expect(await work(await start({ which: "failed" }))).toMatchObject({ state: "done", done: 4, total: 4, queued: 4 });
    dispatch();
    await settle("delivered", 5);
    expect(receiver.received).toHaveLength(4);
  });

  it("leaves alone what is under way at that moment", async () => {
    await world.setUrl(receiver.url);
    await world.announce();
    await set("lease_until", "now() + interval '20 seconds', lease_id = 'lea_other'");
    expect(await work(await start({ which: "failed" }))).toMatchObject({ done: 1, queued: 0 });
  });

  it("waits with the rest while the endpoint is disabled, and goes out when it is enabled", async () => {
    dispatch();
    receiver.answer(status(410));
    await world.setUrl(receiver.url);
    await world.announce();
    await settle("held", 1);
    await set("state", "'dead'");
    expect(await work(await start({ which: "failed" }))).toMatchObject({ state: "done", queued: 1 });
    expect((await world.deliveries())[0]).toMatchObject({ state: "held" });
    receiver.answer(status(200));
    await world.setUrl(receiver.url);
    await settle("delivered", 1);
  });
});

describe("a range of time", () => {
  it("also reaches what was recorded while no URL was set", async () => {
    dispatch();
    const gap = [await world.announce(), await world.announce()];
    expect(await world.deliveries()).toEqual([]);
    await expect(start(hourAround())).rejects.toMatchObject({ code: "webhook_not_set" });
    await world.setUrl(receiver.url);
    await world.announce();
    await settle("delivered", 1);
    expect(await work(await start(hourAround()))).toMatchObject({ state: "done", done: 3, total: 3, queued: 2 });
    await settle("delivered", 3);
    const ids = receiver.received.slice(1).map(({ headers }) => String(headers["webhook-id"]));
    expect(ids.toSorted()).toEqual(gap.map(({ eventId }) => eventId).toSorted());
    // A second time there is no gap any more.
    expect(await work(await start(hourAround()))).toMatchObject({ queued: 0 });
  });

  it("sends what was delivered only when asked to, and nothing outside or of another environment", async () => {
    dispatch();
    await world.setUrl(receiver.url);
    await world.announce();
    await settle("delivered", 1);
    expect(await work(await start(hourAround()))).toMatchObject({ done: 1, queued: 0 });
    const past: ReplayWish = { which: "range", from: 1, to: nowSeconds() - 3600, include_delivered: true };
    expect(await work(await start(past))).toMatchObject({ total: 0, done: 0, queued: 0 });
    expect(await work(await start({ ...hourAround(), include_delivered: true }))).toMatchObject({ queued: 1 });
    await settle("delivered", 2);
  });

  it("takes for delivered what is older than deliveries are kept, and never what was erased", async () => {
    const { companyId, environmentId } = world.environment;
    await world.setUrl(receiver.url);
    await test.deps.db.query(
      `UPDATE environments SET settings = settings || '{"retention": {"deliveries_days": 30}}' WHERE company_id = $1 AND environment_id = $2`,
      [companyId, environmentId],
    );
    await test.deps.db.query(
      `INSERT INTO events (company_id, event_id, environment_id, type, body, body_hash, created_at)
       SELECT $1, 'evt_' || n, $2, 'application.expired', CASE WHEN n = 3 THEN NULL ELSE '{}' END, 'h', now() - n * interval '20 days'
         FROM generate_series(1, 3) AS n`,
      [companyId, environmentId],
    );
    // Settings are kept for up to a second.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await work(await start({ which: "range", from: nowSeconds() - 90 * 86_400 }));
    const rows = await world.deliveries();
    expect(rows.map(({ event_id }) => event_id)).toEqual(["evt_1"]);
    await work(await start({ which: "range", from: nowSeconds() - 90 * 86_400, include_delivered: true }));
    expect((await world.deliveries()).map(({ event_id }) => event_id).toSorted()).toEqual(["evt_1", "evt_2"]);
  });
});

describe("the job", () => {
  it("is one of many at a time, can be cancelled, and each act is in the audit log", async () => {
    await world.setUrl(receiver.url);
    await world.announce();
    const first = await start({ which: "failed" });
    await expect(start(hourAround())).rejects.toMatchObject({
      code: "replay_running",
      extra: { replay_id: first.replay_id },
    });
    const stop = { replayId: first.replay_id, actor: ana };
    expect(await webhooks.cancelReplay(test.deps, world.environment, stop)).toMatchObject({ state: "cancelled" });
    expect(await webhooks.cancelReplay(test.deps, world.environment, stop)).toMatchObject({ state: "cancelled" });
    expect(await work(first)).toMatchObject({ state: "cancelled", done: 0, queued: 0 });
    await work(await start({ which: "failed" }));
    const acts = await test.deps.db.query<{ actor: string; action: string }>(
      "SELECT actor, action FROM audit_entries WHERE company_id = $1 AND target_type = 'webhook_replay' ORDER BY at, audit_id",
      [world.environment.companyId],
    );
    expect(acts.map(({ actor, action }) => [actor, action])).toEqual([
      ["cli:ana", "webhook_replay.started"],
      ["cli:ana", "webhook_replay.cancelled"],
      ["cli:ana", "webhook_replay.started"],
      [SYSTEM.id, "webhook_replay.finished"],
    ]);
  });

  it("of many pages queues each event once, however many work on it at the same time", async () => {
    await events(1_100);
    await world.setUrl(receiver.url);
    const replay = await start({ which: "range", from: nowSeconds() - 3600 });
    const workers = await Promise.all([work(replay), work(replay), work(replay), work(replay)]);
    // It stops at a thousand that wait: nobody sends here.
    expect(workers.at(-1)).toMatchObject({ state: "running", total: 1_100 });
    await set("state", "'delivered'");
    expect(await work(replay)).toMatchObject({ state: "done", done: 1_100, queued: 1_100 });
    const rows = await world.deliveries();
    expect(new Set(rows.map(({ event_id }) => event_id)).size).toBe(1_100);
    expect(rows).toHaveLength(1_100);
  });

  it("goes on from the page it had reached when whoever worked on it fell over in the middle of one", async () => {
    await events(600);
    await world.setUrl(receiver.url);
    const replay = await start({ which: "range", from: nowSeconds() - 3600 });
    const { companyId, environmentId } = world.environment;
    const job = { companyId, environmentId, replayId: replay.replay_id };
    await webhooks.continueReplay(test.deps, job);
    // An id that exists already makes the page's statement fail after others of the page were written.
    const ids = { ...test.deps.ids, make: () => "dlv_same" };
    await expect(webhooks.continueReplay({ ...test.deps, ids }, job)).rejects.toThrow();
    expect(await show(replay)).toMatchObject({ done: 250, queued: 250 });
    expect(await work(replay)).toMatchObject({ state: "done", done: 600, queued: 600 });
    expect(await world.deliveries()).toHaveLength(600);
  });

  it("is done by the background of a process that did not start it", async () => {
    dispatch();
    await events(300);
    await world.setUrl(receiver.url);
    const replay = await start({ which: "range", from: nowSeconds() - 3600 });
    const worker = webhooks.startReplayWorker(test.deps, { everyMs: 50 });
    await eventually("done", async () => (await show(replay)).state === "done");
    await worker.stop();
    await settle("delivered", 300);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(300);
    expect(receiver.received).toHaveLength(300);
  });
});

/** Recorded while no URL was set. */
async function events(count: number): Promise<void> {
  const { companyId, environmentId } = world.environment;
  await test.deps.db.query(
    `INSERT INTO events (company_id, event_id, environment_id, type, body, body_hash, created_at)
     SELECT $1, 'evt_' || lpad(n::text, 6, '0'), $2, 'application.expired', '{}', 'h', now() - n * interval '1 second'
       FROM generate_series(1, $3::int) AS n`,
    [companyId, environmentId, count],
  );
}
