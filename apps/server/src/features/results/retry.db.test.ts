import type { RetryScoring } from "@tallystick/contract";
import { findModel } from "@tallystick/scoring";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { buildApp } from "../../http/app.ts";
import { openDatabase, type Database } from "../../infra/database.ts";
import { runCommand } from "../../start/command.ts";
import { sessionCommands } from "../../start/commands/session.ts";
import { Applicant, createLender, eventsOf, sessionView, type Lender } from "../../testing/journey.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { SYSTEM } from "../audit/service.ts";
import { environmentById, setEnvironment } from "../deployments/service.ts";
import { setWebhookUrl } from "../endpoints/service.ts";
import { importModel } from "../models/service.ts";
import { readMonitoring } from "../monitoring/service.ts";
import { numberRows, reconcile } from "../reconcile/service.ts";
import { readResult, rescoreCheck } from "./service.ts";

/** Weighs attention, which nobody has who plays without a pointer. */
const DEMANDING = "demanding-1";

let store: TestDeps;
let app: FastifyInstance;
let owner: Database;
let lender: Lender;
let admin: TestPerson;
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
  const { deps } = store;
  lender = await createLender(deps, { battery: "preview-1" });
  const { companyId, environmentId } = lender;
  admin = await signedInMember(deps, { companyId, role: "admin" });
  const model = findModel("preview-1.1");
  if (model === null) throw new Error("no model to change");
  const traits = model.traits.map((trait) => ({ ...trait, weight: 1 }));
  await importModel(deps, { companyId, text: JSON.stringify({ ...model, version: DEMANDING, traits }), actor: SYSTEM });
  await choose(DEMANDING);
  await deps.db.transaction((tx) =>
    setWebhookUrl(tx, deps, { companyId, environmentId, kind: "test", url: "http://127.0.0.1:9/hook" }),
  );
});

/** Settings are read at most a second late. */
async function choose(model: string | null): Promise<void> {
  const { companyId, deploymentId, environmentId } = lender;
  const settings = { model_version: model };
  await setEnvironment(store.deps, { companyId, deploymentId, kind: "test", settings, actor: SYSTEM });
  await vi.waitFor(async () => {
    const { settings: seen } = await environmentById(store.deps, companyId, environmentId);
    expect(seen.model_version).toBe(model);
  }, 3_000);
}

async function finished(player: "honest" | "accessible"): Promise<string> {
  const { sessionId, code } = await lender.session();
  const applicant = new Applicant(app);
  await applicant.playAll(`/a/${code}`, player);
  expect((await applicant.finish()).status).toBe(200);
  return sessionId;
}

function retry(sessionId: string, as: TestPerson = admin, environmentId = lender.environmentId) {
  const url = `/beacon/api/companies/${lender.companyId}/environments/${environmentId}/results/${sessionId}/retry`;
  return app.inject({ method: "POST", url, headers: as.headers });
}

async function rowsOf(sessionId: string) {
  const count = async (sql: string) => (await owner.query<{ n: number }>(sql, [lender.companyId, sessionId]))[0]?.n;
  return {
    results: await count("SELECT count(*)::int AS n FROM results WHERE company_id = $1 AND session_id = $2"),
    events: await count("SELECT count(*)::int AS n FROM events WHERE company_id = $1 AND session_id = $2"),
    deliveries: await count(
      `SELECT count(*)::int AS n FROM deliveries d JOIN events e USING (company_id, event_id)
        WHERE company_id = $1 AND session_id = $2`,
    ),
  };
}

test("says what is missing, and changes nothing, while there is still no score", async () => {
  const sessionId = await finished("accessible");
  expect(await sessionView(store.deps, lender, sessionId)).toMatchObject({ outcome: "unscorable" });
  const before = await rowsOf(sessionId);
  const answer = await retry(sessionId);
  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.json()).toEqual({
    outcome: "still_unscorable",
    result_id: null,
    model_version: DEMANDING,
    score: null,
    missing: [
      {
        metric: "quick_taps.ln_spread",
        task: "Quick taps",
        text: expect.stringMatching(/^It is missing when: \S/),
      },
    ],
  });
  expect(await rowsOf(sessionId)).toEqual(before);
  expect(await sessionView(store.deps, lender, sessionId)).toMatchObject({
    outcome: "unscorable",
    end_reasons: ["DATA_UNUSABLE"],
  });
});

test("adds result, score event and delivery once the present model can score it, and is told everywhere", async () => {
  const sessionId = await finished("accessible");
  const before = await rowsOf(sessionId);
  await choose("preview-1.1");
  const scored = (await retry(sessionId)).json();
  expect(scored).toMatchObject({ outcome: "scored", model_version: "preview-1.1", missing: [] });
  expect(await rowsOf(sessionId)).toEqual({
    results: (before.results ?? 0) + 1,
    events: (before.events ?? 0) + 1,
    deliveries: (before.deliveries ?? 0) + 1,
  });
  expect(await sessionView(store.deps, lender, sessionId)).toMatchObject({
    state: "completed",
    outcome: "scored",
    end_reasons: [],
  });
  const events = await eventsOf(store.deps, lender, sessionId);
  expect(events.map(({ event }) => event.type)).toEqual([
    "application.complete",
    "application.incomplete",
    "psychometric_score.complete",
  ]);
  const [complete, , score] = events;
  const environment = await environmentById(store.deps, lender.companyId, lender.environmentId);
  const read = await readResult(store.deps, { environment, actor: SYSTEM }, sessionId);
  expect(score?.event.details).toMatchObject({
    calculated: read.result?.calculated,
    scored_at: read.result?.scored_at,
  });
  // The journey ended when it ended; the score came later.
  expect(complete?.event.type).toBe("application.complete");
  expect(score?.event.details).toMatchObject({ ...complete?.event.details });
  expect(read.result).toMatchObject({ result_id: scored.result_id, calculated: { score: scored.score } });
  expect(await rescoreCheck(store.deps, { companyId: lender.companyId, sessionId })).toMatchObject({ same: true });
  const audit = await owner.query("SELECT actor, details FROM audit_entries WHERE action = 'result.retried'");
  expect(audit.at(-1)).toEqual({
    actor: `user:${admin.userId}`,
    details: { outcome: "scored", model_version: "preview-1.1", result_id: scored.result_id },
  });
});

test("scores once, whoever tries at the same time, and says so to the others", async () => {
  const sessionId = await finished("accessible");
  await choose("preview-1.1");
  const answers = await Promise.all(Array.from({ length: 5 }, () => retry(sessionId)));
  const outcomes = answers.map((answer) => answer.json().outcome as string).toSorted();
  expect(outcomes).toEqual(["already_scored", "already_scored", "already_scored", "already_scored", "scored"]);
  expect(new Set(answers.map((answer) => answer.json().result_id)).size).toBe(1);
  expect(await rowsOf(sessionId)).toEqual({ results: 2, events: 3, deliveries: 3 });
});

test("who reconciles finds it once, by when it finished, and with the score that was sent last", async () => {
  const sessionId = await finished("accessible");
  await owner.query("UPDATE results SET scored_at = '2026-03-02T10:00:00Z' WHERE session_id = $1", [sessionId]);
  await choose("preview-1.1");
  const { score } = (await retry(sessionId)).json<RetryScoring>();
  const [session] = await owner.query<{ uid: string }>("SELECT uid FROM sessions WHERE session_id = $1", [sessionId]);
  const { companyId, environmentId } = lender;
  const compare = async (
    row: { readonly uid: string; readonly score?: number | null },
    from = 0,
    to = 4_000_000_000,
  ) => {
    const rows = numberRows([row]);
    const place = { companyId, environmentId, includeMatched: true, actor: SYSTEM } as const;
    return reconcile(store.deps, { ...place, rows, range: { from, to } });
  };
  const left = async (from: string, to: string) => {
    const seconds = (day: string) => Date.parse(day) / 1000;
    const report = await compare({ uid: "SOMEBODY-ELSE" }, seconds(from), seconds(to));
    return report.not_in_list.map((row) => row.session_id);
  };
  expect(await left("2026-01-01", "2090-01-01")).toEqual([sessionId]);
  expect(await left("2026-03-02", "2026-03-03")).toEqual([sessionId]);
  expect(await left("2026-03-03", "2090-01-01")).toEqual([]);
  const known = { uid: session?.uid ?? "", score };
  expect((await compare(known)).lines).toMatchObject([{ finding: "matched" }]);
  // Retention may have taken what was sent: then the newest result says it.
  await owner.query("UPDATE events SET body = NULL WHERE session_id = $1", [sessionId]);
  expect((await compare(known)).lines).toMatchObject([{ finding: "matched" }]);
});

test("Monitoring, which had counted it before, counts it once and as scored", async () => {
  const sessionId = await finished("accessible");
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const counted = async () => {
    const { companyId } = lender;
    const query = { companyId, environment: "test", from: yesterday, simulated: "without" } as const;
    const { funnel, scores } = await readMonitoring(store.deps, query);
    const results = scores.confidence.reduce((sum, { count }) => sum + count, 0);
    return { funnel: [funnel.scored, funnel.unscorable], scores: [scores.n, scores.unscorable], results };
  };
  expect(await counted()).toEqual({ funnel: [0, 1], scores: [0, 1], results: 1 });
  await choose("preview-1.1");
  await retry(sessionId);
  expect(await counted()).toEqual({ funnel: [1, 0], scores: [1, 0], results: 1 });
});

test("refuses what has nothing to be scored again, by name", async () => {
  const { sessionId: open } = await lender.session();
  const gone = await finished("accessible");
  const altered = await finished("accessible");
  const removed = await finished("accessible");
  await owner.query("DELETE FROM results WHERE session_id = $1", [removed]);
  await owner.query("DELETE FROM input_batches WHERE session_id = $1", [gone]);
  await owner.query("UPDATE input_batches SET body = '[]' WHERE session_id = $1", [altered]);
  const wanted: readonly (readonly [string, RegExp])[] = [
    [open, /is created/],
    [removed, /removed its result/],
    [gone, /removed the inputs/],
    [altered, /not those that were scored/],
  ];
  for (const [sessionId, why] of wanted) {
    const answer = await retry(sessionId);
    expect([answer.statusCode, answer.json().code], sessionId).toEqual([409, "scoring_not_retryable"]);
    expect(answer.json().detail).toMatch(why);
  }
  const viewer = await signedInMember(store.deps, { companyId: lender.companyId, role: "viewer" });
  expect((await retry(altered, viewer)).json().code).toBe("role_insufficient");
});

test("another company's session, another environment's and an erased one are not there", async () => {
  const sessionId = await finished("accessible");
  const other = await createLender(store.deps);
  const stranger = await signedInMember(store.deps, { companyId: other.companyId, role: "admin" });
  expect((await retry(sessionId, stranger)).statusCode).toBe(404);
  const url = `/beacon/api/companies/${other.companyId}/environments/${other.environmentId}/results/${sessionId}/retry`;
  const own = await app.inject({ method: "POST", url, headers: stranger.headers });
  expect([own.statusCode, own.json().code]).toEqual([404, "session_unknown"]);
  const [production] = await owner.query<{ id: string }>(
    "SELECT environment_id AS id FROM environments WHERE company_id = $1 AND kind = 'production'",
    [lender.companyId],
  );
  expect((await retry(sessionId, admin, production?.id)).json().code).toBe("session_unknown");
  await owner.query("UPDATE sessions SET state = 'erased' WHERE session_id = $1", [sessionId]);
  expect((await retry(sessionId)).json().code).toBe("session_unknown");
});

test("the command does the same", async () => {
  const sessionId = await finished("accessible");
  const command = sessionCommands.find(({ name }) => name === "session retry");
  if (command === undefined) throw new Error("no such command");
  const run = async () => {
    let out = "";
    const code = await runCommand(command, [sessionId, "--company", lender.companyId], {
      io: { out: (text) => (out += text), note: () => undefined, osUser: "ana" },
      openDeps: () => Promise.resolve({ deps: store.deps, close: () => Promise.resolve() }),
    });
    return { code, out };
  };
  expect((await run()).out).toContain("quick_taps.ln_spread (Quick taps)");
  await choose("preview-1.1");
  expect((await run()).out).toMatch(/^Scored \d+ with preview-1\.1/);
  expect(await run()).toMatchObject({ code: 0, out: expect.stringContaining("It has a score already") });
});
