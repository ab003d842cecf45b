import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  createNeighbours,
  postTokens,
  sessionCalls,
  testLender,
  UNLIMITED,
  type TestLender,
} from "../../testing/lender.ts";
import { environmentById, evidenceOf, type CreatedDeployment } from "../deployments/service.ts";
import { suggestUid } from "./refusals.ts";
import { judgeUid, uidHash } from "./service.ts";

let lender: TestLender;
let other: CreatedDeployment;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  ({ other } = await createNeighbours(lender));
});
afterAll(() => lender.close());

const { create, post, setState } = sessionCalls(() => lender);

const environment = (side: "test" | "production" = "test") =>
  environmentById(lender.deps, lender.deployment.companyId, lender.deployment[side].environmentId);

describe("the uid that a refusal suggests", () => {
  const suggested = async (uid: string) => suggestUid(lender.deps, await environment(), uid);

  test("is the given one with the first suffix that is free", async () => {
    expect(await suggested("FREE-1001")).toBe("FREE-1001-2");
    await create("FREE-1001-2");
    await create("FREE-1001-3");
    expect(await suggested("FREE-1001")).toBe("FREE-1001-4");
  });

  test("counts on a suffix only where what stands before it is a uid of its own", async () => {
    await create("AGAIN-1001");
    await create("AGAIN-1001-2");
    expect(await suggested("AGAIN-1001-2")).toBe("AGAIN-1001-3");
    // LOANS-12 is nobody's second application: LOANS-13 may be another person.
    await create("LOANS-12");
    expect(await suggested("LOANS-12")).toBe("LOANS-12-2");
  });

  test("is none where no suffix fits, and never one that the environment refuses", async () => {
    expect(await suggested("L".repeat(58))).toBe(`${"L".repeat(58)}-2`);
    expect(await suggested("L".repeat(59))).toBeNull();
    const place = await environment();
    const strict = { ...place, settings: { ...place.settings, personal_data_check: "strict" as const } };
    expect(await suggestUid(lender.deps, strict, "19900412")).toBeNull();
  });

  test("is no erased one: a uid whose journey was erased stays used", async () => {
    const { companyId, test: side } = lender.deployment;
    await lender.deps.db.query(
      `INSERT INTO erased_uids (company_id, environment_id, uid_hash, session_id) VALUES ($1, $2, $3, 'ses_gone')`,
      [companyId, side.environmentId, uidHash(lender.deps.secrets, companyId, "GONE-1001-2")],
    );
    expect(await suggested("GONE-1001")).toBe("GONE-1001-3");
    const answer = await create("GONE-1001-2");
    expect(answer.json()).toMatchObject({
      code: "uid_already_used",
      state: "erased",
      can_reopen: false,
      suggested_uid: "GONE-1001-2-2",
    });
    expect(answer.json()).not.toHaveProperty("session_id");
  });
});

describe("what a refusal proves is noted for the go-live check", () => {
  const evidence = async (side: "test" | "production") => {
    const { companyId } = lender.deployment;
    const { environmentId } = lender.deployment[side];
    const deadline = performance.now() + 5_000;
    return {
      async has(kind: string): Promise<boolean> {
        for (;;) {
          const seen = await evidenceOf(lender.deps, { companyId, environmentId });
          if (seen.some((each) => each.kind === kind)) return true;
          if (performance.now() > deadline) return false;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      },
      kinds: async () => (await evidenceOf(lender.deps, { companyId, environmentId })).map(({ kind }) => kind),
    };
  };

  test("a duplicate that was refused, in its environment alone", async () => {
    expect(await (await evidence("test")).kinds()).not.toContain("production_key_seen");
    await create("PROOF-1001");
    await setState("PROOF-1001", "state = 'completed', ended_at = now()");
    await create("PROOF-1001");
    expect(await (await evidence("test")).has("duplicate_refused")).toBe(true);
    expect(await (await evidence("production")).kinds()).not.toContain("duplicate_refused");
  });

  test("a Test key against Production and the other way round, where it was sent; another company's key is no evidence", async () => {
    const { production, test: side } = lender.deployment;
    const send = (apiKey: string, integration_id: string) =>
      postTokens(lender.app, { uid: "MIXED-1001", integration_id }, { headers: { "api-key": apiKey } });
    expect((await send(other.test.apiKey, production.integrationId)).statusCode).toBe(403);
    expect(await (await evidence("production")).kinds()).not.toContain("test_key_seen");
    expect((await send(side.apiKey, production.integrationId)).statusCode).toBe(403);
    expect((await send(production.apiKey, side.integrationId)).statusCode).toBe(403);
    expect(await (await evidence("production")).has("test_key_seen")).toBe(true);
    expect(await (await evidence("test")).has("production_key_seen")).toBe(true);
  });
});

describe("what looks personal", () => {
  test("is kept as a fact of the session, once, without the value", async () => {
    const send = () =>
      post({
        uid: "4155552671000",
        integration_id: lender.deployment.test.integrationId,
        metadata: { contact: "ana@lender.example" },
        language: "xx",
      });
    const { session_id, warnings } = (await send()).json();
    expect((await send()).statusCode).toBe(200);
    const facts = await lender.deps.db.query<{ kind: string; details: Record<string, unknown> }>(
      "SELECT kind, details FROM session_facts WHERE company_id = $1 AND session_id = $2 ORDER BY fact_id",
      [lender.deployment.companyId, session_id],
    );
    expect(facts.map(({ details }) => details["code"])).toEqual(["uid_looks_personal", "metadata_looks_personal"]);
    expect(warnings.map(({ code }: { code: string }) => code)).toContain("language_not_offered");
    expect(JSON.stringify(facts)).not.toContain("4155552671000");
    expect(JSON.stringify(facts)).not.toContain("ana@");
  });

  test("is judged line by line without anything being stored", async () => {
    const production = await environment("production");
    expect(judgeUid(production, "APP-1001")).toEqual({ warnings: [], simPrefix: null, language: null });
    expect(judgeUid(production, "4155552671000").warnings).toMatchObject([{ code: "uid_looks_personal" }]);
    expect(judgeUid(production, "SIM-BOT-1").error).toMatchObject({ code: "uid_reserved" });
    expect(judgeUid(production, "no").error).toMatchObject({ code: "uid_invalid" });
    const strict = { ...production, settings: { ...production.settings, personal_data_check: "strict" as const } };
    expect(judgeUid(strict, "4155552671000").error).toMatchObject({ code: "uid_looks_personal" });
  });
});

test("the same uid in another environment, deployment or company is another record, whatever happened to it here", async () => {
  await create("EACH-1001");
  await setState("EACH-1001", "state = 'completed', ended_at = now()");
  const sides = [lender.deployment.production, other.test, other.production];
  const ids = new Set<string>();
  for (const { apiKey, integrationId } of sides) {
    const body = { uid: "EACH-1001", integration_id: integrationId };
    const answer = await postTokens(lender.app, body, { headers: { "api-key": apiKey } });
    expect(answer.statusCode).toBe(200);
    ids.add(answer.json().session_id);
  }
  expect(ids.size).toBe(3);
  expect((await create("EACH-1001")).json()).toMatchObject({ code: "uid_already_used" });
});
