import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { hmacHex, postTokens, testLender, type TestLender } from "../../testing/lender.ts";

let lender: TestLender;

beforeAll(async () => {
  lender = await testLender({ config: { sessionRate: { perSecond: 1, burst: 20 } } });
});

afterAll(() => lender.close());

function send(environment: "test" | "production", uid: string, headers: Record<string, string> = {}) {
  const { apiKey, integrationId } = lender.deployment[environment];
  return postTokens(lender.app, { uid, integration_id: integrationId }, { headers: { "api-key": apiKey, ...headers } });
}

describe("Idempotency-Key", () => {
  test("with the same body answers again, with another body is refused", async () => {
    const key = { "idempotency-key": "0f8fad5b-d9cb-469f-a165-70867728950e" };
    const first = await send("production", "IDEM-0001", key);
    const again = await send("production", "IDEM-0001", key);
    expect(again.json().session_id).toBe(first.json().session_id);
    const other = await send("production", "IDEM-0002", key);
    expect([other.statusCode, other.json().code]).toEqual([422, "idempotency_key_reused"]);
    expect(await lender.deps.db.query("SELECT 1 FROM sessions WHERE uid = 'IDEM-0002'")).toHaveLength(0);
  });

  test("is free again after 24 hours", async () => {
    const key = { "idempotency-key": "day-old" };
    await send("production", "IDEM-0003", key);
    await lender.deps.db.query(
      "UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE idempotency_key = 'day-old'",
    );
    expect((await send("production", "IDEM-0004", key)).statusCode).toBe(200);
    expect((await send("production", "IDEM-0003", key)).json().code).toBe("idempotency_key_reused");
  });

  test("is refused when it is not visible ASCII of at most 255 characters", async () => {
    for (const bad of ["a b", "é", "x".repeat(256)]) {
      const answer = await send("production", "IDEM-0005", { "idempotency-key": bad });
      expect([answer.statusCode, answer.json().code]).toEqual([422, "idempotency_key_invalid"]);
    }
  });
});

describe("rate limits", () => {
  test("beyond the burst a key gets 429 with Retry-After; another key goes on", async () => {
    const answers = await Promise.all(Array.from({ length: 25 }, (_, i) => send("test", `RATE-${1000 + i}`)));
    const limited = answers.filter((answer) => answer.statusCode === 429);
    expect(limited.length).toBeGreaterThanOrEqual(4);
    expect(limited[0]?.json()).toMatchObject({
      code: "rate_limited",
      detail: "Too many requests for this API key; try again in 1 second.",
    });
    expect(limited[0]?.headers["retry-after"]).toBe("1");
    expect(limited[0]?.headers).toMatchObject({
      "ratelimit-policy": '"sessions";q=20;w=20',
      ratelimit: '"sessions";r=0;t=20',
    });
    expect(answers[0]?.headers["ratelimit"]).toMatch(/^"sessions";r=\d+;t=\d+$/);
    expect((await send("production", "RATE-0002")).statusCode).toBe(200);
  });

  test("mode B counts on the same key", async () => {
    const { apiKey, integrationId } = lender.deployment.test;
    const body = JSON.stringify({ uid: "RATE-0003", integration_id: integrationId });
    const signed = () => postTokens(lender.app, null, { raw: body, headers: { "x-signature": hmacHex(apiKey, body) } });
    const answers = await Promise.all(Array.from({ length: 25 }, signed));
    expect(answers.some((answer) => answer.statusCode === 429)).toBe(true);
  });

  test("wrong credentials are limited by address, and a right key from there still works", async () => {
    const wrong = () => postTokens(lender.app, {}, { headers: { "api-key": "wrong" } });
    const answers = await Promise.all(Array.from({ length: 80 }, wrong));
    const codes = new Set(answers.map((answer) => answer.json().code as string));
    expect(codes).toEqual(new Set(["api_key_unknown", "rate_limited"]));
    expect((await send("production", "RATE-0004")).statusCode).toBe(200);
  });

  test("behind a proxy the address is the one the proxy saw, and a caller can not choose it", async () => {
    const proxied = await testLender({ config: { trustProxyHops: 1 } });
    const wrong = async (chain: string) =>
      (await postTokens(proxied.app, {}, { headers: { "api-key": "wrong", "x-forwarded-for": chain } })).statusCode;
    // The last address is the proxy's own word; what stands before it the caller may have made up.
    for (let i = 0; i < 60; i++) expect(await wrong(`10.9.9.${i}, 10.0.0.1`)).toBe(401);
    expect(await wrong("10.9.9.99, 10.0.0.1")).toBe(429);
    expect(await wrong("10.9.9.99, 10.0.0.2")).toBe(401);
    await proxied.close();
  });
});
