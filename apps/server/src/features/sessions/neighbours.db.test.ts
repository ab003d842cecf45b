import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Applicant } from "../../testing/journey.ts";
import {
  createNeighbours,
  postTokens,
  sessionCalls,
  testLender,
  UNLIMITED,
  type TestLender,
} from "../../testing/lender.ts";
import type { CreatedDeployment } from "../deployments/service.ts";
import { rescoreCheck } from "../results/service.ts";
import { neighboursOf } from "./service.ts";
import { canonicalUid } from "./uid.ts";

let lender: TestLender;
let other: CreatedDeployment;
let sibling: CreatedDeployment;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  ({ other, sibling } = await createNeighbours(lender));
});
afterAll(() => lender.close());

const { create, setState } = sessionCalls(() => lender);

async function alike(uid: string): Promise<readonly string[]> {
  const { companyId, test: side } = lender.deployment;
  const found = await neighboursOf(lender.deps, companyId, { environmentId: side.environmentId, uid });
  return found.map((neighbour) => `${neighbour.relation} ${neighbour.uid}`).toSorted();
}

describe("near duplicates", () => {
  test("have the same canonical form, or one separated part more or less, seen from both sides", async () => {
    for (const uid of ["APP-2001", "app_02001", "APP-2001-2", "R2-APP-2001", "APP-2001-AGAIN", "APP-2001-2-3"]) {
      await create(uid);
    }
    for (const uid of ["APP-2002", "APP-20011", "XAPP-2001", "APP-2001X"]) await create(uid);
    expect(await alike("APP-2001")).toEqual([
      "one_token APP-2001-2",
      "one_token APP-2001-AGAIN",
      "one_token R2-APP-2001",
      "same_form app_02001",
    ]);
    expect(await alike("APP-2001-2")).toEqual(["one_token APP-2001", "one_token APP-2001-2-3", "one_token app_02001"]);
    expect(await alike("R2-APP-2001")).toEqual(["one_token APP-2001", "one_token app_02001"]);
    expect(await alike("APP-2002")).toEqual([]);
    // Whether or not the uid itself was ever used.
    expect(await alike("app-2001")).toContain("same_form APP-2001");
  });

  test("of other environments are shown as such, behind the own ones, and never to a key; the same uid there is none", async () => {
    await create("OTHER-0001");
    for (const uid of ["OTHER-0001", "other-0001"]) {
      const body = { uid, integration_id: sibling.test.integrationId };
      expect((await postTokens(lender.app, body, { headers: { "api-key": sibling.test.apiKey } })).statusCode).toBe(
        200,
      );
    }
    await create("OTHER-0001-2");
    const { companyId, test: side } = lender.deployment;
    const query = { environmentId: side.environmentId, uid: "OTHER-0001" };
    expect((await neighboursOf(lender.deps, companyId, query)).map((n) => [n.uid, n.sameEnvironment])).toEqual([
      ["OTHER-0001-2", true],
      ["other-0001", false],
    ]);
    const mine = await neighboursOf(lender.deps, companyId, { ...query, onlyHere: true });
    expect(mine.map(({ uid }) => uid)).toEqual(["OTHER-0001-2"]);
  });

  test("are never another company's", async () => {
    await create("TENANT-0001");
    expect(await neighboursOf(lender.deps, other.companyId, { uid: "tenant-0001" })).toEqual([]);
  });

  test("the bounded look-ups find what the definition says, for usual parts before and any part behind", async () => {
    const part = fc.constantFrom("a", "B", "7", "07", "re", "new", "2");
    const uid = fc
      .tuple(fc.constantFrom("Q1Z", "q01z", "W9-K"), fc.array(part, { maxLength: 2 }), fc.array(part, { maxLength: 2 }))
      .map(([base, before, behind]) => [...before, base, ...behind].join("-"))
      .filter((text) => text.length >= 5);
    const pool = [...new Set(fc.sample(uid, { numRuns: 120, seed: 20_261_125 }))];
    for (const each of pool) await create(each);
    const { companyId, test: side } = lender.deployment;
    for (const each of pool) {
      const wanted = pool.filter((candidate) => candidate !== each && areNeighbours(candidate, each));
      const found = await neighboursOf(lender.deps, companyId, { environmentId: side.environmentId, uid: each });
      const uids = found.map((neighbour) => neighbour.uid);
      if (wanted.length <= 20) expect(uids.toSorted()).toEqual(wanted.toSorted());
      else expect([uids.length, uids.filter((other) => !wanted.includes(other))]).toEqual([20, []]);
    }
  });
});

/** The definition, word by word. */
function areNeighbours(a: string, b: string): boolean {
  const [x, y] = [canonicalUid(a), canonicalUid(b)];
  const [short, long] = x.length <= y.length ? [x, y] : [y, x];
  if (short === long) return true;
  if (long.startsWith(`${short}-`)) return !long.slice(short.length + 1).includes("-");
  return long.endsWith(`-${short}`) && !long.slice(0, -short.length - 1).includes("-");
}

describe("in trust", () => {
  async function finished(uid: string): Promise<{ readonly sessionId: string; readonly signal: number | null }> {
    const { session_id: sessionId, link } = (await create(uid)).json() as { session_id: string; link: string };
    const applicant = new Applicant(lender.app);
    await applicant.playAll(link.slice(link.indexOf("/a/")));
    expect((await applicant.finish()).status).toBe(200);
    const [row] = await lender.deps.db.query<{ signal: number | null }>(
      `SELECT (calculated->'working'->'signals'->>'near_duplicate_uid')::float8 AS signal
         FROM results WHERE company_id = $1 AND session_id = $2`,
      [lender.deployment.companyId, sessionId],
    );
    return { sessionId, signal: row?.signal ?? null };
  }

  test("a second journey under the same canonical form within 30 days counts, and re-scoring sees the same for ever", async () => {
    expect(await finished("TRUST-0001")).toMatchObject({ signal: 0 });
    const second = await finished("trust_1");
    expect(second.signal).toBe(1);
    const flags = await lender.deps.db.query(
      `SELECT flag->>'key' AS key FROM results, jsonb_array_elements(calculated->'flags') AS flag
        WHERE company_id = $1 AND session_id = $2`,
      [lender.deployment.companyId, second.sessionId],
    );
    expect(flags).toContainEqual({ key: "near_duplicate_uid" });
    await setState("TRUST-0001", "created_at = created_at - interval '90 days'");
    const key = { companyId: lender.deployment.companyId, sessionId: second.sessionId };
    expect(await rescoreCheck(lender.deps, key)).toMatchObject({ same: true });
  });

  test.each([
    ["one more separated part", "FREE-0001", "FREE-0001-2"],
    ["another number", "FREE-0011", "FREE-0012"],
  ])("%s does not", async (_what, first, second) => {
    await finished(first);
    expect(await finished(second)).toMatchObject({ signal: 0 });
  });

  test("one that was never opened does not, one that is older than 30 days does not, one of an earlier run does", async () => {
    await create("IDLE-0001");
    expect(await finished("idle-0001")).toMatchObject({ signal: 0 });
    await finished("OLDER-0001");
    await setState("OLDER-0001", "created_at = created_at - interval '31 days'");
    expect(await finished("older-0001")).toMatchObject({ signal: 0 });
    const { link } = (await create("RERUN-0001")).json() as { link: string };
    const applicant = new Applicant(lender.app);
    await applicant.follow(link.slice(link.indexOf("/a/")));
    await applicant.open();
    await setState("RERUN-0001", "opened_at = NULL, run = 2, state = 'created'");
    expect(await finished("rerun-0001")).toMatchObject({ signal: 1 });
  });

  test("one of another environment does not", async () => {
    const { integrationId, apiKey } = lender.deployment.production;
    const body = { uid: "ELSE-0001", integration_id: integrationId };
    const { link } = (await postTokens(lender.app, body, { headers: { "api-key": apiKey } })).json() as {
      link: string;
    };
    const applicant = new Applicant(lender.app);
    await applicant.playAll(link.slice(link.indexOf("/a/")));
    await applicant.finish();
    expect(await finished("else-0001")).toMatchObject({ signal: 0 });
  });
});
