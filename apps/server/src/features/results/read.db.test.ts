import type { ResultItem, ResultsPage } from "@tallystick/contract";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { SYSTEM } from "../audit/service.ts";
import { createDeployment, setEnvironment, type CreatedDeployment } from "../deployments/service.ts";
import { encodeCursor } from "../../infra/cursor.ts";
import { openDatabase, type Database } from "../../infra/database.ts";
import { buildApp } from "../../http/app.ts";
import { Applicant } from "../../testing/journey.ts";
import { newDeployment, postTokens, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";

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

type Place = CreatedDeployment["test"];

/** An environment of its own, so that the lists of the tests do not meet. */
async function fresh(): Promise<Place> {
  const { companyId } = lender.deployment;
  const name = `Loans ${lender.deps.ids.make("dep").slice(-8)}`;
  return (await createDeployment(lender.deps, { companyId, name, actor: SYSTEM })).test;
}

async function create(uid: string, place: Place, more: object = {}) {
  const body = { uid, integration_id: place.integrationId, ...more };
  const answer = await postTokens(lender.app, body, { headers: { "api-key": place.apiKey } });
  expect(answer.statusCode, answer.body).toBe(200);
  const { session_id: sessionId, link } = answer.json() as { session_id: string; link: string };
  return { sessionId, path: new URL(link).pathname };
}

/** Played to the end; returns the session id. */
async function complete(uid: string, place: Place, more: object = {}): Promise<string> {
  const { sessionId, path } = await create(uid, place, more);
  const applicant = new Applicant(lender.app);
  await applicant.playAll(path);
  expect((await applicant.finish()).status).toBe(200);
  return sessionId;
}

function get(path: string, apiKey: string) {
  return lender.app.inject({ method: "GET", url: path, headers: { "api-key": apiKey } });
}

async function one(sessionId: string, place: Place): Promise<ResultItem> {
  const answer = await get(`/v1/results/${sessionId}`, place.apiKey);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

type Query = Readonly<Record<string, string>>;

async function page(query: Query, place: Place): Promise<ResultsPage> {
  const answer = await get(`/v1/results?${new URLSearchParams(query).toString()}`, place.apiKey);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

/** Uids of the whole list, page by page. */
async function uids(query: Query, place: Place): Promise<readonly string[]> {
  const found: string[] = [];
  for (let after: string | null = ""; after !== null;) {
    const got: ResultsPage = await page({ ...query, ...(after !== "" && { after }) }, place);
    found.push(...got.items.map(({ uid }) => uid));
    after = got.next;
  }
  return found;
}

describe("one result", () => {
  test("is what the webhook says, with versions, hashes and how the webhook was delivered", async () => {
    const place = await fresh();
    const sessionId = await complete("READ-ONE-1", place, { metadata: { branch: "7" } });
    const [event] = await lender.deps.db.query<{ event_id: string; body: string }>(
      "SELECT event_id, body FROM events WHERE session_id = $1 AND type = 'psychometric_score.complete'",
      [sessionId],
    );
    const sent = JSON.parse(event?.body ?? "{}") as { event: { details: { calculated: unknown; scored_at: number } } };
    const read = await one(sessionId, place);
    expect(read).toMatchObject({
      uid: "READ-ONE-1",
      integration_id: place.integrationId,
      state: "completed",
      outcome: "scored",
      run: 1,
      metadata: { branch: "7" },
      result: { run: 1, scored_at: sent.event.details.scored_at, battery_version: "standard-1" },
      last_event: { event_id: event?.event_id, type: "psychometric_score.complete", delivery: null },
    });
    expect(read.result?.calculated).toEqual(sent.event.details.calculated);
    for (const hash of ["model_hash", "inputs_hash", "calculated_hash"] as const) {
      expect(read.result?.[hash]).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(read.last_activity_at).toBe(read.ended_at);
  });

  test("keeps the band that was sent, and shows traits as the environment says now", async () => {
    const deployment = await newDeployment(lender, { company: "Cut-offs", name: "Loans" });
    const { companyId, deploymentId, test: place } = deployment;
    const sessionId = await complete("READ-BAND-1", place);
    const before = await one(sessionId, place);
    expect(before.result?.calculated?.traits.some(({ risk_band: band }) => band === "NOT_RATED")).toBe(false);
    const settings = { traits: "all" as const, risk_band_cutoffs: [1, 2, 3, 4] as [number, number, number, number] };
    await setEnvironment(lender.deps, { companyId, deploymentId, kind: "test", settings, actor: SYSTEM });
    // Settings are read at most a second late.
    const after = await vi.waitFor(async () => {
      const read = await one(sessionId, place);
      expect(read.result?.calculated?.traits.some(({ risk_band: band }) => band === "NOT_RATED")).toBe(true);
      return read;
    }, 3_000);
    expect(after.result?.calculated?.risk_band).toBe(before.result?.calculated?.risk_band);
    expect(after.result?.calculated_hash).toBe(before.result?.calculated_hash);
  });

  test("that is not there yet is null; the state and the last activity tell how far the applicant came", async () => {
    const place = await fresh();
    const { sessionId, path } = await create("READ-OPEN-1", place);
    expect(await one(sessionId, place)).toMatchObject({
      state: "created",
      result: null,
      last_event: null,
      last_activity_at: null,
    });
    const applicant = new Applicant(lender.app);
    await applicant.follow(path);
    await applicant.open();
    await applicant.consent();
    await owner.query("UPDATE sessions SET last_activity_at = now() - interval '1 hour' WHERE session_id = $1", [
      sessionId,
    ]);
    await applicant.playTask();
    const left = await one(sessionId, place);
    expect(left).toMatchObject({ state: "in_progress", result: null, last_event: null });
    // Batches arrived after the row was last changed.
    expect(left.last_activity_at).toBeGreaterThan(Date.now() / 1000 - 600);
    const status = await lender.app.inject({
      method: "POST",
      url: "/v1/sessions-management/status",
      headers: { "api-key": place.apiKey },
      payload: { session_id: sessionId },
    });
    expect(status.json().last_activity_at).toBe(left.last_activity_at);
    await owner.query("UPDATE sessions SET expires_at = now() - interval '20 minutes' WHERE session_id = $1", [
      sessionId,
    ]);
    const expired = await one(sessionId, place);
    expect(expired).toMatchObject({ state: "expired", result: null });
    expect(expired.ended_at).toBe(expired.expires_at);
  });

  test("that could not be scored says so, and keeps its versions", async () => {
    const place = await fresh();
    const sessionId = await complete("READ-NOSCORE", place);
    await owner.query(
      `UPDATE results SET score = NULL, risk_band = NULL,
              calculated = jsonb_set(jsonb_set(calculated, '{score}', 'null'), '{risk_band}', 'null') WHERE session_id = $1`,
      [sessionId],
    );
    await owner.query("UPDATE sessions SET outcome = 'unscorable' WHERE session_id = $1", [sessionId]);
    const read = await one(sessionId, place);
    expect(read).toMatchObject({ outcome: "unscorable", result: { calculated: null, battery_version: "standard-1" } });
    expect(await uids({ outcome: "unscorable" }, place)).toEqual(["READ-NOSCORE"]);
    expect(await uids({ outcome: "scored" }, place)).toEqual([]);
  });

  test("of another environment, of nobody or of an erased person is unknown", async () => {
    const place = await fresh();
    const { sessionId } = await create("READ-ELSEWHERE", place);
    const other = await fresh();
    for (const [id, key] of [
      [sessionId, other.apiKey],
      ["ses_00000000000000000000000000", place.apiKey],
      ["%00", place.apiKey],
    ] as const) {
      const answer = await get(`/v1/results/${id}`, key);
      expect(answer.statusCode, id).toBe(404);
    }
    await owner.query("UPDATE sessions SET state = 'erased' WHERE session_id = $1", [sessionId]);
    expect((await get(`/v1/results/${sessionId}`, place.apiKey)).json()).toMatchObject({ code: "session_unknown" });
    expect(await uids({}, place)).toEqual([]);
  });

  test("is in the audit log when it was read, without the uid; a session without one is not", async () => {
    const place = await fresh();
    const { sessionId: open } = await create("READ-AUDIT-0", place);
    const sessionId = await complete("READ-AUDIT-1", place);
    await one(open, place);
    await one(sessionId, place);
    await page({}, place);
    const entries = await lender.deps.db.query(
      `SELECT action, target_id, details FROM audit_entries WHERE target_id = ANY ($1) AND actor LIKE 'key:%' ORDER BY at`,
      [[open, sessionId, place.environmentId]],
    );
    expect(entries).toEqual([
      { action: "result.read", target_id: sessionId, details: { through: "api" } },
      { action: "result.listed", target_id: place.environmentId, details: { results: 1 } },
    ]);
  });
});

describe("the list", () => {
  test("is newest first and whole at every page size", async () => {
    const place = await fresh();
    const made = [];
    for (let i = 1; i <= 7; i += 1) made.push((await create(`LIST-${i}0000`, place), `LIST-${i}0000`));
    // Several in the same instant: the session id decides.
    await owner.query(
      "UPDATE sessions SET created_at = date_trunc('second', created_at) WHERE environment_id = $1 AND uid < 'LIST-4'",
      [place.environmentId],
    );
    const whole = await uids({ limit: "1000" }, place);
    expect(whole.toSorted()).toEqual(made);
    for (const limit of ["1", "2", "3", "7"]) expect(await uids({ limit }, place)).toEqual(whole);
  });

  test("finds exactly one uid, byte for byte", async () => {
    const place = await fresh();
    await create("EXACT-0001", place);
    await create("exact-0001", place);
    expect(await uids({ uid: "EXACT-0001" }, place)).toEqual(["EXACT-0001"]);
    expect(await uids({ uid: "EXACT-00" }, place)).toEqual([]);
    expect(await uids({ uid: "EXACT-0001" }, await fresh())).toEqual([]);
  });

  test("finds uids by their beginning, byte for byte and in this environment alone", async () => {
    const [place, other] = [await fresh(), await fresh()];
    for (const uid of ["PRE-0042", "PRE-42", "pre-0042", "PRE-0043", "PRO-0042"]) await create(uid, place);
    await create("PRE-0042-elsewhere", other);
    expect((await uids({ uid_prefix: "PRE-00", limit: "1" }, place)).toSorted()).toEqual(["PRE-0042", "PRE-0043"]);
    expect((await uids({ uid_prefix: "PRE", limit: "2" }, place)).length).toBe(3);
    expect(await uids({ uid_prefix: "X" }, place)).toEqual([]);
  });

  test("is filtered by state, outcome, band, confidence, simulated and time", async () => {
    const place = await fresh();
    await create("FILTER-OPEN", place);
    await create("FILTER-LATE", place);
    const done = await complete("FILTER-DONE", place);
    const sim = await complete("FILTER-SIMU", place);
    const at = async (uid: string, sql: string) => {
      await owner.query(`UPDATE sessions SET ${sql} WHERE environment_id = $1 AND uid = $2`, [
        place.environmentId,
        uid,
      ]);
    };
    await at("FILTER-LATE", "expires_at = now() - interval '1 minute'");
    await at("FILTER-SIMU", "simulated = true");
    await at("FILTER-DONE", "created_at = to_timestamp(1700000000), ended_at = to_timestamp(1700000600)");
    await owner.query("UPDATE results SET risk_band = 'VERY_HIGH', score_confidence = 'LOW' WHERE session_id = $1", [
      sim,
    ]);
    await owner.query("UPDATE results SET risk_band = 'LOW', score_confidence = 'HIGH' WHERE session_id = $1", [done]);
    const cases: readonly (readonly [Query, readonly string[]])[] = [
      [{ state: "created" }, ["FILTER-OPEN"]],
      [{ state: "expired" }, ["FILTER-LATE"]],
      [{ state: "created,expired" }, ["FILTER-LATE", "FILTER-OPEN"]],
      [{ state: "completed", simulated: "false" }, ["FILTER-DONE"]],
      [{ outcome: "scored", simulated: "true" }, ["FILTER-SIMU"]],
      [{ risk_band: "VERY_HIGH" }, ["FILTER-SIMU"]],
      [{ risk_band: "LOW,VERY_HIGH" }, ["FILTER-SIMU", "FILTER-DONE"]],
      [{ confidence: "HIGH" }, ["FILTER-DONE"]],
      [{ risk_band: "LOW", confidence: "LOW" }, []],
      [{ created_to: "1700000000" }, []],
      [{ created_to: "1700000001" }, ["FILTER-DONE"]],
      [{ created_from: "1700000001", outcome: "scored" }, ["FILTER-SIMU"]],
      [{ completed_from: "1700000600", completed_to: "1700000601" }, ["FILTER-DONE"]],
      [{ completed_from: "0" }, ["FILTER-SIMU", "FILTER-DONE"]],
      [{ completed_from: "1700000600", created_from: "1700000001" }, ["FILTER-SIMU"]],
      [{ uid_prefix: "FILTER", state: "completed", limit: "1" }, ["FILTER-DONE", "FILTER-SIMU"]],
    ];
    for (const [query, wanted] of cases) expect(await uids(query, place), JSON.stringify(query)).toEqual(wanted);
  });

  test("refuses by name what it does not take, a cursor of another order included", async () => {
    const place = await fresh();
    await create("REFUSE-0001", place);
    await create("REFUSE-0002", place);
    const { next } = await page({ limit: "1" }, place);
    const bad: readonly Query[] = [
      { state: "erased" },
      { state: "created,," },
      { outcome: "good" },
      { risk_band: "low" },
      { confidence: "NONE" },
      { simulated: "yes" },
      { created_from: "yesterday" },
      { completed_to: "-1" },
      { uid_prefix: "with space" },
      { limit: "1001" },
      { after: "nonsense" },
      { after: next ?? "", completed_from: "1" },
      { after: encodeCursor(["created", "2026-02-31T99:00:00.000000Z", "x"]) },
      { after: encodeCursor(["created", "infinity", "x"]) },
      { after: encodeCursor(["created", "2026-02-30T10:00:00.000000Z", "x"]) },
      { after: encodeCursor(["created", "0000-01-01T00:00:00.000000Z", "x"]) },
      { integration: "x" },
    ];
    for (const query of bad) {
      const answer = await get(`/v1/results?${new URLSearchParams(query).toString()}`, place.apiKey);
      expect([answer.statusCode, answer.json().code], JSON.stringify(query)).toEqual([422, "query_invalid"]);
    }
  });
});

describe("cost", () => {
  test("a rare wish among many sessions is found over bounded pages, each of which may be empty and goes on", async () => {
    const place = await fresh();
    const { sessionId } = await create("RARE-00001", place);
    await owner.query(
      `INSERT INTO sessions (company_id, session_id, environment_id, uid, uid_canonical, state, ended_at, end_reasons, link_code,
                             battery_version, task_plan, model_version, created_at, expires_at)
       SELECT company_id, 'ses_many' || n, environment_id, 'MANY-' || n, 'many-' || n, 'incomplete', now(), '{}', 'many' || n,
              battery_version, task_plan, model_version, now() + interval '1 second' * n, now()
         FROM sessions, generate_series(1, 20000) AS n WHERE session_id = $1`,
      [sessionId],
    );
    await owner.query("ANALYZE sessions");
    const pages: ResultsPage[] = [];
    for (let after: string | null = ""; after !== null; after = pages.at(-1)?.next ?? null) {
      pages.push(await page({ state: "created", limit: "10", ...(after !== "" && { after }) }, place));
    }
    expect(pages.length).toBe(51);
    expect(pages.flatMap(({ items }) => items.map(({ uid }) => uid))).toEqual(["RARE-00001"]);
    const lookedAt = await rowsRead(place, { state: "created", limit: "10" });
    expect(lookedAt).toBeLessThanOrEqual(600);
    expect(await rowsRead(place, { uid_prefix: "MANY-1", state: "created", limit: "10" })).toBeLessThanOrEqual(600);
    expect(await rowsRead(place, { completed_from: "1", limit: "10" })).toBeLessThanOrEqual(600);
    // Of tables with a handful of rows all are read, which is cheaper than their index.
    expect(await rowsRead(place, { uid: "RARE-00001" })).toBeLessThanOrEqual(100);
  });
});

interface PlanNode {
  readonly "Node Type": string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Rows of tables that the list's statement touches. */
async function rowsRead(place: Place, query: Query): Promise<number> {
  let read = 0;
  const { db } = lender.deps;
  const counting: Database = {
    ...db,
    query: async (sql, values, named) => {
      if (named?.name.startsWith("results_by_") === true) {
        const [row] = await db.query<{ readonly "QUERY PLAN": readonly { readonly Plan: PlanNode }[] }>(
          `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${sql}`,
          values,
        );
        const plan = row?.["QUERY PLAN"][0]?.Plan;
        if (plan !== undefined) read += touched(plan);
      }
      return db.query(sql, values, named);
    },
  };
  const app = buildApp({ ...lender.deps, db: counting });
  const url = `/v1/results?${new URLSearchParams(query).toString()}`;
  expect((await app.inject({ url, headers: { "api-key": place.apiKey } })).statusCode).toBe(200);
  await app.close();
  return read;
}

function touched(node: PlanNode): number {
  const below = (node.Plans ?? []).reduce((sum, child) => sum + touched(child), 0);
  if (!/^(Seq|Index|Index Only|Bitmap Heap) Scan$/.test(node["Node Type"])) return below;
  return below + (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"];
}
