import type { Delivery, DeliveryDetail } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";

import { buildApp } from "../../http/app.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { startDispatcher } from "./service.ts";
import { eventually, type Receiver, startReceiver, status } from "./testing/receiver.ts";
import { createWorld, type World } from "./testing/world.ts";

let test: TestDeps;
let app: FastifyInstance;
let world: World;
let viewer: TestPerson;
let receiver: Receiver;
let dispatcher: { stop(): Promise<void> };

beforeAll(async () => {
  test = await testDeps({ poolSize: 16 });
  app = buildApp(test.deps);
});
afterAll(async () => {
  await app.close();
  await test.close();
});
beforeEach(async () => {
  world = await createWorld(test.deps);
  viewer = await signedInMember(test.deps, { companyId: world.environment.companyId, role: "viewer" });
  receiver = await startReceiver();
  dispatcher = startDispatcher(test.deps, { random: () => 0, graceMs: 1_000 });
});
afterEach(async () => {
  await dispatcher.stop();
  await receiver.close();
});

async function get(path: string) {
  const { companyId, environmentId } = world.environment;
  const url = `/beacon/api/companies/${companyId}/environments/${environmentId}/deliveries${path}`;
  const answer = await app.inject({ method: "GET", url, headers: { ...viewer.headers } });
  return { status: answer.statusCode, body: answer.json() };
}

async function list(query: Record<string, string> = {}): Promise<{ items: Delivery[]; next: string | null }> {
  const { status: code, body } = await get(`?${new URLSearchParams(query).toString()}`);
  expect(code, JSON.stringify(body)).toBe(200);
  return body as { items: Delivery[]; next: string | null };
}

async function delivered(count: number): Promise<void> {
  await eventually("deliveries", async () => {
    const rows = await world.deliveries();
    return rows.filter(({ state }) => state === "delivered").length === count;
  });
}

it("lists newest first, page by page, without a row twice or left out", async () => {
  await world.setUrl(receiver.url);
  const made: string[] = [];
  for (let index = 0; index < 7; index++) made.push((await world.announce()).eventId);
  await delivered(7);
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page: { items: Delivery[]; next: string | null } = await list({
      limit: "3",
      ...(after !== null && { after }),
    });
    seen.push(...page.items.map((one) => one.event_id));
    after = page.next;
  } while (after !== null);
  expect(seen).toEqual(made.toReversed());
});

it("narrows by state, event type, session and time", async () => {
  await world.setUrl(receiver.url);
  const { eventId, sessionId } = await world.announce();
  await world.announce();
  await delivered(2);
  await world.setUrl(null);
  await world.setUrl(receiver.url);
  const ids = async (query: Record<string, string>) => (await list(query)).items.map((one) => one.event_id);
  expect(await ids({ session_id: sessionId })).toEqual([eventId]);
  expect(await ids({ session_id: sessionId, state: "delivered", type: "application.complete" })).toEqual([eventId]);
  expect(await ids({ state: "dead" })).toEqual([]);
  expect(await ids({ type: "application.expired" })).toEqual([]);
  expect(await ids({ uid: "APP-OF-NOBODY" })).toEqual([]);
  const now = Math.floor(Date.now() / 1000);
  expect(await ids({ from: String(now - 3600), to: String(now + 3600) })).toHaveLength(2);
  expect(await ids({ to: String(now - 3600) })).toEqual([]);
});

it("refuses a filter or a cursor that is none, with a code", async () => {
  for (const query of ["?state=lost", "?type=x", "?from=soon", "?limit=0", "?after=eHg", "?colour=red"]) {
    expect(await get(query)).toMatchObject({ status: 422, body: { code: "query_invalid" } });
  }
  expect(await get("/dlv_00000000000000000000000000")).toMatchObject({
    status: 404,
    body: { code: "delivery_unknown" },
  });
});

it("shows what was sent and every answer, and nothing that could be used to forge or to sign in", async () => {
  receiver.answer(status(500, { "set-cookie": "session=1", "x-why": "full" }, `down ${"x".repeat(20_000)}`));
  await world.setUrl(receiver.url);
  await world.announce();
  await eventually("two failures", async () => (await world.deliveries())[0]?.attempt_count === 2);
  receiver.answer(status(200));
  await world.skipWaiting();
  await delivered(1);
  const deliveryId = (await world.deliveries())[0]?.delivery_id ?? "";
  const { status: code, body } = await get(`/${deliveryId}`);
  expect(code).toBe(200);
  const detail = body as DeliveryDetail;
  expect(detail).toMatchObject({ state: "delivered", attempts: 3, last_status: 200, next_attempt_at: null });
  expect(detail.body).toBe(receiver.received[0]?.body.toString());
  expect(detail.log.map((one) => [one.number, one.status])).toEqual([
    [1, 500],
    [2, 500],
    [3, 200],
  ]);
  const [first] = detail.log;
  expect(first?.answer_headers).toMatchObject({ "x-why": "full" });
  expect(first?.answer_headers).not.toHaveProperty("set-cookie");
  expect(first?.answer_body).toHaveLength(16_384);
  expect(first?.host).toBe(new URL(receiver.url).host);
  const text = JSON.stringify(detail);
  for (const name of ["x-signature", "webhook-signature"]) {
    const whole = receiver.received[0]?.headers[name] as string;
    expect(text).not.toContain(whole);
    expect(first?.request_headers[name]).toBe(`…${whole.slice(-8)}`);
  }
  expect(text).not.toContain("tenant=1");
});
