import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { buildApp } from "../../http/app.ts";
import {
  Applicant,
  createLender,
  eventsOf,
  inputsOf,
  moveExpiry,
  sessionView,
  type Lender,
} from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { rescoreCheck } from "../results/service.ts";
import { expireDue } from "../sessions/expiry.ts";

let store: TestDeps;
let app: FastifyInstance;
let lender: Lender;
/** Plays two tasks, so that the second is the last. */
let short: Lender;

beforeAll(async () => {
  store = await testDeps();
  app = buildApp(store.deps);
  lender = await createLender(store.deps, {
    completion_url: "https://lender.example/done?ref=1",
    cancellation_url: "https://lender.example/cancelled",
    expiry_url: "https://lender.example/expired",
    privacy_policy_url: "https://lender.example/privacy",
  });
  short = await createLender(store.deps, { battery: "preview-1" });
});
afterAll(async () => {
  await app.close();
  await store.close();
});

async function opened(from: Lender = lender) {
  const session = await from.session();
  const applicant = new Applicant(app);
  await applicant.follow(`/a/${session.code}`);
  await applicant.open();
  return { applicant, ...session };
}

const view = (sessionId: string, of: Lender = lender) => sessionView(store.deps, of, sessionId);
const events = (sessionId: string, of: Lender = lender) => eventsOf(store.deps, of, sessionId);

describe("created", () => {
  test("looking at a link and its page changes nothing: a messenger's preview opens no journey", async () => {
    const { code, token, sessionId } = await lender.session();
    const visitor = new Applicant(app);
    for (const path of [`/a/${code}`, `/psychometrics/${token}`, `/${token}`]) {
      const answer = await visitor.follow(path);
      expect(answer.status).toBe(303);
      expect((await visitor.get(answer.location.split("#")[0] ?? "")).status).toBe(200);
    }
    expect(await view(sessionId)).toMatchObject({ state: "created", opened_at: null, epoch: 0 });
    expect(await events(sessionId)).toEqual([]);
  });

  test("the app's first POST opens it", async () => {
    const { sessionId, applicant } = await opened();
    expect(await view(sessionId)).toMatchObject({ state: "opened", epoch: 1 });
    expect(applicant.journey).toMatchObject({ state: "opened", epoch: 1, grants: [] });
    expect(applicant.journey?.tasks).toEqual([
      { task: "money_choices", version: 1, seconds: 55, done: false },
      { task: "quick_taps", version: 1, seconds: 63, done: false },
      { task: "statements", version: 1, seconds: 72, done: false },
      { task: "cards", version: 1, seconds: 90, done: false },
      { task: "tower", version: 1, seconds: 55, done: false },
    ]);
  });
});

describe("in_progress", () => {
  test("accepting consent grants the first two tasks and keeps what was accepted", async () => {
    const { sessionId, applicant } = await opened();
    const answer = await applicant.consent();
    expect(answer.status).toBe(200);
    expect(applicant.journey).toMatchObject({ state: "in_progress" });
    expect(applicant.journey?.grants.map((grant) => [grant.task_index, grant.attempt])).toEqual([
      [0, 1],
      [1, 1],
    ]);
    const consents = await store.deps.db.query(
      "SELECT decision, privacy_policy_url, text_version, language FROM consents WHERE company_id = $1 AND session_id = $2",
      [lender.companyId, sessionId],
    );
    expect(consents).toEqual([
      {
        decision: "accepted",
        privacy_policy_url: "https://lender.example/privacy",
        text_version: "1",
        language: "en",
      },
    ]);
    expect(await applicant.consent()).toEqual(answer);
    expect((await applicant.consent("declined")).body["code"]).toBe("body_invalid");
  });

  test("nothing is played before consent", async () => {
    const { applicant } = await opened();
    const batch = { task_index: 0, attempt: 1, seq: 0, inputs: [{ n: 0, at: 0, kind: "shown" }] };
    for (const [call, more] of [
      ["batches", batch],
      ["task-done", { task_index: 0, attempt: 1, last_seq: 0 }],
      ["finish", { tasks: [] }],
    ] as const) {
      const answer = await applicant.post(call, { ...applicant.position, ...more });
      expect([call, answer.status, answer.body["code"]]).toEqual([call, 409, "consent_missing"]);
    }
  });
});

describe("completed", () => {
  test("finishing scores the stored inputs and announces both events, with metadata echoed", async () => {
    const { code, sessionId, uid } = await lender.session(undefined, { metadata: { branch: "42" } });
    const applicant = new Applicant(app);
    await applicant.playAll(`/a/${code}`);
    const finished = await applicant.finish();
    expect(finished).toEqual({ status: 200, body: { state: "completed", next: `/play/${sessionId}/end` } });
    expect(await view(sessionId)).toMatchObject({ state: "completed", outcome: "scored", end_reasons: [] });
    const [complete, scored] = await events(sessionId);
    expect(complete).toMatchObject({
      uid,
      integration_id: lender.integrationId,
      event: { type: "application.complete", details: { metadata: { branch: "42" } } },
    });
    expect(scored?.event).toMatchObject({
      type: "psychometric_score.complete",
      details: {
        platform: "WEB",
        metadata: { branch: "42" },
        calculated: { calibrated: false, norms: "provisional", model_version: "standard-1.0" },
      },
    });
    // A trait without weight goes out only where the lender asks for all.
    expect(JSON.stringify(scored)).not.toContain("NOT_RATED");
    expect(JSON.stringify(scored)).not.toContain("simulated");
  });

  test("the same inputs scored again give the same numbers to the last digit", async () => {
    const { code, sessionId } = await lender.session();
    const applicant = new Applicant(app);
    await applicant.playAll(`/a/${code}`, "careless");
    await applicant.finish();
    const check = await rescoreCheck(store.deps, { companyId: lender.companyId, sessionId });
    expect(check).toMatchObject({ same: true });
    expect(check?.recalculatedHash).toBe(check?.storedHash);
  });

  test("a second finish is answered like the first and announces nothing", async () => {
    const { code, sessionId } = await lender.session();
    const applicant = new Applicant(app);
    await applicant.playAll(`/a/${code}`);
    const answers = await Promise.all([applicant.finish(), applicant.finish(), applicant.finish()]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
    expect(await events(sessionId)).toHaveLength(2);
    const results = await store.deps.db.query("SELECT 1 FROM results WHERE company_id = $1 AND session_id = $2", [
      lender.companyId,
      sessionId,
    ]);
    expect(results).toHaveLength(1);
  });

  test("finish names what has not arrived and changes nothing", async () => {
    const { applicant, sessionId } = await opened(short);
    await applicant.consent();
    await applicant.taskDone(await applicant.playTask());
    const early = await applicant.finish([{ task_index: 1, attempt: 1, last_seq: 3 }]);
    expect([early.status, early.body["code"]]).toEqual([409, "inputs_missing"]);
    expect(early.body["missing"]).toEqual([{ task_index: 1, attempt: 1, expected_seq: 0 }]);
    expect(await view(sessionId, short)).toMatchObject({ state: "in_progress" });
    // The last task needs no task-done of its own: the finish names its last batch.
    const last_seq = await applicant.playTask();
    expect((await applicant.finish([{ task_index: 1, attempt: 1, last_seq }])).status).toBe(200);
  });

  test("without a required metric the journey is complete but unscorable, and says so", async () => {
    const { applicant, sessionId } = await opened(short);
    await applicant.consent();
    await applicant.batch({ grant: applicant.grant(), seq: 0, inputs: inputsOf(applicant.grant()).slice(0, 3) });
    await applicant.taskDone(0);
    await applicant.taskDone(await applicant.playTask());
    expect((await applicant.finish()).status).toBe(200);
    expect(await view(sessionId, short)).toMatchObject({
      state: "completed",
      outcome: "unscorable",
      end_reasons: ["DATA_UNUSABLE"],
    });
    const sent = (await events(sessionId, short)).map(({ event }) => event);
    expect(sent.map(({ type }) => type)).toEqual(["application.complete", "application.incomplete"]);
    expect(sent[1]).toMatchObject({ reasons: ["DATA_UNUSABLE"] });
  });
});

describe("cancelled, incomplete, expired", () => {
  test("declining the policy cancels, with its reason, once", async () => {
    const { applicant, sessionId } = await opened();
    const ended = { status: 200, body: { state: "cancelled", next: `/play/${sessionId}/end` } };
    expect(await applicant.consent("declined")).toEqual(ended);
    expect(await applicant.consent("declined")).toEqual(ended);
    expect(await view(sessionId)).toMatchObject({ state: "cancelled", end_reasons: ["PRIVACY_POLICY_REJECTED"] });
    expect((await events(sessionId)).map(({ event }) => event)).toMatchObject([
      { type: "application.cancelled", reasons: ["PRIVACY_POLICY_REJECTED"] },
    ]);
  });

  test("stopping for good leaves it incomplete, with its reasons, once", async () => {
    const { applicant, sessionId } = await opened();
    await applicant.consent();
    const ended = { status: 200, body: { state: "incomplete", next: `/play/${sessionId}/end` } };
    expect(await applicant.post("stop", applicant.position)).toEqual(ended);
    expect(await applicant.post("stop", applicant.position)).toEqual(ended);
    expect((await events(sessionId)).map(({ event }) => event)).toMatchObject([
      { type: "application.incomplete", reasons: ["APPLICANT_STOPPED", "TASKS_MISSING"] },
    ]);
  });

  test("a link that was never opened expires with an unknown start", async () => {
    const { sessionId } = await lender.session();
    await moveExpiry(store.deps, lender, { sessionId, seconds: -1 });
    await expireDue(store.deps, lender.companyId, 10);
    expect(await view(sessionId)).toMatchObject({ state: "expired" });
    const [expired] = await events(sessionId);
    expect(expired?.event).toMatchObject({ type: "application.expired", details: { application_started_at: null } });
  });

  test("past its time nothing starts, but a journey in progress may send and finish for ten minutes", async () => {
    const { applicant, sessionId } = await opened(short);
    await applicant.consent();
    const first = await applicant.playTask();
    await moveExpiry(store.deps, short, { sessionId, seconds: -300 });
    expect(await expireDue(store.deps, short.companyId, 10)).toBe(0);
    expect((await applicant.post("stop", applicant.position)).body["code"]).toBe("journey_ended");
    const late = await applicant.open();
    expect([late.body["code"], late.body["state"]]).toEqual(["journey_ended", "expired"]);
    await applicant.taskDone(first);
    await applicant.taskDone(await applicant.playTask());
    expect((await applicant.finish()).body["state"]).toBe("completed");
  });

  test("past the ten minutes nothing is taken any more, whether or not the sweep came by", async () => {
    const { applicant, sessionId } = await opened();
    await applicant.consent();
    await moveExpiry(store.deps, lender, { sessionId, seconds: -601 });
    const inputs = inputsOf(applicant.grant()).slice(0, 2);
    const batch = await applicant.batch({ grant: applicant.grant(), seq: 0, inputs });
    expect([batch.status, batch.body["code"], batch.body["state"]]).toEqual([409, "journey_ended", "expired"]);
    expect(batch.body["next"]).toBe(`/play/${sessionId}/end`);
    expect(await expireDue(store.deps, lender.companyId, 10)).toBe(1);
    const finish = await applicant.finish();
    expect([finish.body["code"], finish.body["state"]]).toEqual(["journey_ended", "expired"]);
    expect((await events(sessionId)).map(({ event }) => event.type)).toEqual(["application.expired"]);
  });

  test("an ended journey answers every call with its end and where to go next", async () => {
    const { applicant, sessionId } = await opened();
    await applicant.consent("declined");
    const { run, epoch } = applicant.position;
    const batch = { task_index: 0, attempt: 1, seq: 0, inputs: [{ n: 0, at: 0, kind: "shown" }] };
    for (const [call, body] of [
      ["batches", batch],
      ["task-done", { task_index: 0, attempt: 1, last_seq: 0 }],
      ["finish", { tasks: [] }],
      ["stop", {}],
      ["note", { kind: "hidden", task_index: null, duration_ms: 1 }],
    ] as const) {
      const answer = await applicant.post(call, { run, epoch, ...body });
      expect([call, answer.status, answer.body["code"], answer.body["next"]]).toEqual([
        call,
        409,
        "journey_ended",
        `/play/${sessionId}/end`,
      ]);
    }
  });
});
