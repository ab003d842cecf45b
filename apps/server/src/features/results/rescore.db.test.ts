import { setTimeout as pause } from "node:timers/promises";

import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { buildApp } from "../../http/app.ts";
import { openDatabase, type Database } from "../../infra/database.ts";
import { Applicant, createLender, eventsOf, type Lender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { SYSTEM } from "../audit/service.ts";
import { setEnvironment } from "../deployments/service.ts";
import { eraseDue } from "../retention/erasure-job.ts";
import { requestErasure, sweepCompany } from "../retention/service.ts";
import { reconcile } from "../reconcile/service.ts";
import { playNext } from "../sandbox/service.ts";
import { traceUid } from "../trace/service.ts";
import { rescore, rescoreCheck, type RescoreReport } from "./service.ts";

const OTHER = "preview-1.0";

let store: TestDeps;
let app: FastifyInstance;
let owner: Database;
let lender: Lender;
beforeAll(async () => {
  store = await testDeps({ config: { sessionRate: { perSecond: 100_000, burst: 100_000 } } });
  app = buildApp(store.deps);
  owner = openDatabase({ connection: store.connection, role: null, poolSize: 1 });
});
afterAll(async () => {
  await app.close();
  await owner.close();
  await store.close();
});
beforeEach(async () => {
  // The battery with two models; the sessions pin the second.
  lender = await createLender(store.deps, { battery: "preview-1" });
});

async function finished(by: Lender = lender, uid?: string): Promise<string> {
  const { sessionId, code } = await by.session(uid);
  const applicant = new Applicant(app);
  await applicant.playAll(`/a/${code}`);
  expect((await applicant.finish()).status).toBe(200);
  return sessionId;
}

async function finishedMany(count: number): Promise<readonly string[]> {
  return Promise.all(Array.from({ length: count }, () => finished()));
}

interface Wish {
  readonly model?: string | null;
  readonly by?: Lender;
  readonly limit?: number;
  readonly sessionId?: string;
  readonly from?: number;
  readonly to?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: () => void;
}

function again({ model = OTHER, by = lender, limit, sessionId, from, to, ...rest }: Wish = {}): Promise<RescoreReport> {
  return rescore(store.deps, {
    scope: {
      companyId: by.companyId,
      environmentIds: [by.environmentId],
      sessionId: sessionId ?? null,
      from: from ?? null,
      to: to ?? null,
    },
    modelVersion: model,
    limit: limit ?? null,
    actor: { id: "cli:ana", origin: null },
    named: { all: true },
    pageSize: 2,
    ...rest,
  });
}

interface Row {
  readonly session_id: string;
  readonly origin: string;
  readonly model_version: string;
  readonly calculated: string;
  readonly calculated_hash: string;
  readonly whole: string;
}

function resultsOf(by: Lender = lender): Promise<readonly Row[]> {
  return owner.query<Row>(
    `SELECT session_id, origin, model_version, calculated::text AS calculated, calculated_hash, r::text AS whole
       FROM results r WHERE company_id = $1 ORDER BY session_id, origin, result_id`,
    [by.companyId],
  );
}

async function rescoredIds(by: Lender = lender): Promise<readonly string[]> {
  return (await resultsOf(by)).filter(({ origin }) => origin === "rescore").map((row) => row.session_id);
}

async function changeResult(sessionId: string, sql: string): Promise<void> {
  await owner.query(`UPDATE results SET ${sql} WHERE company_id = $1 AND session_id = $2`, [
    lender.companyId,
    sessionId,
  ]);
}

describe("with another model", () => {
  test("a result stands beside the old one, whose bytes stay; the lender is told nothing and sees the old one", async () => {
    const sessionId = await finished(lender, "KEPT-0001-x");
    const before = await resultsOf();
    const events = await eventsOf(store.deps, lender, sessionId);
    const report = await again();
    expect(report).toMatchObject({
      modelVersion: OTHER,
      modelHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      counts: { considered: 1, written: 1, same: 0, different: 0 },
      skipped: {},
      left: 0,
    });
    const after = await resultsOf();
    expect(after).toHaveLength(2);
    expect(after.filter(({ origin }) => origin === "finish")).toEqual(before);
    expect(after.find(({ origin }) => origin === "rescore")).toMatchObject({
      session_id: sessionId,
      model_version: OTHER,
    });
    expect(await eventsOf(store.deps, lender, sessionId)).toEqual(events);
    const deliveries = await owner.query("SELECT 1 FROM deliveries WHERE company_id = $1", [lender.companyId]);
    expect(deliveries).toHaveLength(0);
    const traced = await traceUid(store.deps, { companyId: lender.companyId, uid: "KEPT-0001-x", actor: SYSTEM });
    const scored = traced.items.filter(({ kind }) => kind === "scored");
    expect(scored).toHaveLength(1);
    expect(scored[0]?.text).toContain("preview-1.1");
    expect(await rescoreCheck(store.deps, { companyId: lender.companyId, sessionId })).toMatchObject({ same: true });
    expect((await again({ model: null })).counts).toMatchObject({ considered: 1, same: 1 });
  });

  test("reconciling knows the announced result alone, also where the sent body is gone", async () => {
    const sessionId = await finished(lender, "RECON-0001-x");
    await again();
    const { companyId } = lender;
    await owner.query("UPDATE events SET body = NULL WHERE session_id = $1", [sessionId]);
    await owner.query("UPDATE results SET score = 77, scored_at = now() WHERE session_id = $1 AND origin = 'finish'", [
      sessionId,
    ]);
    await owner.query(
      "UPDATE results SET score = 11, scored_at = now() + interval '1 s' WHERE session_id = $1 AND origin = 'rescore'",
      [sessionId],
    );
    const range = { from: 0, to: Date.now() / 1000 + 60 };
    const { integrationId } = lender;
    const query = { companyId, integrationId, range, includeMatched: true, actor: SYSTEM };
    const listed = await reconcile(store.deps, { ...query, rows: [{ line: 1, uid: "RECON-0001-x", score: 77 }] });
    expect(listed).toMatchObject({ lines: [{ finding: "matched" }], not_in_list: [] });
    const { not_in_list } = await reconcile(store.deps, { ...query, rows: [{ line: 1, uid: "ELSE-0001-x" }] });
    expect(not_in_list.map(({ uid }) => uid)).toEqual(["RECON-0001-x"]);
  });

  test("equal inputs and version give equal bytes, and its own version is there already", async () => {
    await finished();
    expect((await again({ model: "preview-1.1" })).skipped).toEqual({ already: 1 });
    await again();
    const [first] = (await resultsOf()).filter(({ origin }) => origin === "rescore");
    await owner.query("DELETE FROM results WHERE company_id = $1 AND origin = 'rescore'", [lender.companyId]);
    await again();
    const [second] = (await resultsOf()).filter(({ origin }) => origin === "rescore");
    expect(second?.calculated).toBe(first?.calculated);
    expect(second?.calculated_hash).toBe(first?.calculated_hash);
  });

  test("cut off after a page and called again, every session has one result more", async () => {
    const ids = await finishedMany(5);
    const stop = new AbortController();
    const first = await again({ signal: stop.signal, onProgress: () => stop.abort() });
    expect(first).toMatchObject({ counts: { considered: 2, written: 2 }, left: 3 });
    const second = await again({ limit: 1 });
    expect(second).toMatchObject({ counts: { considered: 3, written: 1 }, skipped: { already: 2 }, left: 2 });
    expect(await again()).toMatchObject({ counts: { considered: 5, written: 2 }, skipped: { already: 3 }, left: 0 });
    expect(await rescoredIds()).toEqual(ids.toSorted());
    const entries = await owner.query<{ actor: string; details: Record<string, unknown> }>(
      "SELECT actor, details FROM audit_entries WHERE company_id = $1 AND action = 'results.rescored' ORDER BY at",
      [lender.companyId],
    );
    expect(entries.map(({ actor, details }) => [actor, details["written"], details["left"]])).toEqual([
      ["cli:ana", 2, 3],
      ["cli:ana", 1, 2],
      ["cli:ana", 2, 0],
    ]);
    expect(entries[0]?.details).toMatchObject({
      model_version: OTHER,
      model_hash: first.modelHash,
      scope: { all: true },
    });
  });

  test("two at once leave one result for each session", async () => {
    const ids = await finishedMany(5);
    const reports = await Promise.all([again(), again(), again()]);
    expect(await rescoredIds()).toEqual(ids.toSorted());
    expect(reports.reduce((sum, { counts }) => sum + counts.written, 0)).toBe(5);
    for (const { counts, skipped } of reports) expect(counts.written + (skipped.already ?? 0)).toBe(5);
  });

  test("a model of another battery skips the session, and another company is not touched", async () => {
    await finished();
    const neighbour = await createLender(store.deps, { battery: "preview-1" });
    await finished(neighbour);
    expect(await again({ model: "standard-1.0" })).toMatchObject({
      counts: { considered: 1, written: 0 },
      skipped: { other_battery: 1 },
    });
    await again();
    expect(await rescoredIds()).toHaveLength(1);
    expect(await rescoredIds(neighbour)).toEqual([]);
  });

  test("a battery or task that this version does not have is skipped by name", async () => {
    const [one, two] = await finishedMany(2);
    await owner.query("UPDATE sessions SET battery_version = 'gone-1' WHERE session_id = $1", [one]);
    await owner.query(
      `UPDATE sessions SET task_plan = '[{"key": "quick_taps", "version": 99}]' WHERE session_id = $1`,
      [two],
    );
    expect((await again({ model: null })).skipped).toEqual({ not_in_build: 2 });
  });

  test("altered inputs are never scored", async () => {
    const sessionId = await finished();
    await owner.query(
      "UPDATE input_batches SET body = body || ' ' WHERE session_id = $1 AND task_index = 0 AND seq = 0",
      [sessionId],
    );
    expect((await again()).skipped).toEqual({ inputs_altered: 1 });
    expect(await rescoredIds()).toEqual([]);
  });

  test("simulated journeys are scored as well, and counted apart", async () => {
    await finished();
    await lender.session("SIM-LOWRISK-0001");
    while (await playNext(store.deps, lender.companyId));
    expect(await again()).toMatchObject({
      counts: { considered: 2, written: 2 },
      simulated: { considered: 1, written: 1 },
    });
  });

  test("a range takes the sessions that ended in it", async () => {
    const [old] = await finishedMany(2);
    await owner.query("UPDATE sessions SET ended_at = '2026-01-31T12:00:00Z' WHERE session_id = $1", [old]);
    const noon = Date.parse("2026-01-31T12:00:00Z") / 1000;
    expect((await again({ to: noon })).counts.considered).toBe(0);
    expect((await again({ from: noon, to: noon + 1 })).counts.considered).toBe(1);
    expect(await rescoredIds()).toEqual([old]);
    expect((await again({ from: noon + 1 })).counts.considered).toBe(1);
  });
});

describe("without a model", () => {
  test("everything is the same and nothing is written", async () => {
    await finishedMany(3);
    const before = await resultsOf();
    const report = await again({ model: null });
    expect(report).toMatchObject({
      modelVersion: null,
      modelHash: null,
      counts: { considered: 3, written: 0, same: 3, different: 0 },
      different: [],
      skipped: {},
      left: 0,
    });
    expect(await resultsOf()).toEqual(before);
  });

  test.each([
    ["the document", "calculated = jsonb_set(calculated, '{score}', '1')"],
    ["its hash", "calculated_hash = md5(calculated_hash)"],
    ["the column of the score", "score = score + 1"],
    ["the confidence", "score_confidence = 'none'"],
    ["the trust", "trust_score = trust_score - 1"],
    ["the model's hash", "model_hash = md5(model_hash)"],
    ["the checksum", "inputs_checksum = md5(inputs_checksum)"],
  ])("a result is found in which somebody changed %s", async (_what, sql) => {
    const [sessionId = ""] = await finishedMany(2);
    await changeResult(sessionId, sql);
    const report = await again({ model: null });
    expect(report.counts).toMatchObject({ considered: 2, same: 1, different: 1 });
    expect(report.different).toEqual([{ sessionId, resultId: expect.stringMatching(/^res_/) }]);
  });

  test.each([
    ["changed", "UPDATE input_batches SET body = replace(body, '\"at\":', '\"at\": ')"],
    ["changed with its hash", "UPDATE input_batches SET body = '[]', body_hash = encode(sha256('[]'), 'hex')"],
    ["taken away", "DELETE FROM input_batches"],
  ])("a batch of inputs is found that was %s", async (_what, sql) => {
    const [sessionId = ""] = await finishedMany(2);
    await owner.query(`${sql} WHERE session_id = $1 AND task_index = 0 AND seq = 0`, [sessionId]);
    expect(await again({ model: null })).toMatchObject({
      counts: { same: 1, different: 1 },
      different: [{ sessionId }],
    });
  });
});

describe("what is not kept any more", () => {
  const retention = (days: object) =>
    setEnvironment(store.deps, {
      companyId: lender.companyId,
      deploymentId: lender.deploymentId,
      kind: "test",
      settings: { retention: days },
      actor: SYSTEM,
    });

  async function endedDaysAgo(days: number): Promise<string> {
    const sessionId = await finished();
    await owner.query("UPDATE sessions SET ended_at = now() - make_interval(days => $2::int) WHERE session_id = $1", [
      sessionId,
      days,
    ]);
    return sessionId;
  }

  test("an erased person is skipped, and erasing takes what was calculated again", async () => {
    const sessionId = await finished();
    await again();
    expect(await resultsOf()).toHaveLength(2);
    const { companyId, environmentId } = lender;
    await requestErasure(store.deps, { companyId, environmentId, name: { sessionId }, actor: SYSTEM });
    // Out of sight already, with its content still there.
    expect(await again({ model: null })).toMatchObject({ counts: { considered: 1, same: 0 }, skipped: { erased: 1 } });
    for (let step = 0; step < 3; step++) {
      await owner.query("UPDATE erasures SET not_before = now() WHERE company_id = $1", [companyId]);
      await eraseDue(store.deps, companyId);
    }
    expect(await resultsOf()).toEqual([]);
    expect((await again()).skipped).toEqual({ erased: 1 });
    expect(await resultsOf()).toEqual([]);
  });

  test("where retention removed the inputs, the session is skipped", async () => {
    await retention({ inputs_days: 30, results_days: 90 });
    await endedDaysAgo(50);
    await sweepCompany(store.deps, lender.companyId);
    expect((await again()).skipped).toEqual({ inputs_removed: 1 });
    expect(await again({ model: null })).toMatchObject({ counts: { different: 0 }, skipped: { inputs_removed: 1 } });
  });

  test("retention takes what was calculated again with the result, and nothing is added to what it passed by", async () => {
    await retention({ inputs_days: 300, results_days: 90 });
    await endedDaysAgo(100);
    await again();
    expect(await resultsOf()).toHaveLength(2);
    await sweepCompany(store.deps, lender.companyId);
    expect(await resultsOf()).toEqual([]);
    expect((await again()).skipped).toEqual({ result_removed: 1 });
    expect(await resultsOf()).toEqual([]);
  });

  test("retention waits for what is being scored, and takes it", async () => {
    await retention({ inputs_days: 300, results_days: 90 });
    const sessionId = await endedDaysAgo(100);
    let swept: Promise<unknown> = Promise.resolve();
    // What a page does, held open for as long as a sweep would need.
    await store.deps.db.transaction(async (tx) => {
      await tx.query("SELECT 1 FROM sessions WHERE session_id = $1 FOR SHARE", [sessionId]);
      await tx.query(
        `INSERT INTO results (company_id, session_id, result_id, origin, run, environment_id, battery_version, model_version,
                              model_hash, inputs_checksum, score_confidence, trust_score, calculated, calculated_hash)
         SELECT company_id, session_id, 'res_late', 'rescore', run, environment_id, battery_version, model_version,
                'other', inputs_checksum, score_confidence, trust_score, calculated, calculated_hash
           FROM results WHERE session_id = $1`,
        [sessionId],
      );
      swept = sweepCompany(store.deps, lender.companyId);
      await pause(500);
    });
    await swept;
    expect(await resultsOf()).toEqual([]);
  });

  test("scoring and retention at once leave nothing behind, in whatever order they come", async () => {
    await retention({ inputs_days: 300, results_days: 90 });
    await endedDaysAgo(100);
    await endedDaysAgo(101);
    await Promise.all([again(), sweepCompany(store.deps, lender.companyId), again()]);
    expect(await resultsOf()).toEqual([]);
  });
});
