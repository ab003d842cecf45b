import type { Monitoring } from "@tallystick/contract";
import { monitoringSchema } from "@tallystick/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { openDatabase, type Database } from "../../infra/database.ts";
import { newDeployment, testLender, type TestLender } from "../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { SYSTEM } from "../audit/service.ts";
import { createDeployment, setEnvironment, type CreatedDeployment } from "../deployments/service.ts";
import {
  addAttempts,
  addDelivery,
  addResult,
  addSession,
  type Place,
  type ResultWish,
  type SessionWish,
} from "./testing/rows.ts";

/** Each block against numbers that were counted by hand, through the address that people ask. */

let lender: TestLender;
let owner: Database;
let deployment: CreatedDeployment;
let viewer: TestPerson;
let place: Place;
let companies = 0;
beforeAll(async () => {
  lender = await testLender();
  owner = openDatabase({ connection: lender.connection, role: null, poolSize: 1 });
});
afterAll(async () => {
  await owner.close();
  await lender.close();
});
beforeEach(async () => {
  deployment = await newDeployment(lender, { company: `Counted ${(companies += 1)}`, name: "Loans" });
  viewer = await signedInMember(lender.deps, { companyId: deployment.companyId, role: "viewer" });
  place = { companyId: deployment.companyId, environmentId: deployment.production.environmentId };
});

function ask(query: string, { companyId = deployment.companyId, headers = viewer.headers } = {}) {
  return lender.app.inject({ url: `/beacon/api/companies/${companyId}/monitoring?${query}`, headers });
}

async function monitoring(query = "from=2026-03-01&to=2026-03-03"): Promise<Monitoring> {
  const answer = await ask(query);
  expect(answer.statusCode, answer.body).toBe(200);
  return monitoringSchema.parse(answer.json());
}

const session = (wish: SessionWish, where = place) => addSession(owner, where, wish);

/** A completed session with its result. */
async function result({ session: more, ...wish }: ResultWish & { readonly session?: Partial<SessionWish> }) {
  const sessionId = await session({ at: wish.at, state: "completed", ...more });
  await addResult(owner, place, { sessionId, ...wish });
}

describe("the funnel", () => {
  test("follows every session created in the range, and nobody else", async () => {
    const at = "2026-03-02T10:00:00Z";
    await session({ at, state: "created" });
    await session({ at, state: "created" });
    await session({ at, state: "opened" });
    await session({ at, state: "in_progress" });
    await session({ at, state: "completed" });
    await session({ at, state: "completed" });
    await session({ at, state: "completed", outcome: "unscorable" });
    await session({ at, state: "expired" });
    await session({ at, state: "expired", opened: true, consented: true });
    await session({ at, state: "cancelled" });
    await session({ at, state: "incomplete" });
    await session({ at, state: "completed", simulated: true });
    // The ends of the range, to the second.
    await session({ at: "2026-03-01T00:00:00Z", state: "completed" });
    await session({ at: "2026-03-03T23:59:59Z", state: "created" });
    await session({ at: "2026-02-28T23:59:59Z", state: "completed" });
    await session({ at: "2026-03-04T00:00:00Z", state: "completed" });
    await session({ at, state: "completed" }, { ...place, environmentId: deployment.test.environmentId });
    const erased = await session({ at, state: "completed" });
    await owner.query("UPDATE sessions SET state = 'erased' WHERE session_id = $1", [erased]);

    const { funnel, series, uncounted_days } = await monitoring();
    expect(uncounted_days).toBe(0);
    expect(funnel).toEqual({
      created: 13,
      opened: 9,
      consented: 7,
      waiting: 3,
      reading: 1,
      in_progress: 1,
      completed: 4,
      scored: 3,
      unscorable: 1,
      expired: 2,
      cancelled: 1,
      incomplete: 1,
    });
    expect(series).toEqual([
      { day: "2026-03-01", created: 1, completed: 1, scored: 0, median_score: null },
      { day: "2026-03-02", created: 11, completed: 3, scored: 0, median_score: null },
      { day: "2026-03-03", created: 1, completed: 0, scored: 0, median_score: null },
    ]);
    expect((await monitoring("from=2026-03-01&to=2026-03-03&simulated=with")).funnel).toMatchObject({
      created: 14,
      completed: 5,
      scored: 4,
    });
  });

  test("adds up the deployments of the company, or shows one of them, Test and Production always apart", async () => {
    const { companyId } = deployment;
    const cards = await createDeployment(lender.deps, { companyId, name: "Cards", actor: SYSTEM });
    const at = "2026-03-02T10:00:00Z";
    await session({ at, state: "completed" });
    await session({ at, state: "completed" }, { companyId, environmentId: cards.production.environmentId });
    await session({ at, state: "created" }, { companyId, environmentId: cards.test.environmentId });
    const range = "from=2026-03-01&to=2026-03-03";
    expect((await monitoring(range)).funnel).toMatchObject({ created: 2, completed: 2 });
    expect((await monitoring(`${range}&deployment_id=${cards.deploymentId}`)).funnel).toMatchObject({ created: 1 });
    const test = await monitoring(`${range}&environment=test`);
    expect(test.funnel).toMatchObject({ created: 1, waiting: 1, completed: 0 });
    expect(test.environment).toBe("test");
  });
});

describe("tasks", () => {
  test("tell who came to each, who finished, who left there, how often it began anew and how long it took", async () => {
    const at = "2026-03-02T10:00:00Z";
    const time = (minutes: number, seconds = 0) =>
      new Date(Date.parse(at) + minutes * 60_000 + seconds * 1000).toISOString();
    const whole = await session({ at, state: "completed" });
    // 50 s for the first, 70 s for the second: that was granted long before, and began when the first was over.
    await addAttempts(owner, place, {
      sessionId: whole,
      attempts: [
        { task: 0, key: "money_choices", state: "done", granted: time(2), closed: time(2, 50) },
        { task: 1, key: "quick_taps", state: "done", granted: time(2), closed: time(4) },
      ],
    });
    const twice = await session({ at, state: "completed" });
    // An interrupted attempt costs no time: 40 s from the grant of the second.
    await addAttempts(owner, place, {
      sessionId: twice,
      attempts: [
        { task: 0, key: "money_choices", state: "interrupted", granted: time(2) },
        { task: 0, key: "money_choices", attempt: 2, state: "done", granted: time(9), closed: time(9, 40) },
        { task: 1, key: "quick_taps", state: "done", granted: time(2), closed: time(11, 40) },
      ],
    });
    const left = await session({ at, state: "expired", opened: true, consented: true });
    // Left in the first task; the second was granted ahead and never come to.
    await addAttempts(owner, place, {
      sessionId: left,
      attempts: [
        { task: 0, key: "money_choices", state: "interrupted", granted: time(2) },
        { task: 1, key: "quick_taps", state: "interrupted", granted: time(2) },
      ],
    });
    const stopped = await session({ at, state: "incomplete" });
    await addAttempts(owner, place, {
      sessionId: stopped,
      attempts: [
        { task: 0, key: "money_choices", state: "done", granted: time(2), closed: time(3) },
        { task: 1, key: "quick_taps", state: "interrupted", granted: time(2) },
      ],
    });
    const playing = await session({ at, state: "in_progress" });
    await addAttempts(owner, place, {
      sessionId: playing,
      attempts: [{ task: 0, key: "money_choices", state: "open", granted: time(2) }],
    });

    expect((await monitoring()).tasks).toEqual([
      {
        key: "money_choices",
        version: 1,
        position: 1,
        started: 4,
        finished: 3,
        left: 1,
        restarts: 1,
        median_seconds: 50,
      },
      { key: "quick_taps", version: 1, position: 2, started: 3, finished: 2, left: 1, restarts: 0, median_seconds: 70 },
    ]);
  });
});

test("completion time runs from opening to the end, with median, ninth tenth and a histogram", async () => {
  for (const seconds of [100, 250, 310, 336, 1234]) {
    await session({ at: "2026-03-02T10:00:00Z", state: "completed", seconds });
  }
  await session({ at: "2026-03-02T10:00:00Z", state: "cancelled", seconds: 5 });
  const found = (await monitoring()).completion_time;
  expect(found).toMatchObject({ n: 5, median_seconds: 310, p90_seconds: 1230 });
  expect(found.histogram.filter(({ count }) => count > 0)).toEqual([
    { from: 0, to: 180, count: 1 },
    { from: 240, to: 300, count: 1 },
    { from: 300, to: 360, count: 2 },
    { from: 900, to: 1800, count: 1 },
  ]);
});

test("devices and languages are those of opened sessions that have ended", async () => {
  const at = "2026-03-02T10:00:00Z";
  await session({ at, state: "completed", device: "phone", language: "sw" });
  await session({ at, state: "completed", device: "phone", language: "en" });
  await session({ at, state: "incomplete", device: "phone", language: "sw" });
  await session({ at, state: "cancelled", device: "computer" });
  await session({ at, state: "completed" });
  await session({ at, state: "expired" });
  await session({ at, state: "in_progress", device: "tablet", language: "en" });
  const { devices, languages } = await monitoring();
  expect(devices).toEqual([
    { key: "phone", opened: 3, completed: 2 },
    { key: "computer", opened: 1, completed: 0 },
    { key: "unknown", opened: 1, completed: 1 },
  ]);
  expect(languages).toEqual([
    { key: "sw", opened: 2, completed: 1 },
    { key: "en", opened: 1, completed: 1 },
  ]);
});

describe("scores", () => {
  test("are distributed by tenths, bands, data confidence, trust, flags and stens, of the day they were scored", async () => {
    const patience = (value: number) => [{ key: "patience", value, risk_band: "MEDIUM" }];
    const at = "2026-03-02T10:00:00Z";
    await result({ at, score: 1, band: "VERY_LOW", trust: 100, traits: patience(3) });
    await result({ at, score: 9, band: "VERY_LOW", trust: 99, traits: patience(3), flags: ["fast_responses"] });
    await result({ at, score: 10, band: "LOW", confidence: "MEDIUM", trust: 60, traits: patience(10) });
    await result({
      at,
      score: 99,
      band: "VERY_HIGH",
      confidence: "LOW",
      trust: 9,
      flags: ["fast_responses", "uniform_responses"],
    });
    await result({ at, score: null, confidence: "LOW", trust: 0, session: { outcome: "unscorable" } });
    const { scores, series } = await monitoring();
    expect(scores).toMatchObject({ n: 4, unscorable: 1, median: 9 });
    expect(scores.bins.filter(({ count }) => count > 0)).toEqual([
      { from: 1, to: 9, count: 2 },
      { from: 10, to: 19, count: 1 },
      { from: 90, to: 99, count: 1 },
    ]);
    expect(scores.bands.map(({ key, count, share }) => [key, count, share])).toEqual([
      ["VERY_LOW", 2, 0.5],
      ["LOW", 1, 0.25],
      ["MEDIUM", 0, 0],
      ["HIGH", 0, 0],
      ["VERY_HIGH", 1, 0.25],
    ]);
    expect(scores.confidence).toEqual([
      { key: "HIGH", count: 2, share: 0.4 },
      { key: "MEDIUM", count: 1, share: 0.2 },
      { key: "LOW", count: 2, share: 0.4 },
    ]);
    expect(scores.trust.map(({ count }) => count)).toEqual([2, 0, 0, 0, 0, 0, 1, 0, 0, 2]);
    expect(scores.flags).toEqual([
      { key: "fast_responses", count: 2, share: 0.4 },
      { key: "uniform_responses", count: 1, share: 0.2 },
    ]);
    expect(scores.traits).toEqual([{ key: "patience", n: 3, stens: [0, 0, 2, 0, 0, 0, 0, 0, 0, 1] }]);
    expect(series.map(({ scored, median_score }) => [scored, median_score])).toEqual([
      [0, null],
      [4, 9],
      [0, null],
    ]);
  });

  test("show a trait that does not enter the score only where the environment sends all traits", async () => {
    const traits = [
      { key: "attention", value: 4, risk_band: "NOT_RATED" },
      { key: "patience", value: 5, risk_band: "MEDIUM" },
    ];
    await result({ at: "2026-03-02T10:00:00Z", score: 50, traits });
    const keys = async () => {
      const { scores, drift } = await monitoring();
      return [scores.traits.map(({ key }) => key), drift.models[0]?.measures.map(({ key }) => key)];
    };
    expect(await keys()).toEqual([["patience"], ["score", "patience"]]);
    const { companyId, deploymentId } = deployment;
    const settings = { traits: "all" } as const;
    await setEnvironment(lender.deps, { companyId, deploymentId, kind: "production", settings, actor: SYSTEM });
    expect(await keys()).toEqual([
      ["patience", "attention"],
      ["score", "patience", "attention"],
    ]);
  });
});

test("webhooks tell by day what was delivered at once, later or never, and how long it took", async () => {
  const at = "2026-03-02T10:00:00Z";
  for (const millis of [41, 42, 1234]) await addDelivery(owner, place, { at, state: "delivered", millis });
  await addDelivery(owner, place, { at, state: "delivered", attempts: 3, millis: 5_000 });
  await addDelivery(owner, place, { at, state: "dead", attempts: 11 });
  await addDelivery(owner, place, { at, state: "pending", attempts: 2 });
  await addDelivery(owner, place, { at, state: "held", attempts: 0 });
  await addDelivery(owner, place, { at: "2026-03-03T00:00:00Z", state: "delivered", millis: 50 });
  const nothing = {
    total: 0,
    at_first: 0,
    later: 0,
    dead: 0,
    pending: 0,
    held: 0,
    median_ms: null,
    p95_ms: null,
  };
  const { webhooks } = await monitoring();
  expect(webhooks.days).toEqual([
    { day: "2026-03-01", ...nothing },
    {
      day: "2026-03-02",
      total: 7,
      at_first: 3,
      later: 1,
      dead: 1,
      pending: 1,
      held: 1,
      median_ms: 42,
      p95_ms: 5000,
    },
    { day: "2026-03-03", ...nothing, total: 1, at_first: 1, median_ms: 50, p95_ms: 50 },
  ]);
  expect(webhooks.all).toMatchObject({ total: 8, at_first: 4, later: 1, median_ms: 50, p95_ms: 5000 });
});

describe("the address", () => {
  test("is there for viewers and admins of the company and for nobody else", async () => {
    const { companyId } = deployment;
    const admin = await signedInMember(lender.deps, { companyId, role: "admin" });
    const stranger = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "admin" });
    expect((await ask("", { headers: admin.headers })).statusCode).toBe(200);
    expect((await ask("")).statusCode).toBe(200);
    const refused = await ask("", { headers: stranger.headers });
    expect(refused.statusCode).toBe(404);
    expect(refused.json()).toMatchObject({ code: "not_found" });
  });

  test("shows the last thirty days unless told otherwise", async () => {
    const { from, to, series } = await monitoring("");
    expect(series).toHaveLength(30);
    expect([series[0]?.day, series.at(-1)?.day]).toEqual([from, to]);
    expect(to).toBe(new Date().toISOString().slice(0, 10));
  });

  test("refuses ranges that are no ranges, longer ones than a year, and deployments of others", async () => {
    for (const query of [
      "from=2026-03-02&to=2026-03-01",
      "from=2025-01-01&to=2026-01-02",
      "from=yesterday",
      "to=2026-02-30",
    ]) {
      expect((await ask(query)).json(), query).toMatchObject({ code: "query_invalid" });
    }
    expect((await ask("from=2025-01-01&to=2026-01-01")).statusCode).toBe(200);
    const other = await ask(`deployment_id=${lender.deployment.deploymentId}`);
    expect(other.statusCode).toBe(404);
    expect(other.json()).toMatchObject({ code: "deployment_unknown" });
  });
});
