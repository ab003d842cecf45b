import type { PersonResultsPage, ResultFilter } from "@tallystick/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openDatabase, type Database } from "../../infra/database.ts";
import { newDeployment, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { SYSTEM } from "../audit/service.ts";
import { archiveDeployment, createDeployment, type CreatedDeployment } from "../deployments/service.ts";
import { drawRows, insertRows, T0, type Row } from "./testing/crowd.ts";

const BATCH = "lnb_of_the_crowd";

let lender: TestLender;
let owner: Database;
let viewer: TestPerson;
let deployments: readonly CreatedDeployment[];
let rows: readonly Row[];
/** By environment id, its deployment. */
const homes = new Map<string, CreatedDeployment>();

beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  owner = openDatabase({ connection: lender.connection, role: null, poolSize: 1 });
  const { deps, deployment } = lender;
  const { companyId } = deployment;
  viewer = await signedInMember(deps, { companyId, role: "viewer" });
  const more: CreatedDeployment[] = [];
  for (const name of ["Cards", "Cars", "Old"])
    more.push(await createDeployment(deps, { companyId, name, actor: SYSTEM }));
  deployments = [deployment, ...more];
  for (const one of deployments) homes.set(one.production.environmentId, one).set(one.test.environmentId, one);
  const old = deployments[3]?.deploymentId ?? "";
  await archiveDeployment(deps, { companyId, deploymentId: old, actor: SYSTEM });
  await owner.query(
    `INSERT INTO link_batches (company_id, batch_id, environment_id, name, state, source, clock, valid_until, requested, created_by)
     VALUES ($1, $2, $3, 'March', 'ready', 'count', 'running', now(), 1, 'system')`,
    [companyId, BATCH, deployment.production.environmentId],
  );
  const production = deployments.map((one) => one.production.environmentId);
  const testing = deployments.map((one) => one.test.environmentId);
  rows = [
    ...drawRows(production, { count: 700, seed: 11, batchId: BATCH }),
    ...drawRows(testing, { count: 90, seed: 5 }).map((row) => ({
      ...row,
      sessionId: `${row.sessionId}t`,
      uid: `${row.uid}-test`,
    })),
  ];
  await insertRows(owner, deployment, rows);
});
afterAll(async () => {
  await owner.close();
  await lender.close();
});

function ask(what: "search" | "count", body: object, as: TestPerson = viewer, company = lender.deployment.companyId) {
  const url = `/beacon/api/companies/${company}/results/${what}`;
  return lender.app.inject({ method: "POST", url, headers: as.headers, payload: body });
}

async function page(body: object): Promise<PersonResultsPage> {
  const answer = await ask("search", body);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

/** The whole list, page by page. */
async function walk(filter: object, limit = 50): Promise<{ readonly ids: readonly string[] }> {
  const ids: string[] = [];
  for (let after: string | null = ""; after !== null;) {
    const got: PersonResultsPage = await page({ ...filter, limit, ...(after !== "" && { after }) });
    ids.push(...got.items.map(({ session_id: id }) => id));
    after = got.next;
  }
  return { ids };
}

/** The same by a full sort of all rows. */
function sorted(filter: ResultFilter): readonly string[] {
  const kind = filter.environment;
  const isKind = (row: Row) => homes.get(row.environmentId)?.[kind].environmentId === row.environmentId;
  const among = (list: readonly string[] | undefined, value: string | null) =>
    list === undefined || (value !== null && list.includes(value));
  const isIn = (at: number | null, from?: number, to?: number) =>
    (from === undefined || (at !== null && at >= from)) && (to === undefined || (at !== null && at < to));
  const completedAt = (row: Row) => (row.state === "completed" ? row.endedAt : null);
  const byEnd = filter.completed_from !== undefined || filter.completed_to !== undefined;
  return rows
    .filter(
      (row) =>
        isKind(row) &&
        (filter.deployment_id === undefined || homes.get(row.environmentId)?.deploymentId === filter.deployment_id) &&
        (filter.batch_id === undefined || row.batchId === filter.batch_id) &&
        (filter.uid_prefix === undefined || row.uid.startsWith(filter.uid_prefix)) &&
        among(filter.state, row.state) &&
        among(filter.outcome, row.outcome) &&
        among(filter.risk_band, row.band) &&
        among(filter.confidence, row.confidence) &&
        (filter.flags === undefined || filter.flags.some((flag) => row.flags.includes(flag))) &&
        (filter.simulated === undefined || row.simulated === filter.simulated) &&
        isIn(row.createdAt, filter.created_from, filter.created_to) &&
        isIn(completedAt(row), filter.completed_from, filter.completed_to),
    )
    .toSorted((a, b) => {
      const [atA, atB] = byEnd ? [a.endedAt ?? 0, b.endedAt ?? 0] : [a.createdAt, b.createdAt];
      return atB - atA || (a.sessionId < b.sessionId ? 1 : -1);
    })
    .map(({ sessionId }) => sessionId);
}

describe("the list over all deployments", () => {
  test("is whole, without a session twice, and in one order at every page size, archived deployments included", async () => {
    const wanted = sorted({ environment: "production" });
    expect(new Set(rows.map(({ environmentId }) => environmentId)).size).toBe(8);
    for (const limit of [19, 50, 200]) {
      expect((await walk({ environment: "production" }, limit)).ids, String(limit)).toEqual(wanted);
    }
    for (const limit of [1, 13]) {
      expect((await walk({ environment: "test" }, limit)).ids).toEqual(sorted({ environment: "test" }));
    }
  });

  test("is in the order of completion when a time of it is asked for", async () => {
    const filter = { environment: "production", completed_from: T0 + 40, completed_to: T0 + 170 } as const;
    const wanted = sorted(filter);
    expect(wanted.length).toBeGreaterThan(100);
    for (const limit of [11, 50]) expect((await walk(filter, limit)).ids).toEqual(wanted);
  });

  test("leaves what every filter and all of them together leave", async () => {
    const [first, second] = deployments;
    const filters: readonly Omit<ResultFilter, "environment">[] = [
      { deployment_id: second?.deploymentId ?? "" },
      { state: ["created", "expired"] },
      { outcome: ["unscorable"] },
      { risk_band: ["HIGH", "VERY_HIGH"] },
      { confidence: ["LOW"] },
      { flags: ["fast_responses"] },
      { flags: ["fast_responses", "low_engagement"], confidence: ["HIGH", "LOW"] },
      { simulated: true },
      { created_from: T0 + 20, created_to: T0 + 60 },
      { state: ["completed"], risk_band: ["LOW", "MEDIUM"], confidence: ["MEDIUM"], simulated: false },
      {
        deployment_id: first?.deploymentId ?? "",
        state: ["completed"],
        outcome: ["scored"],
        risk_band: ["LOW", "MEDIUM", "HIGH"],
        confidence: ["LOW", "MEDIUM"],
        flags: ["fast_responses", "low_engagement"],
        simulated: false,
        created_from: T0 + 10,
        created_to: T0 + 230,
        completed_from: T0 + 10,
      },
    ];
    for (const filter of filters) {
      const asked = { environment: "production", ...filter } as const;
      const wanted = sorted(asked);
      expect(wanted.length, JSON.stringify(filter)).toBeGreaterThan(0);
      expect((await walk(asked, 9)).ids, JSON.stringify(filter)).toEqual(wanted);
      expect((await ask("count", asked)).json(), JSON.stringify(filter)).toEqual({
        count: wanted.length,
        capped: false,
      });
    }
  });

  test("of a batch, and of a beginning of uids, has each session once", async () => {
    const filters: readonly ResultFilter[] = [
      { environment: "production", batch_id: BATCH },
      { environment: "production", batch_id: BATCH, state: ["completed"], uid_prefix: "APP" },
      { environment: "production", uid_prefix: "LOAN-0" },
      { environment: "production", uid_prefix: "app-00", confidence: ["HIGH"] },
    ];
    for (const filter of filters) {
      const wanted = sorted(filter).toSorted();
      expect(wanted.length).toBeGreaterThan(5);
      expect((await walk(filter, 11)).ids.toSorted(), JSON.stringify(filter)).toEqual(wanted);
      expect((await ask("count", filter)).json()).toEqual({ count: wanted.length, capped: false });
    }
  });

  test("says of each session where it stands, and that low data confidence is reviewed", async () => {
    const { items } = await page({ environment: "production", limit: 200 });
    for (const item of items) {
      const row = rows.find(({ sessionId }) => sessionId === item.session_id);
      const home = homes.get(row?.environmentId ?? "");
      expect(item).toMatchObject({
        uid: row?.uid,
        environment: "production",
        environment_id: row?.environmentId,
        deployment_id: home?.deploymentId,
        archived: home === deployments[3],
        batch: row?.batchId === null ? null : { batch_id: BATCH, name: "March" },
        score: row?.band === null ? null : 50,
        risk_band: row?.band,
        confidence: row?.confidence,
        needs_review: row?.confidence === "LOW",
        flags: row?.flags.map((key) => (key === "synthetic_input" && row.simulated ? "scripted_input" : key)),
      });
      // Traits by the environment's setting; the Integration ID is the admins'.
      expect(item.result?.calculated?.traits.map(({ key }) => key) ?? ["patience"]).toEqual(["patience"]);
      expect(item).not.toHaveProperty("integration_id");
    }
  });

  test("finds a flag under the name that the sandbox gives it", async () => {
    const wanted = sorted({ environment: "production", flags: ["synthetic_input"] });
    expect((await walk({ environment: "production", flags: ["scripted_input"] })).ids).toEqual(wanted);
  });
});

test("a page without hits still says how far it looked, and goes on", async () => {
  const filter = { environment: "production", risk_band: ["HIGH"], confidence: ["LOW"], flags: ["low_engagement"] };
  const first = await page({ ...filter, limit: 1 });
  expect(first.looked.sessions).toBeGreaterThan(0);
  expect(first.looked.to).toBeGreaterThanOrEqual(T0);
  const none = await page({ environment: "production", flags: ["no_such_flag"], limit: 10 });
  expect(none.items).toEqual([]);
  expect(none.next).not.toBeNull();
  expect(none.looked.sessions).toBeGreaterThanOrEqual(100);
  expect(none.looked.sessions).toBeLessThanOrEqual(400);
});

test("what another company has is not there, and nothing of it is found", async () => {
  const other = await newDeployment(lender, { company: "Other", name: "Secret" });
  const stranger = await signedInMember(lender.deps, { companyId: other.companyId, role: "admin" });
  const [own] = deployments;
  const inTheirs = (body: object) => ask("search", body, stranger, other.companyId);
  expect((await ask("search", { environment: "production" }, stranger)).statusCode).toBe(404);
  expect((await inTheirs({ environment: "production" })).json()).toMatchObject({ items: [], next: null });
  expect((await inTheirs({ environment: "production", uid_prefix: "APP" })).json().items).toEqual([]);
  const named = await inTheirs({ environment: "production", deployment_id: own?.deploymentId });
  expect([named.statusCode, named.json().code]).toEqual([404, "deployment_unknown"]);
  const batch = await inTheirs({ environment: "production", batch_id: BATCH });
  expect([batch.statusCode, batch.json().code]).toEqual([404, "link_batch_unknown"]);
  // A batch of Production is not one of Test.
  expect((await ask("search", { environment: "test", batch_id: BATCH })).json().code).toBe("link_batch_unknown");
});

test("members it does not take, and cursors of another order, are refused by name", async () => {
  const { next } = await page({ environment: "production", limit: 1 });
  const bad: readonly (readonly [object, string])[] = [
    [{}, "body_invalid"],
    [{ environment: "production", uid: "APP-00001" }, "body_invalid"],
    [{ environment: "production", state: [] }, "body_invalid"],
    [{ environment: "production", state: ["erased"] }, "body_invalid"],
    [{ environment: "production", limit: 201 }, "body_invalid"],
    [{ environment: "production", uid_prefix: "a b" }, "body_invalid"],
    [{ environment: "production", after: "nonsense" }, "query_invalid"],
    [{ environment: "production", after: next, completed_from: 1 }, "query_invalid"],
    [{ environment: "production", after: next, batch_id: BATCH }, "query_invalid"],
  ];
  for (const [body, code] of bad) expect((await ask("search", body)).json().code, JSON.stringify(body)).toBe(code);
});

test("a page with results is in the audit log, without how the uids begin", async () => {
  const before = await owner.query("SELECT 1 FROM audit_entries WHERE action = 'result.listed'");
  await page({ environment: "production", uid_prefix: "LOAN-0", state: ["completed"] });
  const entries = await owner.query<{ actor: string; details: object; whole: string }>(
    "SELECT actor, details, a::text AS whole FROM audit_entries a WHERE action = 'result.listed' ORDER BY at DESC, audit_id DESC",
  );
  expect(entries.length).toBe(before.length + 1);
  expect(entries[0]?.actor).toBe(`user:${viewer.userId}`);
  expect(entries[0]?.details).toMatchObject({ environment: "production" });
  expect(entries[0]?.whole).not.toContain("LOAN");
});

test("a count stops at ten thousand, and after a bounded number of sessions", async () => {
  const { companyId, ...rest } = await newDeployment(lender, { company: "Many", name: "Loans" });
  const someone = await signedInMember(lender.deps, { companyId, role: "viewer" });
  await owner.query(
    `INSERT INTO sessions (company_id, session_id, environment_id, uid, uid_canonical, state, link_code, battery_version,
                           task_plan, model_version, created_at, expires_at, simulated)
     SELECT $1, 'ses_c' || n, $2, 'MANY-' || n, 'many-' || n, 'expired', 'c' || n, 'standard-1', '[]', 'standard-1.0',
            now() + interval '1 second' * n, now(), n <= 100
       FROM generate_series(1, 21000) AS n`,
    [companyId, rest.production.environmentId],
  );
  await owner.query("ANALYZE sessions");
  const count = async (more: object) =>
    (await ask("count", { environment: "production", ...more }, someone, companyId)).json();
  expect(await count({})).toEqual({ count: 10_000, capped: true });
  expect(await count({ uid_prefix: "MANY-1000" })).toEqual({ count: 11, capped: false });
  // The simulated ones are the oldest hundred, further away than is looked.
  expect(await count({ simulated: true })).toEqual({ count: 0, capped: true });
});
