import { createHmac, randomBytes } from "node:crypto";

import { webhookBodySchema, type WebhookBody as ContractBody } from "@tallystick/contract";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";

import { verifyWebhook, type VerifyWebhookOptions, type WebhookBody, WebhookVerificationError } from "./index.ts";

const API_KEY = "ts_test_0000000000000000";
const SECRET = `whsec_${randomBytes(32).toString("base64")}`;
const NOW = 1_790_000_000;
const BODY = JSON.stringify({
  uid: "APP-1001",
  integration_id: "0123456789abcdef01234567",
  event: { type: "application.expired", details: { application_started_at: null, application_expired_at: NOW } },
});

function apiSignature(body: string | Uint8Array, key = API_KEY): string {
  return createHmac("sha512", key).update(body).digest("hex");
}

function standardHeaders(body: string, { secret = SECRET, at = NOW } = {}): Record<string, string> {
  const signature = new Webhook(secret).sign("evt_1", new Date(at * 1000), body);
  return { "webhook-id": "evt_1", "webhook-timestamp": String(at), "webhook-signature": signature };
}

function refusal(options: VerifyWebhookOptions): string {
  try {
    verifyWebhook({ now: () => NOW * 1000, ...options });
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.reason;
    throw error;
  }
  return "verified";
}

describe("X-Signature", () => {
  it("verifies text and bytes, in plain objects, Node's headers and Headers alike", () => {
    const signature = apiSignature(BODY);
    const bytes = new TextEncoder().encode(BODY);
    const shapes = [
      { "X-Signature": signature },
      { "x-signature": [signature] },
      new Headers({ "X-Signature": signature }),
    ];
    for (const headers of shapes) {
      for (const body of [BODY, bytes]) {
        expect(verifyWebhook({ body, headers, apiKey: API_KEY }).uid).toBe("APP-1001");
      }
    }
  });

  it("accepts any candidate key, and the signature of the next key, during a rotation", () => {
    const next = { "x-signature": apiSignature(BODY, "old"), "x-signature-next": apiSignature(BODY, "new") };
    expect(refusal({ body: BODY, headers: next, apiKey: "new" })).toBe("verified");
    expect(refusal({ body: BODY, headers: next, apiKey: "old" })).toBe("verified");
    expect(refusal({ body: BODY, headers: next, apiKey: ["other", "old"] })).toBe("verified");
    expect(refusal({ body: BODY, headers: next, apiKey: ["other", "another"] })).toBe("signature_wrong");
  });

  it("refuses a body that differs in a single byte, wherever it is", () => {
    const headers = { "x-signature": apiSignature(BODY) };
    fc.assert(
      fc.property(fc.nat(BODY.length - 1), fc.integer({ min: 1, max: 255 }), (position, change) => {
        const body = Buffer.from(BODY);
        body[position] = (body[position] ?? 0) ^ change;
        expect(refusal({ body, headers, apiKey: API_KEY })).toBe("signature_wrong");
      }),
    );
  });

  it("refuses a missing signature, an empty one and a wrong key", () => {
    expect(refusal({ body: BODY, headers: {}, apiKey: API_KEY })).toBe("signature_missing");
    expect(refusal({ body: BODY, headers: { "x-signature": "" }, apiKey: API_KEY })).toBe("signature_wrong");
    expect(refusal({ body: BODY, headers: { "x-signature": apiSignature(BODY) }, apiKey: "x" })).toBe(
      "signature_wrong",
    );
  });
});

describe("Standard Webhooks", () => {
  it("verifies what the standardwebhooks package signs, whatever the content", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.uint8Array({ minLength: 24, maxLength: 64 }), (uid, key) => {
        const secret = `whsec_${Buffer.from(key).toString("base64")}`;
        const body = JSON.stringify({ uid, integration_id: "x", event: { type: "application.complete", details: {} } });
        const verified = verifyWebhook({
          body,
          headers: standardHeaders(body, { secret }),
          secret,
          now: () => NOW * 1000,
        });
        expect([verified.uid, verified.id, verified.timestamp]).toEqual([uid, "evt_1", NOW]);
      }),
    );
  });

  it("accepts one fitting signature among several, and one fitting secret among several", () => {
    const headers = standardHeaders(BODY);
    headers["webhook-signature"] = `v1,AAAA v1a,BBBB ${headers["webhook-signature"]}`;
    const other = `whsec_${randomBytes(32).toString("base64")}`;
    expect(refusal({ body: BODY, headers, secret: SECRET })).toBe("verified");
    expect(refusal({ body: BODY, headers, secret: [other, SECRET] })).toBe("verified");
    expect(refusal({ body: BODY, headers, secret: other })).toBe("signature_wrong");
  });

  it("refuses a time beyond the tolerance, past or future, and one that was not signed", () => {
    const options = { body: BODY, secret: SECRET };
    expect(refusal({ ...options, headers: standardHeaders(BODY, { at: NOW - 300 }) })).toBe("verified");
    expect(refusal({ ...options, headers: standardHeaders(BODY, { at: NOW - 301 }) })).toBe(
      "timestamp_out_of_tolerance",
    );
    expect(refusal({ ...options, headers: standardHeaders(BODY, { at: NOW + 301 }) })).toBe(
      "timestamp_out_of_tolerance",
    );
    const wide = { ...options, toleranceSeconds: 400, headers: standardHeaders(BODY, { at: NOW - 400 }) };
    expect(refusal(wide)).toBe("verified");
    const moved = { ...standardHeaders(BODY), "webhook-timestamp": String(NOW + 1) };
    expect(refusal({ ...options, headers: moved })).toBe("signature_wrong");
    for (const timestamp of ["", "soon", "-1", "1e9", "NaN"]) {
      const headers = { ...standardHeaders(BODY), "webhook-timestamp": timestamp };
      expect(refusal({ ...options, headers })).toBe("timestamp_missing");
    }
  });

  it("needs both signatures to fit when key and secret are given", () => {
    const headers = { ...standardHeaders(BODY), "x-signature": apiSignature(BODY) };
    const both = { body: BODY, apiKey: API_KEY, secret: SECRET };
    expect(refusal({ ...both, headers })).toBe("verified");
    expect(refusal({ ...both, headers: standardHeaders(BODY) })).toBe("signature_missing");
    expect(refusal({ ...both, headers: { "x-signature": apiSignature(BODY) } })).toBe("signature_missing");
  });
});

describe("mistakes of the caller", () => {
  it("are named instead of verified", () => {
    const headers = { "x-signature": apiSignature(BODY) };
    expect(() => verifyWebhook({ body: BODY, headers })).toThrow(TypeError);
    expect(() => verifyWebhook({ body: BODY, headers, apiKey: [] })).toThrow(TypeError);
    expect(() => verifyWebhook({ body: BODY, headers, apiKey: "" })).toThrow(TypeError);
    expect(() => verifyWebhook({ body: BODY, headers: standardHeaders(BODY), secret: "whsec_" })).toThrow(TypeError);
    const parsed: unknown = JSON.parse(BODY);
    expect(() => verifyWebhook({ body: parsed as string, headers, apiKey: API_KEY })).toThrow(/raw body/);
  });

  it("signed content that is no webhook body is refused", () => {
    for (const body of ["", "null", "[]", '{"uid":1}', "{", '{"uid":"A"}']) {
      expect(refusal({ body, headers: { "x-signature": apiSignature(body) }, apiKey: API_KEY })).toBe("body_invalid");
    }
    const bytes = Uint8Array.of(0xff, 0xfe);
    expect(refusal({ body: bytes, headers: { "x-signature": apiSignature(bytes) }, apiKey: API_KEY })).toBe(
      "body_invalid",
    );
  });
});

it("the client's types are those of the contract", () => {
  const fromContract = (body: ContractBody): WebhookBody => body;
  const toContract = (body: WebhookBody): ContractBody => body;
  const signed = { body: BODY, headers: { "x-signature": apiSignature(BODY) }, apiKey: API_KEY };
  expect(verifyWebhook(signed)).toMatchObject(toContract(fromContract(webhookBodySchema.parse(JSON.parse(BODY)))));
});
