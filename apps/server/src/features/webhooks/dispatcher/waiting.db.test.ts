import type { ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";

import { openDatabase } from "../../../infra/database.ts";
import { testDeps, type TestDeps } from "../../../testing/test-deps.ts";
import { startDispatcher } from "../service.ts";
import { eventually, hang, type Receiver, startReceiver, status } from "../testing/receiver.ts";
import { createWorld, type World } from "../testing/world.ts";

let test: TestDeps;
let world: World;
let receiver: Receiver;
let dispatcher: { stop(): Promise<void> };

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
  await dispatcher.stop();
  await receiver.close();
});

async function leased(): Promise<number> {
  const [row] = await test.deps.db.query<{ leased: number }>(
    "SELECT count(*)::int AS leased FROM deliveries WHERE company_id = $1 AND lease_id IS NOT NULL",
    [world.environment.companyId],
  );
  return row?.leased ?? 0;
}

/** Swift answers, until more wait in the process than can be under way; then `afterwards` instead. */
async function fillAhead(afterwards: Parameters<Receiver["answer"]>[0]): Promise<void> {
  await world.announceMany(1_500);
  const deps = { ...test.deps, config: { ...test.deps.config, webhookRate: 100_000 } };
  // On a busy machine no answer may be swift by the measure of a real one.
  dispatcher = startDispatcher(deps, { random: () => 0, graceMs: 100, swiftMs: 15_000 });
  await eventually("its full width", () => receiver.received.length >= 200);
  receiver.answer(afterwards);
}

it("what was claimed ahead goes back at once when the endpoint begins to fail, and arrives when it is well again", async () => {
  await fillAhead(status(503));
  await eventually("narrow again", async () => (await leased()) <= 2);
  receiver.answer(status(200));
  await eventually("all delivered", async () => {
    await world.skipWaiting("unleased");
    return (await world.deliveries()).every((row) => row.state === "delivered");
  });
  const accepted = (await world.attempts()).filter((attempt) => attempt.status === 200);
  expect(new Set(accepted.map((attempt) => attempt.delivery_id)).size).toBe(1_500);
  expect(accepted).toHaveLength(1_500);
});

it("what was claimed ahead goes back untried when the process is told to stop", async () => {
  await fillAhead(hang);
  await eventually("more than can be under way", async () => (await leased()) > 32);
  await dispatcher.stop();
  expect(await leased()).toBe(0);
  const pending = (await world.deliveries()).filter((row) => row.state === "pending");
  expect(pending.length).toBeGreaterThan(32);
  expect(pending.every((row) => row.attempt_count === 0)).toBe(true);
});

it("outcomes that could not be written for a while hold up nothing once they can be", async () => {
  await world.announceMany(2_000);
  const deps = { ...test.deps, config: { ...test.deps.config, webhookRate: 100_000 } };
  // All at once, so that none is over while the next ones are claimed.
  let held: ServerResponse[] = [];
  receiver.answer((response) => void held.push(response));
  const answering = setInterval(() => {
    for (const response of held) response.end("ok");
    held = [];
  }, 50);
  const owner = openDatabase({ connection: test.connection, role: null, poolSize: 1 });
  await owner.transaction(async (tx) => {
    await tx.query("LOCK TABLE attempts IN EXCLUSIVE MODE");
    dispatcher = startDispatcher(deps, { random: () => 0.99, graceMs: 100, swiftMs: 15_000 });
    await eventually("as many as may wait for their outcome", () => receiver.received.length >= 1_000);
    // A moment more, in which nothing can be claimed.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(receiver.received.length).toBeLessThanOrEqual(1_024);
  });
  await owner.close();
  clearInterval(answering);
  receiver.answer(status(200));
  for (const response of held) response.end("ok");
  const from = performance.now();
  await eventually("all of them", () => receiver.received.length === 2_000);
  // An endpoint that nobody came back to would wait for the end of a pause, twenty seconds from its beginning.
  expect(performance.now() - from).toBeLessThan(9_000);
});
