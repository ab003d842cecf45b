import { verifyWebhook } from "@tallystick/client";
import { EVENT_TYPES, webhookTrialSchema, type WebhookTrial } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { buildApp } from "../../http/app.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { evidenceOf, urlHash } from "../deployments/service.ts";
import { type Receiver, startReceiver, status } from "./testing/receiver.ts";
import { createWorld, type World } from "./testing/world.ts";

let test: TestDeps;
let app: FastifyInstance;
let world: World;
let admin: TestPerson;
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
  admin = await signedInMember(test.deps, { companyId: world.environment.companyId, role: "admin" });
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

interface Call {
  readonly what?: "test" | "sample";
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly companyId?: string;
}

async function send({ what = "test", body = {}, headers = admin.headers, companyId }: Call = {}) {
  const { environmentId, companyId: own } = world.environment;
  const answer = await app.inject({
    method: "POST",
    url: `/beacon/api/companies/${companyId ?? own}/environments/${environmentId}/webhook/${what}`,
    headers: { ...headers, "content-type": "application/json" },
    payload: JSON.stringify(body),
  });
  return { status: answer.statusCode, json: answer.json<Record<string, unknown>>() };
}

async function trial(call: Call = {}): Promise<WebhookTrial> {
  const { status: code, json } = await send(call);
  expect(code, JSON.stringify(json)).toBe(200);
  return webhookTrialSchema.strict().parse(json);
}

async function proofs(): Promise<readonly unknown[]> {
  const { companyId, environmentId } = world.environment;
  const found = await evidenceOf(test.deps, { companyId, environmentId });
  return [...found.values()].filter(({ kind }) => kind === "webhook_test_accepted").map(({ details }) => details);
}

it("sends what the lender's own test call sends, and shows what went out and what came back", async () => {
  receiver.answer(status(200, { "x-served-by": "two", "set-cookie": "id=1" }, "thanks"));
  await world.setUrl(receiver.url);
  const got = await trial();
  const [request] = receiver.received;
  expect(
    verifyWebhook({
      body: request?.body ?? "",
      headers: request?.headers ?? {},
      apiKey: world.apiKey,
      secret: world.secret,
    }),
  ).toMatchObject({ uid: "TEST-WEBHOOK-00000", event: { type: "psychometric_score.complete" } });
  expect(got).toMatchObject({ outcome: "accepted", mend: null, draft: false, status: 200, answer_body: "thanks" });
  expect(got.sent_body).toBe(request?.body.toString());
  expect(got.event_id).toBe(request?.headers["webhook-id"]);
  expect(got.host).toBe(new URL(receiver.url).host);
  expect(got.answer_headers).toMatchObject({ "x-served-by": "two" });
  expect(Object.keys(got.answer_headers ?? {})).not.toContain("set-cookie");
  const whole = String(request?.headers["x-signature"]);
  expect(got.sent_headers["x-signature"]).toBe(`…${whole.slice(-8)}`);
  expect(JSON.stringify(got)).not.toContain(whole);
});

it.each([201, 302, 401, 404, 410, 418, 500])("an answer of %i is refused, with a way to mend it", async (code) => {
  receiver.answer(status(code, { location: "/elsewhere" }, "not today"));
  await world.setUrl(receiver.url);
  const got = await trial();
  expect(got).toMatchObject({ outcome: "refused", status: code, answer_body: "not today" });
  expect(got.reason).toContain(String(code));
  expect(got.mend).toMatch(/\w{3}/);
  expect(receiver.received).toHaveLength(1);
  expect(await proofs()).toEqual([]);
});

it("keeps of a long answer its first 16 KiB", async () => {
  receiver.answer(status(500, {}, "x".repeat(40_000)));
  await world.setUrl(receiver.url);
  expect((await trial()).answer_body).toHaveLength(16_384);
});

it("tells alike of a closed port, a name that is none and an address that the guard refuses", async () => {
  await receiver.close();
  await world.setUrl(receiver.url);
  const texts = new Set<string>();
  for (const url of [receiver.url, "http://host.invalid/hook", "http://10.0.0.1/hook"]) {
    const got = await trial({ body: { url } });
    expect(got).toMatchObject({ outcome: "unreachable", status: null, answer_body: null, answer_headers: null });
    expect(got.reason).toContain(new URL(url).hostname);
    texts.add(`${got.reason.replace(new URL(url).hostname, "")}${got.mend ?? ""}`);
  }
  expect(texts.size).toBe(1);
});

describe("a draft address", () => {
  it("is tried without being saved, also where nothing is saved yet", async () => {
    const draft = await trial({ body: { url: receiver.url } });
    expect(draft).toMatchObject({ outcome: "accepted", draft: true });
    expect(receiver.received).toHaveLength(1);
    expect((await send()).json).toMatchObject({ code: "webhook_not_set" });
  });

  it("neither counts for the go-live check nor takes the place of the proof that does", async () => {
    await world.setUrl(receiver.url);
    await trial();
    const proof = [{ url_hash: urlHash(receiver.url) }];
    expect(await proofs()).toEqual(proof);
    await trial({ body: { url: `${receiver.url}&draft=1` } });
    expect(await proofs()).toEqual(proof);
  });

  it.each(["ftp://lender.example/hook", "https://user:pw@lender.example/hook", "nonsense"])(
    "is judged as the setting is: %s",
    async (url) => {
      expect(await send({ body: { url } })).toMatchObject({ status: 422, json: { code: "setting_invalid" } });
    },
  );

  it("needs TLS in Production unless its host is exempt", async () => {
    world = await createWorld(test.deps, "production");
    admin = await signedInMember(test.deps, { companyId: world.environment.companyId, role: "admin" });
    const { json } = await send({ body: { url: "http://lender.example/hook" } });
    expect(json).toMatchObject({ code: "setting_invalid" });
  });
});

it.each(EVENT_TYPES)("sends a sample of %s that proves nothing to the go-live check", async (type) => {
  await world.setUrl(receiver.url);
  expect(await trial({ what: "sample", body: { type } })).toMatchObject({ outcome: "accepted", type });
  expect(JSON.parse(receiver.received[0]?.body.toString() ?? "")).toMatchObject({ event: { type } });
  expect(await proofs()).toEqual([]);
});

it("an event type that does not exist is refused before anything is sent", async () => {
  await world.setUrl(receiver.url);
  expect((await send({ what: "sample", body: { type: "score.done" } })).json).toMatchObject({ code: "body_invalid" });
  expect(receiver.received).toHaveLength(0);
});

it("is for admins of the company alone, and each sending stands in the audit log without the address's secrets", async () => {
  await world.setUrl(receiver.url);
  const { companyId, environmentId } = world.environment;
  const viewer = await signedInMember(test.deps, { companyId, role: "viewer" });
  const other = await createWorld(test.deps);
  const stranger = await signedInMember(test.deps, { companyId: other.environment.companyId, role: "admin" });
  expect((await send({ headers: viewer.headers })).status).toBe(403);
  expect((await send({ headers: stranger.headers })).status).toBe(404);
  expect((await send({ headers: stranger.headers, companyId: other.environment.companyId })).status).toBe(404);
  expect(receiver.received).toHaveLength(0);
  await trial();
  const entries = await test.deps.db.query<{ actor: string; target_id: string; details: object }>(
    "SELECT actor, target_id, details FROM audit_entries WHERE company_id = $1 AND action = 'webhook_test.sent'",
    [companyId],
  );
  expect(entries).toMatchObject([
    {
      actor: `user:${admin.userId}`,
      target_id: environmentId,
      details: { outcome: "accepted", status: 200, draft: false, host: new URL(receiver.url).host },
    },
  ]);
  expect(JSON.stringify(entries)).not.toContain("tenant=1");
});

it("shares its pace with the lender's own test call", async () => {
  await world.setUrl(receiver.url);
  const byKey = () =>
    app.inject({
      method: "POST",
      url: "/v1/webhooks-management/test",
      headers: { "api-key": world.apiKey },
    });
  await Promise.all(Array.from({ length: 20 }, byKey));
  expect(await send()).toMatchObject({ status: 429, json: { code: "rate_limited" } });
});
