import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { hmacHex, newDeployment, postTokens, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { cliActor } from "../audit/service.ts";
import {
  authenticateApiKey,
  listApiKeys,
  revealApiKey,
  revokeApiKey,
  rotateApiKey,
  rotateTokenKey,
  signingKeys,
  type CreatedDeployment,
  type KeyPlace,
} from "./service.ts";

let lender: TestLender;
let deployment: CreatedDeployment;
let place: KeyPlace;
let made = 0;
const actor = cliActor("ana");

beforeAll(async () => {
  lender = await testLender(UNLIMITED);
});
afterAll(() => lender.close());
beforeEach(async () => {
  made += 1;
  deployment = await newDeployment(lender, { company: `Lender ${made}`, name: "Loans" });
  place = { companyId: deployment.companyId, environmentId: deployment.test.environmentId, kind: "test" };
});

const rotate = (overlap: { hours: number } | "compromised" = { hours: 24 }) =>
  rotateApiKey(lender.deps, place, { overlap, actor });
const statuses = async () => (await listApiKeys(lender.deps, place)).map(({ status }) => status);
const lives = async (key: string) => (await authenticateApiKey(lender.deps, key)) !== null;
/** What was cached may live for 900 ms. */
const SOON = { interval: 20, timeout: 3000 };

async function audit(): Promise<readonly Record<string, unknown>[]> {
  return lender.deps.db.query(
    `SELECT actor, action, target_id, details FROM audit_entries
      WHERE company_id = $1::text AND action LIKE '%key.%' ORDER BY audit_id`,
    [place.companyId],
  );
}

describe("a rotation", () => {
  test("leaves both keys accepted, the old one signing and the new one next, until the overlap ends", async () => {
    const old = deployment.test.apiKey;
    const { apiKey, ending } = await rotate({ hours: 24 });
    expect([await lives(old), await lives(apiKey)]).toEqual([true, true]);
    await expect
      .poll(() => signingKeys(lender.deps, place.companyId, place.environmentId), SOON)
      .toEqual({
        current: old,
        next: apiKey,
      });
    expect(await statuses()).toEqual(["next", "retiring"]);
    const hours = ((ending[0]?.endsAt.getTime() ?? 0) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThan(24.1);

    // The end of the overlap, as if its time had come.
    await lender.deps.db.query(
      "UPDATE api_keys SET retires_at = now() WHERE company_id = $1::text AND retires_at IS NOT NULL",
      [place.companyId],
    );
    await expect.poll(() => lives(old), SOON).toBe(false);
    await expect
      .poll(() => signingKeys(lender.deps, place.companyId, place.environmentId), SOON)
      .toEqual({
        current: apiKey,
        next: null,
      });
    expect(await statuses()).toEqual(["current", "retired"]);
  });

  test("that is compromised ends every older key at once, also both of an overlap", async () => {
    const { apiKey: second } = await rotate();
    const { apiKey: third, ending } = await rotate("compromised");
    expect(ending).toHaveLength(2);
    await expect.poll(() => lives(deployment.test.apiKey), SOON).toBe(false);
    await expect.poll(() => lives(second), SOON).toBe(false);
    expect(await lives(third)).toBe(true);
    expect(await statuses()).toEqual(["current", "revoked", "revoked"]);
  });

  test("is refused while another is under way, and says until when", async () => {
    await rotate();
    await expect(rotate()).rejects.toMatchObject({
      code: "key_rotation_running",
      message: expect.stringMatching(/^Two API keys are alive: ts_test_….{4} is accepted until 20\d\d-.*Z\. Revoke/),
    });
    expect(await statuses()).toEqual(["next", "retiring"]);
  });

  test("of ten at once only one comes through", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => rotate()));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await statuses()).toEqual(["next", "retiring"]);
  });

  test("touches no other environment's key", async () => {
    await rotate("compromised");
    expect(await lives(deployment.production.apiKey)).toBe(true);
    const production = { ...place, environmentId: deployment.production.environmentId };
    expect((await listApiKeys(lender.deps, production)).map(({ status }) => status)).toEqual(["current"]);
  });
});

describe("revoking", () => {
  test("the old key makes the new one the current one at once", async () => {
    const { apiKey, ending } = await rotate();
    const view = await revokeApiKey(lender.deps, place, { keyId: ending[0]?.keyId ?? "", actor });
    expect(view.status).toBe("revoked");
    await expect.poll(() => lives(deployment.test.apiKey), SOON).toBe(false);
    await expect
      .poll(() => signingKeys(lender.deps, place.companyId, place.environmentId), SOON)
      .toEqual({
        current: apiKey,
        next: null,
      });
  });

  test("the new key, because it leaked before it was used, leaves the old one without an end", async () => {
    const { keyId } = await rotate();
    await revokeApiKey(lender.deps, place, { keyId, actor });
    expect(await listApiKeys(lender.deps, place)).toMatchObject([
      { status: "revoked" },
      { status: "current", retiresAt: null },
    ]);
  });

  test("the only key is refused, also when both are revoked at the same moment", async () => {
    const [only] = await listApiKeys(lender.deps, place);
    await expect(revokeApiKey(lender.deps, place, { keyId: only?.keyId ?? "", actor })).rejects.toMatchObject({
      code: "key_is_last",
    });
    const { keyId } = await rotate();
    const both = [only?.keyId ?? "", keyId].map((id) => revokeApiKey(lender.deps, place, { keyId: id, actor }));
    const outcomes = await Promise.allSettled(both);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await statuses()).toSorted()).toEqual(["current", "revoked"]);
  });

  test("a key that is not alive or not of this environment is refused by name", async () => {
    const { ending } = await rotate("compromised");
    await expect(revokeApiKey(lender.deps, place, { keyId: ending[0]?.keyId ?? "", actor })).rejects.toMatchObject({
      code: "key_not_alive",
      message: expect.stringMatching(/^ts_test_….{4} was revoked at 20/),
    });
    const [other] = await listApiKeys(lender.deps, { ...place, environmentId: deployment.production.environmentId });
    await expect(revokeApiKey(lender.deps, place, { keyId: other?.keyId ?? "", actor })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("showing a key", () => {
  test("gives the whole key and keeps the reading, and no entry of the audit log ever holds a key", async () => {
    const [key] = await listApiKeys(lender.deps, place);
    const keyId = key?.keyId ?? "";
    expect(await revealApiKey(lender.deps, place, { keyId, actor })).toBe(deployment.test.apiKey);
    const { apiKey } = await rotate();
    await revokeApiKey(lender.deps, place, { keyId, actor });
    const entries = await audit();
    expect(entries.map(({ action }) => action)).toEqual(["api_key.revealed", "api_key.rotated", "api_key.revoked"]);
    expect(entries[0]).toMatchObject({ actor: "cli:ana", target_id: keyId, details: { environment: "test" } });
    for (const secret of [apiKey, deployment.test.apiKey])
      expect(JSON.stringify(entries)).not.toContain(secret.slice(8));
    await expect(revealApiKey(lender.deps, place, { keyId, actor })).rejects.toMatchObject({ code: "key_not_alive" });
  });
});

describe("the time of last use", () => {
  const lastUse = async () => (await listApiKeys(lender.deps, place))[0]?.lastUsedAt ?? null;

  test("is kept for a key sent as a header", async () => {
    expect(await lastUse()).toBeNull();
    expect(await lives(deployment.test.apiKey)).toBe(true);
    const ageMs = async () => Date.now() - ((await lastUse())?.getTime() ?? 0);
    await expect.poll(async () => Math.abs(await ageMs()) < 60_000, SOON).toBe(true);
  });

  test("is kept for a key that signs", async () => {
    const body = JSON.stringify({ uid: "APP-1001", integration_id: deployment.test.integrationId });
    const headers = { "x-signature": hmacHex(deployment.test.apiKey, body) };
    expect((await postTokens(lender.app, null, { raw: body, headers })).statusCode).toBe(200);
    await expect.poll(async () => (await lastUse()) !== null, SOON).toBe(true);
  });

  test("is not kept for a signature that does not fit", async () => {
    const body = JSON.stringify({ uid: "APP-1001", integration_id: deployment.test.integrationId });
    const headers = { "x-signature": hmacHex("another key", body) };
    expect((await postTokens(lender.app, null, { raw: body, headers })).statusCode).toBe(401);
    expect(await lastUse()).toBeNull();
  });
});

describe("the key of links", () => {
  const begin = async (uid: string) => {
    const body = { uid, integration_id: deployment.test.integrationId };
    const answer = await postTokens(lender.app, body, { headers: { "api-key": deployment.test.apiKey } });
    return answer.json() as { access_token: string; link: string };
  };
  const opens = async (path: string) => (await lender.app.inject({ method: "GET", url: path })).statusCode;

  test("rotated in peace, leaves the links in the field valid", async () => {
    const { access_token: token } = await begin("APP-1001");
    await rotateTokenKey(lender.deps, place, { compromised: false, actor });
    const kid = (jwt: string) =>
      (JSON.parse(Buffer.from(jwt.split(".")[0] ?? "", "base64url").toString()) as { kid: string }).kid;
    await expect.poll(async () => kid((await begin("APP-1001")).access_token) !== kid(token), SOON).toBe(true);
    expect(await opens(`/${token}`)).toBe(303);
  });

  test("compromised, ends old links but not the short code, and a fresh token works", async () => {
    const { access_token: token, link } = await begin("APP-1002");
    expect(await opens(`/${token}`)).toBe(303);
    expect(await rotateTokenKey(lender.deps, place, { compromised: true, actor })).toMatchObject({ ended: 1 });
    await expect.poll(() => opens(`/${token}`), SOON).toBe(404);
    expect(await opens(new URL(link).pathname)).toBe(303);
    expect(await opens(`/${(await begin("APP-1002")).access_token}`)).toBe(303);
  });
});
