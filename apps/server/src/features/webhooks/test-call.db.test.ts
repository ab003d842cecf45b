import { verifyWebhook } from "@tallystick/client";
import {
  EVENT_TYPES,
  webhookBodySchema,
  webhookTestErrorSchema,
  webhookTestOkSchema,
  webhookTestRefusedSchema,
} from "@tallystick/contract";
import type { FastifyInstance } from "fastify";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { buildApp } from "../../http/app.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { type Receiver, startReceiver, status } from "./testing/receiver.ts";
import { createWorld, type World } from "./testing/world.ts";

let test: TestDeps;
let app: FastifyInstance;
let world: World;
let receiver: Receiver;

beforeAll(async () => {
  test = await testDeps();
  app = buildApp(test.deps);
});
afterAll(async () => {
  await app.close();
  await test.close();
});
beforeEach(async () => {
  world = await createWorld(test.deps);
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

async function call(headers: Record<string, string> = { "api-key": world.apiKey }, payload?: string) {
  const answer = await app.inject({
    method: "POST",
    url: "/v1/webhooks-management/test",
    headers,
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, body: answer.json<unknown>() };
}

it("200 when the receiver accepts: a real, signed score event with the example uid, and no rows", async () => {
  await world.setUrl(receiver.url);
  const answer = await call();
  expect(answer.status).toBe(200);
  expect(webhookTestOkSchema.parse(answer.body).webhook_receiver_status_code).toBe(200);
  const [got] = receiver.received;
  const verified = verifyWebhook({
    body: got?.body ?? "",
    headers: got?.headers ?? {},
    apiKey: world.apiKey,
    secret: world.secret,
  });
  expect(verified).toMatchObject({ uid: "TEST-WEBHOOK-00000", event: { type: "psychometric_score.complete" } });
  expect(webhookBodySchema.safeParse(JSON.parse(got?.body.toString() ?? "")).success).toBe(true);
  const rows = await test.deps.db.query(
    `SELECT 1 FROM sessions WHERE company_id = $1 UNION ALL SELECT 1 FROM events WHERE company_id = $1`,
    [world.environment.companyId],
  );
  expect(rows).toEqual([]);
});

it("400 without a key and 403 with a wrong one, word for word", async () => {
  expect(await call({})).toEqual({ status: 400, body: { detail: "No Api-key supplied" } });
  expect(await call({ "api-key": "" })).toEqual({ status: 400, body: { detail: "No Api-key supplied" } });
  expect(await call({ "api-key": "ts_test_wrong" })).toEqual({ status: 403, body: { detail: "Invalid Api-key" } });
});

it.each([201, 204, 302, 403, 500])("422 with the receiver's status %i and body", async (code) => {
  receiver.answer(status(code, { location: "/elsewhere" }, code === 204 ? "" : "not today"));
  await world.setUrl(receiver.url);
  const answer = await call();
  expect(answer.status).toBe(422);
  expect(webhookTestRefusedSchema.parse(answer.body).detail).toEqual({
    webhook_receiver_status_code: code,
    webhook_receiver_body_content: code === 204 ? "" : "not today",
  });
  expect(receiver.received).toHaveLength(1);
});

it("424 while no URL is set, naming the Integration ID", async () => {
  const detail = `Webhooks not set for ${world.environment.integrationId}, please set in Beacon`;
  expect(await call()).toEqual({ status: 424, body: { detail } });
});

it("503 with one text for an unknown host, a closed port, no TLS and an address that is not allowed", async () => {
  await receiver.close();
  const urls = [
    receiver.url,
    receiver.url.replace("http:", "https:"),
    "http://host.invalid/hook",
    "http://10.0.0.1/hook",
    "http://169.254.169.254/latest/meta-data",
  ];
  for (const url of urls) {
    await world.setUrl(url);
    const answer = await call();
    expect(answer.status).toBe(503);
    expect(webhookTestErrorSchema.parse(answer.body).detail).toBe(`Cannot connect to host ${new URL(url).hostname}`);
  }
});

it("takes no body, so it judges none", async () => {
  await world.setUrl(receiver.url);
  const headers = { "api-key": world.apiKey };
  for (const [type, payload] of [
    ["application/json", ""],
    ["application/json", "{}"],
    ["application/json", "{broken"],
    ["text/plain", "hello"],
  ] as const) {
    expect((await call({ ...headers, "content-type": type }, payload)).status).toBe(200);
  }
});

it("is limited for each environment, and says when to come back", async () => {
  const answers = [];
  for (let index = 0; index < 25; index++) answers.push(await call());
  expect(new Set(answers.slice(0, 20).map((answer) => answer.status))).toEqual(new Set([424]));
  expect(answers.at(-1)).toMatchObject({ status: 429, body: { code: "rate_limited" } });
  const other = await createWorld(test.deps);
  expect((await call({ "api-key": other.apiKey })).status).toBe(424);
});

async function sample(payload: string | undefined, headers: Record<string, string> = { "api-key": world.apiKey }) {
  const answer = await app.inject({
    method: "POST",
    url: "/v1/webhooks-management/sample",
    headers: { "content-type": "application/json", ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, body: answer.json<unknown>() };
}

describe("a sample", () => {
  it.each(EVENT_TYPES)("of %s is signed, valid, of now, and leaves no rows", async (type) => {
    await world.setUrl(receiver.url);
    expect(await sample(JSON.stringify({ type }))).toMatchObject({
      status: 200,
      body: { webhook_receiver_status_code: 200 },
    });
    const [got] = receiver.received;
    const keys = { apiKey: world.apiKey, secret: world.secret };
    const verified = verifyWebhook({ body: got?.body ?? "", headers: got?.headers ?? {}, ...keys });
    expect(verified).toMatchObject({
      uid: "TEST-WEBHOOK-00000",
      integration_id: world.environment.integrationId,
      event: { type },
    });
    const body = webhookBodySchema.parse(JSON.parse(got?.body.toString() ?? ""));
    const times = Object.values(body.event.details).filter((value) => typeof value === "number");
    expect(Math.abs(Math.max(...times) - Date.now() / 1000)).toBeLessThan(30);
    const rows = await test.deps.db.query("SELECT 1 FROM events WHERE company_id = $1", [world.environment.companyId]);
    expect(rows).toEqual([]);
  });

  it("has the six answers of the test call", async () => {
    const body = JSON.stringify({ type: "application.expired" });
    expect(await sample(body, {})).toEqual({ status: 400, body: { detail: "No Api-key supplied" } });
    expect(await sample(body, { "api-key": "ts_test_x" })).toEqual({
      status: 403,
      body: { detail: "Invalid Api-key" },
    });
    expect((await sample(body)).status).toBe(424);
    await world.setUrl("http://127.0.0.1:9/");
    expect(await sample(body)).toEqual({ status: 503, body: { detail: "Cannot connect to host 127.0.0.1" } });
    await world.setUrl(receiver.url);
    receiver.answer(status(201, {}, "made"));
    expect(await sample(body)).toEqual({
      status: 422,
      body: { detail: { webhook_receiver_status_code: 201, webhook_receiver_body_content: "made" } },
    });
  });

  it.each([
    undefined,
    "",
    "{",
    "[]",
    "{}",
    '{"type":"x"}',
    '{"type":1}',
    '{"type":"application.expired","more":1}',
    "\u0000",
  ])("with the body %j is refused with a code", async (payload) => {
    expect(await sample(payload)).toMatchObject({ status: 422, body: { code: "body_invalid" } });
    expect(receiver.received).toEqual([]);
  });

  it("shares the limit of its pace with the test call", async () => {
    const body = JSON.stringify({ type: "application.expired" });
    const answers: number[] = [];
    for (let index = 0; index < 12; index++) answers.push((await sample(body)).status, (await call()).status);
    expect(answers.filter((code) => code === 429).length).toBeGreaterThan(0);
    expect(answers.filter((code) => code === 424).length).toBeGreaterThanOrEqual(20);
  });
});
