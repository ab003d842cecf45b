import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { openDatabase, type Database } from "../../infra/database.ts";
import { newDeployment, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { SYSTEM } from "../audit/service.ts";
import { setEnvironment, type CreatedDeployment } from "../deployments/service.ts";
import { placeHold, sweepCompany } from "./service.ts";

/** What is written about deliveries beside them: replays, and notices to the admins. */
let lender: TestLender;
let owner: Database;
let place: CreatedDeployment;
let companies = 0;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  owner = openDatabase({ connection: lender.connection, role: null, poolSize: 1 });
});
afterAll(async () => {
  await owner.close();
  await lender.close();
});
beforeEach(async () => {
  place = await newDeployment(lender, { company: `Logged ${(companies += 1)}`, name: "Loans" });
  const { companyId, deploymentId } = place;
  for (const kind of ["test", "production"] as const) {
    const settings = { retention: { deliveries_days: kind === "test" ? 30 : null } };
    await setEnvironment(lender.deps, { companyId, deploymentId, kind, settings, actor: SYSTEM });
  }
});

type Kind = "test" | "production";

async function addReplays(name: string, count: number, fields: { daysAgo: number; state: string; kind?: Kind }) {
  await owner.query(
    `INSERT INTO replay_jobs (company_id, replay_id, environment_id, which, state, total, created_by, created_at)
     SELECT $1, 'rpl_' || $2 || n, (SELECT environment_id FROM environments WHERE deployment_id = $3 AND kind = $4),
            'failed', $5, 1, 'system', now() - make_interval(days => $6::int)
       FROM generate_series(1, $7::int) AS n`,
    [place.companyId, name, place.deploymentId, fields.kind ?? "test", fields.state, fields.daysAgo, count],
  );
}

async function addNotice(name: string, fields: { daysAgo: number; episode: number; kind?: Kind }): Promise<void> {
  await owner.query(
    `INSERT INTO endpoint_notices (company_id, notice_id, endpoint_id, environment_id, episode, kind, created_at)
     SELECT $1, $2, p.endpoint_id, p.environment_id, $4, 'failing', now() - make_interval(days => $5::int)
       FROM endpoints p JOIN environments v ON v.company_id = p.company_id AND v.environment_id = p.environment_id
      WHERE p.company_id = $1 AND v.deployment_id = $3 AND v.kind = $6`,
    [place.companyId, name, place.deploymentId, fields.episode, fields.daysAgo, fields.kind ?? "test"],
  );
}

const sweep = () => sweepCompany(lender.deps, place.companyId);

async function left(column: "replay_id" | "notice_id"): Promise<readonly string[]> {
  const table = column === "replay_id" ? "replay_jobs" : "endpoint_notices";
  const rows = await owner.query<{ id: string }>(
    `SELECT ${column} AS id FROM ${table} WHERE company_id = $1 ORDER BY ${column}`,
    [place.companyId],
  );
  return rows.map(({ id }) => id);
}

describe("with the log of deliveries", () => {
  test("replays that have ended go at their age; one at work and one of another environment stay", async () => {
    await addReplays("old", 1, { daysAgo: 40, state: "done" });
    await addReplays("stopped", 1, { daysAgo: 31, state: "cancelled" });
    await addReplays("young", 1, { daysAgo: 29, state: "done" });
    await addReplays("running", 1, { daysAgo: 400, state: "running" });
    await addReplays("elsewhere", 1, { daysAgo: 400, state: "done", kind: "production" });
    expect(await sweep()).toMatchObject({ deliveries: 2 });
    expect(await left("replay_id")).toEqual(["rpl_elsewhere1", "rpl_running1", "rpl_young1"]);
  });

  test("notices of times of failing that are over go; those of the present one stay, lest they be sent again", async () => {
    await owner.query("UPDATE endpoints SET episode = 2 WHERE company_id = $1", [place.companyId]);
    await addNotice("ntc_old", { daysAgo: 60, episode: 0 });
    await addNotice("ntc_young", { daysAgo: 20, episode: 1 });
    await addNotice("ntc_present", { daysAgo: 45, episode: 2 });
    await addNotice("ntc_elsewhere", { daysAgo: 60, episode: 0, kind: "production" });
    expect(await sweep()).toMatchObject({ deliveries: 1 });
    expect(await left("notice_id")).toEqual(["ntc_elsewhere", "ntc_present", "ntc_young"]);
  });

  test("more than one batch goes in one pass, which is told once", async () => {
    await addReplays("many", 250, { daysAgo: 40, state: "done" });
    expect(await sweep()).toMatchObject({ deliveries: 250 });
    expect(await sweep()).toMatchObject({ deliveries: 0 });
    const told = await owner.query<{ details: unknown }>(
      "SELECT details FROM audit_entries WHERE company_id = $1 AND action = 'retention.applied'",
      [place.companyId],
    );
    expect(told).toEqual([{ details: { data_class: "deliveries", older_than_days: 30, removed: 250 } }]);
  });

  test("a legal hold of the company keeps them", async () => {
    await addReplays("held", 1, { daysAgo: 40, state: "done" });
    await placeHold(lender.deps, { companyId: place.companyId, sessionId: null, reason: "A case", actor: SYSTEM });
    expect(await sweep()).toMatchObject({ deliveries: 0 });
    expect(await left("replay_id")).toEqual(["rpl_held1"]);
  });
});
