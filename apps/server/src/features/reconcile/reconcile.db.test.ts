import type { Finding, ReconcileReport } from "@tallystick/contract";
import { afterAll, beforeAll, expect, test } from "vitest";

import { SYSTEM } from "../audit/service.ts";
import { createDeployment, type CreatedDeployment } from "../deployments/service.ts";
import { uidHash } from "../sessions/service.ts";
import { Applicant } from "../../testing/journey.ts";
import { newDeployment, postTokens, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { openDatabase } from "../../infra/database.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";

let lender: TestLender;
let cards: CreatedDeployment;
let admin: TestPerson;
let done: { readonly score: number; readonly band: string };
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  const { companyId } = lender.deployment;
  cards = await createDeployment(lender.deps, { companyId, name: "Cards", actor: SYSTEM });
  admin = await signedInMember(lender.deps, { companyId, role: "admin" });
  done = await finish("REC-DONE-1");
});
afterAll(() => lender.close());

async function create(uid: string, place: CreatedDeployment["test"] = lender.deployment.test) {
  const body = { uid, integration_id: place.integrationId };
  const answer = await postTokens(lender.app, body, { headers: { "api-key": place.apiKey } });
  expect(answer.statusCode, answer.body).toBe(200);
  return new URL(answer.json<{ link: string }>().link).pathname;
}

async function finish(uid: string) {
  const applicant = new Applicant(lender.app);
  await applicant.playAll(await create(uid));
  expect((await applicant.finish()).status).toBe(200);
  const [row] = await lender.deps.db.query<{ score: number; risk_band: string }>(
    `SELECT r.score, r.risk_band FROM results r JOIN sessions s USING (company_id, session_id) WHERE s.uid = $1::text`,
    [uid],
  );
  return { score: row?.score ?? -1, band: row?.risk_band ?? "" };
}

async function byKey(body: object, apiKey = lender.deployment.test.apiKey): Promise<ReconcileReport> {
  const answer = await lender.app.inject({
    method: "POST",
    url: "/v1/reconcile",
    headers: { "api-key": apiKey },
    payload: body,
  });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

function ask(body: object, person = admin) {
  const url = `/beacon/api/companies/${lender.deployment.companyId}/reconcile`;
  return lender.app.inject({ method: "POST", url, headers: person.headers, payload: body });
}

async function findingOf(row: object, apiKey?: string) {
  const { lines } = await byKey({ rows: [row], include_matched: true }, apiKey);
  const [line] = lines;
  if (line === undefined) throw new Error("a line has no finding");
  return line;
}

test("a finished journey matches, whatever of score, band and state the line says rightly", async () => {
  const { score, band } = done;
  for (const said of [
    {},
    { score },
    { risk_band: band },
    { score, risk_band: band.toLowerCase().replace("_", " "), state: "completed" },
  ]) {
    expect(await findingOf({ uid: "REC-DONE-1", ...said })).toMatchObject({ finding: "matched", differences: [] });
  }
});

test("a score, band or state that is not what was sent is told with both sides", async () => {
  const line = await findingOf({ uid: "REC-DONE-1", score: done.score + 1, risk_band: "NONE", state: "expired" });
  expect(line.finding).toBe("differs");
  expect(line.differences).toEqual([
    { member: "score", yours: done.score + 1, ours: done.score },
    { member: "risk_band", yours: "NONE", ours: done.band },
    { member: "state", yours: "expired", ours: "completed" },
  ]);
});

test("what was sent counts, not what a result row says now; where the body is gone, the result does", async () => {
  await finish("REC-SENT-1");
  const { companyId } = lender.deployment;
  const sent = await findingOf({ uid: "REC-SENT-1", score: -5 });
  const ours = sent.differences[0]?.ours ?? null;
  const owner = openDatabase({ connection: lender.connection, role: null, poolSize: 1 });
  try {
    const key = [companyId, sent.sessions[0]?.session_id];
    await owner.query("UPDATE results SET score = 77 WHERE company_id = $1::text AND session_id = $2::text", key);
    expect(await findingOf({ uid: "REC-SENT-1", score: ours })).toMatchObject({ finding: "matched" });
    await owner.query("UPDATE events SET body = NULL WHERE company_id = $1::text AND session_id = $2::text", key);
    expect(await findingOf({ uid: "REC-SENT-1", score: 77 })).toMatchObject({ finding: "matched" });
  } finally {
    await owner.close();
  }
});

test("a journey that never finished is told with its state, also one whose time is over but not yet swept", async () => {
  await create("REC-OPEN-1");
  expect(await findingOf({ uid: "REC-OPEN-1" })).toMatchObject({
    finding: "never_finished",
    text: "The journey is created",
  });
  await lender.deps.db.query("UPDATE sessions SET expires_at = now() - interval '1 hour' WHERE uid = 'REC-OPEN-1'");
  expect(await findingOf({ uid: "REC-OPEN-1" })).toMatchObject({
    finding: "never_finished",
    text: "The journey is expired",
  });
});

test("a uid of another deployment or environment is told with the place; a Test key never learns of Production", async () => {
  await create("REC-ELSE-1", cards.test);
  await create("REC-PROD-1", lender.deployment.production);
  const elsewhere = await findingOf({ uid: "REC-ELSE-1" });
  expect(elsewhere).toMatchObject({ finding: "wrong_place", text: expect.stringContaining("Cards test (created)") });
  expect(await findingOf({ uid: "REC-PROD-1" })).toMatchObject({ finding: "missing", sessions: [] });
  expect(await findingOf({ uid: "rec-prod-1" })).toMatchObject({ finding: "missing", sessions: [] });
  const asProduction = await findingOf({ uid: "REC-ELSE-1" }, lender.deployment.production.apiKey);
  expect(asProduction).toMatchObject({ finding: "wrong_place" });
});

test("a line may say its own place, and an Integration ID that nobody here has is named", async () => {
  await create("REC-PLACE-1", cards.test);
  const { integrationId } = cards.test;
  expect(await findingOf({ uid: "REC-PLACE-1", integration_id: integrationId })).toMatchObject({
    finding: "never_finished",
  });
  const unknown = await findingOf({ uid: "REC-PLACE-1", integration_id: "f".repeat(24) });
  expect(unknown).toMatchObject({ finding: "wrong_place", text: expect.stringContaining("not known here") });
});

test("another company's uids are missing, in every form", async () => {
  const other = await newDeployment(lender, { company: "Other", name: "Hidden" });
  await create("REC-OTHER-1", other.test);
  for (const uid of ["REC-OTHER-1", "rec-other-01", "REC-OTHER-1-2"]) {
    expect(await findingOf({ uid })).toMatchObject({ finding: "missing", sessions: [] });
  }
});

test.each([
  ["case, _ and leading zeros", "rec_near_0042"],
  ["a part behind it", "REC-NEAR-42-2"],
  ["a part in front", "R2-REC-NEAR-42"],
])("a near miss is told with what it is near to: %s", async (_name, uid) => {
  await create(`REC-NEAR-42`).catch(() => undefined);
  const line = await findingOf({ uid });
  expect(line.finding).toBe("near_miss");
  expect(line.sessions.map((session) => session.uid)).toEqual(["REC-NEAR-42"]);
});

test("what we hold with one part more is a near miss too; a neighbouring number is none", async () => {
  await create("REC-LONG-7-again");
  await create("copy-REC-LONG-8");
  expect(await findingOf({ uid: "REC-LONG-7" })).toMatchObject({ finding: "near_miss" });
  expect(await findingOf({ uid: "REC-LONG-8" })).toMatchObject({ finding: "near_miss" });
  expect(await findingOf({ uid: "REC-LONG-9" })).toMatchObject({ finding: "missing" });
});

test("duplicates name the first line, uids that can not be are told, and the erased are known", async () => {
  const { companyId, test: place } = lender.deployment;
  const hash = uidHash(lender.deps.secrets, companyId, "REC-GONE-1");
  await lender.deps.db.query(
    "INSERT INTO erased_uids (company_id, environment_id, uid_hash, session_id) VALUES ($1::text, $2::text, $3::text, 'ses_gone')",
    [companyId, place.environmentId, hash],
  );
  const csv = "uid\nREC-DONE-1\nREC DONE 1\nREC-GONE-1\nREC-DONE-1\n";
  const { lines, summary } = await byKey({ csv, include_matched: true });
  expect(lines.map(({ line, finding }) => [line, finding])).toEqual([
    [2, "matched"],
    [3, "invalid_uid"],
    [4, "erased"],
    [5, "duplicate_in_list"],
  ]);
  expect(lines[3]?.text).toBe("The same as line 2");
  expect(summary).toMatchObject({ lines: 4, matched: 1, invalid_uid: 1, erased: 1, duplicate_in_list: 1, missing: 0 });
});

test("a line whose journey was erased where it belongs is no wrong place, though its uid stands elsewhere too", async () => {
  const { companyId, test: place } = lender.deployment;
  await create("REC-GONE-2", cards.test);
  await lender.deps.db.query(
    "INSERT INTO erased_uids (company_id, environment_id, uid_hash, session_id) VALUES ($1::text, $2::text, $3::text, 'ses_gone_2')",
    [companyId, place.environmentId, uidHash(lender.deps.secrets, companyId, "REC-GONE-2")],
  );
  const finding = async (integration_id: string) =>
    (await ask({ rows: [{ uid: "REC-GONE-2", integration_id }] })).json<ReconcileReport>().lines[0]?.finding;
  expect(await finding(place.integrationId)).toBe("erased");
  expect(await finding(cards.test.integrationId)).toBe("never_finished");
  expect(await finding(cards.production.integrationId)).toBe("wrong_place");
});

test("every line has exactly one finding, over more lines than one statement takes", async () => {
  const rows = Array.from({ length: 2_345 }, (_, index) => ({
    uid: index % 500 === 0 ? "REC-DONE-1" : `REC-MANY-${index}`,
  }));
  const { lines, summary } = await byKey({ rows, include_matched: true });
  expect(lines.map(({ line }) => line)).toEqual(rows.map((_, index) => index + 1));
  const counted = Object.entries(summary).filter(([name]) => name !== "lines" && name !== "not_in_list");
  expect(counted.reduce((sum, [, count]) => sum + (count ?? 0), 0)).toBe(rows.length);
  const expected: Partial<Record<Finding, number>> = { matched: 1, duplicate_in_list: 4, missing: 2_340 };
  expect(summary).toMatchObject(expected);
});

test("with a range, what finished here and is not in the list is told; the rest of the company is not", async () => {
  await finish("REC-LEFT-1");
  const { not_in_list, not_in_list_complete, summary } = await byKey({
    rows: [{ uid: "REC-DONE-1" }],
    finished_from: 0,
  });
  const uids = not_in_list.map(({ uid }) => uid);
  expect(uids).toContain("REC-LEFT-1");
  expect(uids).not.toContain("REC-DONE-1");
  expect(not_in_list_complete).toBe(true);
  expect(summary.not_in_list).toBe(uids.length);
  expect((await byKey({ rows: [{ uid: "REC-DONE-1" }], finished_from: 0, finished_to: 1 })).not_in_list).toEqual([]);
  expect((await byKey({ rows: [{ uid: "REC-DONE-1" }], finished_from: 0 }, cards.test.apiKey)).not_in_list).toEqual([]);
});

test("the report as CSV is safe to open in a spreadsheet", async () => {
  const answer = await ask({
    rows: [{ uid: "=HYPERLINK(1)" }, { uid: "REC-DONE-1" }],
    format: "csv",
    include_matched: true,
  });
  expect(answer.headers["content-type"]).toContain("text/csv");
  const [head, first, second] = answer.body.split("\r\n");
  expect(head).toBe("line,uid,finding,text,found_uid,deployment,environment,state,session_id,finished_at");
  expect(first).toMatch(/^1,'=HYPERLINK\(1\),invalid_uid,/);
  expect(second).toMatch(/^2,REC-DONE-1,matched,As we have it,REC-DONE-1,Loans,test,completed,ses_/);
});

test("a viewer can not take the lender's results out; an admin's report is in the audit log, without a uid", async () => {
  const viewer = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "viewer" });
  expect((await ask({ rows: [{ uid: "REC-DONE-1" }] }, viewer)).json()).toMatchObject({ code: "role_insufficient" });
  await ask({ rows: [{ uid: "REC-DONE-1" }] });
  const [entry] = await lender.deps.db.query<{ actor: string; text: string }>(
    `SELECT actor, e::text AS text FROM audit_entries e WHERE action = 'reconcile.exported' AND target_type = 'company' ORDER BY at DESC LIMIT 1`,
  );
  expect(entry?.actor).toBe(`user:${admin.userId}`);
  expect(entry?.text).not.toContain("REC-DONE-1");
});

test.each([
  ["neither rows nor csv", {}, "body_invalid"],
  ["both", { rows: [{ uid: "REC-DONE-1" }], csv: "REC-DONE-1" }, "body_invalid"],
  ["no line", { rows: [] }, "list_invalid"],
  ["an end without a beginning", { rows: [{ uid: "REC-DONE-1" }], finished_to: 5 }, "body_invalid"],
  ["an end before the beginning", { rows: [{ uid: "REC-DONE-1" }], finished_from: 5, finished_to: 5 }, "body_invalid"],
  ["a NUL", { csv: "uid\nREC\0DONE" }, "body_invalid"],
])("is refused: %s", async (_name, body, code) => {
  expect((await ask(body)).json()).toMatchObject({ code });
});
