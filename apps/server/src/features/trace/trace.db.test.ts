import type { Trace } from "@tallystick/contract";
import { afterAll, beforeAll, expect, test } from "vitest";

import { SYSTEM } from "../audit/service.ts";
import { createDeployment, setEnvironment, type CreatedDeployment } from "../deployments/service.ts";
import { cancelSession, lockSession, reopenSession } from "../sessions/lifecycle.ts";
import { uidHash } from "../sessions/service.ts";
import { Applicant } from "../../testing/journey.ts";
import { newDeployment, postTokens, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";

let lender: TestLender;
let cards: CreatedDeployment;
let viewer: TestPerson;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  const { companyId } = lender.deployment;
  cards = await createDeployment(lender.deps, { companyId, name: "Cards", actor: SYSTEM });
  viewer = await signedInMember(lender.deps, { companyId, role: "viewer" });
});
afterAll(() => lender.close());

async function create(uid: string, place: CreatedDeployment["test"] = lender.deployment.test) {
  const body = { uid, integration_id: place.integrationId };
  const answer = await postTokens(lender.app, body, { headers: { "api-key": place.apiKey } });
  expect(answer.statusCode, answer.body).toBe(200);
  const { session_id: sessionId, link } = answer.json() as { session_id: string; link: string };
  return { sessionId, path: new URL(link).pathname };
}

function ask(path: string, payload: object, headers: Readonly<Record<string, string>> = viewer.headers) {
  return lender.app.inject({ method: "POST", url: path, headers, payload });
}

async function trace(uid: string): Promise<Trace> {
  const answer = await ask(`/beacon/api/companies/${lender.deployment.companyId}/trace`, { uid });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

async function traceByKey(uid: string, apiKey: string): Promise<Trace> {
  const answer = await ask("/v1/trace", { uid }, { "api-key": apiKey });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

async function search(payload: object) {
  const answer = await ask(`/beacon/api/companies/${lender.deployment.companyId}/search`, payload);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json() as {
    items: { uid: string; match: string; place: Trace["sessions"][number]["place"] }[];
    next: string | null;
  };
}

function act(sessionId: string, work: (...parameters: Parameters<typeof reopenSession>) => Promise<unknown>) {
  const { deps, deployment } = lender;
  return deps.db.transaction(async (tx) => {
    const session = await lockSession(tx, { companyId: deployment.companyId, sessionId });
    if (session === null) throw new Error("no session");
    await work(tx, deps, session, { actor: SYSTEM });
  });
}

test("a journey is told from its creation to the redirect, each step with its time, place and run", async () => {
  const { companyId, deploymentId } = lender.deployment;
  const settings = { completion_url: "https://shop.example/done?order=secret#part", show_completion_page: false };
  await setEnvironment(lender.deps, {
    companyId,
    deploymentId,
    kind: "test",
    settings,
    webhookUrl: "http://127.0.0.1:9/hook/secret",
    actor: SYSTEM,
  });
  const { path, sessionId } = await create("TRACE-WHOLE");
  const applicant = new Applicant(lender.app);
  await applicant.playAll(path);
  expect((await applicant.finish()).status).toBe(200);
  expect((await applicant.get(`/play/${sessionId}/end`)).location).toBe(settings.completion_url);

  const found = await trace("TRACE-WHOLE");
  expect(found.sessions).toMatchObject([
    {
      uid: "TRACE-WHOLE",
      session_id: sessionId,
      state: "completed",
      outcome: "scored",
      run: 1,
      place: { deployment: "Loans", environment: "test" },
    },
  ]);
  const kinds = found.items.map(({ kind }) => kind);
  for (const kind of [
    "created",
    "opened",
    "consent_accepted",
    "task_granted",
    "task_done",
    "scored",
    "completed",
    "event",
    "redirected",
  ]) {
    expect(kinds).toContain(kind);
  }
  expect(found.items.filter(({ kind }) => kind === "task_done").length).toBeGreaterThan(1);
  const times = found.items.map(({ at }) => at);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  const opened = found.items.find(({ kind }) => kind === "opened");
  expect(opened?.details["device"]).toMatchObject({ class: "phone" });
  expect(opened?.details).not.toHaveProperty("tab");
  const redirected = found.items.find(({ kind }) => kind === "redirected");
  expect(redirected?.details).toEqual({ outcome: "completed", url: "https://shop.example/done", how: "at_once" });
  const events = found.items.filter(({ kind }) => kind === "event").map(({ details }) => String(details["type"]));
  expect(events.toSorted()).toEqual(["application.complete", "psychometric_score.complete"]);
});

test("an attempt of the webhook shows the answer and the host, and nothing else of the address", async () => {
  const { deps, deployment } = lender;
  await deps.db.query(
    `INSERT INTO attempts (company_id, delivery_id, attempt_id, number, url, request_headers, status, duration_ms, started_at)
     SELECT d.company_id, d.delivery_id, 'att_1', 1, 'https://user:secret@hooks.example:8443/in/secret?t=secret', '{}', 503, 41, now()
       FROM deliveries d WHERE d.company_id = $1::text LIMIT 1`,
    [deployment.companyId],
  );
  const found = await trace("TRACE-WHOLE");
  const [attempt] = found.items.filter(({ kind }) => kind === "webhook_attempt");
  expect(attempt?.details).toMatchObject({ number: 1, host: "hooks.example:8443", status: 503, duration_ms: 41 });
  expect(JSON.stringify(attempt)).not.toContain("secret");
});

test("one uid in Test, in Production and in another deployment is one time line; another company's is not in it", async () => {
  const other = await newDeployment(lender, { company: "Other", name: "Hidden" });
  for (const place of [lender.deployment.test, lender.deployment.production, cards.production])
    await create("TRACE-ALL", place);
  await create("TRACE-ALL", other.test);
  const found = await trace("TRACE-ALL");
  expect(found.sessions.map(({ place }) => `${place.deployment} ${place.environment}`)).toEqual([
    "Loans test",
    "Loans production",
    "Cards production",
  ]);
  expect(found.items.filter(({ kind }) => kind === "created")).toHaveLength(3);
});

test("a key sees its own environment, neighbours included, and nothing beyond", async () => {
  await create("TRACE-KEY-A");
  await create("TRACE-KEY-A", lender.deployment.production);
  await create("trace-key-a");
  await create("trace_key_a", cards.test);
  const found = await traceByKey("TRACE-KEY-A", lender.deployment.test.apiKey);
  expect(found.sessions.map(({ place }) => place.environment)).toEqual(["test"]);
  expect(found.near_duplicates.map(({ uid }) => uid)).toEqual(["trace-key-a"]);
  expect((await traceByKey("TRACE-KEY-A", cards.production.apiKey)).sessions).toEqual([]);
});

test("uids that are easily mistaken for it stand beside it, with their place", async () => {
  await create("NEAR-17");
  await create("near-017", lender.deployment.production);
  await create("NEAR-17-2", cards.test);
  const { near_duplicates } = await trace("NEAR-17");
  expect(near_duplicates.map(({ uid, relation, place }) => [uid, relation, place.deployment])).toEqual(
    expect.arrayContaining([
      ["near-017", "same_form", "Loans"],
      ["NEAR-17-2", "one_token", "Cards"],
    ]),
  );
});

test("a re-opened journey shows how its earlier run ended", async () => {
  const { sessionId } = await create("TRACE-AGAIN");
  await act(sessionId, (tx, deps, session, { actor }) =>
    cancelSession(tx, deps, session, { reason: "CANCELLED_BY_LENDER", actor }),
  );
  await act(sessionId, reopenSession);
  const found = await trace("TRACE-AGAIN");
  expect(found.sessions).toMatchObject([{ state: "created", run: 2 }]);
  const told = found.items.map(({ kind, run }) => [kind, run]);
  expect(told).toEqual(
    expect.arrayContaining([
      ["cancelled", 1],
      ["reopened", 2],
    ]),
  );
});

test("an end that is due is told before the sweep has written it", async () => {
  const { sessionId } = await create("TRACE-DUE");
  await lender.deps.db.query(
    "UPDATE sessions SET expires_at = now() - interval '1 minute' WHERE company_id = $1::text AND session_id = $2::text",
    [lender.deployment.companyId, sessionId],
  );
  expect((await trace("TRACE-DUE")).sessions).toMatchObject([{ state: "expired", ended_at: null }]);
});

test("of an erased person it tells that they were erased, and nothing else", async () => {
  const { companyId, test: place } = lender.deployment;
  const { sessionId } = await create("TRACE-GONE");
  const hash = uidHash(lender.deps.secrets, companyId, "TRACE-GONE");
  await lender.deps.db.query(
    `WITH gone AS (INSERT INTO erased_uids (company_id, environment_id, uid_hash, session_id) VALUES ($1::text, $2::text, $3::text, $4::text))
     UPDATE sessions SET uid = $3::text, uid_canonical = $3::text, state = 'erased' WHERE company_id = $1::text AND session_id = $4::text`,
    [companyId, place.environmentId, hash, sessionId],
  );
  const found = await trace("TRACE-GONE");
  expect(found.sessions).toMatchObject([{ uid: null, session_id: sessionId, state: "erased" }]);
  expect(found.sessions[0]?.erased_at).not.toBeNull();
  expect(found.items.map(({ kind }) => kind)).toEqual(["created", "erased"]);
  expect((await search({ q: "TRACE-GONE" })).items).toEqual([]);
});

test("reading a result is audited with who read it and never with the uid; without a result nothing is", async () => {
  const readings = () =>
    lender.deps.db.query<{ actor: string; target_id: string; text: string }>(
      `SELECT actor, target_id, e::text AS text FROM audit_entries e WHERE company_id = $1::text AND action = 'result.read' ORDER BY at`,
      [lender.deployment.companyId],
    );
  const before = (await readings()).length;
  await create("TRACE-UNPLAYED");
  await trace("TRACE-UNPLAYED");
  expect(await readings()).toHaveLength(before);
  const { sessions } = await trace("TRACE-WHOLE");
  const rows = await readings();
  expect(rows).toHaveLength(before + 1);
  expect(rows.at(-1)).toMatchObject({ actor: `user:${viewer.userId}`, target_id: sessions[0]?.session_id });
  expect(rows.at(-1)?.text).not.toContain("TRACE-WHOLE");
});

test("a uid that can not be one is refused with what is wrong with it", async () => {
  const answer = await ask(`/beacon/api/companies/${lender.deployment.companyId}/trace`, { uid: "APP 4711" });
  expect(answer.json()).toMatchObject({
    code: "uid_invalid",
    detail: expect.stringContaining("a space at position 4"),
  });
});

test("an unknown uid has no sessions, and that is an answer", async () => {
  expect(await trace("TRACE-NOBODY")).toEqual({ sessions: [], items: [], near_duplicates: [], truncated: false });
});

test("a search finds by beginning in any form, the uid itself first, page by page without a gap", async () => {
  const uids = ["Find-0007", "find_7", "FIND-70", "FIND-71-x", "FIND-8"];
  for (const uid of uids) await create(uid);
  await create("FIND-70", lender.deployment.production);
  await create("FINE-70");
  const all = await search({ q: "find-7" });
  expect(all.items.map(({ uid, place }) => `${uid} ${place.environment}`).toSorted()).toEqual(
    ["FIND-70 production", "FIND-70 test", "FIND-71-x test", "Find-0007 test", "find_7 test"].toSorted(),
  );
  expect(all.items.slice(0, 2).map(({ match }) => match)).toEqual(["same_form", "same_form"]);
  expect((await search({ q: "find_7" })).items.map(({ match }) => match)).toContain("exact");

  const paged: string[] = [];
  let after: string | undefined;
  do {
    const page = await search({ q: "FIND-", limit: 2, ...(after !== undefined && { after }) });
    paged.push(...page.items.map(({ uid, place }) => `${uid} ${place.environment}`));
    after = page.next ?? undefined;
  } while (after !== undefined);
  expect(paged).toHaveLength(new Set(paged).size);
  expect(paged).toHaveLength(6);
});

test("a search with a cursor of another list, or with signs no uid has, is refused", async () => {
  const url = `/beacon/api/companies/${lender.deployment.companyId}/search`;
  expect((await ask(url, { q: "FIND", after: "abc" })).json()).toMatchObject({ code: "query_invalid" });
  expect((await ask(url, { q: "100%" })).json()).toMatchObject({ code: "body_invalid" });
});
