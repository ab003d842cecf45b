import { endpointSchema, MAX_COUNTED } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test as it } from "vitest";

import { buildApp } from "../../http/app.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { SYSTEM } from "../audit/service.ts";
import { disableEndpoint } from "../endpoints/service.ts";
import { startDispatcher } from "../webhooks/service.ts";
import { eventually, type Receiver, startReceiver } from "../webhooks/testing/receiver.ts";
import { createWorld, type World } from "../webhooks/testing/world.ts";
import { archiveDeployment } from "./service.ts";

let test: TestDeps;
let app: FastifyInstance;
let world: World;
let admin: TestPerson;
let viewer: TestPerson;
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
  const { companyId } = world.environment;
  admin = await signedInMember(test.deps, { companyId, role: "admin" });
  viewer = await signedInMember(test.deps, { companyId, role: "viewer" });
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const path = (companyId = world.environment.companyId): string =>
  `/beacon/api/companies/${companyId}/environments/${world.environment.environmentId}/webhook`;

async function look(person = admin) {
  const answer = await app.inject({ method: "GET", url: path(), headers: { ...person.headers } });
  expect(answer.statusCode).toBe(200);
  return endpointSchema.strict().parse(answer.json());
}

async function turn(state: "enabled" | "disabled", person = admin) {
  const answer = await app.inject({
    method: "POST",
    url: `${path()}/switch`,
    headers: { ...person.headers, "content-type": "application/json" },
    payload: JSON.stringify({ state }),
  });
  return { status: answer.statusCode, json: answer.json<Record<string, unknown>>() };
}

it("shows the address to admins, its host to viewers, and nothing to another company", async () => {
  await world.setUrl(receiver.url);
  const host = new URL(receiver.url).host;
  expect(await look()).toMatchObject({ state: "enabled", url: receiver.url, host, failing_since: null });
  expect(await look(viewer)).toMatchObject({ state: "enabled", url: null, host });
  const other = await createWorld(test.deps);
  const { companyId } = other.environment;
  const stranger = await signedInMember(test.deps, { companyId, role: "admin" });
  for (const url of [path(), path(companyId)]) {
    expect((await app.inject({ method: "GET", url, headers: { ...stranger.headers } })).statusCode).toBe(404);
  }
});

it("without a URL it is unset, and can not be switched", async () => {
  expect(await look()).toMatchObject({ state: "unset", url: null, host: null, disabled_reason: null });
  expect(await turn("enabled")).toMatchObject({ status: 409, json: { code: "webhook_not_set" } });
});

it("off holds what comes, on sends it at once and says how much and since when", async () => {
  await world.setUrl(receiver.url);
  await world.announce();
  expect(await turn("disabled")).toMatchObject({ status: 200, json: { changed: true, released: 0, gap_from: null } });
  await world.announce();
  const off = await look();
  expect(off).toMatchObject({ state: "disabled", disabled_reason: "admin", undelivered: { pending: 0, held: 2 } });
  const dispatcher = startDispatcher(test.deps, { random: () => 0, graceMs: 1_000 });
  try {
    const { json } = await turn("enabled");
    expect(json).toMatchObject({
      changed: true,
      released: 2,
      gap_from: off.changed_at,
      endpoint: { state: "enabled" },
    });
    await eventually("both arrived", () => receiver.received.length === 2);
  } finally {
    await dispatcher.stop();
  }
});

it("tells what was given up before, which switching on does not send", async () => {
  await world.setUrl(receiver.url);
  await world.announce();
  await world.announce();
  await test.deps.db.query("UPDATE deliveries SET state = 'dead' WHERE company_id = $1", [world.environment.companyId]);
  await turn("disabled");
  await world.announce();
  const { json } = await turn("enabled");
  expect(json).toMatchObject({
    released: 1,
    endpoint: { undelivered: { pending: 1, held: 0, dead: 2, more: false } },
  });
});

it("being so already changes nothing: failing days go on being counted, and no entry is written", async () => {
  await world.setUrl(receiver.url);
  await test.deps.db.query("UPDATE endpoints SET failing_since = now() - interval '2 days' WHERE company_id = $1", [
    world.environment.companyId,
  ]);
  const before = await look();
  expect(await turn("enabled")).toMatchObject({ json: { changed: false, released: 0, gap_from: null } });
  expect(await look()).toEqual(before);
  expect(await actions()).toEqual([]);
});

it("says why the system switched it off", async () => {
  await world.setUrl(receiver.url);
  const { companyId, environmentId } = world.environment;
  await disableEndpoint(test.deps, { companyId, environmentId }, { reason: "gone", onlyForUrl: receiver.url });
  expect(await look(viewer)).toMatchObject({ state: "disabled", disabled_reason: "gone" });
  expect(await turn("enabled")).toMatchObject({ json: { changed: true, endpoint: { disabled_reason: null } } });
});

it("a viewer may not, and what an admin switched stands in the audit log and in the history of settings", async () => {
  await world.setUrl(receiver.url);
  expect((await turn("disabled", viewer)).status).toBe(403);
  await turn("disabled");
  await turn("enabled");
  expect(await actions()).toEqual([
    { actor: `user:${admin.userId}`, state: { from: "enabled", to: "disabled" } },
    { actor: `user:${admin.userId}`, state: { from: "disabled", to: "enabled" } },
  ]);
  const { companyId, environmentId } = world.environment;
  const history = await app.inject({
    method: "GET",
    url: `/beacon/api/companies/${companyId}/environments/${environmentId}/setting-changes`,
    headers: { ...admin.headers },
  });
  const [newest] = history.json<{ items: readonly object[] }>().items;
  expect(newest).toMatchObject({ setting: "webhook_state", from: "disabled", to: "enabled" });
  expect(newest).toHaveProperty("actor_name", expect.stringMatching(/^Person \d+$/));
});

it("works while the deployment is archived: results under way still have to arrive", async () => {
  await world.setUrl(receiver.url);
  const { companyId, deploymentId } = world.environment;
  await archiveDeployment(test.deps, { companyId, deploymentId, actor: SYSTEM });
  expect((await turn("disabled")).json).toMatchObject({ changed: true });
});

it("counts ten thousand and says that there are more", async () => {
  await world.setUrl(receiver.url);
  const { eventId } = await world.announce();
  await test.deps.db.query(
    `INSERT INTO deliveries (company_id, delivery_id, event_id, endpoint_id, environment_id, state, due_at)
     SELECT d.company_id, 'dlv_copy_' || n, d.event_id, d.endpoint_id, d.environment_id, 'dead', now()
       FROM deliveries d, generate_series(1, $3::int) n
      WHERE d.company_id = $1 AND d.event_id = $2`,
    [world.environment.companyId, eventId, MAX_COUNTED + 5],
  );
  const { undelivered } = await look();
  expect(undelivered.more).toBe(true);
  expect(undelivered.dead + undelivered.pending).toBeGreaterThanOrEqual(MAX_COUNTED);
  expect(undelivered.dead).toBeLessThanOrEqual(MAX_COUNTED);
});

async function actions(): Promise<readonly unknown[]> {
  return test.deps.db.query(
    `SELECT actor, details #> '{changes,webhook_state}' AS state FROM audit_entries
      WHERE company_id = $1 AND action = 'environment.settings_changed' ORDER BY at, audit_id`,
    [world.environment.companyId],
  );
}
