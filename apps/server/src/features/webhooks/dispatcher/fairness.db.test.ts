import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { testDeps, type TestDeps } from "../../../testing/test-deps.ts";
import { startDispatcher } from "../service.ts";
import { type Answer, eventually, hang, type Receiver, startReceiver, status } from "../testing/receiver.ts";
import { createWorld, type World } from "../testing/world.ts";
import type { DispatcherOptions } from "./dispatcher.ts";

let test: TestDeps;
let busy: World;
let receiver: Receiver;
let dispatcher: { stop(): Promise<void> } | null = null;

function dispatch(options: DispatcherOptions & { readonly webhookRate?: number } = {}): void {
  const { webhookRate = 500, ...rest } = options;
  const deps = { ...test.deps, config: { ...test.deps.config, webhookRate } };
  dispatcher = startDispatcher(deps, { random: () => 0, graceMs: 100, ...rest });
}

beforeAll(async () => {
  test = await testDeps({ poolSize: 20 });
});
afterAll(() => test.close());
beforeEach(async () => {
  busy = await createWorld(test.deps);
  receiver = await startReceiver();
  await busy.setUrl(receiver.url);
});
afterEach(async () => {
  await dispatcher?.stop();
  dispatcher = null;
  await receiver.close();
});

describe("5 000 deliveries due to one company", () => {
  const afterHalfASecond: Answer = (response) => void setTimeout(() => response.writeHead(200).end(), 500);
  it.each([
    ["that answers after half a second", afterHalfASecond],
    ["that never answers", hang],
    ["that refuses", status(503)],
  ])("at an endpoint %s delay another company's by less than a second", async (_, answer) => {
    receiver.answer(answer);
    await busy.announceMany(5_000);
    const quiet = await createWorld(test.deps);
    const other = await startReceiver();
    try {
      await quiet.setUrl(other.url);
      dispatch();
      await eventually("the burst under way", () => receiver.received.length >= 2);
      const delays: number[] = [];
      for (let round = 1; round <= 7; round++) {
        const announcedAt = performance.now();
        await quiet.announce();
        await eventually("the single one", () => other.received.length === round);
        delays.push((other.received[round - 1]?.atMs ?? Infinity) - announcedAt);
      }
      // The middle one: a machine that is busy with something else may hold up a few.
      expect(delays.toSorted((a, b) => a - b)[3]).toBeLessThan(1_000);
      expect(receiver.received.length).toBeLessThan(5_000);
    } finally {
      await other.close();
    }
  });
});

it("no endpoint gets more than its rate, and everything arrives", async () => {
  await busy.announceMany(150);
  dispatch({ webhookRate: 50 });
  await eventually("all delivered", async () => (await busy.deliveries()).every((row) => row.state === "delivered"));
  const times = receiver.received.map((got) => got.atMs).toSorted((a, b) => a - b);
  expect(times).toHaveLength(150);
  // A second's worth at once, then 50 a second: the last of 150 comes 2 s after the first at the earliest.
  const tookMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  expect(tookMs).toBeGreaterThan(1_900);
  // An endpoint whose rest ended unnoticed would wait for the end of a pause, ten seconds at least.
  expect(tookMs).toBeLessThan(9_000);
});

it("a silent endpoint is probed, one attempt and then a rest, and everything arrives once it answers", async () => {
  const { port } = new URL(receiver.url);
  await receiver.close();
  await busy.announceMany(200);
  dispatch();
  await eventually("the first failures", async () => (await busy.attempts()).length >= 5);
  const before = (await busy.attempts()).length;
  const since = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const probes = (await busy.attempts()).length - before;
  // Refused at once, each of them: without a rest it would be hundreds.
  expect(probes).toBeLessThanOrEqual(2 + (performance.now() - since) / 1_000);
  receiver = await startReceiver(status(200), Number(port));
  await eventually("all delivered", async () => {
    await busy.skipWaiting();
    return (await busy.deliveries()).every((row) => row.state === "delivered");
  });
  expect(new Set(receiver.received.map((got) => got.headers["webhook-id"])).size).toBe(200);
});

it("what failed on the way is told in the log and the metrics, and the lender's log has one text", async () => {
  await busy.setUrl("http://10.0.0.1/hook");
  dispatch();
  await busy.announce();
  await eventually("the attempt", async () => (await busy.attempts()).length >= 1);
  const [attempt] = await busy.attempts();
  expect(attempt).toMatchObject({ status: null, error: "Cannot connect to host 10.0.0.1" });
  expect(JSON.stringify(attempt)).not.toContain("refused");
  const metric = await test.deps.metrics.registry.getSingleMetricAsString("tallystick_webhook_troubles_total");
  expect(metric).toContain('reason="refused"}');
});

it("a loopback receiver is never reached once the server listens to the world", async () => {
  const config = { ...test.deps.config, allowLoopbackWebhooks: false };
  dispatcher = startDispatcher({ ...test.deps, config }, { random: () => 0, graceMs: 100 });
  await busy.announce();
  await eventually("two attempts", async () => (await busy.deliveries())[0]?.attempt_count === 2);
  expect(receiver.connections()).toBe(0);
});
