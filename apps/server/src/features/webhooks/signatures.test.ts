import { createHmac, randomBytes } from "node:crypto";

import { verifyWebhook } from "@tallystick/client";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { expect, it } from "vitest";

import { signedHeaders } from "./signatures.ts";

function newSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

it("one signature per live secret, and each alone satisfies the standardwebhooks package", () => {
  const secrets = [newSecret(), newSecret()];
  const body = '{"uid":"A"}';
  const timestamp = Math.floor(Date.now() / 1000);
  const apiKeys = { current: "old", next: "new" };
  const headers = signedHeaders({ apiKeys, secrets }, { eventId: "evt_1", timestamp, body });
  for (const secret of secrets) expect(new Webhook(secret).verify(body, headers)).toEqual({ uid: "A" });
  expect(() => new Webhook(newSecret()).verify(body, headers)).toThrow("No matching signature found");
});

it("X-Signature is the lower-case hex HMAC-SHA512 of the bytes; X-Signature-Next only exists during a rotation", () => {
  const message = { eventId: "e", timestamp: 1, body: '{"a":"é\u{1F33B}"}' };
  const hmac = (key: string): string =>
    createHmac("sha512", key).update(Buffer.from(message.body, "utf8")).digest("hex");
  const resting = signedHeaders({ apiKeys: { current: "old", next: null }, secrets: [] }, message);
  expect(resting["x-signature"]).toBe(hmac("old"));
  expect(resting).not.toHaveProperty("x-signature-next");
  const rotating = signedHeaders({ apiKeys: { current: "old", next: "new" }, secrets: [] }, message);
  expect(rotating["x-signature"]).toBe(hmac("old"));
  expect(rotating["x-signature-next"]).toBe(hmac("new"));
});

it("what is signed here, the SDK verifies, whatever the content", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 0, max: 4_000_000_000 }), (uid, timestamp) => {
      const secret = newSecret();
      const body = JSON.stringify({ uid, integration_id: "i", event: { type: "application.complete", details: {} } });
      const signing = { apiKeys: { current: "key", next: null }, secrets: [secret] };
      const headers = signedHeaders(signing, { eventId: "evt_1", timestamp, body });
      const now = (): number => timestamp * 1000;
      expect(verifyWebhook({ body, headers, apiKey: "key", secret, now }).uid).toBe(uid);
    }),
  );
});
