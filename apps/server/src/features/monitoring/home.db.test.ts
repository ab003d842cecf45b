import { homeSchema, type Attention, type Home } from "@tallystick/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { openDatabase, type Database } from "../../infra/database.ts";
import { newDeployment, testLender, type TestLender } from "../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { SYSTEM } from "../audit/service.ts";
import { archiveDeployment, rotateApiKey, setEnvironment, type CreatedDeployment } from "../deployments/service.ts";
import { disableEndpoint, noteHealth, rotateWebhookSecret } from "../endpoints/service.ts";
import { addDelivery, addResult, addSession, type ResultWish, type SessionWish } from "./testing/rows.ts";

let lender: TestLender;
let owner: Database;
let deployment: CreatedDeployment;
let admin: TestPerson;
let viewer: TestPerson;
let companies = 0;
beforeAll(async () => {
  lender = await testLender();
  owner = openDatabase({ connection: lender.connection, role: null, poolSize: 1 });
});
afterAll(async () => {
  await owner.close();
  await lender.close();
});
beforeEach(async () => {
  deployment = await newDeployment(lender, { company: `Home ${(companies += 1)}`, name: "Loans" });
  const { companyId, deploymentId } = deployment;
  admin = await signedInMember(lender.deps, { companyId, role: "admin" });
  viewer = await signedInMember(lender.deps, { companyId, role: "viewer" });
  const settings = { privacy_policy_url: "https://lender.example/privacy" };
  await setEnvironment(lender.deps, {
    companyId,
    deploymentId,
    kind: "production",
    settings,
    webhookUrl: URL_OF_HOOK,
    actor: SYSTEM,
  });
});

const URL_OF_HOOK = "https://lender.example/hook";
const HOUR = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR).toISOString();
const place = () => ({ companyId: deployment.companyId, environmentId: deployment.production.environmentId });
const session = (wish: SessionWish, where = place()) => addSession(owner, where, wish);

async function result({ session: more, ...wish }: ResultWish & { readonly session?: Partial<SessionWish> }) {
  const sessionId = await session({ at: wish.at, state: "completed", ...more });
  await addResult(owner, place(), { sessionId, ...wish });
  return sessionId;
}

function ask(person: TestPerson, query = "", companyId = deployment.companyId) {
  return lender.app.inject({
    url: `/beacon/api/companies/${companyId}/home${query}`,
    headers: person.headers,
  });
}

async function home(person = viewer, query = ""): Promise<Home> {
  const answer = await ask(person, query);
  expect(answer.statusCode, answer.body).toBe(200);
  return homeSchema.parse(answer.json());
}

const attention = async (person = viewer): Promise<readonly Attention[]> => (await home(person)).attention;
const kinds = async (person = viewer) => (await attention(person)).map(({ kind }) => kind);

describe("what needs attention", () => {
  test("is nothing where all is well", async () => {
    await session({ at: ago(3), state: "completed" });
    await result({ at: ago(3), score: 40 });
    await addDelivery(owner, place(), { at: ago(3), state: "delivered" });
    expect(await home()).toMatchObject({ attention: [], more: 0 });
  });

  test("is a webhook that fails or was disabled, since when, and where it is", async () => {
    const endpoint = async () =>
      (
        await owner.query<{ id: string }>("SELECT endpoint_id AS id FROM endpoints WHERE environment_id = $1", [
          place().environmentId,
        ])
      )[0]?.id ?? "";
    await noteHealth(lender.deps, { ...place(), endpointId: await endpoint() }, "failing");
    await owner.query("UPDATE endpoints SET failing_since = '2026-03-01T09:20:00Z' WHERE environment_id = $1", [
      place().environmentId,
    ]);
    expect(await attention()).toEqual([
      {
        kind: "webhook_failing",
        severity: "urgent",
        count: 1,
        at_least: false,
        sentence: "The webhook of Loans, Production has been failing since 2026-03-01 09:20 UTC.",
        environment: "production",
        environment_id: place().environmentId,
        deployment_id: deployment.deploymentId,
        deployment: "Loans",
        subject_id: null,
        since: Date.parse("2026-03-01T09:20:00Z") / 1000,
        until: null,
      },
    ]);
    await disableEndpoint(lender.deps, place(), { reason: "gone", onlyForUrl: URL_OF_HOOK });
    const [item] = await attention();
    expect(item).toMatchObject({ kind: "webhook_disabled", severity: "urgent" });
    expect(item?.sentence).toContain("because your server answered 410");
  });

  test("is webhooks of the last week that were given up, counted to a thousand", async () => {
    await addDelivery(owner, place(), { at: ago(6 * 24), state: "dead" });
    await addDelivery(owner, place(), { at: ago(2), state: "dead" });
    await addDelivery(owner, place(), { at: ago(8 * 24), state: "dead" });
    await addDelivery(owner, place(), { at: ago(2), state: "held" });
    expect(await attention()).toMatchObject([{ kind: "deliveries_dead", count: 2, at_least: false }]);
    await owner.query(
      `INSERT INTO deliveries (company_id, delivery_id, event_id, endpoint_id, environment_id, state, created_at)
       SELECT company_id, delivery_id || n, event_id, endpoint_id, environment_id, 'dead', now()
         FROM deliveries, generate_series(1, 1100) AS n WHERE company_id = $1 AND state = 'held'`,
      [deployment.companyId],
    );
    const [many] = await attention();
    expect(many).toMatchObject({ count: 1000, at_least: true });
    expect(many?.sentence).toMatch(/^More than 1,000 webhooks of the last 7 days/);
  });

  test("is completed sessions of the last month that could not be scored", async () => {
    await result({ at: ago(29 * 24), score: null, session: { outcome: "unscorable" } });
    await result({ at: ago(31 * 24), score: null, session: { outcome: "unscorable" } });
    expect(await attention()).toMatchObject([{ kind: "results_unscorable", count: 1, severity: "soon" }]);
  });

  test("is results of the last week with low data confidence, worded as a reason to look and never as guilt", async () => {
    await result({ at: ago(24), score: 30, confidence: "LOW" });
    await result({ at: ago(24), score: 30, confidence: "MEDIUM" });
    await result({ at: ago(8 * 24), score: 30, confidence: "LOW" });
    const erased = await result({ at: ago(24), score: 30, confidence: "LOW" });
    await owner.query("UPDATE sessions SET state = 'erased' WHERE session_id = $1", [erased]);
    const [item, ...others] = await attention();
    expect(others).toEqual([]);
    expect(item).toMatchObject({ kind: "results_to_review", count: 1, severity: "soon" });
    expect(item?.sentence).toBe(
      "1 result of the last 7 days in Loans, Production has low data confidence and should be reviewed; this is no reason to decline anybody.",
    );
    expect(item?.sentence).not.toMatch(/fraud|cheat|suspic|dishonest|trust/i);
  });

  test("is link batches that failed and links nobody has opened that end within a day", async () => {
    await owner.query(
      `INSERT INTO link_batches (company_id, batch_id, environment_id, name, state, source, clock, valid_until, requested,
                                 created_by, created_at)
       VALUES ($1, 'bat_1', $2, 'May', 'failed', 'count', 'running', now(), 5, 'system', now() - interval '1 hour'),
              ($1, 'bat_2', $2, 'April', 'failed', 'count', 'running', now(), 5, 'system', now() - interval '31 days'),
              ($1, 'bat_3', $2, 'June', 'ready', 'count', 'running', now(), 5, 'system', now())`,
      [deployment.companyId, place().environmentId],
    );
    const soon = new Date(Date.now() + 5 * HOUR).toISOString();
    const later = new Date(Date.now() + 25 * HOUR).toISOString();
    await session({ at: ago(20), state: "created", batchId: "bat_3", expiresAt: soon });
    await session({ at: ago(20), state: "opened", batchId: "bat_3", expiresAt: soon });
    await session({ at: ago(20), state: "created", batchId: "bat_3", expiresAt: later });
    await session({ at: ago(20), state: "created", batchId: "bat_3", expiresAt: ago(1) });
    await session({ at: ago(20), state: "created", expiresAt: soon });
    expect(await attention()).toMatchObject([
      { kind: "link_batch_failed", subject_id: "bat_1", severity: "urgent" },
      { kind: "links_expire", count: 1, until: Math.floor(Date.parse(soon) / 1000) },
    ]);
  });

  test("is, for admins only, keys and secrets that end soon and admins without a second factor", async () => {
    await rotateApiKey(lender.deps, { ...place(), kind: "production" }, { overlap: { hours: 24 }, actor: SYSTEM });
    await rotateWebhookSecret(lender.deps, place(), { overlap: { hours: 48 }, actor: SYSTEM });
    // Whoever comes through a single sign-on has their second factor there.
    await owner.query("UPDATE users SET password_hash = 'x' WHERE user_id = $1", [admin.userId]);
    expect(await kinds()).toEqual([]);
    const found = await attention(admin);
    expect(found.map(({ kind, severity }) => [kind, severity])).toEqual([
      ["api_key_retires", "soon"],
      ["webhook_secret_retires", "soon"],
      ["second_factor_missing", "hint"],
    ]);
    const inHours = (at: number | null) => Math.round(((at ?? 0) * 1000 - Date.now()) / HOUR);
    expect(found.map(({ until }) => (until === null ? null : inHours(until)))).toEqual([24, 48, null]);
    await owner.query("UPDATE users SET totp_confirmed_at = now() WHERE user_id = $1", [admin.userId]);
    await owner.query("UPDATE api_keys SET revoked_at = now() WHERE retires_at IS NOT NULL");
    expect(await kinds(admin)).toEqual(["webhook_secret_retires"]);
  });

  test("is a deployment in use that has no webhook or privacy policy in Production", async () => {
    const { companyId, deploymentId } = deployment;
    await setEnvironment(lender.deps, {
      companyId,
      deploymentId,
      kind: "production",
      settings: { privacy_policy_url: null },
      webhookUrl: null,
      actor: SYSTEM,
    });
    expect(await attention()).toMatchObject([
      { kind: "webhook_missing", severity: "hint", deployment: "Loans" },
      { kind: "privacy_policy_missing", severity: "hint", deployment: "Loans" },
    ]);
    await archiveDeployment(lender.deps, { companyId, deploymentId, actor: SYSTEM });
    expect(await attention()).toEqual([]);
  });

  test("says nothing of Test but what is wrong with its webhook", async () => {
    const test = { companyId: deployment.companyId, environmentId: deployment.test.environmentId };
    const at = ago(3);
    const sessionId = await session({ at, state: "completed", outcome: "unscorable" }, test);
    await addResult(owner, test, { sessionId, at, score: null, confidence: "LOW" });
    expect(await attention()).toEqual([]);
    await addDelivery(owner, test, { at, state: "dead" });
    expect(await attention()).toMatchObject([{ kind: "deliveries_dead", environment: "test" }]);
  });
});

describe("today", () => {
  test("counts the sessions created since the day began, and what ended since, Production and Test apart", async () => {
    const from = Math.floor(Date.now() / 1000) - 10 * 3600;
    for (const state of ["created", "opened", "in_progress", "cancelled", "incomplete"] as const) {
      await session({ at: ago(9), state });
    }
    await session({ at: ago(9), state: "completed" });
    await session({ at: ago(9), state: "completed", outcome: "unscorable" });
    // Created yesterday, and completed eight hours ago.
    await session({ at: ago(20), state: "completed", seconds: 12 * 3600 });
    await session({ at: ago(20), state: "expired" });
    const test = { companyId: deployment.companyId, environmentId: deployment.test.environmentId };
    await session({ at: ago(9), state: "completed", simulated: true }, test);
    const found = await home(viewer, `?from=${from}`);
    expect(found.from).toBe(from);
    expect(found.production).toEqual({
      funnel: {
        created: 7,
        opened: 6,
        consented: 4,
        waiting: 1,
        reading: 1,
        in_progress: 1,
        completed: 2,
        scored: 1,
        unscorable: 1,
        expired: 0,
        cancelled: 1,
        incomplete: 1,
      },
      ended: { completed: 3, expired: 0, cancelled: 1, incomplete: 1 },
    });
    expect(found.test).toMatchObject({ funnel: { created: 1, scored: 1 }, ended: { completed: 1 } });
    expect((await home()).production.funnel.created).toBe(9);
  });

  test("begins at most 36 hours ago and never later than now", async () => {
    const now = Math.floor(Date.now() / 1000);
    for (const from of [now - 37 * 3600, now + 2 * 3600, "noon", 1.5]) {
      expect((await ask(viewer, `?from=${from}`)).json(), String(from)).toMatchObject({ code: "query_invalid" });
    }
    for (const from of [now - 35 * 3600, now + 60]) expect((await ask(viewer, `?from=${from}`)).statusCode).toBe(200);
  });
});

test("another company's Home is not there", async () => {
  const answer = await ask(viewer, "", lender.deployment.companyId);
  expect(answer.statusCode).toBe(404);
  expect(answer.json()).toMatchObject({ code: "not_found" });
});
