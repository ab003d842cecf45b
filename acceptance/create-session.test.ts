import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createSigned,
  createWithKey,
  newSession,
  postTokens,
  type Reply,
  send,
  sign,
  TOKENS,
} from "./support/lender.ts";
import { needsOwnServer, newUid, openWorld, unique, type World } from "./support/world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

function valid(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { uid: newUid(), integration_id: world.test.integration_id, ...more };
}

function withKey(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  return postTokens({ baseUrl: world.baseUrl, body, headers: { "api-key": world.test.api_key, ...headers } });
}

function expectError(reply: Reply<unknown>, status: number, code: string): void {
  const body = reply.body as Readonly<Record<string, unknown>>;
  expect({ status: reply.status, code: body["code"] }).toEqual({ status, code });
  expect(typeof body["detail"]).toBe("string");
  expect(typeof body["request_id"]).toBe("string");
  expect(reply.text).not.toMatch(/\bat .*\.(ts|js):\d+|node_modules/);
}

describe("a session is created", () => {
  test("with the key in a header: token, url, link and expiry belong together", async () => {
    const uid = newUid();
    const before = Math.floor(Date.now() / 1000);
    const { status, body } = await createWithKey(world, world.test, { uid });
    expect(status).toBe(200);
    expect(body.url).toBe(`${world.baseUrl}/psychometrics`);
    expect(body.link.startsWith(`${world.baseUrl}/a/`)).toBe(true);
    expect(body.warnings).toEqual([]);
    const [head = "", claims = ""] = body.access_token
      .split(".")
      .map((part) => Buffer.from(part, "base64url").toString());
    expect(JSON.parse(head)).toMatchObject({ alg: "HS256" });
    const { exp, ...named } = JSON.parse(claims) as Record<string, unknown>;
    expect(named).toMatchObject({
      uid,
      integration_id: world.test.integration_id,
      url: body.url,
      sid: body.session_id,
      run: 1,
    });
    expect(typeof named["company_id"]).toBe("string");
    expect(exp).toBe(body.expires_at);
    expect(body.expires_at).toBeGreaterThanOrEqual(before + 24 * 3600 - 60);
    expect(body.expires_at).toBeLessThanOrEqual(before + 24 * 3600 + 60);
  });

  test("the token is not signed with the API key", async () => {
    const { access_token } = await newSession(world);
    const [head, claims, signature] = access_token.split(".");
    const forged = createHmac("sha256", world.test.api_key).update(`${head}.${claims}`).digest("base64url");
    expect(signature).not.toBe(forged);
  });

  test("signed over the raw bytes, white space and escapes included", async () => {
    const body = `{ "uid" : "${newUid()}",\n  "integration_id": "${world.test.integration_id}", "metadata": {"branch": "S\\u00e3o\\/1"} }`;
    expect((await createSigned(world, world.test, { body })).status).toBe(200);
  });

  test("signed over the compact form while the body is sent with white space", async () => {
    const compact = `{"uid":"${newUid()}","integration_id":"${world.test.integration_id}","metadata":{"note":"a  b\\u00e9\\/"}}`;
    const body = compact.replaceAll(",", " ,\n ").replaceAll(':"', ': "');
    expect((await createSigned(world, world.test, { body, signed: compact })).status).toBe(200);
  });

  test("a signature beside an api-key is ignored", async () => {
    expect((await withKey(valid(), { "x-signature": "0".repeat(128) })).status).toBe(200);
  });

  test("twenty times at once with one uid: one session, one answer", async () => {
    const uid = newUid();
    const replies = await Promise.all(Array.from({ length: 20 }, () => createWithKey(world, world.test, { uid })));
    expect(replies.map((reply) => reply.status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(new Set(replies.map((reply) => reply.body.session_id)).size).toBe(1);
    expect(new Set(replies.map((reply) => reply.body.expires_at)).size).toBe(1);
    expect(new Set(replies.map((reply) => reply.body.link)).size).toBe(1);
  });

  test("a uid that looks like a phone number is accepted with a warning", async () => {
    const { status, body } = await createWithKey(world, world.test, { uid: `5511${String(Date.now()).slice(-9)}` });
    expect(status).toBe(200);
    expect(body.warnings.length).toBeGreaterThan(0);
    expect(body.warnings[0]).toEqual({ code: expect.any(String), detail: expect.any(String) });
  });

  test("the same uid in Test and Production is two sessions", async () => {
    if (world.own === null) return;
    const uid = newUid();
    const inTest = await createWithKey(world, world.own.deployment.test, { uid });
    const inProduction = await createWithKey(world, world.own.deployment.production, { uid });
    expect([inTest.status, inProduction.status]).toEqual([200, 200]);
    expect(inTest.body.session_id).not.toBe(inProduction.body.session_id);
  });
});

describe("Idempotency-Key", () => {
  test("the same key and body answers the same session", async () => {
    const body = valid();
    const headers = { "idempotency-key": unique() };
    const first = await withKey(body, headers);
    const second = await withKey(body, headers);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body["session_id"]).toBe(first.body["session_id"]);
  });

  test("the same key with another body is refused", async () => {
    const headers = { "idempotency-key": unique() };
    await withKey(valid(), headers);
    expectError(await withKey(valid(), headers), 422, "idempotency_key_reused");
  });
});

describe("a bad request gets the documented answer", () => {
  test("413 payload_too_large above 64 KiB", async () => {
    expectError(await withKey(valid({ metadata: { a: "x".repeat(70_000) } })), 413, "payload_too_large");
  });

  test("415 unsupported_media_type", async () => {
    expectError(
      await withKey(JSON.stringify(valid()), { "content-type": "text/plain" }),
      415,
      "unsupported_media_type",
    );
  });

  test("401 api_key_missing without key and signature", async () => {
    expectError(await postTokens({ baseUrl: world.baseUrl, body: valid() }), 401, "api_key_missing");
  });

  test("401 api_key_unknown", async () => {
    const headers = { "api-key": `ts_test_${"A".repeat(43)}` };
    expectError(await postTokens({ baseUrl: world.baseUrl, body: valid(), headers }), 401, "api_key_unknown");
  });

  test.each(["", "zz", "0".repeat(128), "é".repeat(64)])(
    "401 signature_invalid for the signature %j",
    async (signature) => {
      const body = JSON.stringify(valid());
      const headers = { "x-signature": Buffer.from(signature).toString("latin1") };
      const reply = await postTokens({ baseUrl: world.baseUrl, body, headers });
      expectError(reply, 401, signature === "" ? "api_key_missing" : "signature_invalid");
    },
  );

  test("401 signature_invalid when the body was changed after signing", async () => {
    const body = JSON.stringify(valid());
    expectError(
      await createSigned(world, world.test, { body, signed: body.replace("ACC", "ACD") }),
      401,
      "signature_invalid",
    );
  });

  test("401 signature_invalid for an unknown Integration ID in mode B, so that nobody learns which exist", async () => {
    const body = JSON.stringify(valid({ integration_id: "0123456789abcdef01234567" }));
    expectError(await createSigned(world, world.test, { body }), 401, "signature_invalid");
  });

  test.each([
    ["malformed JSON", "{"],
    ["nothing", ""],
    ["an array", "[]"],
    ["a text", '"x"'],
    ["null", "null"],
    ["no uid", '{"integration_id":"x"}'],
    ["a number as uid", '{"uid":12345,"integration_id":"x"}'],
    ["no integration_id", '{"uid":"ABCDE"}'],
    ["an empty integration_id", '{"uid":"ABCDE","integration_id":""}'],
    ["metadata as list", '{"uid":"ABCDE","integration_id":"x","metadata":[1]}'],
    ["unknown stakes", '{"uid":"ABCDE","integration_id":"x","stakes":"huge"}'],
  ])("422 body_invalid for %s", async (_name, body) => {
    expectError(await withKey(body), 422, "body_invalid");
  });

  test("422 body_invalid for 21 metadata pairs", async () => {
    const metadata = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`k${index}`, "v"]));
    expectError(await withKey(valid({ metadata })), 422, "body_invalid");
  });

  test.each([
    "ABCD",
    "a".repeat(61),
    "has space",
    "mail@example.org",
    "ümlaut",
    "a/b/c/d",
    "NUL\u0000xx",
    "",
    "😀😀😀",
  ])("422 uid_invalid for %j", async (uid) => {
    expectError(await withKey(valid({ uid })), 422, "uid_invalid");
  });

  test("uid_invalid says which character or which length", async () => {
    expect((await withKey(valid({ uid: "abc def" }))).body["detail"]).toMatch(/space|" "|character/i);
    expect((await withKey(valid({ uid: "abcd" }))).body["detail"]).toMatch(/4/);
  });

  test("403 integration_mismatch with one text for IDs that do not exist", async () => {
    const reply = await withKey(valid({ integration_id: "0123456789abcdef01234567" }));
    expectError(reply, 403, "integration_mismatch");
  });

  test("an error is told in the documented order: shape before integration before uid", async () => {
    expectError(await withKey({ uid: "x", integration_id: 1 }), 422, "body_invalid");
    expectError(await withKey({ uid: "x", integration_id: "0123456789abcdef01234567" }), 403, "integration_mismatch");
    const unknown = { "api-key": "ts_test_nobody" };
    expectError(await postTokens({ baseUrl: world.baseUrl, body: "{", headers: unknown }), 401, "api_key_unknown");
  });

  test("another method is refused with the methods that work", async () => {
    const reply = await send(`${world.baseUrl}${TOKENS}`, { method: "GET" });
    expectError(reply, 405, "method_not_allowed");
    expect(reply.headers.get("allow")).toContain("POST");
  });
});

describe("credentials of somebody else", () => {
  test("a Test key with the Production ID of the same company is told apart in words", async ({ skip }) => {
    if (world.own === null) return skip(needsOwnServer("two environments of one company"));
    const body = valid({ integration_id: world.own.deployment.production.integration_id });
    const reply = await withKey(body);
    expectError(reply, 403, "integration_mismatch");
    expect(reply.body["detail"]).toMatch(/Test/);
    expect(reply.body["detail"]).toMatch(/Production/);
    expect(reply.body["detail"]).toContain(world.own.deployment.name);
  });

  test("an Integration ID of another company answers exactly like one that does not exist", async ({ skip }) => {
    if (world.own === null) return skip(needsOwnServer("two companies"));
    const other = await world.own.createDeployment(await world.own.createCompany());
    const theirs = await withKey(valid({ integration_id: other.test.integration_id }));
    const nobodys = await withKey(valid({ integration_id: "0123456789abcdef01234567" }));
    expectError(theirs, 403, "integration_mismatch");
    expect(theirs.body["detail"]).toBe(nobodys.body["detail"]);
  });

  test("a body signed with another company's key is refused", async ({ skip }) => {
    if (world.own === null) return skip(needsOwnServer("two companies"));
    const other = await world.own.createDeployment(await world.own.createCompany());
    const reply = await createSigned(world, world.test, { body: JSON.stringify(valid()), key: other.test.api_key });
    expectError(reply, 401, "signature_invalid");
  });

  test("sandbox uids are reserved in Production", async ({ skip }) => {
    if (world.own === null) return skip(needsOwnServer("a Production environment"));
    const { production } = world.own.deployment;
    for (const uid of ["SIM-LOWRISK-1", "TEST-WEBHOOK-00000", "SIM-x"]) {
      expectError(await createWithKey(world, production, { uid }), 422, "uid_reserved");
    }
  });

  test("an environment set to strict refuses a uid that looks personal", async ({ skip }) => {
    if (world.own === null) return skip(needsOwnServer("settings of an environment"));
    const strict = await world.own.createDeployment();
    const target = [strict.deployment_id, "--env", "test", "--company", strict.company_id];
    await world.own.cli(["deployment", "set", ...target, "--personal-data-check", "strict"]);
    const uid = "5511987654321";
    expectError(await createWithKey(world, strict.test, { uid }), 422, "uid_looks_personal");
  });
});

test("429 rate_limited with Retry-After once one key sends more than its burst", async ({ skip }) => {
  if (world.own === null) return skip(needsOwnServer("a rate limit of its own"));
  const { test: environment } = await world.own.createDeployment();
  const uid = newUid();
  const replies = await Promise.all(Array.from({ length: 400 }, () => createWithKey(world, environment, { uid })));
  const limited = replies.filter((reply) => reply.status === 429);
  expect(limited.length).toBeGreaterThan(0);
  expect(replies.filter((reply) => reply.status === 200).length).toBeGreaterThanOrEqual(200);
  expectError(limited[0] as Reply<unknown>, 429, "rate_limited");
  expect(Number(limited[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
  // The neighbour's key is not touched by it.
  expect((await createWithKey(world, world.test)).status).toBe(200);
});

test("an upper-case signature is accepted or refused, never an error of ours", async () => {
  const body = JSON.stringify(valid());
  const headers = { "x-signature": sign(body, world.test.api_key).toUpperCase() };
  expect([200, 401]).toContain((await postTokens({ baseUrl: world.baseUrl, body, headers })).status);
});
