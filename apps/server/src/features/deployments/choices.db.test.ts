import { choicesSchema, environmentSettingsSchema, LANGUAGE_CODES } from "@tallystick/contract";
import { models } from "@tallystick/scoring";
import { batteries } from "@tallystick/tasks";
import { afterAll, beforeAll, expect, test } from "vitest";

import { newDeployment, testLender, type TestLender } from "../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { SYSTEM } from "../audit/service.ts";
import { importModel } from "../models/service.ts";
import { setEnvironment } from "./service.ts";

let lender: TestLender;
let viewer: TestPerson;
beforeAll(async () => {
  lender = await testLender();
  viewer = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "viewer" });
});
afterAll(() => lender.close());

async function get(person = viewer, companyId = lender.deployment.companyId) {
  const url = `/beacon/api/companies/${companyId}/choices`;
  return lender.app.inject({ method: "GET", url, headers: { ...person.headers } });
}

async function choices() {
  return choicesSchema.strict().parse((await get()).json());
}

test("every battery, model and language is offered with its words, to viewers too", async () => {
  const offered = await choices();
  expect(offered.batteries.map(({ version }) => version)).toEqual(batteries.map(({ version }) => version));
  for (const { tasks, planned_minutes: minutes } of offered.batteries) {
    expect(tasks.every(({ title, planned_seconds: seconds }) => title !== "" && seconds > 0)).toBe(true);
    const seconds = tasks.reduce((sum, task) => sum + task.planned_seconds, 0);
    expect(minutes * 60 - seconds).toBeGreaterThanOrEqual(0);
    expect(minutes * 60 - seconds).toBeLessThan(60);
  }
  expect(offered.models.map(({ version }) => version).toSorted()).toEqual(
    models.map(({ version }) => version).toSorted(),
  );
  expect(offered.languages.map(({ code }) => code)).toEqual([...LANGUAGE_CODES]);
});

test("what is offered can be set: each battery with its model, each use case, each default", async () => {
  const offered = await choices();
  const { companyId, deploymentId } = lender.deployment;
  const set = (settings: object) =>
    setEnvironment(lender.deps, { companyId, deploymentId, kind: "test", settings, actor: SYSTEM });
  for (const { version, default_model: model } of offered.batteries) {
    expect(offered.models.find((known) => known.version === model)?.batteries).toContain(version);
    await set({ battery: version, model_version: model });
    await set({ model_version: null });
  }
  for (const { key } of offered.use_cases) await set({ use_case: key });
  await set({ risk_band_cutoffs: offered.risk_band_cutoffs });
  const explained = offered.settings.filter(({ name }) => name !== "webhook_url");
  expect(explained.map(({ name }) => name).toSorted()).toEqual(Object.keys(environmentSettingsSchema.shape).toSorted());
  for (const { meaning, why, example } of offered.settings) {
    expect([meaning, why]).not.toContain("");
    expect(() => JSON.parse(example) as unknown).not.toThrow();
  }
});

test("a model that the company imported is offered to it as its own, and to no other company", async () => {
  const text = JSON.stringify({ ...models.at(-1), version: "acme-1", title: "Acme's own" });
  await importModel(lender.deps, { companyId: lender.deployment.companyId, text, actor: SYSTEM });
  expect((await choices()).models).toContainEqual(
    expect.objectContaining({ version: "acme-1", title: "Acme's own", origin: "local" }),
  );
  const other = await newDeployment(lender, { company: "Other", name: "Cards" });
  const stranger = await signedInMember(lender.deps, { companyId: other.companyId, role: "viewer" });
  expect((await get(stranger, other.companyId)).body).not.toContain("acme-1");
  expect((await get(stranger)).statusCode).toBe(404);
});
