import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { SessionView } from "@tallystick/contract";

import { Applicant, DEVICE, inputsOf, moveExpiry, type Lender } from "../../testing/journey.ts";
import { sessionCalls, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { signedInMember } from "../../testing/people.ts";
import { SYSTEM } from "../audit/service.ts";
import { setEnvironment } from "../deployments/service.ts";
import { expireDue } from "./expiry.ts";

let lender: TestLender;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
});
afterAll(() => lender.close());

const { create, setState } = sessionCalls(() => lender);

/** What of a lender the journey's helpers look at. */
const place = () => ({ companyId: lender.deployment.companyId }) as Lender;

type Act = "reopen" | "cancel" | "status";

async function manage(act: Act, body: object, apiKey = lender.deployment.test.apiKey) {
  const answer = await lender.app.inject({
    method: "POST",
    url: `/v1/sessions-management/${act}`,
    headers: { "content-type": "application/json", "api-key": apiKey },
    payload: JSON.stringify(body),
  });
  return { status: answer.statusCode, body: answer.json() as SessionView & { code: string; detail: string } };
}

interface Begun {
  readonly session_id: string;
  readonly access_token: string;
  readonly link: string;
  readonly code: string;
  readonly expires_at: number;
}

async function begin(uid: string): Promise<Begun> {
  const body = (await create(uid)).json() as Omit<Begun, "code">;
  return { ...body, code: body.link.slice(body.link.lastIndexOf("/") + 1) };
}

async function stopped(uid: string): Promise<{ readonly begun: Begun; readonly applicant: Applicant }> {
  const begun = await begin(uid);
  const applicant = new Applicant(lender.app);
  await applicant.follow(`/a/${begun.code}`);
  await applicant.open();
  await applicant.consent();
  const grant = applicant.grant();
  expect((await applicant.batch({ grant, seq: 0, inputs: inputsOf(grant).slice(0, 2) })).status).toBe(200);
  expect((await applicant.post("stop", applicant.position)).status).toBe(200);
  return { begun, applicant };
}

async function events(sessionId: string): Promise<readonly string[]> {
  const rows = await lender.deps.db.query<{ readonly event: string }>(
    `SELECT run || ' ' || type AS event FROM events WHERE company_id = $1::text AND session_id = $2::text ORDER BY event_id`,
    [lender.deployment.companyId, sessionId],
  );
  return rows.map(({ event }) => event);
}

async function audited(sessionId: string): Promise<readonly Record<string, unknown>[]> {
  return lender.deps.db.query(
    `SELECT actor, action, details FROM audit_entries WHERE company_id = $1::text AND target_id = $2::text ORDER BY audit_id`,
    [lender.deployment.companyId, sessionId],
  );
}

describe("a re-opened journey", () => {
  test("starts over: new run, new seeds, the same link; what ended is kept and nothing of it is lost", async () => {
    const { begun, applicant } = await stopped("AGAIN-0001");
    const seeds = applicant.journey?.grants.map(({ seed }) => seed) ?? [];
    const reopened = await manage("reopen", { uid: "AGAIN-0001" });
    expect(reopened.status).toBe(200);
    expect(reopened.body).toMatchObject({
      session_id: begun.session_id,
      state: "created",
      run: 2,
      clock: "at_token",
      outcome: null,
      reasons: [],
      opened_at: null,
      consented_at: null,
      ended_at: null,
      link: begun.link,
      can_reopen: false,
      can_cancel: true,
      earlier_runs: [{ run: 1, state: "incomplete", reasons: ["APPLICANT_STOPPED", "TASKS_MISSING"] }],
    });
    const [earlier] = reopened.body.earlier_runs;
    expect(earlier?.opened_at).toBeTypeOf("number");
    expect(earlier?.reopened_at).toBeGreaterThanOrEqual(earlier?.ended_at ?? Infinity);

    const again = new Applicant(lender.app);
    expect((await again.follow(`/a/${begun.code}`)).status).toBe(303);
    await again.open();
    expect(again.position.run).toBe(2);
    await again.consent();
    for (const { seed } of again.journey?.grants ?? []) expect(seeds).not.toContain(seed);
    const batches = await lender.deps.db.query(
      "SELECT run FROM input_batches WHERE company_id = $1 AND session_id = $2",
      [lender.deployment.companyId, begun.session_id],
    );
    expect(batches).toEqual([{ run: 1 }]);
  });

  test("answers everything of the earlier run with: this link was replaced", async () => {
    const { begun, applicant } = await stopped("AGAIN-0002");
    const { run, epoch } = applicant.position;
    const played = inputsOf(applicant.grant()).slice(0, 2);
    await manage("reopen", { uid: "AGAIN-0002" });
    for (const path of [`/psychometrics/${begun.access_token}`, `/${begun.access_token}`]) {
      const page = await new Applicant(lender.app).get(path);
      expect([page.status, page.headers["set-cookie"]]).toEqual([409, undefined]);
      expect(page.body).toContain("replaced");
    }
    expect((await applicant.get(`/play/${begun.session_id}`)).status).toBe(409);
    expect((await applicant.get(`/play/${begun.session_id}/end`)).status).toBe(409);
    const calls: readonly (readonly [string, object])[] = [
      ["open", { tab: "tab-0123456789", device: DEVICE }],
      ["consent", { run, epoch, decision: "accepted", text_version: "1", language: "en" }],
      ["batches", { run, epoch, task_index: 0, attempt: 1, seq: 1, inputs: played }],
      ["task-done", { run, epoch, task_index: 0, attempt: 1, last_seq: 0 }],
      ["finish", { run, epoch, tasks: [] }],
      ["stop", { run, epoch }],
      ["note", { run, epoch, kind: "hidden", task_index: 0, duration_ms: 5 }],
      // The right run with the credential of the earlier one.
      ["finish", { run: 2, epoch, tasks: [] }],
    ];
    for (const [call, body] of calls) {
      const answer = await applicant.post(call, body);
      expect([call, answer.status, answer.body["code"]]).toEqual([call, 409, "journey_replaced"]);
    }
    expect((await manage("status", { uid: "AGAIN-0002" })).body).toMatchObject({ state: "created", run: 2 });
  });

  test("has its end fixed by the next POST tokens, once, and by the opening when that comes first", async () => {
    await stopped("CLOCK-0001");
    const waiting = (await manage("reopen", { uid: "CLOCK-0001" })).body;
    const week = Date.now() / 1000 + 168 * 3600;
    expect(Math.abs(waiting.expires_at - week)).toBeLessThan(30);
    const answers = await Promise.all(Array.from({ length: 8 }, () => create("CLOCK-0001")));
    const ends = new Set(answers.map((answer) => (answer.json() as Begun).expires_at));
    expect(ends.size).toBe(1);
    const day = Date.now() / 1000 + 24 * 3600;
    expect(Math.abs([...ends][0]! - day)).toBeLessThan(30);
    expect((await manage("status", { uid: "CLOCK-0001" })).body).toMatchObject({
      clock: "running",
      expires_at: [...ends][0],
    });

    const { begun } = await stopped("CLOCK-0002");
    await manage("reopen", { uid: "CLOCK-0002" });
    const applicant = new Applicant(lender.app);
    await applicant.follow(`/a/${begun.code}`);
    expect((await manage("status", { uid: "CLOCK-0002" })).body.clock).toBe("at_token");
    expect((await applicant.open()).status).toBe(200);
    const opened = (await manage("status", { uid: "CLOCK-0002" })).body;
    expect(opened).toMatchObject({ clock: "running", state: "opened" });
    expect(Math.abs(opened.expires_at - day)).toBeLessThan(30);
    expect((await create("CLOCK-0002")).json()).toMatchObject({ expires_at: opened.expires_at });
  });

  test("of a generated link waits for the next opening, whatever POST tokens asks before", async () => {
    const { begun } = await stopped("LNK-WAIT-0001");
    await setState("LNK-WAIT-0001", "batch_id = 'bat_1'");
    const waiting = (await manage("reopen", { uid: "LNK-WAIT-0001" })).body;
    expect(waiting.clock).toBe("at_opening");
    expect((await create("LNK-WAIT-0001")).json()).toMatchObject({ expires_at: waiting.expires_at });
    const applicant = new Applicant(lender.app);
    await applicant.follow(`/a/${begun.code}`);
    await applicant.open();
    expect((await manage("status", { uid: "LNK-WAIT-0001" })).body.clock).toBe("running");
  });

  test("that nobody opens expires when its waiting is over, is announced as its own run, and may start once more", async () => {
    const { begun } = await stopped("AGAIN-0003");
    await manage("reopen", { uid: "AGAIN-0003" });
    await moveExpiry(lender.deps, place(), { sessionId: begun.session_id, seconds: -1 });
    expect((await create("AGAIN-0003")).json()).toMatchObject({ code: "uid_expired", can_reopen: true });
    expect(await expireDue(lender.deps, lender.deployment.companyId, 100)).toBeGreaterThan(0);
    expect(await events(begun.session_id)).toEqual(["1 application.incomplete", "2 application.expired"]);
    expect((await manage("reopen", { uid: "AGAIN-0003" })).body).toMatchObject({ run: 3, state: "created" });
  });

  test("counts the run before as a repeated attempt when it is scored, and only one that was opened", async () => {
    const { begun } = await stopped("AGAIN-0004");
    await manage("reopen", { uid: "AGAIN-0004" });
    await manage("cancel", { uid: "AGAIN-0004" });
    await manage("reopen", { uid: "AGAIN-0004" });
    const applicant = new Applicant(lender.app);
    await applicant.playAll(`/a/${begun.code}`);
    expect((await applicant.finish()).status).toBe(200);
    const [result] = await lender.deps.db.query<{ run: number; observed: number }>(
      `SELECT run, (calculated->'working'->'signals'->>'repeated_attempts')::float8 AS observed
         FROM results WHERE company_id = $1 AND session_id = $2`,
      [lender.deployment.companyId, begun.session_id],
    );
    expect(result).toEqual({ run: 3, observed: 0.5 });
    expect((await manage("status", { uid: "AGAIN-0004" })).body.earlier_runs.map(({ state }) => state)).toEqual([
      "incomplete",
      "cancelled",
    ]);
  });

  test("keeps battery, tasks and model as they were pinned, and takes nothing from the environment of today", async () => {
    const { begun } = await stopped("AGAIN-0005");
    const { companyId, deploymentId } = lender.deployment;
    const change = (tasks_off: string[]) =>
      setEnvironment(lender.deps, { companyId, deploymentId, kind: "test", settings: { tasks_off }, actor: SYSTEM });
    await change(["quick_taps"]);
    try {
      await manage("reopen", { uid: "AGAIN-0005" });
      const applicant = new Applicant(lender.app);
      await applicant.follow(`/a/${begun.code}`);
      expect((await applicant.open()).body["tasks"]).toHaveLength(2);
    } finally {
      await change([]);
    }
  });

  test("is audited with who did it and what it was, and its fact names the actor", async () => {
    const { begun } = await stopped("AGAIN-0006");
    await manage("reopen", { session_id: begun.session_id });
    expect(await audited(begun.session_id)).toEqual([
      {
        actor: expect.stringMatching(/^key:key_/),
        action: "session.reopened",
        details: { environment_id: lender.deployment.test.environmentId, run: 2, from: "incomplete" },
      },
    ]);
  });
});

describe("re-opening", () => {
  test.each([
    ["expired", true],
    ["cancelled", true],
    ["incomplete", true],
    ["completed", false],
    ["opened", false],
    ["in_progress", false],
    ["created", false],
  ])("from %s: %s", async (state, allowed) => {
    const uid = `FROM-${state}`;
    const { session_id } = await begin(uid);
    await setState(uid, `state = '${state}', ended_at = now()`);
    const before = await audited(session_id);
    const answer = await manage("reopen", { uid });
    if (allowed) expect([answer.status, answer.body.run]).toEqual([200, 2]);
    else {
      expect(answer).toMatchObject({ status: 409, body: { code: "session_not_reopenable", state } });
      expect(await audited(session_id)).toEqual(before);
    }
  });

  test("an erased session is not there, by uid or by id", async () => {
    const { session_id } = await begin("ERASED-0001");
    await setState("ERASED-0001", "state = 'erased'");
    for (const act of ["status", "reopen", "cancel"] as const) {
      for (const body of [{ uid: "ERASED-0001" }, { session_id }]) {
        expect(await manage(act, body)).toMatchObject({ status: 404, body: { code: "session_unknown" } });
      }
    }
  });

  test("writes an end that was due first, so that the lender hears of both", async () => {
    const { session_id } = await begin("DUE-0001");
    await moveExpiry(lender.deps, place(), { sessionId: session_id, seconds: -1 });
    const answer = await manage("reopen", { uid: "DUE-0001" });
    expect(answer.body).toMatchObject({ run: 2, earlier_runs: [{ run: 1, state: "expired" }] });
    expect(await events(session_id)).toEqual(["1 application.expired"]);
  });

  test("waits while what was played may still arrive", async () => {
    const begun = await begin("GRACE-0001");
    const applicant = new Applicant(lender.app);
    await applicant.follow(`/a/${begun.code}`);
    await applicant.open();
    await applicant.consent();
    await moveExpiry(lender.deps, place(), { sessionId: begun.session_id, seconds: -1 });
    const refused = await manage("reopen", { uid: "GRACE-0001" });
    expect(refused).toMatchObject({ status: 409, body: { code: "session_not_reopenable", state: "in_progress" } });
    expect(refused.body.detail).toContain("may still arrive");
    expect((await create("GRACE-0001")).json()).toMatchObject({ code: "uid_expired", can_reopen: false });
    await moveExpiry(lender.deps, place(), { sessionId: begun.session_id, seconds: -601 });
    expect((await manage("reopen", { uid: "GRACE-0001" })).body.run).toBe(2);
  });

  test("may be repeated until the journey is opened, and is refused from then on", async () => {
    const { begun } = await stopped("TWICE-0001");
    const answers = await Promise.all(Array.from({ length: 6 }, () => manage("reopen", { uid: "TWICE-0001" })));
    expect(answers.map(({ status, body }) => [status, body.run])).toEqual(Array.from({ length: 6 }, () => [200, 2]));
    expect(await audited(begun.session_id)).toHaveLength(1);
    const applicant = new Applicant(lender.app);
    await applicant.follow(`/a/${begun.code}`);
    await applicant.open();
    expect(await manage("reopen", { uid: "TWICE-0001" })).toMatchObject({ status: 409, body: { state: "opened" } });
  });

  test("a simulated applicant's journey is played again, by the same plan", async () => {
    const { session_id } = await begin("SIM-EXPIRE-0001");
    await setState("SIM-EXPIRE-0001", "state = 'expired', ended_at = now()");
    const answer = await manage("reopen", { uid: "SIM-EXPIRE-0001" });
    expect(answer.body).toMatchObject({ session_id, run: 2, clock: "running" });
    expect(Math.abs(answer.body.expires_at - Date.now() / 1000)).toBeLessThan(30);
  });
});

describe("cancelling", () => {
  test.each(["created", "opened", "in_progress"])(
    "ends one that is %s, with its event and its record",
    async (state) => {
      const uid = `STOP-${state}`;
      const { session_id } = await begin(uid);
      await setState(uid, `state = '${state}'`);
      const answer = await manage("cancel", { uid });
      expect(answer).toMatchObject({
        status: 200,
        body: { state: "cancelled", reasons: ["CANCELLED_BY_LENDER"], can_reopen: true, can_cancel: false },
      });
      expect(answer.body.ended_at).toBeTypeOf("number");
      expect(await manage("cancel", { session_id })).toMatchObject({ status: 200, body: { state: "cancelled" } });
      expect(await events(session_id)).toEqual(["1 application.cancelled"]);
      expect(await audited(session_id)).toMatchObject([
        { action: "session.cancelled", details: { run: 1, from: state } },
      ]);
      expect((await create(uid)).json()).toMatchObject({ code: "uid_already_used", state: "cancelled" });
    },
  );

  test.each(["completed", "incomplete", "expired", "cancelled"])("is refused for one that is %s", async (state) => {
    const uid = `STOP-${state}`;
    const { session_id } = await begin(uid);
    await setState(uid, `state = '${state}', ended_at = now()`);
    expect(await manage("cancel", { uid })).toMatchObject({
      status: 409,
      body: { code: "session_not_cancellable", state },
    });
    expect(await events(session_id)).toEqual([]);
  });

  test("the applicant's page learns of it and its link leads to the end page", async () => {
    const begun = await begin("STOP-page");
    const applicant = new Applicant(lender.app);
    await applicant.follow(`/a/${begun.code}`);
    await applicant.open();
    await manage("cancel", { uid: "STOP-page" });
    expect(await applicant.consent()).toMatchObject({
      status: 409,
      body: { code: "journey_ended", state: "cancelled" },
    });
    expect((await applicant.get(`/play/${begun.session_id}`)).location).toBe(`/play/${begun.session_id}/end`);
    expect((await applicant.get(`/play/${begun.session_id}/end`)).status).toBe(200);
  });
});

describe("a session is named", () => {
  test("by uid or id, exactly one, in the environment of the key and no other", async () => {
    const { session_id } = await begin("NAMED-0001");
    const { production } = lender.deployment;
    for (const body of [{ uid: "NAMED-0001" }, { session_id }]) {
      expect((await manage("status", body)).body).toMatchObject({ session_id, uid: "NAMED-0001", state: "created" });
      for (const act of ["status", "reopen", "cancel"] as const) {
        expect(await manage(act, body, production.apiKey)).toMatchObject({
          status: 404,
          body: { code: "session_unknown" },
        });
      }
    }
    for (const body of [{}, { uid: "NAMED-0001", session_id }, { uid: 5 }, { uid: "NAMED-0001", more: 1 }]) {
      expect(await manage("status", body)).toMatchObject({ status: 422, body: { code: "body_invalid" } });
    }
    expect((await manage("status", { uid: "named-0001" })).status).toBe(404);
  });

  test("by people through its environment: viewers read, admins act, and the record names the person", async () => {
    const { session_id } = await begin("PEOPLE-0001");
    const { companyId, test: environment, production } = lender.deployment;
    const admin = await signedInMember(lender.deps, { companyId, role: "admin" });
    const viewer = await signedInMember(lender.deps, { companyId, role: "viewer" });
    const call = (method: "GET" | "POST", act: string, person = admin, environmentId = environment.environmentId) =>
      lender.app.inject({
        method,
        url: `/beacon/api/companies/${companyId}/environments/${environmentId}/sessions/${session_id}${act}`,
        headers: person.headers,
      });
    expect((await call("GET", "", viewer)).json()).toMatchObject({ uid: "PEOPLE-0001", state: "created" });
    expect((await call("GET", "", admin, production.environmentId)).statusCode).toBe(404);
    expect((await call("POST", "/cancel", viewer)).json()).toMatchObject({ code: "role_insufficient" });
    expect((await call("POST", "/cancel")).json()).toMatchObject({ state: "cancelled" });
    expect((await call("POST", "/reopen")).json()).toMatchObject({ state: "created", run: 2 });
    expect((await audited(session_id)).map(({ actor }) => actor)).toEqual([
      `user:${admin.userId}`,
      `user:${admin.userId}`,
    ]);
  });
});
