import { createHash } from "node:crypto";

import { verifyWebhook } from "@tallystick/client";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { testDeps, type TestDeps } from "../../../testing/test-deps.ts";
import { startDispatcher } from "../service.ts";
import { eventually, type Receiver, startReceiver, status } from "../testing/receiver.ts";
import { createWorld, type World } from "../testing/world.ts";
import type { DispatcherOptions } from "./dispatcher.ts";

let test: TestDeps;
let world: World;
let receiver: Receiver;
let running: { stop(): Promise<void> }[] = [];

function dispatch(options: DispatcherOptions = {}): { stop(): Promise<void> } {
  const dispatcher = startDispatcher(test.deps, { random: () => 0, graceMs: 2_000, ...options });
  running.push(dispatcher);
  return dispatcher;
}

async function settled(attempts: number): Promise<void> {
  await eventually(`${attempts} attempts`, async () => {
    const [delivery] = await world.deliveries();
    return delivery?.attempt_count === attempts && delivery.lease_id === null;
  });
}

beforeAll(async () => {
  test = await testDeps();
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

describe("a delivery", () => {
  it("reaches the receiver once, signed so that the SDK and the standardwebhooks package accept it", async () => {
    dispatch();
    const { eventId, uid } = await world.announce();
    await settled(1);
    expect(receiver.received).toHaveLength(1);
    const [got] = receiver.received;
    expect(got).toMatchObject({ method: "POST", path: "/hook?tenant=1" });
    const { body, headers } = got ?? { body: Buffer.alloc(0), headers: {} };
    expect(headers["content-type"]).toBe("application/json");
    const verified = verifyWebhook({ body, headers, apiKey: world.apiKey, secret: world.secret });
    expect(verified).toMatchObject({ id: eventId, uid, integration_id: world.environment.integrationId });
    const again: unknown = new Webhook(world.secret).verify(body.toString(), headers as Record<string, string>);
    expect(again).toMatchObject({ uid });
    expect(await world.deliveries()).toMatchObject([{ state: "delivered", attempt_count: 1, last_status: 200 }]);
  });

  it("is logged with request, answer and time, and without the keys", async () => {
    receiver.answer(status(200, { "x-trace": "t1" }, "thanks\0"));
    dispatch();
    await world.announce();
    await settled(1);
    const [attempt] = await world.attempts();
    expect(attempt).toMatchObject({
      number: 1,
      url: receiver.url,
      status: 200,
      error: null,
      response_body: "thanks\u{fffd}",
    });
    expect(attempt?.response_headers).toMatchObject({ "x-trace": "t1" });
    expect(attempt?.request_headers["x-signature"]).toBe(receiver.received[0]?.headers["x-signature"]);
    expect(attempt?.duration_ms).toBeGreaterThanOrEqual(0);
    const text = JSON.stringify(attempt);
    expect(text).not.toContain(world.apiKey);
    expect(text).not.toContain(world.secret.slice("whsec_".length));
  });

  it("carries the same bytes and the same id on every attempt, and exactly the stored body", async () => {
    receiver.answer(status(500));
    dispatch();
    const { eventId } = await world.announce();
    await settled(2);
    await world.skipWaiting();
    await settled(3);
    expect(receiver.received).toHaveLength(3);
    const [first] = receiver.received;
    for (const got of receiver.received) {
      expect(got.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
      expect(got.headers["webhook-id"]).toBe(eventId);
    }
    const [event] = await test.deps.db.query<{ body: string; body_hash: string }>(
      `SELECT body, body_hash FROM events WHERE company_id = $1 AND event_id = $2`,
      [world.environment.companyId, eventId],
    );
    expect(first?.body.toString()).toBe(event?.body);
    expect(
      createHash("sha256")
        .update(first?.body ?? "")
        .digest("hex"),
    ).toBe(event?.body_hash);
  });

  it("goes to the URL that is set at the moment of the attempt", async () => {
    receiver.answer(status(500));
    dispatch();
    await world.announce();
    await settled(2);
    const moved = await startReceiver();
    try {
      await world.setUrl(moved.url);
      await world.skipWaiting();
      await settled(3);
      expect(moved.received).toHaveLength(1);
      expect(receiver.received).toHaveLength(2);
    } finally {
      await moved.close();
    }
  });
});

describe("what counts as success", () => {
  const failing = [201, 202, 204, 301, 302, 307, 400, 404, 429, 500, 503];
  it.each(failing)("%i is no success and is tried again, and no redirect is followed", async (code) => {
    const elsewhere = await startReceiver();
    receiver.answer(status(code, { location: elsewhere.url }, ""));
    dispatch();
    await world.announce();
    await settled(2);
    await elsewhere.close();
    expect(elsewhere.received).toHaveLength(0);
    expect(await world.deliveries()).toMatchObject([{ state: "pending", last_status: code }]);
  });

  it("a receiver that never answers is a failure when the time is over", async () => {
    receiver.answer(() => undefined);
    dispatch({ timeoutMs: 100 });
    await world.announce();
    await settled(2);
    expect((await world.attempts())[0]).toMatchObject({ status: null, error: "No answer within 0.1 s" });
  });

  it("a receiver that closes without an answer is a failure", async () => {
    receiver.answer((response) => response.destroy());
    dispatch();
    await world.announce();
    await settled(2);
    expect((await world.attempts())[0]).toMatchObject({ status: null, error: "The connection broke before an answer" });
  });

  it("a receiver that nobody listens at is a failure with the one text for all of them", async () => {
    await receiver.close();
    dispatch();
    await world.announce();
    await settled(2);
    expect((await world.attempts())[0]).toMatchObject({ status: null, error: "Cannot connect to host 127.0.0.1" });
  });

  it("a 200 stands, though its body breaks off in the middle or never ends", async () => {
    receiver.answer((response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("half", () => response.destroy());
    });
    dispatch({ timeoutMs: 300 });
    await world.announce();
    await settled(1);
    expect(await world.deliveries()).toMatchObject([{ state: "delivered" }]);
    receiver.answer((response) => void response.writeHead(200).write("more to come"));
    await world.announce();
    await eventually("the second", async () => (await world.deliveries()).every((row) => row.state === "delivered"));
    expect((await world.attempts())[1]).toMatchObject({ status: 200, response_body: "more to come" });
  });

  it("of a huge answer only the first 16 KiB are read and kept", async () => {
    let sentBytes = 0;
    receiver.answer((response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && sentBytes < 200_000_000) {
          sentBytes += 65_536;
          if (!response.write(Buffer.alloc(65_536, "x"))) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    });
    dispatch();
    await world.announce();
    await settled(1);
    const [attempt] = await world.attempts();
    expect(attempt?.response_body).toBe("x".repeat(16_384));
    expect(sentBytes).toBeLessThan(50_000_000);
  });
});

describe("retries", () => {
  it("follow the schedule to its end, and then the delivery is dead", async () => {
    receiver.answer(status(500));
    dispatch();
    await world.announce();
    const waits: number[] = [];
    for (let attempts = 2; attempts <= 11; attempts++) {
      await settled(attempts);
      const [delivery] = await world.deliveries();
      waits.push(Math.round((delivery?.wait_ms ?? 0) / 1000));
      if (attempts < 11) await world.skipWaiting();
    }
    const schedule = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    // Some seconds may pass before a busy machine reads the row.
    waits
      .slice(0, -1)
      .forEach((wait, index) => expect((schedule[index] ?? 0) - wait).toSatisfy((lag) => lag >= 0 && lag < 4));
    expect(await world.deliveries()).toMatchObject([{ state: "dead", attempt_count: 11 }]);
    expect((await world.attempts()).map((attempt) => attempt.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it("wait as long as Retry-After asks", async () => {
    receiver.answer(status(503, { "retry-after": "120" }));
    dispatch();
    await world.announce();
    await settled(1);
    const [delivery] = await world.deliveries();
    expect(delivery?.wait_ms).toBeGreaterThan(115_000);
    expect(delivery?.wait_ms).toBeLessThanOrEqual(120_000);
  });

  it("happen by themselves when their time comes", async () => {
    receiver.answer(status(500));
    dispatch();
    await world.announce();
    await settled(2);
    receiver.answer(status(200));
    await test.deps.db.query(
      `UPDATE deliveries SET due_at = now() + interval '300 milliseconds' WHERE company_id = $1`,
      [world.environment.companyId],
    );
    await test.deps.db.query(
      `UPDATE dispatch_due SET due_at = now() + interval '300 milliseconds' WHERE company_id = $1`,
      [world.environment.companyId],
    );
    await settled(3);
    expect(await world.deliveries()).toMatchObject([{ state: "delivered" }]);
  });
});
