import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { SYSTEM } from "../audit/service.ts";
import { newDeployment, postTokens, testLender, type TestLender } from "../../testing/lender.ts";
import { apiKeyHint, makeApiKey } from "./keys.ts";
import {
  API_KEY_PATTERN,
  authenticateApiKey,
  createDeployment,
  environmentById,
  environmentByIntegration,
  setEnvironment,
  signingKeys,
  tokenKeys,
} from "./service.ts";

let lender: TestLender;

beforeAll(async () => {
  lender = await testLender();
});

afterAll(() => lender.close());

describe("an environment", () => {
  test("is found by key, by Integration ID and by its own id, as the same", async () => {
    const { deps, deployment } = lender;
    const byKey = await authenticateApiKey(deps, deployment.production.apiKey);
    expect(byKey?.environment).toEqual(await environmentByIntegration(deps, deployment.production.integrationId));
    expect(byKey?.environment).toEqual(
      await environmentById(deps, deployment.companyId, deployment.production.environmentId),
    );
    expect(byKey?.environment).toMatchObject({
      companyName: "Acme",
      deploymentName: "Loans",
      kind: "production",
      settings: { session_hours: 24, battery: "standard-1" },
    });
  });

  test("is not found under another company", async () => {
    const other = await newDeployment(lender, { company: "Other", name: "Theirs" });
    const { environmentId } = lender.deployment.test;
    await expect(environmentById(lender.deps, other.companyId, environmentId)).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await tokenKeys(lender.deps, other.companyId, environmentId)).toEqual([]);
    await expect(signingKeys(lender.deps, other.companyId, environmentId)).rejects.toMatchObject({
      code: "unavailable",
    });
  });

  test.each(["", "\u0000", "x".repeat(5000), "' OR 1=1 --"])(
    "is not found under the odd Integration ID %j or key",
    async (odd) => {
      expect(await environmentByIntegration(lender.deps, odd)).toBeNull();
      expect(await authenticateApiKey(lender.deps, odd)).toBeNull();
    },
  );

  test("of an archived deployment takes no new session, but what was begun can still be read", async () => {
    const { companyId } = lender.deployment;
    const gone = await createDeployment(lender.deps, { companyId, name: "Gone", actor: SYSTEM });
    await lender.deps.db.query("UPDATE deployments SET archived_at = now() WHERE deployment_id = $1::text", [
      gone.deploymentId,
    ]);
    const body = { uid: "APP-1001", integration_id: gone.test.integrationId };
    const answer = await postTokens(lender.app, body, { headers: { "api-key": gone.test.apiKey } });
    expect(answer.json().code).toBe("deployment_archived");
    expect(await environmentById(lender.deps, companyId, gone.test.environmentId)).toMatchObject({
      deploymentName: "Gone",
    });
  });
});

describe("keys", () => {
  test("have the documented form, never repeat, and their hint gives nothing away", () => {
    const keys = Array.from({ length: 200 }, () => makeApiKey("test"));
    expect(new Set(keys).size).toBe(200);
    for (const key of keys) {
      expect(key).toMatch(API_KEY_PATTERN);
      expect(apiKeyHint(key)).toBe(`ts_test_…${key.slice(-4)}`);
    }
    expect(makeApiKey("production")).toMatch(/^ts_live_/);
  });

  test("of the webhook signature are the raw API keys, oldest first", async () => {
    const { companyId, test: mine } = lender.deployment;
    expect(await signingKeys(lender.deps, companyId, mine.environmentId)).toEqual({ current: mine.apiKey, next: null });
  });

  test("of tokens are 32 random bytes and never the API key", async () => {
    const { companyId, test: mine, production } = lender.deployment;
    const [first] = await tokenKeys(lender.deps, companyId, mine.environmentId);
    const [second] = await tokenKeys(lender.deps, companyId, production.environmentId);
    expect(first?.key).toHaveLength(32);
    expect(first?.key).not.toEqual(second?.key);
  });

  test("of one environment copied into another's row do not open", async () => {
    const { companyId, test: mine } = lender.deployment;
    const other = await createDeployment(lender.deps, { companyId, name: "Copied", actor: SYSTEM });
    await lender.deps.db.query(
      `UPDATE api_keys SET ciphertext = (SELECT ciphertext FROM api_keys WHERE environment_id = $1::text)
        WHERE environment_id = $2::text`,
      [mine.environmentId, other.test.environmentId],
    );
    await expect(signingKeys(lender.deps, companyId, other.test.environmentId)).rejects.toThrow();
  });
});

test("two people changing different settings at once both keep their change", async () => {
  const { companyId, deploymentId } = lender.deployment;
  const set = (settings: object) =>
    setEnvironment(lender.deps, { companyId, deploymentId, kind: "test", settings, actor: SYSTEM });
  await Promise.all([
    set({ session_hours: 5 }),
    set({ languages: ["es"] }),
    set({ traits: "all" }),
    set({ use_case: "in_branch_shared_device" }),
  ]);
  await expect
    .poll(async () => (await environmentById(lender.deps, companyId, lender.deployment.test.environmentId)).settings, {
      timeout: 3000,
    })
    .toMatchObject({ session_hours: 5, languages: ["es"], traits: "all", use_case: "in_branch_shared_device" });
});

describe("a scoring model", () => {
  const choose = (settings: { model_version: string | null; battery?: string }) =>
    setEnvironment(lender.deps, {
      companyId: lender.deployment.companyId,
      deploymentId: lender.deployment.deploymentId,
      kind: "test",
      settings,
      actor: SYSTEM,
    });

  test("that exists and scores the battery can be chosen; none takes the battery's own again", async () => {
    // Another than the battery's own: the preview has two models.
    await choose({ battery: "preview-1", model_version: null });
    await expect(choose({ model_version: "preview-1.0" })).resolves.toMatchObject({
      changed: expect.arrayContaining(["model_version"]),
    });
    await expect(choose({ model_version: null, battery: "standard-1" })).resolves.toMatchObject({
      changed: expect.arrayContaining(["model_version", "battery"]),
    });
  });

  test("that scores another battery is refused, whether the model or the battery is what changes", async () => {
    const refusal = { code: "setting_invalid", message: expect.stringContaining("scores preview-1, not standard-1") };
    await expect(choose({ model_version: "preview-1.0" })).rejects.toMatchObject(refusal);
    await choose({ battery: "preview-1", model_version: "preview-1.0" });
    await expect(choose({ model_version: "preview-1.0", battery: "standard-1" })).rejects.toMatchObject(refusal);
    await choose({ model_version: null, battery: "standard-1" });
  });

  test("that does not exist is refused where it is chosen, not when an applicant finishes", async () => {
    await expect(choose({ model_version: "preview-9" })).rejects.toMatchObject({
      code: "setting_invalid",
      message: expect.stringContaining('there is no "preview-9"'),
    });
  });
});
