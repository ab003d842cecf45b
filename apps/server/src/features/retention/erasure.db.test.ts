import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openDatabase, type Database } from "../../infra/database.ts";
import { Applicant } from "../../testing/journey.ts";
import { createNeighbours, sessionCalls, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { sealCompany, SYSTEM, verifyChain } from "../audit/service.ts";
import { startReceiver, type Receiver } from "../webhooks/testing/receiver.ts";
import { setEnvironment } from "../deployments/service.ts";
import { eraseDue } from "./erasure-job.ts";
import { listErasures, placeHold, releaseHold, requestErasure } from "./service.ts";
import { tablesThatHold } from "./testing/whole-database.ts";

let lender: TestLender;
let owner: Database;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  owner = openDatabase({ connection: lender.connection, role: null, poolSize: 1 });
});
afterAll(async () => {
  await owner.close();
  await lender.close();
});

const { create } = sessionCalls(() => lender);
const companyId = () => lender.deployment.companyId;
const environmentId = () => lender.deployment.test.environmentId;

async function created(uid: string): Promise<{ readonly sessionId: string; readonly code: string }> {
  const body = (await create(uid, { metadata: { branch: "MARKER-branch" } })).json() as {
    session_id: string;
    link: string;
  };
  return { sessionId: body.session_id, code: body.link.slice(body.link.lastIndexOf("/") + 1) };
}

/** A scored journey, as a whole. */
async function finished(uid: string) {
  const session = await created(uid);
  const applicant = new Applicant(lender.app);
  await applicant.playAll(`/a/${session.code}`);
  expect((await applicant.finish()).status).toBe(200);
  return session;
}

async function erase(body: object, apiKey = lender.deployment.test.apiKey) {
  const answer = await lender.app.inject({
    method: "POST",
    url: "/v1/erasures",
    headers: { "content-type": "application/json", "api-key": apiKey },
    payload: JSON.stringify(body),
  });
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
}

/** As if the pauses were over; returns what the last answer about the erasure says. */
async function runJob(): Promise<void> {
  for (let step = 0; step < 3; step++) {
    await owner.query("UPDATE erasures SET not_before = now() WHERE company_id = $1::text", [companyId()]);
    await eraseDue(lender.deps, companyId());
  }
}

async function sessionRow(sessionId: string) {
  const [row] = await owner.query<{ state: string; uid: string; end_reasons: string[] }>(
    "SELECT state, uid, end_reasons FROM sessions WHERE company_id = $1::text AND session_id = $2::text",
    [companyId(), sessionId],
  );
  return row;
}

describe("an erased person", () => {
  test("leaves no trace of the uid or of what was given in any table, and the audit chain stays whole", async () => {
    const { sessionId } = await finished("GONE-90817-zz");
    const device = "refresh_hz";
    expect(await tablesThatHold(owner, "GONE-90817-zz")).toEqual(["events", "sessions"]);
    expect(await tablesThatHold(owner, "MARKER-branch")).toEqual(["events", "sessions"]);
    expect(await tablesThatHold(owner, device)).toEqual(["session_facts"]);
    const { status, body } = await erase({ uid: "GONE-90817-zz" });
    expect(status).toBe(202);
    expect(body).toMatchObject({ state: "requested", session_id: sessionId, removed: {} });
    await runJob();
    expect((await erase({ uid: "GONE-90817-zz" })).body).toMatchObject({
      state: "done",
      session_id: sessionId,
      removed: { results: 1, events: 2, conflicts: 0 },
    });
    for (const text of ["GONE-90817-zz", "gone-90817-zz", "MARKER-branch", device]) {
      expect(await tablesThatHold(owner, text), text).toEqual([]);
    }
    const [left] = await owner.query<Record<string, number>>(
      `SELECT (SELECT count(*) FROM input_batches WHERE session_id = $1)::int AS inputs,
              (SELECT count(*) FROM task_attempts WHERE session_id = $1 AND shown_digest <> '')::int AS digests,
              (SELECT count(*) FROM results WHERE session_id = $1)::int AS results,
              (SELECT count(*) FROM events WHERE session_id = $1 AND body IS NOT NULL)::int AS bodies,
              (SELECT count(*) FROM events WHERE session_id = $1 AND body_hash <> '')::int AS hashes,
              (SELECT count(*) FROM consents WHERE session_id = $1)::int AS consents`,
      [sessionId],
    );
    expect(left).toEqual({ inputs: 0, digests: 0, results: 0, bodies: 0, hashes: 2, consents: 1 });
    await sealCompany(lender.deps, companyId());
    expect((await verifyChain(lender.deps, companyId())).ok).toBe(true);
  });

  test("is out of sight at once: links, tokens and reading answer as if the journey had never been", async () => {
    const { sessionId, code } = await created("HIDE-00001");
    await erase({ session_id: sessionId });
    const page = await lender.app.inject({ method: "GET", url: `/a/${code}` });
    const unknown = await lender.app.inject({ method: "GET", url: "/a/000000000000" });
    expect(page.statusCode).toBe(404);
    expect(page.body).toBe(unknown.body);
    const status = await lender.app.inject({
      method: "POST",
      url: "/v1/sessions-management/status",
      headers: { "api-key": lender.deployment.test.apiKey, "content-type": "application/json" },
      payload: JSON.stringify({ uid: "HIDE-00001" }),
    });
    expect(status.json()).toMatchObject({ code: "session_unknown" });
  });

  test("keeps the uid used up, before the job and after it, and can not be re-opened", async () => {
    const { sessionId } = await created("USED-00001");
    await erase({ uid: "USED-00001" });
    expect((await create("USED-00001")).json()).toMatchObject({ code: "uid_already_used" });
    await runJob();
    expect(await sessionRow(sessionId)).toMatchObject({
      state: "erased",
      uid: expect.stringMatching(/^erased:[0-9a-f]{64}$/),
    });
    const again = await create("USED-00001");
    expect(again.statusCode).toBe(409);
    expect(again.json()).toMatchObject({ code: "uid_already_used" });
    const reopen = await lender.app.inject({
      method: "POST",
      url: "/v1/sessions-management/reopen",
      headers: { "api-key": lender.deployment.test.apiKey, "content-type": "application/json" },
      payload: JSON.stringify({ session_id: sessionId }),
    });
    expect(reopen.statusCode).toBe(404);
    expect((await create("USED-00002")).statusCode).toBe(200);
  });

  test("an open journey ends first, with its event, and what the page still sends is refused", async () => {
    const { sessionId, code } = await created("OPEN-00001");
    const applicant = new Applicant(lender.app);
    await applicant.follow(`/a/${code}`);
    await applicant.open();
    await applicant.consent();
    const grant = applicant.grant();
    await erase({ session_id: sessionId });
    expect(await sessionRow(sessionId)).toMatchObject({ state: "erased", end_reasons: ["CANCELLED_BY_LENDER"] });
    const [event] = await owner.query<{ type: string }>("SELECT type FROM events WHERE session_id = $1", [sessionId]);
    expect(event?.type).toBe("application.cancelled");
    expect((await applicant.batch({ grant, seq: 0, inputs: [] })).status).toBeGreaterThanOrEqual(400);
    expect((await applicant.finish()).status).toBeGreaterThanOrEqual(400);
    await runJob();
    expect((await tablesThatHold(owner, "OPEN-00001")).length).toBe(0);
  });

  test("is one environment's: the same uid elsewhere stays, and another environment's key finds nothing", async () => {
    const { sibling } = await createNeighbours(lender);
    const { sessionId } = await created("ELSE-00001");
    const production = lender.deployment.production.apiKey;
    for (const key of [production, sibling.test.apiKey]) {
      expect(await erase({ uid: "ELSE-00001" }, key)).toMatchObject({ status: 404, body: { code: "session_unknown" } });
      expect(await erase({ session_id: sessionId }, key)).toMatchObject({ status: 404 });
    }
    expect(await sessionRow(sessionId)).toMatchObject({ state: "created" });
  });

  test("what the receiver answered goes too, and what was still to be sent is not sent", async () => {
    const receiver: Receiver = await startReceiver();
    try {
      const { deploymentId } = lender.deployment;
      const options = { companyId: companyId(), deploymentId, kind: "test", actor: SYSTEM } as const;
      await setEnvironment(lender.deps, { ...options, webhookUrl: receiver.url });
      const { sessionId } = await finished("SENT-00001");
      await owner.query(
        `INSERT INTO attempts SELECT company_id, delivery_id, 'att_1' || delivery_id, 1, 'https://x.example', '{"x-signature": "s"}', 500,
                NULL, '{"a": "b"}', 'answer about SENT-00001', 5, now()
           FROM deliveries WHERE event_id IN (SELECT event_id FROM events WHERE session_id = $1)`,
        [sessionId],
      );
      await erase({ uid: "SENT-00001" });
      await runJob();
      expect(await tablesThatHold(owner, "SENT-00001")).toEqual([]);
      const rows = await owner.query<{ state: string; body: string | null; headers: object }>(
        `SELECT d.state, a.response_body AS body, a.request_headers AS headers
           FROM deliveries d JOIN attempts a ON a.delivery_id = d.delivery_id
          WHERE d.event_id IN (SELECT event_id FROM events WHERE session_id = $1)`,
        [sessionId],
      );
      expect(rows).toEqual([
        { state: "dead", body: null, headers: {} },
        { state: "dead", body: null, headers: {} },
      ]);
      await setEnvironment(lender.deps, { ...options, webhookUrl: null });
    } finally {
      await receiver.close();
    }
  });
});

describe("the race with creation", () => {
  test("twenty creations beside an erasure and its job never bring the uid back", async () => {
    const { sessionId } = await created("RACE-00001");
    const creations = Array.from({ length: 20 }, () => create("RACE-00001"));
    await Promise.all([erase({ session_id: sessionId }), runJob(), ...creations]);
    await runJob();
    const answers = await Promise.all(Array.from({ length: 5 }, () => create("RACE-00001")));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([409, 409, 409, 409, 409]);
    expect(await tablesThatHold(owner, "RACE-00001")).toEqual([]);
  });

  test("the uid is freed later than any statement that had not seen its hash can still run", async () => {
    const { sessionId } = await created("RACE-00002");
    await erase({ session_id: sessionId });
    expect(await eraseDue(lender.deps, companyId())).toBe(0);
    expect(await sessionRow(sessionId)).toMatchObject({ state: "erased", uid: "RACE-00002" });
    const [row] = await lender.deps.db.query<{ pause: number; limit: string }>(
      `SELECT extract(epoch FROM not_before - requested_at)::float8 AS pause, current_setting('statement_timeout') AS limit
         FROM erasures WHERE company_id = $1 AND session_id = $2`,
      [companyId(), sessionId],
    );
    expect(row?.limit).toBe("15s");
    expect(row?.pause).toBeGreaterThan(15);
  });

  test("ten requests at once make one erasure", async () => {
    const { sessionId } = await created("MANY-00001");
    const answers = await Promise.all(Array.from({ length: 10 }, () => erase({ session_id: sessionId })));
    expect(new Set(answers.map(({ body }) => body["erasure_id"])).size).toBe(1);
    await Promise.all([runJob(), eraseDue(lender.deps, companyId()), eraseDue(lender.deps, companyId())]);
    await runJob();
    const entries = await owner.query<{ action: string }>(
      "SELECT action FROM audit_entries WHERE company_id = $1 AND target_id = $2 AND action LIKE 'erasure.%' ORDER BY at",
      [companyId(), sessionId],
    );
    expect(entries.map(({ action }) => action)).toEqual(["erasure.requested", "erasure.done"]);
  });
});

describe("a job that is cut off", () => {
  test("goes on with the step that was not committed", async () => {
    const { sessionId } = await finished("CUT-00001");
    await erase({ session_id: sessionId });
    await owner.query("UPDATE erasures SET not_before = now() WHERE company_id = $1", [companyId()]);
    const broken = {
      ...lender.deps,
      eraser: { ...lender.deps.eraser, transaction: () => Promise.reject(new Error("cut off")) },
    };
    await expect(eraseDue(broken, companyId())).rejects.toThrow("cut off");
    expect((await erase({ session_id: sessionId })).body).toMatchObject({ state: "requested" });
    await eraseDue(lender.deps, companyId());
    expect((await erase({ session_id: sessionId })).body).toMatchObject({ state: "running" });
    await runJob();
    expect((await erase({ session_id: sessionId })).body).toMatchObject({ state: "done" });
  });
});

describe("a legal hold", () => {
  const hold = (sessionId: string | null) =>
    placeHold(lender.deps, { companyId: companyId(), sessionId, reason: "A case", actor: SYSTEM });
  const release = (holdId: string) => releaseHold(lender.deps, { companyId: companyId(), holdId, actor: SYSTEM });

  test("of the session makes an erasure wait, changes nothing meanwhile, and lets it begin when released", async () => {
    const { sessionId } = await finished("HELD-00001");
    const { holdId } = await hold(sessionId);
    expect((await erase({ uid: "HELD-00001" })).body).toMatchObject({ state: "held" });
    await runJob();
    expect(await sessionRow(sessionId)).toMatchObject({ state: "completed", uid: "HELD-00001" });
    await release(holdId);
    await runJob();
    expect((await erase({ uid: "HELD-00001" })).body).toMatchObject({ state: "done" });
    expect(await tablesThatHold(owner, "HELD-00001")).toEqual([]);
  });

  test("whose reason names the uid is refused: the log that keeps the reason can not forget it", async () => {
    const { sessionId } = await created("HELD-00009");
    const place = (reason: string) =>
      placeHold(lender.deps, { companyId: companyId(), sessionId, reason, actor: SYSTEM });
    await expect(place("Complaint about held-00009, 2026")).rejects.toMatchObject({ code: "body_invalid" });
    const { holdId } = await place("Complaint 2026-118");
    await release(holdId);
    await erase({ uid: "HELD-00009" });
    await runJob();
    expect(await tablesThatHold(owner, "HELD-00009")).toEqual([]);
  });

  test("of the company counts for every session; of two holds the last one released frees it", async () => {
    const { sessionId } = await created("HELD-00002");
    const [company, own] = [await hold(null), await hold(sessionId)];
    expect((await erase({ session_id: sessionId })).body).toMatchObject({ state: "held" });
    await release(own.holdId);
    await runJob();
    expect(await sessionRow(sessionId)).toMatchObject({ state: "created" });
    await release(company.holdId);
    await runJob();
    expect(await sessionRow(sessionId)).toMatchObject({ state: "erased" });
  });

  test("placed between the request and the job still keeps the content", async () => {
    const { sessionId } = await finished("HELD-00003");
    await erase({ session_id: sessionId });
    const { holdId } = await hold(sessionId);
    await runJob();
    expect((await erase({ session_id: sessionId })).body).toMatchObject({ state: "held" });
    expect(await sessionRow(sessionId)).toMatchObject({ state: "erased", uid: "HELD-00003" });
    const [kept] = await owner.query<{ n: number }>("SELECT count(*)::int AS n FROM results WHERE session_id = $1", [
      sessionId,
    ]);
    expect(kept?.n).toBe(1);
    await release(holdId);
    await runJob();
    expect((await erase({ session_id: sessionId })).body).toMatchObject({ state: "done" });
  });

  test("can not be placed on what is gone, and releasing twice is one entry of the log", async () => {
    const { sessionId } = await created("HELD-00004");
    await requestErasure(lender.deps, {
      companyId: companyId(),
      environmentId: environmentId(),
      name: { sessionId },
      actor: SYSTEM,
    });
    await runJob();
    await expect(hold(sessionId)).rejects.toMatchObject({ code: "session_unknown" });
    const { holdId } = await hold(null);
    await Promise.all([release(holdId), release(holdId), release(holdId)]);
    const entries = await owner.query(
      "SELECT 1 FROM audit_entries WHERE company_id = $1 AND action = 'hold.released' AND details ->> 'hold_id' = $2",
      [companyId(), holdId],
    );
    expect(entries.length).toBe(1);
    await expect(release("hld_none")).rejects.toMatchObject({ code: "hold_unknown" });
  });
});

test("erasures are listed newest first, page by page, without a uid", async () => {
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await listErasures(lender.deps, companyId(), { limit: 3, after });
    seen.push(...page.rows.map(({ erasureId }) => erasureId));
    after = page.next ?? undefined;
  } while (after !== undefined);
  expect(seen.length).toBeGreaterThan(5);
  expect(new Set(seen).size).toBe(seen.length);
  await expect(listErasures(lender.deps, companyId(), { limit: 3, after: "nonsense" })).rejects.toMatchObject({
    code: "query_invalid",
  });
});
