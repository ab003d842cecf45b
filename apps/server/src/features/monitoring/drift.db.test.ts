import type { Monitoring } from "@tallystick/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { openDatabase, type Database } from "../../infra/database.ts";
import { newDeployment, testLender, type TestLender } from "../../testing/lender.ts";
import type { CreatedDeployment } from "../deployments/service.ts";
import { readMonitoring } from "./service.ts";
import { addResult, addSession, type ResultWish, type SessionWish } from "./testing/rows.ts";

let lender: TestLender;
let owner: Database;
let deployment: CreatedDeployment;
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
  deployment = await newDeployment(lender, { company: `Drifting ${(companies += 1)}`, name: "Loans" });
});

/** A completed session with its result. */
async function result({ session, ...wish }: ResultWish & { readonly session?: Partial<SessionWish> }) {
  const place = { companyId: deployment.companyId, environmentId: deployment.production.environmentId };
  const sessionId = await addSession(owner, place, { at: wish.at, state: "completed", ...session });
  await addResult(owner, place, { sessionId, ...wish });
}

function monitoring(simulated: "with" | "without" = "without"): Promise<Monitoring> {
  const { companyId } = deployment;
  const range = { from: "2026-03-01", to: "2026-03-03" };
  return readMonitoring(lender.deps, { companyId, environment: "production", ...range, simulated });
}

describe("drift", () => {
  const at = "2026-03-02T10:00:00Z";

  test("compares first runs with something at stake and data to rely on, and says what it left out", async () => {
    for (let n = 0; n < 4; n++) await result({ at, score: 5 });
    await result({ at, score: 5, confidence: "LOW" });
    await result({ at, score: 5, run: 2, session: { run: 2 } });
    await result({ at, score: 5, session: { stakes: "low" } });
    await result({ at, score: 5, session: { simulated: true } });
    await result({ at, score: null, session: { outcome: "unscorable" } });
    const { drift } = await monitoring("with");
    expect(drift.n).toBe(4);
    expect(drift.left_out).toEqual({
      low_confidence: 1,
      low_stakes: 1,
      later_runs: 1,
      simulated: 1,
      unscorable: 1,
    });
    // Too few for an index: counts are there, and nothing that could be read into them.
    expect(drift.models[0]).toMatchObject({ model_version: "standard-1.0", norms: "provisional", n: 4 });
    expect(drift.models[0]?.measures[0]).toMatchObject({ key: "score", n: 4, psi: null, p_value: null, reading: null });
  });

  test("gives the index from 100 results on, with its reading and what chance alone gives", async () => {
    // Nine of each ten scores lie in the ninth tenth: Σ (a − e)·ln(a/e), empty bins as .5 of 100.
    for (let n = 0; n < 90; n++) await result({ at, score: 85 });
    for (let n = 0; n < 9; n++) await result({ at, score: 15 });
    expect((await monitoring()).drift.models[0]?.measures[0]?.psi).toBeNull();
    await result({ at, score: 15 });
    const [score] = (await monitoring()).drift.models[0]?.measures ?? [];
    const term = (seen: number, expected: number) => (seen - expected) * Math.log(seen / expected);
    const psi = term(0.9, 0.1) + term(0.1, 0.1) + 6 * term(0.005, 0.1) + term(0.005, 0.095) + term(0.005, 0.105);
    expect(score?.psi).toBeCloseTo(psi, 3);
    expect(score).toMatchObject({ n: 100, by_chance: 0.09, p_value: 0, reading: "look" });
  });

  test("is stable where scores are as in the norm", async () => {
    for (let score = 0; score < 200; score++)
      await result({ at, score: Math.max(1, Math.min(99, Math.round(score / 2 + 0.2))) });
    const [score] = (await monitoring()).drift.models[0]?.measures ?? [];
    expect(score).toMatchObject({ n: 200, reading: "stable" });
    expect(score?.psi).toBeLessThan(0.01);
  }, 30_000);
});

test("traits are compared by pairs of stens with the normal curve", async () => {
  const at = "2026-03-02T10:00:00Z";
  // As the norm has it, .0668 .2417 .3829 .2417 .0668, to the nearest of 120; and one trait that has moved up.
  for (const [stens, many] of [
    [1, 8],
    [4, 29],
    [5, 23],
    [6, 23],
    [7, 29],
    [10, 8],
  ] as const) {
    for (let n = 0; n < many; n++) {
      const traits = [
        { key: "patience", value: stens, risk_band: "MEDIUM" },
        { key: "self_control", value: Math.min(10, stens + 4), risk_band: "MEDIUM" },
      ];
      await result({ at, score: 50, traits });
    }
  }
  const [, patience, selfControl] = (await monitoring()).drift.models[0]?.measures ?? [];
  expect(patience).toMatchObject({ key: "patience", n: 120, reading: "stable", by_chance: 0.033 });
  expect(patience?.bins.map(({ from, to, count, expected }) => [from, to, count, expected])).toEqual([
    [1, 2, 8, 0.0668],
    [3, 4, 29, 0.2417],
    [5, 6, 46, 0.3829],
    [7, 8, 29, 0.2417],
    [9, 10, 8, 0.0668],
  ]);
  expect(selfControl).toMatchObject({ key: "self_control", reading: "look", p_value: 0 });
}, 30_000);
