import type { Monitoring } from "@tallystick/contract";
import { homeSchema, monitoringSchema } from "@tallystick/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { openDatabase, type Database } from "../../infra/database.ts";
import { newDeployment, testLender, type TestLender } from "../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import type { CreatedDeployment } from "../deployments/service.ts";
import { addResult, addRetry, addSession, type Place, type ResultWish } from "./testing/rows.ts";

/** A journey that a later try could score has two announced results, and counts once: as scored, by the second. */

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
  deployment = await newDeployment(lender, { company: `Retried ${(companies += 1)}`, name: "Loans" });
  viewer = await signedInMember(lender.deps, { companyId: deployment.companyId, role: "viewer" });
  place = { companyId: deployment.companyId, environmentId: deployment.production.environmentId };
});

async function ask(path: string): Promise<unknown> {
  const url = `/beacon/api/companies/${deployment.companyId}/${path}`;
  const answer = await lender.app.inject({ url, headers: viewer.headers });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

async function monitoring(from: string, to = from): Promise<Monitoring> {
  return monitoringSchema.parse(await ask(`monitoring?from=${from}&to=${to}`));
}

const CREATED = "2026-03-01";
const FINISHED = "2026-03-02";
const RETRIED = "2026-03-05";
const patience = (value: number) => [{ key: "patience", value, risk_band: "MEDIUM" }];

/** Created on one day, finished on the next; what was measured sufficed for a trait, not for a score. */
async function unscorable(finished = `${FINISHED}T00:10:00Z`): Promise<string> {
  const at = `${CREATED}T23:50:00Z`;
  const sessionId = await addSession(owner, place, { at, state: "completed", outcome: "unscorable" });
  const first = { score: null, confidence: "LOW", trust: 30, traits: patience(2), flags: ["fast_responses"] } as const;
  await addResult(owner, place, { sessionId, at: finished, ...first });
  return sessionId;
}

function retry(sessionId: string, at = `${RETRIED}T09:00:00Z`): Promise<void> {
  const second = { score: 61, band: "HIGH", confidence: "MEDIUM", trust: 72, traits: patience(7), flags: [] } as const;
  return addRetry(owner, place, { sessionId, at, ...second });
}

/** What says how often somebody was counted, by block. */
function countsOf({ funnel, scores, drift, series }: Monitoring) {
  const some = (rows: readonly { readonly key: string; readonly count: number }[]) =>
    rows.filter(({ count }) => count > 0).map(({ key, count }) => `${count} ${key}`);
  return {
    funnel: `${funnel.scored} scored, ${funnel.unscorable} unscorable`,
    scores: `${scores.n} scored, ${scores.unscorable} unscorable`,
    confidence: some(scores.confidence),
    bands: some(scores.bands),
    trust: scores.trust.filter(({ count }) => count > 0).map(({ from, count }) => `${count} from ${from}`),
    flags: some(scores.flags),
    stens: scores.traits.map(({ n }) => n),
    drift: drift.models.map(({ n }) => n),
    leftOut: Object.values(drift.left_out).reduce((sum, count) => sum + count, 0),
    scoredByDay: series.map(({ scored }) => scored),
  };
}

const NONE = {
  funnel: "0 scored, 0 unscorable",
  scores: "0 scored, 0 unscorable",
  confidence: [],
  bands: [],
  trust: [],
  flags: [],
  stens: [],
  drift: [],
  leftOut: 0,
  scoredByDay: [0],
};
const ONCE = {
  scores: "1 scored, 0 unscorable",
  confidence: ["1 MEDIUM"],
  bands: ["1 HIGH"],
  trust: ["1 from 70"],
  flags: [],
  stens: [1],
  drift: [1],
  leftOut: 0,
};

async function forgetDays(): Promise<void> {
  await owner.query("DELETE FROM monitoring_days WHERE company_id = $1", [deployment.companyId]);
}

describe("a journey that was scored by a later try", () => {
  test("counts once, as scored, in every block of the days it touches, and of each of them alone", async () => {
    await retry(await unscorable());
    const whole = countsOf(await monitoring(CREATED, RETRIED));
    expect(whole).toEqual({ ...ONCE, funnel: "1 scored, 0 unscorable", scoredByDay: [0, 0, 0, 0, 1] });
    expect(countsOf(await monitoring(CREATED))).toEqual({ ...NONE, funnel: "1 scored, 0 unscorable" });
    expect(countsOf(await monitoring(FINISHED))).toEqual(NONE);
    expect(countsOf(await monitoring(RETRIED))).toEqual({ ...ONCE, funnel: NONE.funnel, scoredByDay: [1] });
  });

  test("changes the days that were kept before, also where only one of them is looked at", async () => {
    const sessionId = await unscorable();
    const before = countsOf(await monitoring(CREATED, RETRIED));
    expect(before).toMatchObject({ funnel: "0 scored, 1 unscorable", scores: "0 scored, 1 unscorable", leftOut: 1 });
    await retry(sessionId);
    expect(countsOf(await monitoring(CREATED))).toEqual({ ...NONE, funnel: "1 scored, 0 unscorable" });
    expect(countsOf(await monitoring(FINISHED))).toEqual(NONE);
    const kept = countsOf(await monitoring(CREATED, RETRIED));
    expect(kept).toEqual({ ...ONCE, funnel: "1 scored, 0 unscorable", scoredByDay: [0, 0, 0, 0, 1] });
    await forgetDays();
    expect(countsOf(await monitoring(CREATED, RETRIED))).toEqual(kept);
  });

  test("counts once where it was finished and scored on one day that was kept in between", async () => {
    const sessionId = await unscorable(`${RETRIED}T08:00:00Z`);
    expect(countsOf(await monitoring(RETRIED))).toMatchObject({ scores: "0 scored, 1 unscorable" });
    await retry(sessionId);
    expect(countsOf(await monitoring(RETRIED))).toEqual({ ...ONCE, funnel: NONE.funnel, scoredByDay: [1] });
  });

  test("leaves others that could not be scored as they are, and keeps what it changed", async () => {
    await unscorable();
    await retry(await unscorable());
    const found = countsOf(await monitoring(CREATED, RETRIED));
    expect(found).toMatchObject({
      funnel: "1 scored, 1 unscorable",
      scores: "1 scored, 1 unscorable",
      confidence: ["1 MEDIUM", "1 LOW"],
      flags: ["1 fast_responses"],
      leftOut: 1,
    });
    const at = await countedAt();
    await monitoring(CREATED, RETRIED);
    expect(await countedAt()).toEqual(at);
  });

  test("is told again when one is scored and another of that day goes", async () => {
    const [first, second] = [await unscorable(), await unscorable()];
    await retry(first);
    await monitoring(CREATED, RETRIED);
    await owner.query("UPDATE sessions SET state = 'erased' WHERE session_id = $1", [first]);
    await owner.query("DELETE FROM results WHERE session_id = $1", [first]);
    await retry(second);
    const kept = countsOf(await monitoring(CREATED, RETRIED));
    expect(kept).toMatchObject({ ...ONCE, funnel: "1 scored, 0 unscorable" });
    await forgetDays();
    expect(countsOf(await monitoring(CREATED, RETRIED))).toEqual(kept);
  });
});

async function countedAt() {
  return owner.query(
    "SELECT part, day::text AS day, counted_at AS at FROM monitoring_days WHERE company_id = $1 ORDER BY part, day",
    [deployment.companyId],
  );
}

describe("Home", () => {
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

  async function retried(confidence: NonNullable<ResultWish["confidence"]>): Promise<void> {
    const sessionId = await addSession(owner, place, { at: ago(50), state: "completed", outcome: "unscorable" });
    await addResult(owner, place, { sessionId, at: ago(49), score: null, confidence: "LOW" });
    await addRetry(owner, place, { sessionId, at: ago(2), score: 40, confidence });
  }

  async function found() {
    const { attention } = homeSchema.parse(await ask("home"));
    return attention.filter(({ kind }) => kind.startsWith("results_")).map(({ kind, count }) => ({ kind, count }));
  }

  test("no longer says of it that it could not be scored or has to be reviewed", async () => {
    await retried("HIGH");
    expect(await found()).toEqual([]);
  });

  test("asks once to review it when its score has low data confidence too", async () => {
    await retried("LOW");
    expect(await found()).toEqual([{ kind: "results_to_review", count: 1 }]);
  });
});
