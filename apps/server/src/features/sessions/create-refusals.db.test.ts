import { createSessionResponseSchema, errorResponseSchema } from "@tallystick/contract";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  createNeighbours,
  newDeployment,
  postTokens,
  TOKENS_PATH,
  sessionCalls,
  testLender,
  UNLIMITED,
  type TestLender,
} from "../../testing/lender.ts";
import type { CreatedDeployment } from "../deployments/service.ts";

let lender: TestLender;
let other: CreatedDeployment;
let sibling: CreatedDeployment;

beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  ({ other, sibling } = await createNeighbours(lender));
});

afterAll(() => lender.close());

const { post, create, setState } = sessionCalls(() => lender);

describe("bad requests", () => {
  test.each([
    [{ uid: 1001, integration_id: "x" }, "uid: is a number; expected a string; put it in double quotes"],
    [{ integration_id: "x" }, "uid: is missing; expected a string"],
    [{ uid: "APP-1001" }, "integration_id: is missing; expected a string"],
    [{ uid: "APP-1001", integration_id: "" }, "integration_id: takes at least 1 characters"],
    [
      { uid: null, integration_id: ["x"] },
      "uid: is null; expected a string; integration_id: is an array; expected a string",
    ],
    [[], "The body: is an array; expected an object"],
    ["APP-1001", "The body: is a string; expected an object"],
    [null, "The body: is null; expected an object"],
    [{ uid: "APP-1001", integration_id: "x", stakes: "huge" }, "stakes: takes one of high, low"],
    [
      { uid: "APP-1001", integration_id: "x", metadata: { a: 1 } },
      "metadata.a: is a number; expected a string; put it in double quotes",
    ],
    [{ uid: "APP-1001", integration_id: "x", metadata: [] }, "metadata: is an array; expected an object"],
    [
      { uid: "APP-1001", integration_id: "x", metadata: { a: "x".repeat(201) } },
      "metadata.a: takes at most 200 characters",
    ],
    [
      { uid: "APP-1001", integration_id: "x", metadata: { a: "\u0000" } },
      "metadata: holds a NUL or half of a surrogate pair; send plain text",
    ],
    [
      { uid: "APP-1001", integration_id: "x", metadata: { a: "\ud800" } },
      "metadata: holds a NUL or half of a surrogate pair; send plain text",
    ],
    [
      {
        uid: "APP-1001",
        integration_id: "x",
        metadata: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`k${i}`, "v"])),
      },
      "metadata: takes at most 20 pairs",
    ],
  ])("%j is body_invalid and says which member should be what", async (body, detail) => {
    const answer = await post(body);
    expect([answer.statusCode, answer.json().code, answer.json().detail]).toEqual([422, "body_invalid", detail]);
    errorResponseSchema.strict().parse(answer.json());
  });

  test("malformed JSON is body_invalid with the place", async () => {
    const answer = await post(null, { raw: '{"uid": "APP-1001",\n "integration_id": }' });
    expect(answer.json()).toMatchObject({
      code: "body_invalid",
      detail: "The body is not valid JSON: line 2, column 20: a value is expected.",
    });
  });

  test.each([
    [{}, "unsupported_media_type"],
    [{ "content-type": "text/plain" }, "unsupported_media_type"],
    [{ "content-type": "application/x-www-form-urlencoded" }, "unsupported_media_type"],
    [{ "content-type": "application/jsonp" }, "unsupported_media_type"],
    [{ "content-type": "application/json; charset=iso-8859-1" }, "unsupported_media_type"],
    [{ "content-type": "application/json", "content-encoding": "gzip" }, "unsupported_media_type"],
    [{ "content-type": "APPLICATION/JSON; charset=UTF-8" }, undefined],
    [{ "content-type": 'application/json;charset="utf-8"' }, undefined],
  ])("headers %j answer %s", async (headers, code) => {
    const answer = await lender.app.inject({
      method: "POST",
      url: TOKENS_PATH,
      headers: { "api-key": lender.deployment.test.apiKey, ...headers },
      payload: Buffer.from(JSON.stringify({ uid: "MEDIA-0001", integration_id: lender.deployment.test.integrationId })),
    });
    expect(answer.statusCode).toBe(code === undefined ? 200 : 415);
    expect(answer.json().code).toBe(code);
  });

  test("the first failing check answers: 413, 415, 401, 422 shape, 403, 422 uid, 409", async () => {
    const large = JSON.stringify({ uid: "x", pad: "x".repeat(70_000) });
    const wrongType = { "content-type": "text/plain" };
    const codeOf = async (body: string, headers: Record<string, string>) =>
      (await postTokens(lender.app, null, { raw: body, headers })).json().code as string;
    const key = { "api-key": lender.deployment.test.apiKey };
    const wrongId = lender.deployment.production.integrationId;
    expect(await codeOf(large, wrongType)).toBe("payload_too_large");
    expect(await codeOf("{", wrongType)).toBe("unsupported_media_type");
    expect(await codeOf("{", {})).toBe("api_key_missing");
    expect(await codeOf("{", { "api-key": "nonsense" })).toBe("api_key_unknown");
    expect(await codeOf("{", key)).toBe("body_invalid");
    expect(await codeOf(JSON.stringify({ uid: "!", integration_id: wrongId, stakes: 1 }), key)).toBe("body_invalid");
    expect(await codeOf(JSON.stringify({ uid: "!", integration_id: wrongId }), key)).toBe("integration_mismatch");
    await create("ORDER-0001");
    await setState("ORDER-0001", "state = 'completed'");
    const integration_id = lender.deployment.test.integrationId;
    expect(await codeOf(JSON.stringify({ uid: "!", integration_id }), key)).toBe("uid_invalid");
    expect(await codeOf(JSON.stringify({ uid: "ORDER-0001", integration_id }), key)).toBe("uid_already_used");
  });

  test("a body of exactly 64 KiB is read, one byte more is not", async () => {
    const body = (size: number) => {
      const text = JSON.stringify({ uid: "SIZE-0001", integration_id: lender.deployment.test.integrationId });
      return text + " ".repeat(size - text.length);
    };
    expect((await post(null, { raw: body(65_536) })).statusCode).toBe(200);
    expect((await post(null, { raw: body(65_537) })).json().code).toBe("payload_too_large");
  });

  test("whatever the uid is, the answer is a documented one", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 80 }),
          fc.stringMatching(/^[A-Za-z0-9_-]{5,60}$/),
          fc.jsonValue(),
        ),
        async (uid) => {
          const answer = await create(uid);
          if (answer.statusCode === 200) createSessionResponseSchema.strict().parse(answer.json());
          else expect([422, 409]).toContain(answer.statusCode);
          if (answer.statusCode !== 200) errorResponseSchema.strict().parse(answer.json());
        },
      ),
      { numRuns: 150 },
    );
  });

  test("whatever the body is, the answer is a documented one", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.json().map((json) => Buffer.from(json)),
        ),
        async (bytes) => {
          const answer = await post(null, { raw: Buffer.from(bytes) });
          expect([answer.statusCode, answer.json().code]).toEqual([422, "body_invalid"]);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("key and Integration ID", () => {
  test("of two environments of one company: the answer names both", async () => {
    const answer = await post({ uid: "APP-3001", integration_id: sibling.production.integrationId });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({
      code: "integration_mismatch",
      detail:
        'This is a Test key of "Loans", but a Production Integration ID of "Cards" came with it. Use the pair of one environment.',
    });
  });

  test("of two companies: the same words as for an Integration ID that does not exist", async () => {
    const foreign = await post({ uid: "APP-3001", integration_id: other.test.integrationId });
    const unknown = await post({ uid: "APP-3001", integration_id: "f".repeat(24) });
    const odd = await post({ uid: "APP-3001", integration_id: "\u0000" });
    for (const answer of [foreign, unknown, odd]) {
      expect(answer.statusCode).toBe(403);
      expect({ ...answer.json(), request_id: "" }).toEqual({
        code: "integration_mismatch",
        detail: "This API key does not belong to the Integration ID of the body.",
        request_id: "",
      });
    }
  });

  test("no key of one environment makes a session in another", async () => {
    const environments = [
      lender.deployment.test,
      lender.deployment.production,
      sibling.test,
      other.test,
      other.production,
    ];
    for (const mine of environments) {
      for (const theirs of environments) {
        if (mine === theirs) continue;
        const answer = await postTokens(
          lender.app,
          { uid: "CROSS-0001", integration_id: theirs.integrationId },
          { headers: { "api-key": mine.apiKey } },
        );
        expect(answer.json().code).toBe("integration_mismatch");
      }
    }
    expect(await lender.deps.db.query("SELECT 1 FROM sessions WHERE uid = 'CROSS-0001'")).toHaveLength(0);
  });

  test("a revoked key is refused as soon as the cache is old", async () => {
    const fresh = await newDeployment(lender, { company: "Short lived", name: "One" });
    const body = { uid: "APP-4001", integration_id: fresh.test.integrationId };
    const send = async () =>
      (await postTokens(lender.app, body, { headers: { "api-key": fresh.test.apiKey } })).statusCode;
    expect(await send()).toBe(200);
    await lender.deps.db.query("UPDATE api_keys SET revoked_at = now() WHERE company_id = $1::text", [fresh.companyId]);
    // The cache is kept 900 ms (fresh-cache.test.ts); the rest is a slow machine's.
    await expect.poll(send, { interval: 20, timeout: 3000 }).toBe(401);
  });
});
