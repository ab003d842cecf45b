import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { testDeps, type TestDeps } from "../../../testing/test-deps.ts";
import { findEndpoint, webhookSecret } from "../../endpoints/service.ts";
import { startDispatcher } from "../service.ts";
import { eventually, type Receiver, startReceiver, status } from "../testing/receiver.ts";
import { createWorld, type World } from "../testing/world.ts";

let test: TestDeps;
let world: World;
let receiver: Receiver;
let dispatcher: { stop(): Promise<void> };

async function states(): Promise<string[]> {
  return (await world.deliveries()).map((row) => row.state);
}

async function endpoint(): Promise<unknown> {
  return findEndpoint(test.deps, world.environment);
}

async function failingSince(value: string | null): Promise<void> {
  await test.deps.db.query(
    `UPDATE endpoints SET failing_since = now() - $2::interval WHERE company_id = $1 AND environment_id = $3`,
    [world.environment.companyId, value, world.environment.environmentId],
  );
}

beforeAll(async () => {
  test = await testDeps({ poolSize: 20 });
});
afterAll(() => test.close());
beforeEach(async () => {
  world = await createWorld(test.deps);
  receiver = await startReceiver();
  dispatcher = startDispatcher(test.deps, { random: () => 0, graceMs: 1_000 });
});
afterEach(async () => {
  await dispatcher.stop();
  await receiver.close();
});

describe("an endpoint without a URL", () => {
  it("gets no deliveries, but the events are kept", async () => {
    const { eventId } = await world.announce();
    expect(await states()).toEqual([]);
    const events = await test.deps.db.query("SELECT 1 FROM events WHERE company_id = $1 AND event_id = $2", [
      world.environment.companyId,
      eventId,
    ]);
    expect(events).toHaveLength(1);
  });

  it("whose URL is taken away holds what waits, and sends it when there is one again", async () => {
    receiver.answer(status(500));
    await world.setUrl(receiver.url);
    await world.announce();
    await eventually("two failures", async () => (await world.deliveries())[0]?.attempt_count === 2);
    await world.setUrl(null);
    expect(await states()).toEqual(["held"]);
    receiver.answer(status(200));
    await world.setUrl(receiver.url);
    await eventually("the delivery", async () => (await states())[0] === "delivered");
  });
});

describe("an endpoint that answers 410", () => {
  it("is switched off at once; what it missed is held and sent when its URL is set again", async () => {
    receiver.answer(status(410));
    await world.setUrl(receiver.url);
    await world.announce();
    await eventually("switched off", async () => ((await states())[0] === "held" ? true : null));
    expect(await endpoint()).toMatchObject({ state: "disabled", disabledReason: "gone", url: receiver.url });
    await world.announce();
    expect(await states()).toEqual(["held", "held"]);
    expect(receiver.received).toHaveLength(1);
    receiver.answer(status(200));
    await world.setUrl(receiver.url);
    await eventually("both delivered", async () => (await states()).every((state) => state === "delivered"));
    expect(await endpoint()).toMatchObject({ state: "enabled", disabledReason: null });
  });

  it("does not switch off the URL that replaced it meanwhile", async () => {
    let release: () => void = () => undefined;
    receiver.answer((response) => {
      release = () => response.writeHead(410).end();
    });
    await world.setUrl(receiver.url);
    await world.announce();
    await eventually("the attempt", () => receiver.received.length === 1);
    const next = await startReceiver();
    await world.setUrl(next.url);
    release();
    await eventually("the delivery to the new URL", async () => (await states())[0] === "delivered");
    expect(await endpoint()).toMatchObject({ state: "enabled", url: next.url });
    await next.close();
  });
});

describe("an endpoint that only fails", () => {
  it("is switched off after five days and not before", async () => {
    receiver.answer(status(500));
    await world.setUrl(receiver.url);
    await failingSince("4 days 23 hours");
    await world.announce();
    await eventually("two failures", async () => (await world.deliveries())[0]?.attempt_count === 2);
    expect(await endpoint()).toMatchObject({ state: "enabled" });
    await failingSince("5 days 1 second");
    await world.skipWaiting();
    await eventually("switched off", async () => (await states())[0] === "held");
    expect(await endpoint()).toMatchObject({ state: "disabled", disabledReason: "failing" });
  });

  it("begins its five days anew after a success", async () => {
    await world.setUrl(receiver.url);
    await failingSince("6 days");
    await world.announce();
    await eventually("the delivery", async () => (await states())[0] === "delivered");
    const isFailing = async (): Promise<boolean> => {
      const rows = await test.deps.db.query<{ failing: boolean }>(
        "SELECT failing_since IS NOT NULL AS failing FROM endpoints WHERE company_id = $1 AND environment_id = $2",
        [world.environment.companyId, world.environment.environmentId],
      );
      return rows[0]?.failing ?? false;
    };
    await eventually("the success counted", async () => !(await isFailing()));
    receiver.answer(status(500));
    await world.announce();
    await eventually("the failure counted", isFailing);
    expect(await endpoint()).toMatchObject({ state: "enabled" });
  });
});

it("switching back and forth while events are recorded strands no delivery", async () => {
  await world.setUrl(receiver.url);
  const announcing = Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let index = 0; index < 15; index++) await world.announce();
    }),
  );
  for (let index = 0; index < 15; index++) {
    await world.setUrl(null);
    await world.setUrl(receiver.url);
  }
  await announcing;
  await eventually("all delivered", async () => (await states()).every((state) => state === "delivered"));
  expect((await states()).length).toBeGreaterThan(0);
});

it("the secret that signs is the one that was shown", async () => {
  expect(await webhookSecret(test.deps, world.environment)).toBe(world.secret);
});
