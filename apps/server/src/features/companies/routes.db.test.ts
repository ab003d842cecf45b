import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { newDeployment, testLender, type TestLender } from "../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { environmentById } from "../deployments/service.ts";

let lender: TestLender;
let admin: TestPerson;
beforeAll(async () => {
  lender = await testLender();
});
afterAll(() => lender.close());
beforeEach(async () => {
  lender = { ...lender, deployment: await newDeployment(lender, { company: "Acme", name: "Loans" }) };
  admin = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "admin" });
});

async function rename(name: string, person = admin) {
  const answer = await lender.app.inject({
    method: "POST",
    url: `/beacon/api/companies/${lender.deployment.companyId}/rename`,
    headers: { ...person.headers, "content-type": "application/json" },
    payload: JSON.stringify({ name }),
  });
  return { status: answer.statusCode, json: answer.json<Record<string, unknown>>() };
}

const entries = () =>
  lender.deps.db.query(
    "SELECT actor, details FROM audit_entries WHERE company_id = $1 AND action = 'company.renamed'",
    [lender.deployment.companyId],
  );

test("the new name is shown to people and applicants alike, and the audit log keeps both", async () => {
  const { companyId, test: side } = lender.deployment;
  expect(await rename("  Acme Lending ")).toEqual({
    status: 200,
    json: { company_id: companyId, name: "Acme Lending" },
  });
  const me = await lender.app.inject({ method: "GET", url: "/beacon/api/me", headers: { ...admin.headers } });
  expect(me.json()).toMatchObject({ companies: [{ company_id: companyId, name: "Acme Lending" }] });
  // What the applicants' pages read; at most a second old.
  await expect
    .poll(async () => (await environmentById(lender.deps, companyId, side.environmentId)).companyName)
    .toBe("Acme Lending");
  const renamed = { actor: `user:${admin.userId}`, details: { name: { from: "Acme", to: "Acme Lending" } } };
  expect(await entries()).toEqual([renamed]);
});

test("the same name again is no change, and one that can not be shown is refused with its reason", async () => {
  expect((await rename("Acme")).status).toBe(200);
  for (const name of ["", " ", "x".repeat(101), "Acme\u202eBank"]) {
    expect(await rename(name)).toMatchObject({ status: 422, json: { code: "setting_invalid" } });
  }
  expect(await entries()).toEqual([]);
});

test("is for admins of the company alone", async () => {
  const viewer = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "viewer" });
  const other = await newDeployment(lender, { company: "Other", name: "Cards" });
  const stranger = await signedInMember(lender.deps, { companyId: other.companyId, role: "admin" });
  expect((await rename("Mine", viewer)).status).toBe(403);
  expect((await rename("Mine", stranger)).status).toBe(404);
});
