import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Applicant, moveExpiry } from "../../testing/journey.ts";
import { testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { signedInMember } from "../../testing/people.ts";
import { managedSessions } from "./testing/managed.ts";

let lender: TestLender;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
});
afterAll(() => lender.close());

const { create, setState, manage, begin, stopped, events, audited, place } = managedSessions(() => lender);

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
