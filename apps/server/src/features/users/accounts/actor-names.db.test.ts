import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { newDeployment, testLender, type TestLender } from "../../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../../testing/people.ts";
import { cliActor, recordReading } from "../../audit/service.ts";
import { placeHold } from "../../retention/service.ts";
import { actorNames } from "../service.ts";

let lender: TestLender;
let admin: TestPerson;
beforeAll(async () => {
  lender = await testLender();
});
afterAll(() => lender.close());
beforeEach(async () => {
  lender = { ...lender, deployment: await newDeployment(lender, { company: "Acme", name: "Loans" }) };
  admin = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "admin" });
  await lender.deps.db.query("UPDATE users SET name = 'Ana' WHERE user_id = $1", [admin.userId]);
});

async function get(path: string) {
  const url = `/beacon/api/companies/${lender.deployment.companyId}${path}`;
  const answer = await lender.app.inject({ method: "GET", url, headers: { ...admin.headers } });
  expect(answer.statusCode).toBe(200);
  return answer.json<{ items: readonly Readonly<Record<string, unknown>>[] }>().items;
}

test("a person is called by their name, or their address where they have none; commands and the system as they are", async () => {
  const nameless = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "viewer" });
  const [row] = await lender.deps.db.query<{ email: string }>(
    "UPDATE users SET name = '' WHERE user_id = $1 RETURNING email",
    [nameless.userId],
  );
  const actors = [`user:${admin.userId}`, `user:${nameless.userId}`, "user:usr_gone", "key:key_1", "cli:ben", "system"];
  const nameOf = await actorNames(lender.deps, [...actors, null]);
  expect(actors.map(nameOf)).toEqual(["Ana", row?.email, null, null, "cli:ben", "system"]);
  expect(nameOf(null)).toBeNull();
});

test("somebody who left the company is still named where they acted", async () => {
  await lender.deps.db.query("DELETE FROM memberships WHERE user_id = $1", [admin.userId]);
  expect((await actorNames(lender.deps, [`user:${admin.userId}`]))(`user:${admin.userId}`)).toBe("Ana");
});

test("the audit log names who acted beside the id", async () => {
  const { companyId } = lender.deployment;
  for (const actor of [
    { id: `user:${admin.userId}`, origin: null },
    cliActor("ben"),
    { id: "key:key_1", origin: null },
  ]) {
    await recordReading(lender.deps, {
      companyId,
      actor,
      action: "name.read",
      targetType: "company",
      targetId: companyId,
    });
  }
  expect((await get("/audit?action=name")).map(({ actor, actor_name: name }) => [actor, name])).toEqual([
    ["key:key_1", null],
    ["cli:ben", "cli:ben"],
    [`user:${admin.userId}`, "Ana"],
  ]);
});

test("holds and erasures name who asked for them", async () => {
  const { companyId, test: side } = lender.deployment;
  await placeHold(lender.deps, { companyId, sessionId: null, reason: "A case", actor: cliActor("ben") });
  expect(await get("/holds")).toMatchObject([{ placed_by_name: "cli:ben", released_by_name: null }]);
  const post = (path: string, body: object) =>
    lender.app.inject({
      method: "POST",
      url: `/beacon/api/companies/${companyId}${path}`,
      headers: { ...admin.headers, "content-type": "application/json" },
      payload: JSON.stringify(body),
    });
  const [hold] = await get("/holds");
  const released = await post(`/holds/${String(hold?.["hold_id"])}/release`, {});
  expect(released.json()).toMatchObject({ placed_by_name: "cli:ben", released_by_name: "Ana" });
  const created = await lender.app.inject({
    method: "POST",
    url: "/v1/sessions-management/tokens",
    headers: { "api-key": side.apiKey, "content-type": "application/json" },
    payload: JSON.stringify({ uid: "APP-4711", integration_id: side.integrationId }),
  });
  expect(created.statusCode).toBe(200);
  const erased = await post(`/environments/${side.environmentId}/erasures`, { uid: "APP-4711" });
  expect(erased.json()).toMatchObject({ requested_by_name: "Ana" });
  expect(await get("/erasures")).toMatchObject([{ requested_by_name: "Ana" }]);
});
