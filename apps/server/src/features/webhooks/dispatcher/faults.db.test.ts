import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";

import { testDeps, type TestDeps } from "../../../testing/test-deps.ts";
import { startDispatcher } from "../service.ts";
import { eventually, type Receiver, startReceiver } from "../testing/receiver.ts";
import { createWorld, type World } from "../testing/world.ts";

/** Rows that are really broken: each is an attempt by the schedule and dead in the end, and nobody waits behind it. */
let test: TestDeps;
let world: World;
let receiver: Receiver;
let dispatcher: { stop(): Promise<void> } | null;

beforeAll(async () => {
  test = await testDeps({ poolSize: 12 });
});
afterAll(() => test.close());
beforeEach(async () => {
  world = await createWorld(test.deps);
  receiver = await startReceiver();
  await world.setUrl(receiver.url);
  dispatcher = null;
});
afterEach(async () => {
  await dispatcher?.stop();
  await receiver.close();
});

function dispatch(leaseSeconds = 30): void {
  dispatcher = startDispatcher(test.deps, { random: () => 0, graceMs: 1_000, leaseSeconds });
}

async function row(eventId: string) {
  return (await world.deliveries()).find((candidate) => candidate.event_id === eventId);
}

const FAULT = "A fault on our side; the operator finds it in the server's log";

it("a webhook secret that can not be opened", async () => {
  const { eventId } = await world.announce();
  await test.deps.db.query("UPDATE endpoint_secrets SET ciphertext = '1:AAAA' WHERE company_id = $1", [
    world.environment.companyId,
  ]);
  dispatch(1);
  // At once, after five seconds: the schedule, not the end of a lease of one second.
  await eventually("two attempts", async () => (await row(eventId))?.attempt_count === 2);
  expect(await row(eventId)).toMatchObject({ state: "pending", last_error: FAULT, lease_id: null });
  expect((await row(eventId))?.wait_ms).toBeGreaterThan(3_000);
  await test.deps.db.query("UPDATE deliveries SET attempt_count = 10 WHERE company_id = $1", [
    world.environment.companyId,
  ]);
  await world.skipWaiting();
  await eventually("dead", async () => (await row(eventId))?.state === "dead");
  expect((await world.attempts()).map(({ number, error }) => [number, error])).toEqual([
    [1, FAULT],
    [2, FAULT],
    [11, FAULT],
  ]);
  expect(receiver.received).toEqual([]);
});

it("a delivery of an environment that is not there, and one whose count can grow no further", async () => {
  const broken = [await world.announce(), await world.announce()];
  const change = (index: number, assign: string) =>
    test.deps.db.query(`UPDATE deliveries SET ${assign} WHERE company_id = $1 AND event_id = $2`, [
      world.environment.companyId,
      broken[index]?.eventId,
    ]);
  await change(0, "environment_id = 'env_gone'");
  await change(1, "attempt_count = 2147483647");
  const healthy = await world.announce();
  dispatch();
  await eventually("the healthy one", async () => (await row(healthy.eventId))?.state === "delivered");
  await eventually("a first fault", async () => ((await row(broken[0]?.eventId ?? ""))?.attempt_count ?? 0) >= 1);
  await eventually("given up", async () => (await row(broken[1]?.eventId ?? ""))?.state === "dead");
  expect(await row(broken[0]?.eventId ?? "")).toMatchObject({ state: "pending", last_error: FAULT });
  expect(await test.deps.metrics.registry.metrics()).toMatch(
    /tallystick_webhook_deliveries_dead_total\{reason="fault"\} 1/,
  );
});
