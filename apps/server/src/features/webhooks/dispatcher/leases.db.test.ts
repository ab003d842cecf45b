import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { createSignals } from "../../../infra/signals.ts";
import { testDeps, type TestDeps } from "../../../testing/test-deps.ts";
import { startDispatcher } from "../service.ts";
import { eventually, hang, type Receiver, startReceiver, status } from "../testing/receiver.ts";
import { createWorld, type World } from "../testing/world.ts";
import { claim } from "./claim-store.ts";
import type { DispatcherOptions } from "./dispatcher.ts";
import { settle, settleAgain } from "./store.ts";

let test: TestDeps;
let world: World;
let receiver: Receiver;
let running: { stop(): Promise<void> }[] = [];

/** `deaf`: hears no signal, like a dispatcher in another process. */
function dispatch({ deaf = false, ...options }: DispatcherOptions & { deaf?: boolean } = {}): {
  stop(): Promise<void>;
} {
  const deps = deaf ? { ...test.deps, signals: createSignals() } : test.deps;
  const dispatcher = startDispatcher(deps, { random: () => 0, graceMs: 100, ...options });
  running.push(dispatcher);
  return dispatcher;
}

function companyId(): string {
  return world.environment.companyId;
}

/** As a process would that dies right after: the rows are leased and nobody works on them. */
function claimAndDie(): Promise<unknown> {
  return claim(test.deps.db, {
    companyId: companyId(),
    leaseId: test.deps.ids.make("lea"),
    leaseSeconds: 60,
    limit: 100,
    endpointIds: [],
    rooms: [],
    fronts: [],
    defaultRoom: 100,
  });
}

/** Epoch seconds. */
async function leaseEnds(): Promise<readonly number[]> {
  const rows = await test.deps.db.query<{ at: number }>(
    "SELECT extract(epoch FROM lease_until)::float8 AS at FROM deliveries WHERE company_id = $1 AND lease_id IS NOT NULL",
    [companyId()],
  );
  return rows.map(({ at }) => at);
}

beforeAll(async () => {
  test = await testDeps({ poolSize: 20 });
});
afterAll(() => test.close());
beforeEach(async () => {
  world = await createWorld(test.deps);
  receiver = await startReceiver();
  await world.setUrl(receiver.url);
});
afterEach(async () => {
  await Promise.all(running.map((dispatcher) => dispatcher.stop()));
  running = [];
  await receiver.close();
});

describe("leases", () => {
  it("two dispatchers share 300 deliveries and none is sent twice", async () => {
    await Promise.all(Array.from({ length: 300 }, () => world.announce()));
    // No attempt may run out of time on a busy machine: that would be a second one, and rightly so.
    dispatch({ timeoutMs: 15_000, graceMs: 5_000 });
    dispatch({ timeoutMs: 15_000, graceMs: 5_000, deaf: true });
    await eventually("all delivered", async () => (await world.deliveries()).every((row) => row.state === "delivered"));
    expect((await world.attempts()).every((attempt) => attempt.number === 1 && attempt.status === 200)).toBe(true);
    const ids = receiver.received.map((got) => got.headers["webhook-id"]);
    expect(ids).toHaveLength(300);
    expect(new Set(ids).size).toBe(300);
  });

  it("a delivery claimed by a process that died goes out when its lease ends, with the same id and bytes", async () => {
    const { eventId } = await world.announce();
    await claimAndDie();
    dispatch();
    await world.announce();
    await eventually("the other one", () => receiver.received.length === 1);
    expect(receiver.received[0]?.headers["webhook-id"]).not.toBe(eventId);
    await eventually("its outcome", async () => (await world.deliveries())[1]?.state === "delivered");
    expect(await world.deliveries()).toMatchObject([{ state: "pending" }, { state: "delivered" }]);
    await world.skipWaiting();
    await eventually("the one left behind", () => receiver.received.length === 2);
    const [event] = await test.deps.db.query<{ body: string }>(
      "SELECT body FROM events WHERE company_id = $1 AND event_id = $2",
      [companyId(), eventId],
    );
    expect(receiver.received[1]?.headers["webhook-id"]).toBe(eventId);
    expect(receiver.received[1]?.body.toString()).toBe(event?.body);
  });

  it("an attempt that takes longer than its lease keeps it: nobody else sends the same meanwhile", async () => {
    let release: () => void = () => undefined;
    receiver.answer((response) => {
      release = () => response.writeHead(200).end();
    });
    dispatch({ timeoutMs: 60_000, graceMs: 5_000, leaseSeconds: 3 });
    dispatch({ timeoutMs: 60_000, graceMs: 5_000, leaseSeconds: 3, deaf: true });
    await world.announce();
    await eventually("the attempt", () => receiver.received.length === 1);
    const [first] = await leaseEnds();
    // By then the lease as it was claimed is over, and both dispatchers have looked for work.
    await eventually("two renewals", async () => (await leaseEnds()).every((end) => end > (first ?? end) + 3));
    expect(receiver.received).toHaveLength(1);
    release();
    await eventually("delivered", async () => (await world.deliveries())[0]?.state === "delivered");
    expect(await world.deliveries()).toMatchObject([{ state: "delivered", attempt_count: 1 }]);
  });

  it("an outcome that comes after the lease was lost is logged, but changes nothing", async () => {
    let release: () => void = () => undefined;
    receiver.answer((response) => {
      release = () => response.writeHead(200).end();
    });
    dispatch();
    await world.announce();
    await eventually("the attempt", () => receiver.received.length === 1);
    await test.deps.db.query(`UPDATE deliveries SET lease_id = 'lea_of_another' WHERE company_id = $1`, [companyId()]);
    release();
    await eventually("the log", async () => (await world.attempts()).length === 1);
    expect(await world.deliveries()).toMatchObject([
      { state: "pending", attempt_count: 0, lease_id: "lea_of_another" },
    ]);
    const metric = await test.deps.metrics.registry.getSingleMetricAsString("tallystick_webhook_attempts_total");
    expect(metric).toContain('result="lease_lost",status_class="2xx"} 1');
  });
});

describe("nothing due stays unnoticed", () => {
  it("a dispatcher that only polls delivers everything that many transactions record at once", async () => {
    dispatch({ deaf: true });
    dispatch({ deaf: true });
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 15 }, () => world.announce()));
    }
    await eventually("all delivered", async () => (await world.deliveries()).every((row) => row.state === "delivered"));
    expect(receiver.received).toHaveLength(150);
  });

  it("a delivery that the settling statement could not see is found by the one that follows", async () => {
    const dueAt = async (): Promise<boolean> => {
      const rows = await test.deps.db.query<{ due: boolean }>(
        "SELECT due_at <= now() AS due FROM dispatch_due WHERE company_id = $1",
        [companyId()],
      );
      return rows[0]?.due ?? false;
    };
    await test.deps.db.query("UPDATE dispatch_due SET due_at = now() WHERE company_id = $1", [companyId()]);
    await test.deps.db.transaction(async (tx) => {
      await tx.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      await tx.query("SELECT 1 FROM deliveries WHERE company_id = $1", [companyId()]);
      // The announcement runs after the commit, by itself; it is told when it is through.
      const announced = new Promise<void>((resolve) => {
        test.deps.signals.on("deliveries", resolve);
      });
      await world.announce();
      await announced; // found the row early enough and left it alone
      await settle(tx, { companyId: companyId(), fullEndpointIds: [], fullPauseMs: 0 });
    });
    expect(await dueAt()).toBe(false);
    await settleAgain(test.deps.db, { companyId: companyId(), fullEndpointIds: [], fullPauseMs: 0 });
    expect(await dueAt()).toBe(true);
  });

  it("a company whose row shows nothing is found by the sweep at the start", async () => {
    await world.announce();
    await eventually("the announcement", async () => {
      const sql = `UPDATE dispatch_due SET due_at = 'infinity' WHERE company_id = $1 AND due_at <= now() RETURNING 1`;
      return (await test.deps.db.query(sql, [companyId()])).length === 1;
    });
    dispatch({ deaf: true });
    await eventually("the delivery", () => receiver.received.length === 1);
  });
});

describe("endpoints that never answer", () => {
  it("do not hold up the others, however many deliveries wait for them", async () => {
    const silent = await startReceiver(hang);
    try {
      for (let index = 0; index < 30; index++) {
        const stuck = await createWorld(test.deps);
        await stuck.setUrl(silent.url);
        await Promise.all(Array.from({ length: 10 }, () => stuck.announce()));
      }
      dispatch({ timeoutMs: 60_000 });
      await eventually("all endpoints hang", () => silent.received.length >= 60);
      for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 10 }, () => world.announce()));
      await eventually("the healthy ones", () => receiver.received.length === 100);
      expect(silent.received.length).toBe(60);
    } finally {
      await silent.close();
    }
  });

  it("get one attempt at a time once they have failed, and a connection that works is used again", async () => {
    receiver.answer(hang);
    await Promise.all(Array.from({ length: 20 }, () => world.announce()));
    dispatch({ timeoutMs: 150 });
    await eventually("the first failures", () => receiver.received.length >= 4);
    receiver.answer(status(200));
    const [before, sent] = [receiver.connections(), receiver.received.length];
    await eventually("all delivered", async () => {
      await world.skipWaiting("unleased");
      return (await world.deliveries()).every((row) => row.state === "delivered");
    });
    // Also on a machine so busy that some run out of their short time.
    expect(receiver.connections() - before).toBeLessThan(receiver.received.length - sent);
  });
});

describe("stopping", () => {
  it("waits for an attempt under way and keeps its outcome", async () => {
    receiver.answer((response) => void setTimeout(() => response.writeHead(200).end(), 150));
    const dispatcher = dispatch({ graceMs: 5_000 });
    await world.announce();
    await eventually("the attempt", () => receiver.received.length === 1);
    await dispatcher.stop();
    expect(await world.deliveries()).toMatchObject([{ state: "delivered", attempt_count: 1 }]);
  });

  it("gives back what takes too long: no attempt is counted, and the next process sends it at once", async () => {
    receiver.answer(hang);
    const dispatcher = dispatch({ timeoutMs: 15_000, graceMs: 50 });
    await world.announce();
    await eventually("the attempt", () => receiver.received.length === 1);
    await dispatcher.stop();
    const [delivery] = await world.deliveries();
    expect(delivery).toMatchObject({ state: "pending", attempt_count: 0, lease_id: null });
    expect(delivery?.wait_ms).toBeLessThanOrEqual(0);
    receiver.answer(status(200));
    dispatch();
    await eventually("the delivery", async () => (await world.deliveries())[0]?.state === "delivered");
  });

  it("claims nothing more", async () => {
    const dispatcher = dispatch();
    await dispatcher.stop();
    await world.announce();
    expect(await world.deliveries()).toMatchObject([{ state: "pending", lease_id: null }]);
    expect(receiver.received).toHaveLength(0);
  });
});
