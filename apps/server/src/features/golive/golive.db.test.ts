import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { CHECK_GO_LIVE, goLiveSchema, type GoLive } from "@tallystick/contract";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import { SYSTEM } from "../audit/service.ts";
import { keepEvidence, setEnvironment, type SettingsPatch } from "../deployments/service.ts";
import { playNext } from "../sandbox/service.ts";
import { startReceiver, status, type Receiver } from "../webhooks/testing/receiver.ts";
import { startDispatcher } from "../webhooks/service.ts";
import { postTokens, testLender, type TestLender } from "../../testing/lender.ts";
import { signedInMember } from "../../testing/people.ts";
import { until } from "../../testing/server-process.ts";
import { checkGoLive, lookAtGoLive } from "./service.ts";

let lender: TestLender;
let receivers: { readonly test: Receiver; readonly production: Receiver };
let pages: Server;
let origin: string;

beforeAll(async () => {
  lender = await testLender({
    config: {
      publicUrl: "https://play.lender.example",
      beaconUrl: "https://beacon.lender.example",
      smtpUrl: "smtps://mail.lender.example",
    },
  });
});
afterAll(() => lender.close());
beforeEach(async () => {
  receivers = { test: await startReceiver(), production: await startReceiver() };
  pages = createServer((request, response) => response.writeHead(request.url === "/gone" ? 404 : 200).end());
  await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await receivers.test.close();
  await receivers.production.close();
  await new Promise((resolve) => pages.close(resolve));
});

const place = () => ({ companyId: lender.deployment.companyId, deploymentId: lender.deployment.deploymentId });

function set(kind: "test" | "production", change: { settings?: SettingsPatch; webhookUrl?: string | null }) {
  return setEnvironment(lender.deps, { ...place(), kind, ...change, actor: SYSTEM });
}

const check = (testWebhook = true): Promise<GoLive> =>
  checkGoLive(lender.deps, place(), { testWebhook, actor: SYSTEM });

function openOf(found: GoLive): readonly string[] {
  return found.items.filter(({ state }) => state === "open").map(({ key }) => key);
}

const create = (uid: string, as: { readonly apiKey: string }, id = lender.deployment.test.integrationId) =>
  postTokens(lender.app, { uid, integration_id: id }, { headers: { "api-key": as.apiKey } });

test("a new deployment walks from open items to ready, each closed by what really happened", async () => {
  const { test: testSide, production } = lender.deployment;
  expect(openOf(await lookAtGoLive(lender.deps, place()))).toEqual([
    "two_admins",
    "brand",
    "languages",
    "privacy_policy",
    "completion_url",
    "cancellation_url",
    "expiry_url",
    "webhook_verified",
    "test_journey",
    "test_journey_played",
    "duplicate_refused",
  ]);

  const { companyId } = lender.deployment;
  await signedInMember(lender.deps, { companyId, role: "admin" });
  await signedInMember(lender.deps, { companyId, role: "admin" });
  await signedInMember(lender.deps, { companyId, role: "viewer" });
  await set("production", {
    settings: {
      brand: { lender_name: "Acme", accent: "#1a5fb4" },
      languages: ["en"],
      privacy_policy_url: `${origin}/privacy`,
      completion_url: `${origin}/done`,
      cancellation_url: "lenderapp://no",
      expiry_url: `${origin}/gone`,
    },
    webhookUrl: receivers.production.url,
  });
  await set("test", { webhookUrl: receivers.test.url });

  const asked = await check();
  expect(openOf(asked)).toEqual(["expiry_url", "test_journey", "test_journey_played", "duplicate_refused"]);
  expect(receivers.production.received.map(({ body }) => JSON.parse(body.toString()).uid)).toEqual([
    "TEST-WEBHOOK-00000",
  ]);
  await set("production", { settings: { expiry_url: `${origin}/late` } });
  expect(openOf(await lookAtGoLive(lender.deps, place()))).toContain("expiry_url");
  expect(openOf(await check(false))).not.toContain("expiry_url");
  expect(receivers.production.received).toHaveLength(1);

  expect((await create("SIM-LOWRISK-0001", testSide)).statusCode).toBe(200);
  while (await playNext(lender.deps, companyId));
  const dispatcher = startDispatcher(lender.deps);
  await until("the Test receiver acknowledged the score", async () => {
    return !openOf(await lookAtGoLive(lender.deps, place())).includes("test_journey");
  });
  await dispatcher.stop();

  expect((await create("SIM-LOWRISK-0001", testSide)).statusCode).toBe(409);
  await keepEvidence(lender.deps, { companyId, environmentId: testSide.environmentId }, "duplicate_refused", {});
  const found = await until("the refusal was noted", async () => {
    const seen = await lookAtGoLive(lender.deps, place());
    return seen.ready ? seen : null;
  });
  // Nobody has held a phone yet: advised, not demanded.
  expect(openOf(found)).toEqual(["test_journey_played"]);
  await lender.deps.db.query("UPDATE sessions SET simulated = false WHERE company_id = $1::text", [companyId]);
  expect(await lookAtGoLive(lender.deps, place())).toMatchObject({ ready: true, advising_open: 0 });

  expect((await create("APP-000001", testSide, production.integrationId)).statusCode).toBe(403);
  await keepEvidence(lender.deps, { companyId, environmentId: production.environmentId }, "test_key_seen", {});
  await until("the stray key was noted", async () => !(await lookAtGoLive(lender.deps, place())).ready);
  expect(openOf(await lookAtGoLive(lender.deps, place()))).toEqual(["no_test_key_in_production"]);
});

test("a receiver that refuses the test event, and one behind a changed URL, are not verified", async () => {
  receivers.production.answer(status(201));
  await set("production", { webhookUrl: receivers.production.url });
  expect(openOf(await check())).toContain("webhook_verified");
  receivers.production.answer(status(200));
  expect(openOf(await check())).not.toContain("webhook_verified");
  await set("production", { webhookUrl: `${receivers.production.url}&v=2` });
  expect(openOf(await lookAtGoLive(lender.deps, place()))).toContain("webhook_verified");
  await set("production", { webhookUrl: null });
  expect(openOf(await check())).toContain("webhook_verified");
});

test("a page that goes away after it was proved is found at the next check", async () => {
  await set("production", { settings: { completion_url: `${origin}/done` } });
  expect(openOf(await check(false))).not.toContain("completion_url");
  pages.closeAllConnections();
  await new Promise((resolve) => pages.close(resolve));
  const found = (await check(false)).items.find(({ key }) => key === "completion_url");
  expect(found).toMatchObject({ state: "open", reason: expect.stringContaining("could not be reached") });
  await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
});

test("a check is on record with who made it, before anything is sent", async () => {
  await check(false);
  const rows = await lender.deps.db.query(
    `SELECT actor, action, target_id FROM audit_entries WHERE company_id = $1::text ORDER BY audit_id DESC LIMIT 1`,
    [lender.deployment.companyId],
  );
  expect(rows).toEqual([
    { actor: "system", action: "deployment.go_live_checked", target_id: lender.deployment.deploymentId },
  ]);
});

test("through the API: an admin looks and checks, at a person's pace", async () => {
  const { companyId, deploymentId } = lender.deployment;
  const { headers } = await signedInMember(lender.deps, { companyId, role: "admin" });
  const url = `/beacon/api/companies/${companyId}/deployments/${deploymentId}/go-live`;
  const looked = await lender.app.inject({ url, headers });
  expect(goLiveSchema.parse(looked.json()).deployment_id).toBe(deploymentId);
  const post = (payload: unknown) =>
    lender.app.inject({
      method: "POST",
      url: `${url}/check`,
      headers: { ...headers, "content-type": "application/json" },
      payload: JSON.stringify(payload),
    });
  expect(CHECK_GO_LIVE.request.schema.parse({})).toEqual({ test_webhook: true });
  expect((await post({ test_webhok: false })).json()).toMatchObject({ code: "body_invalid" });
  const answers = [];
  for (let index = 0; index < 14; index++) answers.push(await post({ test_webhook: false }));
  expect(answers[0]?.statusCode).toBe(200);
  expect(answers.at(-1)?.json()).toMatchObject({ code: "rate_limited" });
  expect(Number(answers.at(-1)?.headers["retry-after"])).toBeGreaterThan(0);
  const missing = await lender.app.inject({ url: url.replace(deploymentId, "dep_x"), headers });
  expect(missing.json()).toMatchObject({ code: "deployment_unknown" });
});
