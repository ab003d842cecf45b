import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { hmacHex, postTokens, testLender, type TestLender } from "../../testing/lender.ts";
import { apiKeyContext, apiKeyHash, apiKeyHint, makeApiKey } from "../deployments/keys.ts";
import { insertApiKey } from "../deployments/store.ts";

let lender: TestLender;

beforeAll(async () => {
  lender = await testLender({ config: { sessionRate: { perSecond: 100_000, burst: 100_000 } } });
});

afterAll(() => lender.close());

async function send(text: string | Buffer, signature: string, headers: Record<string, string> = {}) {
  const answer = await postTokens(lender.app, null, { raw: text, headers: { "x-signature": signature, ...headers } });
  return {
    status: answer.statusCode,
    code: answer.json().code as string | undefined,
    detail: answer.json().detail as string,
  };
}

function key(): string {
  return lender.deployment.test.apiKey;
}

function bodyOf(uid: string): string {
  return JSON.stringify({ uid, integration_id: lender.deployment.test.integrationId });
}

describe("a signed body without an api-key", () => {
  test("is accepted when the signature is over the bytes as sent", async () => {
    expect((await send(bodyOf("SIG-0001"), hmacHex(key(), bodyOf("SIG-0001")))).status).toBe(200);
    expect((await send(bodyOf("SIG-0001"), hmacHex(key(), bodyOf("SIG-0001")).toUpperCase())).status).toBe(200);
  });

  test("is accepted when the client signs the compact form and sends a readable one", async () => {
    const compact = bodyOf("SIG-0002");
    const readable = JSON.stringify(JSON.parse(compact), null, 2);
    expect((await send(readable, hmacHex(key(), compact))).status).toBe(200);
    expect((await send(`\r\n${readable}\t`, hmacHex(key(), compact))).status).toBe(200);
  });

  test("may hold escapes, any member order and text in any script", async () => {
    const id = lender.deployment.test.integrationId;
    const compact = String.raw`{"metadata":{"n":"Caf\u00e9 \" x : y ","名":"नाम 1 , 2"},"integration_id":"${id}","uid":"SIG\u002d0003"}`;
    const loose = compact.replaceAll('":', '" :\t').replaceAll(',"', ' ,\n"');
    expect(loose).not.toBe(compact);
    expect((await send(compact, hmacHex(key(), compact))).status).toBe(200);
    expect((await send(loose, hmacHex(key(), compact))).status).toBe(200);
    expect((await send(loose, hmacHex(key(), loose))).status).toBe(200);
    const rewritten = JSON.stringify(JSON.parse(compact));
    expect((await send(loose, hmacHex(key(), rewritten))).code).toBe("signature_invalid");
  });

  test("is refused when one bit of body or signature differs", async () => {
    const body = bodyOf("SIG-0004");
    await fc.assert(
      fc.asyncProperty(fc.nat(body.length * 8 - 1), async (bit) => {
        const bytes = Buffer.from(body);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const answer = await send(bytes, hmacHex(key(), body));
        expect(["signature_invalid", "body_invalid"]).toContain(answer.code);
      }),
      { numRuns: 100 },
    );
    const signature = hmacHex(key(), body);
    const altered = (signature.startsWith("0") ? "1" : "0") + signature.slice(1);
    expect((await send(body, altered)).code).toBe("signature_invalid");
    expect(await lender.deps.db.query("SELECT 1 FROM sessions WHERE uid = 'SIG-0004'")).toHaveLength(0);
  });

  test("with an unknown Integration ID gets the same answer as with a wrong signature", async () => {
    const unknown = JSON.stringify({ uid: "SIG-0005", integration_id: "f".repeat(24) });
    const first = await send(unknown, hmacHex(key(), unknown));
    const second = await send(bodyOf("SIG-0005"), hmacHex("another key", bodyOf("SIG-0005")));
    expect(first).toEqual(second);
    expect(first).toMatchObject({ status: 401, code: "signature_invalid" });
  });

  test("signed with the key of the other environment is refused", async () => {
    const body = bodyOf("SIG-0006");
    expect((await send(body, hmacHex(lender.deployment.production.apiKey, body))).code).toBe("signature_invalid");
  });

  test.each([
    ["abc", "X-Signature has 3 hex characters; HMAC-SHA512 in hex has 128."],
    ["a".repeat(64), "X-Signature has 64 hex characters; HMAC-SHA512 in hex has 128."],
    ["sha512=xyz", "X-Signature is not written in hex digits; HMAC-SHA512 in hex has 128."],
  ])("X-Signature %s is explained", async (signature, detail) => {
    expect(await send(bodyOf("SIG-0007"), signature)).toEqual({ status: 401, code: "signature_invalid", detail });
  });

  test("is read before it is proven: malformed JSON and a missing integration_id are body_invalid", async () => {
    const any = "0".repeat(128);
    expect((await send("{", any)).code).toBe("body_invalid");
    expect((await send("[]", any)).code).toBe("body_invalid");
    expect((await send("{}", any)).detail).toBe("integration_id: is missing; expected a string");
    expect((await send('{"integration_id": 7}', any)).detail).toBe(
      "integration_id: must be a string that is not empty",
    );
    expect((await send(Buffer.from([0xff, 0xfe]), any)).code).toBe("body_invalid");
  });

  test("is judged for shape and uid only after the signature", async () => {
    const integration_id = lender.deployment.test.integrationId;
    const shapeless = JSON.stringify({ integration_id });
    expect((await send(shapeless, "0".repeat(128))).code).toBe("signature_invalid");
    expect((await send(shapeless, hmacHex(key(), shapeless))).detail).toBe("uid: is missing; expected a string");
    const badUid = JSON.stringify({ integration_id, uid: "a b c d" });
    expect((await send(badUid, hmacHex(key(), badUid))).code).toBe("uid_invalid");
  });

  test("a signature beside an api-key is not looked at", async () => {
    expect((await send(bodyOf("SIG-0008"), "nonsense", { "api-key": key() })).status).toBe(200);
    expect((await send(bodyOf("SIG-0008"), hmacHex(key(), bodyOf("SIG-0008")), { "api-key": "wrong" })).code).toBe(
      "api_key_unknown",
    );
  });

  test("during the overlap of a rotation the old and the new key both sign", async () => {
    const { companyId, production } = lender.deployment;
    const { environmentId } = production;
    const keyId = lender.deps.ids.make("key");
    const fresh = makeApiKey("production");
    await insertApiKey(lender.deps.db, {
      companyId,
      environmentId,
      keyId,
      hint: apiKeyHint(fresh),
      keyHash: apiKeyHash(lender.deps.secrets, fresh),
      ciphertext: lender.deps.secrets.encrypt(fresh, apiKeyContext({ companyId, environmentId, keyId })),
    });
    const body = JSON.stringify({ uid: "SIG-0009", integration_id: production.integrationId });
    const statusWith = async (signer: string) => (await send(body, hmacHex(signer, body))).status;
    expect(await statusWith(production.apiKey)).toBe(200);
    await expect.poll(() => statusWith(fresh), { timeout: 3000 }).toBe(200);
    await lender.deps.db.query(
      "UPDATE api_keys SET retires_at = now() WHERE company_id = $1::text AND environment_id = $2::text AND key_id <> $3::text",
      [companyId, environmentId, keyId],
    );
    await expect.poll(() => statusWith(production.apiKey), { timeout: 3000 }).toBe(401);
    expect(await statusWith(fresh)).toBe(200);
  });
});
