import { readFileSync } from "node:fs";
import { join } from "node:path";

import { resultDetailSchema, type ResultDetail } from "@tallystick/contract";
import { findModel } from "@tallystick/scoring";
import { findTask } from "@tallystick/tasks";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { buildApp } from "../../http/app.ts";
import { openDatabase, type Database } from "../../infra/database.ts";
import { Applicant, createLender, type Lender } from "../../testing/journey.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { SYSTEM } from "../audit/service.ts";
import { setEnvironment } from "../deployments/service.ts";
import { traceUid } from "../trace/service.ts";
import { flagText } from "./flag-words.ts";

let store: TestDeps;
let app: FastifyInstance;
let owner: Database;
let lender: Lender;
let admin: TestPerson;
let viewer: TestPerson;
beforeAll(async () => {
  store = await testDeps({ config: { sessionRate: { perSecond: 100_000, burst: 100_000 } } });
  app = buildApp(store.deps);
  owner = openDatabase({ connection: store.connection, role: null, poolSize: 1 });
  lender = await createLender(store.deps);
  admin = await signedInMember(store.deps, { companyId: lender.companyId, role: "admin" });
  viewer = await signedInMember(store.deps, { companyId: lender.companyId, role: "viewer" });
});
afterAll(async () => {
  await app.close();
  await owner.close();
  await store.close();
});

function ask(sessionId: string, as: TestPerson = admin, by: Lender = lender) {
  const url = `/beacon/api/companies/${by.companyId}/environments/${by.environmentId}/results/${sessionId}`;
  return app.inject({ url, headers: as.headers });
}

async function detail(sessionId: string, as: TestPerson = admin): Promise<ResultDetail> {
  const answer = await ask(sessionId, as);
  expect(answer.statusCode, answer.body).toBe(200);
  // Nothing more and nothing else than the contract says.
  return resultDetailSchema.parse(answer.json());
}

async function begin(
  by: Lender = lender,
): Promise<{ readonly applicant: Applicant; readonly sessionId: string; uid: string }> {
  const { sessionId, code, uid } = await by.session(undefined, { metadata: { branch: "7" } });
  const applicant = new Applicant(app);
  await applicant.follow(`/a/${code}`);
  await applicant.open();
  await applicant.consent();
  return { applicant, sessionId, uid };
}

async function finished(player: "honest" | "random" | "accessible" = "honest") {
  const { sessionId, uid, code } = await lender.session(undefined, { metadata: { branch: "7" } });
  const applicant = new Applicant(app);
  await applicant.playAll(`/a/${code}`, player);
  expect((await applicant.finish()).status).toBe(200);
  return { sessionId, uid };
}

describe("a result's page", () => {
  test("has what was announced, with bands, words and hashes", async () => {
    const { sessionId, uid } = await finished();
    const [row] = await owner.query<{
      calculated: { working: { uncertainty: Uncertain } } & Readonly<Record<string, unknown>>;
    }>("SELECT calculated FROM results WHERE session_id = $1", [sessionId]);
    const stored = row?.calculated;
    const { session, result, place, batch, beside } = await detail(sessionId);
    expect(session).toMatchObject({
      uid,
      state: "completed",
      outcome: "scored",
      can_retry: false,
      metadata: { branch: "7" },
    });
    expect(place).toMatchObject({ deployment: "Loans", environment: "test", integration_id: lender.integrationId });
    expect([batch, beside]).toEqual([null, []]);
    const [low, high] = stored?.working.uncertainty.score ?? [];
    expect(result).toMatchObject({
      score: stored?.["score"],
      score_band: { low, high },
      trust_score: stored?.["trust_score"],
      confidence: stored?.["score_confidence"],
      reasons: stored?.["reasons"],
      missing: [],
      model: { version: "standard-1.0", origin: "shipped", preview: false },
      battery: { version: "standard-1" },
    });
    expect(result?.traits.map(({ key, title }) => [key, title])).toEqual([
      ["patience", "Patience"],
      ["self_control", "Self-control"],
      ["optimism", "Sense of control"],
    ]);
    for (const trait of result?.traits ?? []) {
      const { stens, standardError } = stored?.working.uncertainty.traits[trait.key] ?? { stens: [], standardError: 0 };
      expect(trait).toMatchObject({ band: { low: stens[0], high: stens[1] }, standard_error: standardError });
      expect(trait.favourable).toBe("high");
    }
  });

  test("shows every task with its metrics, units and meanings as the data dictionary has them", async () => {
    const { sessionId } = await finished();
    const { tasks } = await detail(sessionId, viewer);
    expect(tasks.map(({ key }) => key)).toEqual(["money_choices", "quick_taps", "statements", "cards", "tower"]);
    for (const task of tasks) {
      expect(task).toMatchObject({ state: "done", complete: true, attempts: 1, refused_inputs: 0, notes: [] });
      expect(task.duration_ms).toBeGreaterThan(5_000);
      const spec = findTask(task.key, task.version)?.spec;
      expect(task.title).toBe(spec?.title);
      expect(task.metrics.map(({ name, description, unit }) => [name, description, unit])).toEqual(
        spec?.metricDictionary.map(({ name, description, unit }) => [name, description, unit ?? null]),
      );
    }
    const share = tasks[0]?.metrics.find(({ name }) => name === "share_later");
    const [row] = await owner.query<{ z: number }>(
      "SELECT (calculated #>> '{working,z,patience}')::float8 AS z FROM results WHERE session_id = $1",
      [sessionId],
    );
    expect(((share?.value ?? NaN) - 0.514) / 0.242).toBeCloseTo(row?.z ?? NaN, 4);
  });

  test("explains each flag in a sentence with what it cost", async () => {
    const { sessionId } = await finished("random");
    const { result } = await detail(sessionId);
    expect(result?.flags.length).toBeGreaterThan(0);
    expect(result?.needs_review).toBe(result?.confidence === "LOW");
    const left = (result?.flags ?? []).reduce((product, { cost }) => product * (1 - cost), 100);
    expect(Math.round(left)).toBe(result?.trust_score);
    for (const { key, text } of result?.flags ?? []) expect(text).toBe(findModel("standard-1.0")?.signals[key]?.text);
  });

  test("notes interrupted attempts, refused inputs and keyboard use at their task", async () => {
    const { applicant, sessionId } = await begin();
    // A tap that is none, in an attempt that is left, and again in the one that counts.
    await applicant.open("tab-0123456789");
    const grant = applicant.grant();
    await applicant.batch({ grant, seq: 0, inputs: [{ n: 0, at: 5, kind: "made_up" }] });
    await applicant.open("tab-0123456789");
    let isFirst = true;
    while (applicant.journey?.grants.length) {
      const last = await applicant.playTask(isFirst ? "honest" : "accessible");
      isFirst = false;
      await applicant.taskDone(last);
    }
    await applicant.finish();
    const { tasks } = await detail(sessionId);
    expect(tasks[0]?.attempts).toBeGreaterThan(1);
    expect(tasks[0]?.notes.map(({ code }) => code)).toEqual(["interrupted_before"]);
    expect(tasks[1]?.notes.map(({ code }) => code)).toEqual(["without_pointer"]);
  });

  test("counts what a task refused", async () => {
    const { applicant, sessionId } = await begin();
    const grant = applicant.grant();
    await applicant.batch({ grant, seq: 0, inputs: [{ n: 0, at: 5, kind: "made_up" }] });
    const { tasks, result, session } = await detail(sessionId);
    expect([result, session.state, session.can_retry]).toEqual([null, "in_progress", false]);
    expect(tasks[0]).toMatchObject({ state: "open", complete: false, inputs: 1, refused_inputs: 1, duration_ms: 5 });
    expect(tasks[0]?.notes.map(({ code }) => code)).toEqual(["inputs_refused", "not_complete"]);
    expect(tasks.at(-1)).toMatchObject({
      state: "not_played",
      attempts: 0,
      metrics: [],
      notes: [{ code: "not_played" }],
    });
  });

  test("shows traits without weight where the environment says all", async () => {
    const all = await createLender(store.deps, { traits: "all" });
    const person = await signedInMember(store.deps, { companyId: all.companyId, role: "viewer" });
    const { sessionId, code } = await all.session();
    const applicant = new Applicant(app);
    await applicant.playAll(`/a/${code}`);
    await applicant.finish();
    const { result } = (await ask(sessionId, person, all)).json() as ResultDetail;
    const attention = result?.traits.find(({ key }) => key === "attention");
    expect(attention).toMatchObject({ risk_band: "NOT_RATED", weight: 0, favourable: "high" });
    expect(result?.traits.find(({ key }) => key === "risk_taking")?.favourable).toBe("low");
  });

  test("has the time line that a trace of its uid has, and results that were calculated beside it", async () => {
    const { sessionId, uid } = await finished();
    const { companyId } = lender;
    await owner.query(
      `INSERT INTO results SELECT (r).* FROM (SELECT jsonb_populate_record(results, '{"result_id": "res_beside", "origin": "rescore"}') AS r
         FROM results WHERE session_id = $1) AS copied`,
      [sessionId],
    );
    const { time_line: line, beside } = await detail(sessionId);
    const trace = await traceUid(store.deps, { companyId, uid, actor: SYSTEM });
    expect(line).toEqual({ items: trace.items, truncated: false });
    expect(line.items.map(({ kind }) => kind)).toContain("scored");
    expect(beside).toMatchObject([{ result_id: "res_beside", origin: "rescore", model_version: "standard-1.0" }]);
  });
});

interface Uncertain {
  readonly score: readonly number[];
  readonly traits: Readonly<Record<string, { readonly stens: readonly number[]; readonly standardError: number }>>;
}

test("what is the operator's and the admins' is not shown to a viewer", async () => {
  const { sessionId } = await finished();
  expect((await detail(sessionId)).integrity).toEqual({ verdict: "verified", tasks: [], inputs_as_stored: true });
  const seen = await detail(sessionId, viewer);
  expect([seen.integrity, seen.place.integration_id]).toEqual([null, null]);
  expect(JSON.stringify(seen)).not.toContain(lender.integrationId);
  await owner.query("UPDATE input_batches SET body = body || ' ' WHERE session_id = $1 AND task_index = 0", [
    sessionId,
  ]);
  expect((await detail(sessionId)).integrity).toMatchObject({ inputs_as_stored: false });
});

test("what retention took away is said to be gone", async () => {
  const { sessionId } = await finished();
  await owner.query("DELETE FROM input_batches WHERE session_id = $1", [sessionId]);
  const without = await detail(sessionId);
  expect(without.result?.score).not.toBeNull();
  expect(without.integrity).toEqual({ verdict: "verified", tasks: null, inputs_as_stored: null });
  for (const task of without.tasks) {
    expect(task).toMatchObject({ metrics: [], duration_ms: null, complete: null, notes: [{ code: "inputs_removed" }] });
  }
  await owner.query("DELETE FROM results WHERE session_id = $1", [sessionId]);
  expect(await detail(sessionId)).toMatchObject({ result: null, integrity: null, session: { state: "completed" } });
});

test("another company's, another environment's and an erased session are not there", async () => {
  const { sessionId } = await finished();
  const other = await createLender(store.deps);
  const stranger = await signedInMember(store.deps, { companyId: other.companyId, role: "admin" });
  expect((await ask(sessionId, stranger)).statusCode).toBe(404);
  expect((await ask(sessionId, stranger, other)).json().code).toBe("session_unknown");
  const mixed = `/beacon/api/companies/${other.companyId}/environments/${lender.environmentId}/results/${sessionId}`;
  expect((await app.inject({ url: mixed, headers: stranger.headers })).json().code).toBe("not_found");
  await owner.query("UPDATE sessions SET state = 'erased' WHERE session_id = $1", [sessionId]);
  expect((await ask(sessionId)).json().code).toBe("session_unknown");
});

test("reading is written to the audit log for each reading, with nothing of the person", async () => {
  const { sessionId, uid } = await finished();
  await detail(sessionId, viewer);
  await detail(sessionId, viewer);
  const entries = await owner.query<{ whole: string }>(
    "SELECT a::text AS whole FROM audit_entries a WHERE action = 'result.read' AND target_id = $1 AND actor = $2",
    [sessionId, `user:${viewer.userId}`],
  );
  expect(entries).toHaveLength(2);
  expect(entries.map(({ whole }) => whole).join("")).not.toContain(uid);
});

test("the environment's present setting for traits is followed within a second", async () => {
  const { sessionId } = await finished();
  const { companyId, deploymentId } = lender;
  const set = (traits: "all" | "scored") =>
    setEnvironment(store.deps, { companyId, deploymentId, kind: "test", settings: { traits }, actor: SYSTEM });
  await set("all");
  await vi.waitFor(async () => expect((await detail(sessionId)).result?.traits.length).toBeGreaterThan(3), 3_000);
  await set("scored");
  await vi.waitFor(async () => expect((await detail(sessionId)).result?.traits).toHaveLength(3), 3_000);
});

test("every flag of the guide has its sentence here", () => {
  const guide = readFileSync(join(import.meta.dirname, "../../../../../docs/guides/results.md"), "utf8");
  const rows = [...guide.matchAll(/^\| `(\w+)` \| ([^|]+) \|$/gm)].filter(([, key]) => !/^(patience)$/.test(key ?? ""));
  const flags = rows.map(([, key = "", text = ""]) => ({ key, text: text.replaceAll("`", "") }));
  expect(flags.length).toBe(17);
  for (const { key, text } of flags) expect(text, key).toContain(flagText(key, null).split(/[.:;(]/)[0]);
});
