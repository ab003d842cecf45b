import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { SettingsPatch } from "../deployments/service.ts";
import { openDatabase, type Database } from "../../infra/database.ts";
import { newDeployment, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import type { CreatedDeployment } from "../deployments/service.ts";
import { Applicant } from "../../testing/journey.ts";
import { postTokens } from "../../testing/lender.ts";
import { sealCompany, SYSTEM, verifyChain } from "../audit/service.ts";
import { setEnvironment } from "../deployments/service.ts";
import { placeHold, releaseHold, setAuditDays, sweepCompany } from "./service.ts";

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
  place = await newDeployment(lender, { company: `Swept ${(companies += 1)}`, name: "Loans" });
});

let uids = 0;

/** A scored journey that ended so many days ago. */
async function finished(daysAgo: number): Promise<string> {
  const { apiKey, integrationId } = place.test;
  const body = { uid: `SWEEP-${(uids += 1)}-x`, integration_id: integrationId, metadata: { branch: "7" } };
  const answer = (await postTokens(lender.app, body, { headers: { "api-key": apiKey } })).json() as {
    session_id: string;
    link: string;
  };
  const applicant = new Applicant(lender.app);
  await applicant.playAll(answer.link.slice(answer.link.lastIndexOf("/a/")));
  await applicant.finish();
  for (const [table, column] of [
    ["sessions", "ended_at"],
    ["deliveries", "created_at"],
  ]) {
    await owner.query(
      `UPDATE ${table} SET ${column} = now() - make_interval(days => $2::int)
        WHERE company_id = $1 AND ${column} > now() - interval '1 hour'`,
      [place.companyId, daysAgo],
    );
  }
  return answer.session_id;
}

function keep(retention: SettingsPatch["retention"], kind: "test" | "production" = "test") {
  const { companyId, deploymentId } = place;
  return setEnvironment(lender.deps, { companyId, deploymentId, kind, settings: { retention }, actor: SYSTEM });
}

const sweep = () => sweepCompany(lender.deps, place.companyId);

async function left(sessionId: string) {
  const [row] = await owner.query<{ inputs: boolean; result: boolean; bodies: boolean; metadata: boolean }>(
    `SELECT EXISTS (SELECT FROM input_batches WHERE session_id = $1) AS inputs,
            EXISTS (SELECT FROM results WHERE session_id = $1) AS result,
            EXISTS (SELECT FROM events WHERE session_id = $1 AND body IS NOT NULL) AS bodies,
            (SELECT metadata <> '{}' FROM sessions WHERE session_id = $1) AS metadata`,
    [sessionId],
  );
  return row;
}

const ALL = { inputs: true, result: true, bodies: true, metadata: true };

const entries = (action: string) =>
  owner.query<{ details: Record<string, unknown> }>(
    "SELECT details FROM audit_entries WHERE company_id = $1 AND action = $2 ORDER BY at",
    [place.companyId, action],
  );

describe("retention", () => {
  test("removes each class at its own age, and nothing younger", async () => {
    await keep({ inputs_days: 30, results_days: 90 });
    const [young, middle, old] = [await finished(10), await finished(50), await finished(200)];
    await sweep();
    expect(await left(young)).toEqual(ALL);
    expect(await left(middle)).toEqual({ ...ALL, inputs: false });
    expect(await left(old)).toEqual({ inputs: false, result: false, bodies: false, metadata: false });
  });

  test("keeps how an earlier run ended and who re-opened it, whatever else of the journey goes", async () => {
    await keep({ inputs_days: 30, results_days: 90 });
    const session = await finished(200);
    await owner.query(
      `INSERT INTO session_facts (company_id, session_id, fact_id, run, kind, details)
       VALUES ($1, $2, 'fct_a', 1, 'run_ended', '{"state": "expired", "reasons": []}'),
              ($1, $2, 'fct_b', 2, 'reopened', '{"actor": "system"}'),
              ($1, $2, 'fct_c', 2, 'resumed', '{"device": {"class": "phone"}}')`,
      [place.companyId, session],
    );
    await sweep();
    const facts = await owner.query(
      "SELECT kind, details FROM session_facts WHERE session_id = $1 AND fact_id LIKE 'fct\\__' ORDER BY fact_id",
      [session],
    );
    expect(facts).toEqual([
      { kind: "run_ended", details: { state: "expired", reasons: [] } },
      { kind: "reopened", details: { actor: "system" } },
      { kind: "resumed", details: {} },
    ]);
  });

  test("null keeps for ever, and the defaults keep what is younger than two years", async () => {
    const session = await finished(700);
    expect(await sweep()).toMatchObject({ inputs: 0, results: 0 });
    await keep({ inputs_days: null, results_days: null, deliveries_days: null });
    await owner.query("UPDATE sessions SET ended_at = now() - interval '30 years' WHERE session_id = $1", [session]);
    expect(await sweep()).toEqual({ inputs: 0, results: 0, deliveries: 0, auditEntries: 0 });
    expect(await left(session)).toEqual(ALL);
  });

  test("of one environment never touches another", async () => {
    await keep({ inputs_days: 1, results_days: 7 }, "production");
    const session = await finished(400);
    await sweep();
    expect(await left(session)).toEqual(ALL);
  });

  test("an open journey is left alone however old it is", async () => {
    await keep({ inputs_days: 1, results_days: 7 });
    const session = await finished(100);
    await owner.query("UPDATE sessions SET state = 'in_progress', ended_at = NULL WHERE session_id = $1", [session]);
    await sweep();
    expect(await left(session)).toEqual(ALL);
  });

  test("says in the audit log what it removed, once for a pass, and nothing when there was nothing", async () => {
    await keep({ inputs_days: 30 });
    await finished(50);
    await finished(60);
    const { inputs } = await sweep();
    await sweep();
    const told = await entries("retention.applied");
    expect(told.map(({ details }) => details)).toEqual([
      { data_class: "inputs", older_than_days: 30, removed: inputs, sessions: 2 },
    ]);
    await sealCompany(lender.deps, place.companyId);
    expect((await verifyChain(lender.deps, place.companyId)).ok).toBe(true);
  });

  test("goes on where it was cut off, and tells what the cut-off part removed", async () => {
    await keep({ inputs_days: 30 });
    const first = await finished(60);
    await sweep();
    // As after a crash between two batches: removed, counted, not yet told.
    await owner.query("DELETE FROM audit_unsealed WHERE company_id = $1", [place.companyId]);
    await owner.query("DELETE FROM audit_entries WHERE company_id = $1 AND action = 'retention.applied'", [
      place.companyId,
    ]);
    await owner.query(
      "UPDATE retention_progress SET sessions = 1, removed = 5 WHERE company_id = $1 AND data_class = 'inputs'",
      [place.companyId],
    );
    const second = await finished(50);
    await sweep();
    expect([await left(first), await left(second)].map((row) => row?.inputs)).toEqual([false, false]);
    expect((await entries("retention.applied"))[0]?.details).toMatchObject({ sessions: 2 });
  });

  test("more sessions than one batch go in one pass, and two sweepers at once do not disturb each other", async () => {
    await keep({ inputs_days: 30 });
    const session = await finished(60);
    await owner.query(
      `INSERT INTO sessions SELECT (jsonb_populate_record(s, jsonb_build_object(
                'session_id', 'ses_copy' || n, 'uid', 'COPY-' || n, 'ended_at', now() - make_interval(days => 100 + n)))).*
         FROM sessions s, generate_series(1, 250) AS n WHERE s.session_id = $1`,
      [session],
    );
    await owner.query(
      `INSERT INTO input_conflicts SELECT company_id, session_id, 'cfl_1', 1, 0, 1, 0, 'h', '[]'
         FROM sessions WHERE company_id = $1 AND session_id LIKE 'ses_copy%'`,
      [place.companyId],
    );
    await Promise.all([sweep(), sweep(), sweep()]);
    await sweep();
    const rest = await owner.query("SELECT 1 FROM input_conflicts WHERE company_id = $1", [place.companyId]);
    expect(rest.length).toBe(0);
    expect(await left(session)).toMatchObject({ inputs: false });
    const told = await entries("retention.applied");
    expect(told.reduce((sum, { details }) => sum + Number(details["sessions"]), 0)).toBe(251);
  });

  test("a server that stops does not wait for the whole pass, and the next one finishes it", async () => {
    await keep({ inputs_days: 30, results_days: 30 });
    const session = await finished(60);
    let batches = 0;
    await sweepCompany(lender.deps, place.companyId, { goOn: () => (batches += 1) < 2 });
    expect(await left(session)).toMatchObject({ inputs: false, result: true });
    await sweep();
    expect(await left(session)).toMatchObject({ inputs: false, result: false });
  });

  test("the log of deliveries goes, what still waits to be sent stays", async () => {
    await keep({ deliveries_days: 30 });
    const { companyId, deploymentId } = place;
    const url = "http://127.0.0.1:9/hook";
    await setEnvironment(lender.deps, { companyId, deploymentId, kind: "test", webhookUrl: url, actor: SYSTEM });
    const session = await finished(60);
    await owner.query(
      `UPDATE deliveries SET state = 'delivered'
        WHERE company_id = $1 AND event_id = (SELECT min(event_id) FROM events WHERE session_id = $2)`,
      [companyId, session],
    );
    expect(await sweep()).toMatchObject({ deliveries: 1 });
    const rest = await owner.query<{ state: string }>("SELECT state FROM deliveries WHERE company_id = $1", [
      companyId,
    ]);
    expect(rest.map(({ state }) => state)).toEqual(["pending"]);
    expect(await left(session)).toEqual(ALL);
  });
});

describe("a legal hold", () => {
  const hold = (sessionId: string | null) =>
    placeHold(lender.deps, { companyId: place.companyId, sessionId, reason: "A case", actor: SYSTEM });
  const release = ({ holdId }: { readonly holdId: string }) =>
    releaseHold(lender.deps, { companyId: place.companyId, holdId, actor: SYSTEM });

  test("of a session keeps it while others go, and retention comes back to it after the release", async () => {
    await keep({ inputs_days: 30, results_days: 30 });
    const [held, other] = [await finished(60), await finished(50)];
    const placed = await hold(held);
    await sweep();
    expect(await left(held)).toEqual(ALL);
    expect(await left(other)).toMatchObject({ inputs: false, result: false });
    await release(placed);
    await sweep();
    expect(await left(held)).toMatchObject({ inputs: false, result: false });
  });

  test("of the company keeps everything, the audit log too", async () => {
    await keep({ inputs_days: 1, results_days: 7 });
    await setAuditDays(lender.deps, place.companyId, { days: 90, actor: SYSTEM });
    const session = await finished(400);
    await owner.query("UPDATE audit_entries SET at = at - interval '400 days' WHERE company_id = $1", [
      place.companyId,
    ]);
    await sealCompany(lender.deps, place.companyId);
    const placed = await hold(null);
    expect(await sweep()).toEqual({ inputs: 0, results: 0, deliveries: 0, auditEntries: 0 });
    expect(await left(session)).toEqual(ALL);
    await release(placed);
    expect((await sweep()).auditEntries).toBeGreaterThan(0);
    await sealCompany(lender.deps, place.companyId);
    expect(await verifyChain(lender.deps, place.companyId)).toMatchObject({ ok: true });
  });
});

test("how long the audit log is kept is told when it changes, and only then", async () => {
  for (const days of [3650, 3650, null]) {
    await setAuditDays(lender.deps, place.companyId, { days, actor: SYSTEM });
  }
  expect((await entries("company.settings_changed")).map(({ details }) => details)).toEqual([
    { changes: { audit_days: { from: null, to: 3650 } } },
    { changes: { audit_days: { from: 3650, to: null } } },
  ]);
});
