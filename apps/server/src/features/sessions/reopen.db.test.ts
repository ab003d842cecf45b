import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Applicant, DEVICE, inputsOf, moveExpiry } from "../../testing/journey.ts";
import { testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { SYSTEM } from "../audit/service.ts";
import { setEnvironment } from "../deployments/service.ts";
import { expireDue } from "./expiry.ts";
import { managedSessions, type Begun } from "./testing/managed.ts";

let lender: TestLender;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
});
afterAll(() => lender.close());

const { create, setState, manage, stopped, events, audited, place } = managedSessions(() => lender);

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

  test("whose code was given again: the old code says so, the new one opens it", async () => {
    const { begun } = await stopped("CODE-0001");
    await manage("reopen", { uid: "CODE-0001" });
    await lender.deps.db.query("UPDATE link_directory SET replaced_at = now() WHERE code = $1", [begun.code]);
    await lender.deps.db.query("INSERT INTO link_directory (code, company_id, session_id) VALUES ($1, $2, $3)", [
      `${begun.code}new`,
      lender.deployment.companyId,
      begun.session_id,
    ]);
    const old = await new Applicant(lender.app).get(`/a/${begun.code}`);
    expect([old.status, old.headers["set-cookie"]]).toEqual([409, undefined]);
    expect((await new Applicant(lender.app).get(`/a/${begun.code}new`)).status).toBe(303);
  });

  test("has its end fixed by the next POST tokens, once, and by the opening when that comes first", async () => {
    await stopped("CLOCK-0001");
    const waiting = (await manage("reopen", { uid: "CLOCK-0001" })).body;
    const week = Date.now() / 1000 + 168 * 3600;
    expect(Math.abs(waiting.expires_at - week)).toBeLessThan(30);
    const answers = await Promise.all(Array.from({ length: 8 }, () => create("CLOCK-0001")));
    const ends = new Set(answers.map((answer) => answer.json<Begun>().expires_at));
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
      expect((await applicant.open()).body["tasks"]).toHaveLength(5);
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
