import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { openDatabase, type Database } from "../../infra/database.ts";
import { newDeployment, testLender, type TestLender } from "../../testing/lender.ts";
import type { CreatedDeployment } from "../deployments/service.ts";
import { lookAtDays } from "./days.ts";
import { keepDays } from "./service.ts";
import { addSession } from "./testing/rows.ts";

let lender: TestLender;
let owner: Database;
let deployment: CreatedDeployment;
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
  deployment = await newDeployment(lender, { company: `Looked at ${(companies += 1)}`, name: "Loans" });
});

const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
const place = () => ({ companyId: deployment.companyId, environmentId: deployment.test.environmentId });

describe("a look", () => {
  const span = () => ({
    companyId: deployment.companyId,
    environmentIds: [deployment.test.environmentId],
    from: new Date(`${day(9)}T00:00:00Z`),
    to: new Date(`${day(0)}T00:00:00Z`),
  });

  test("counts no more than its budget, newest days first, and says what is missing and as of when it is true", async () => {
    for (const daysAgo of [2, 3, 4]) {
      for (let n = 0; n < 3; n++) {
        await addSession(owner, place(), { at: `${day(daysAgo)}T10:00:00Z`, state: "completed" });
      }
    }
    const first = await lookAtDays(lender.deps, span(), { budgetRows: 7, maxAgeMs: 0 });
    expect(first.days.map((one) => one.day)).toEqual([day(2), day(3)]);
    expect(first.uncountedDays).toBe(1);
    // Kept counts that are no longer true are still better than none, and their age is said.
    await addSession(owner, place(), { at: `${day(2)}T11:00:00Z`, state: "completed" });
    const broke = await lookAtDays(lender.deps, span(), { budgetRows: 0, maxAgeMs: 0 });
    expect(broke.days).toHaveLength(2);
    expect(broke.asOf).toEqual(first.asOf);
    const rich = await lookAtDays(lender.deps, span(), { budgetRows: 100, maxAgeMs: 0 });
    expect(rich).toMatchObject({ uncountedDays: 0, counted: 2 });
    expect(rich.asOf.getTime()).toBeGreaterThan(first.asOf.getTime());
  });

  test("takes the counts of a busy day as they are for a while", async () => {
    for (let n = 0; n < 201; n++) await addSession(owner, place(), { at: `${day(2)}T10:00:00Z`, state: "completed" });
    const options = { budgetRows: 1000, maxAgeMs: 60_000 };
    const first = await lookAtDays(lender.deps, span(), options);
    await addSession(owner, place(), { at: `${day(2)}T11:00:00Z`, state: "completed" });
    const young = await lookAtDays(lender.deps, span(), options);
    expect(young).toMatchObject({ counted: 0, asOf: first.asOf });
    await owner.query("UPDATE monitoring_days SET counted_at = counted_at - interval '2 minutes'");
    expect((await lookAtDays(lender.deps, span(), options)).counted).toBe(1);
  });
});

test("the background counts recent days in each pass, all of a year and more in some, and lets older ones go", async () => {
  const { companyId } = deployment;
  for (const daysAgo of [1, 100, 395]) {
    await addSession(owner, place(), { at: `${day(daysAgo)}T10:00:00Z`, state: "completed" });
  }
  await owner.query(
    `INSERT INTO monitoring_days (company_id, environment_id, part, day, fingerprint, content)
     VALUES ($1, $2, 'journeys', now()::date - 500, 'old', '{}')`,
    [companyId, deployment.test.environmentId],
  );
  const days = async () =>
    (
      await owner.query<{ day: string }>(
        "SELECT day::text AS day FROM monitoring_days WHERE company_id = $1 ORDER BY day DESC",
        [companyId],
      )
    ).map((row) => row.day);
  expect(await keepDays(lender.deps, companyId, { all: false })).toBe(1);
  expect(await days()).toEqual([day(1), day(500)]);
  expect(await keepDays(lender.deps, companyId, { all: true })).toBe(2);
  expect(await days()).toEqual([day(1), day(100), day(395)]);
  expect(await keepDays(lender.deps, companyId, { all: true })).toBe(0);
  expect(await keepDays(lender.deps, companyId, { all: true, goOn: () => false })).toBe(0);
});
