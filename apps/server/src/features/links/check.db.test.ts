import { linkListReportSchema, MAX_CHECK_LINES, type LinkListReport } from "@tallystick/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { newDeployment, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { SYSTEM } from "../audit/service.ts";
import { archiveDeployment, setEnvironment } from "../deployments/service.ts";
import { linkCalls } from "./testing/link-calls.ts";

let lender: TestLender;
let admin: TestPerson;
const { made } = linkCalls(() => lender);

beforeAll(async () => {
  lender = await testLender(UNLIMITED);
});
afterAll(() => lender.close());
beforeEach(async () => {
  // A company of its own for each test, so that lists can use the same uids.
  lender = { ...lender, deployment: await newDeployment(lender, { company: "Acme", name: "Loans" }) };
  admin = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "admin" });
});

async function send(wish: object, person = admin, companyId = lender.deployment.companyId) {
  const answer = await lender.app.inject({
    method: "POST",
    url: `/beacon/api/companies/${companyId}/environments/${lender.deployment.test.environmentId}/link-batches/check`,
    headers: { ...person.headers, "content-type": "application/json" },
    payload: JSON.stringify({ name: "March", ...wish }),
  });
  return { status: answer.statusCode, json: answer.json<Record<string, unknown>>() };
}

async function check(wish: object): Promise<LinkListReport> {
  const { status, json } = await send(wish);
  expect(status, JSON.stringify(json).slice(0, 500)).toBe(200);
  return linkListReportSchema.strict().parse(json);
}

const items = (...uids: readonly string[]): { readonly items: readonly object[] } => ({
  items: uids.map((uid) => ({ uid })),
});
const lineOf = (report: LinkListReport, line: number) => report.lines.find((candidate) => candidate.line === line);

test("every line gets its verdict, what is wrong and how to mend it, and nothing is created", async () => {
  const report = await check(items("LOAN-0001", "has space", "LOAN-0001", "SIM-LOWRISK-1", "abc", "+4915112345678"));
  expect(report).toMatchObject({ requested: 6, creatable: "with_skip_bad", ok: 1, refused: 5, left_off: 0 });
  expect(report.lines.map(({ code }) => code)).toEqual([
    null,
    "uid_invalid",
    "uid_duplicate",
    "uid_simulated",
    "uid_invalid",
    "uid_invalid",
  ]);
  for (const { verdict, detail, mend } of report.lines) {
    expect([detail !== null, mend !== null]).toEqual([verdict === "refused", verdict === "refused"]);
  }
  expect(report.by_code[0]).toMatchObject({ code: "uid_invalid", refuses: true, count: 3, line: 2 });
  const { companyId } = lender.deployment;
  for (const table of ["sessions", "link_batches"]) {
    expect(await lender.deps.db.query(`SELECT 1 FROM ${table} WHERE company_id = $1`, [companyId])).toEqual([]);
  }
});

test("what it says of a list is what creating it does", async () => {
  const lists = [items("GOOD-001", "GOOD-002"), items("GOOD-003", "b a d"), items("b a d"), { csv: "uid\nGOOD-004\n" }];
  for (const wish of lists) {
    const report = await check(wish);
    const answer = await lender.app.inject({
      method: "POST",
      url: "/v1/links-management/batches",
      headers: { "api-key": lender.deployment.test.apiKey, "content-type": "application/json" },
      payload: JSON.stringify({ name: "March", ...wish }),
    });
    expect(answer.statusCode, report.creatable).toBe(report.creatable === "all" ? 202 : 422);
    if (report.creatable === "all") continue;
    const problems = answer.json<{ problems: readonly { line: number; code: string; detail: string }[] }>().problems;
    expect(
      report.lines.filter(({ code }) => code !== null).map(({ line, code, detail }) => ({ line, code, detail })),
    ).toEqual(problems);
  }
});

describe("a uid that is used already", () => {
  test.each([
    ["created", "state = 'created'", "created", false],
    ["completed", "state = 'completed'", "completed", false],
    ["cancelled", "state = 'cancelled'", "cancelled", true],
    ["an end that is due", "expires_at = now() - interval '1 hour'", "expired", true],
  ])("names its session and what may be done: %s", async (_name, sql, state, reopenable) => {
    const batch = await made(items("USED-001") as never);
    await lender.deps.db.query(`UPDATE sessions SET ${sql} WHERE company_id = $1`, [lender.deployment.companyId]);
    const report = await check(items("USED-001", "FRESH-77"));
    expect(lineOf(report, 1)).toMatchObject({
      verdict: "refused",
      code: "uid_already_used",
      used: { session_id: batch.sessions[0], state, reopenable },
    });
    expect(lineOf(report, 1)?.mend).toMatch(reopenable ? /Re-open/ : /./);
    expect(lineOf(report, 2)?.verdict).toBe("ok");
  });
});

describe("what people mistake for each other", () => {
  test("two lines of the list name each other", async () => {
    const report = await check(items("APP-0042", "app_42", "APP-42-2", "APP-43", "APP-1043"));
    const near = (line: number) => lineOf(report, line)?.near.map(({ relation, line: other }) => [relation, other]);
    expect(near(1)).toEqual([
      ["same_form", 2],
      ["one_token", 3],
    ]);
    expect(near(3)).toEqual([
      ["one_token", 1],
      ["one_token", 2],
    ]);
    expect([near(4), near(5)]).toEqual([[], []]);
    expect(report).toMatchObject({ near: 3, ok: 2, notice: 3, refused: 0, creatable: "all" });
    expect(report.by_code).toMatchObject([{ code: "near_duplicate", refuses: false, count: 3, line: 1 }]);
  });

  test("a session of the environment is named with its state, one of Production is not", async () => {
    const batch = await made(items("APP-0042") as never);
    expect(lineOf(await check(items("APP-42")), 1)?.near).toEqual([
      { uid: "APP-0042", relation: "same_form", line: null, session_id: batch.sessions[0], state: "created" },
    ]);
    expect(lineOf(await check(items("APP-42-9")), 1)?.near).toMatchObject([{ relation: "one_token" }]);
    await lender.deps.db.query("UPDATE sessions SET environment_id = $2 WHERE company_id = $1", [
      lender.deployment.companyId,
      lender.deployment.production.environmentId,
    ]);
    expect(lineOf(await check(items("APP-42")), 1)?.near).toEqual([]);
  });

  test("a list of one form all through stays bounded", async () => {
    const uids = Array.from({ length: 3000 }, (_, index) => `${"0".repeat(index % 50)}1-${index}-x`);
    const alike = Array.from({ length: 40 }, (_, index) => `AA-${"0".repeat(index)}77`);
    const report = await check(items(...alike, ...uids));
    expect(Math.max(...report.lines.map(({ near }) => near.length))).toBe(5);
    expect(report.near).toBeGreaterThanOrEqual(40);
  });
});

test("of a long list the lines to look at are shown, and the rest is counted", async () => {
  const uids = Array.from({ length: MAX_CHECK_LINES + 500 }, (_, index) => `LONG-${index}-Q${index}`);
  const report = await check(items(...uids, "b a d"));
  expect(report.lines).toHaveLength(MAX_CHECK_LINES);
  expect(report.left_off).toBe(501);
  expect(report.lines.at(-1)).toMatchObject({ line: uids.length + 1, verdict: "refused" });
});

test("line numbers of a file are the file's", async () => {
  const report = await check({ csv: "uid;language\r\nAPP-1001;es\r\n\r\nno good;\r\n" });
  expect(report.lines.map(({ line, verdict }) => [line, verdict])).toEqual([
    [2, "notice"],
    [4, "refused"],
  ]);
  expect(lineOf(report, 2)?.notices).toMatchObject([{ code: "language_not_offered" }]);
});

test("a count is checked too, and every link tells its length and what an SMS of it takes", async () => {
  await setEnvironment(lender.deps, {
    companyId: lender.deployment.companyId,
    deploymentId: lender.deployment.deploymentId,
    kind: "test",
    settings: { languages: ["en", "hi"] },
    actor: SYSTEM,
  });
  const latin = await check({ count: 500 });
  expect(latin).toMatchObject({ requested: 500, ok: 500, creatable: "all", lines: [], by_code: [] });
  const batch = await made({ count: 1 });
  expect(latin.link.characters).toBe(`${lender.deps.config.publicUrl}/a/${batch.codes[0]}`.length);
  expect(latin.link).toMatchObject({ encoding: "gsm7", segments: 1, language: "en" });
  expect(latin.link.example).toHaveLength(latin.link.units);
});

test("is refused as the creation is: another Integration ID, an archived deployment, a file that is no list, a past date", async () => {
  const code = async (wish: object) => (await send(wish)).json["code"];
  expect(await code({ count: 1, integration_id: "f".repeat(24) })).toBe("integration_mismatch");
  expect(await code({ csv: 'uid\n"open' })).toBe("link_list_invalid");
  expect(await code({ count: 1, valid_until: 1 })).toBe("link_date_invalid");
  const { companyId, deploymentId } = lender.deployment;
  await archiveDeployment(lender.deps, { companyId, deploymentId, actor: SYSTEM });
  await expect.poll(() => code({ count: 1 }), { timeout: 5_000 }).toBe("deployment_archived");
});

test("a refusal gives its place back, so that the next check is not told to wait", async () => {
  for (let index = 0; index < 5; index += 1) {
    expect((await send({ csv: 'uid\n"open' })).status).toBe(422);
  }
});

test("is for admins of the company alone", async () => {
  const { companyId } = lender.deployment;
  const viewer = await signedInMember(lender.deps, { companyId, role: "viewer" });
  const other = await newDeployment(lender, { company: "Other", name: "Cards" });
  const stranger = await signedInMember(lender.deps, { companyId: other.companyId, role: "admin" });
  expect((await send({ count: 1 }, viewer)).status).toBe(403);
  expect((await send({ count: 1 }, stranger)).status).toBe(404);
  expect((await send({ count: 1 }, stranger, other.companyId)).status).toBe(404);
});

test("whoever made a batch is named to admins and not to viewers", async () => {
  const { companyId, test: side } = lender.deployment;
  const url = `/beacon/api/companies/${companyId}/environments/${side.environmentId}/link-batches`;
  const headers = { ...admin.headers, "content-type": "application/json" };
  const payload = JSON.stringify({ name: "March", count: 1 });
  const created = await lender.app.inject({ method: "POST", url, headers, payload });
  const { batch_id: batchId } = created.json<{ batch_id: string }>();
  const viewer = await signedInMember(lender.deps, { companyId, role: "viewer" });
  const nameFor = async (person: TestPerson, path: string) => {
    const answer = await lender.app.inject({ method: "GET", url: url + path, headers: { ...person.headers } });
    const json = answer.json<{ items?: readonly { created_by_name: unknown }[]; created_by_name?: unknown }>();
    return json.items?.[0]?.created_by_name ?? json.created_by_name ?? null;
  };
  for (const path of ["", `/${batchId}`]) {
    expect(await nameFor(admin, path)).toMatch(/^Person \d+$/);
    expect(await nameFor(viewer, path)).toBeNull();
  }
});
