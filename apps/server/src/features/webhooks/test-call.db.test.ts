import { verifyWebhook } from "@tallystick/client";
import {
  webhookBodySchema,
  webhookTestErrorSchema,
  webhookTestOkSchema,
  webhookTestRefusedSchema,
} from "@tallystick/contract";
import type { FastifyInstance } from "fastify";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";

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
