import { createHmac, timingSafeEqual } from "node:crypto";

import { isRecord, WebhookVerificationError } from "./errors.ts";
import type { WebhookBody } from "./types.ts";

export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyWebhookOptions {
  /** The body exactly as received: never parsed and written again. */
  readonly body: string | Uint8Array;
  /** Of the request; names in any case. */
  readonly headers: WebhookHeaders;
  /** Checks `X-Signature` (and `X-Signature-Next`). While you rotate, give both keys. */
  readonly apiKey?: string | readonly string[];
  /** Checks the Standard Webhooks headers; `whsec_…`. While you rotate, give both secrets. */
  readonly secret?: string | readonly string[];
  /** How far `webhook-timestamp` may be from now, seconds, either way. Default 300. Used with `secret`. */
  readonly toleranceSeconds?: number;
  /** Epoch milliseconds; for tests. */
  readonly now?: () => number;
}

export interface VerifiedWebhook extends WebhookBody {
  /** The same for every repetition of one event: remember it and ignore what you have seen. Null if not sent. */
  readonly id: string | null;
  /** When this attempt was sent, epoch seconds. Null if not sent. */
  readonly timestamp: number | null;
}

/**
 * Verifies a webhook and returns its content. Give `apiKey`, `secret` or both; what you give must fit. Only `secret`
 * protects against an old webhook being sent again by someone else, because the time is signed too.
 *
 * @example
 * const webhook = verifyWebhook({ body: rawBody, headers: request.headers, apiKey, secret });
 * if (webhook.event.type === "psychometric_score.complete") save(webhook.uid, webhook.event.details.calculated.score);
 *
 * @throws WebhookVerificationError when it does not verify
 * @throws TypeError when neither a key nor a secret is given, or the body is not raw
 */
export function verifyWebhook(options: VerifyWebhookOptions): VerifiedWebhook {
  const body = rawBytes(options.body);
  const apiKeys = listOf(options.apiKey);
  const secrets = listOf(options.secret);
  if (apiKeys.length + secrets.length === 0) throw new TypeError("verifyWebhook needs an apiKey, a secret or both");
  if (apiKeys.length > 0) checkApiKeySignature(body, options.headers, apiKeys);
  if (secrets.length > 0) checkStandardSignature(body, secrets, options);
  const timestamp = header(options.headers, "webhook-timestamp");
  return {
    ...parsedBody(body),
    id: header(options.headers, "webhook-id"),
    timestamp: timestamp === null ? null : Number(timestamp),
  };
}

/** `X-Signature` is by the key in force; during a rotation `X-Signature-Next` is by the one that follows it. */
function checkApiKeySignature(body: Uint8Array, headers: WebhookHeaders, keys: readonly string[]): void {
  const given = [header(headers, "x-signature"), header(headers, "x-signature-next")].filter((value) => value !== null);
  if (given.length === 0) throw new WebhookVerificationError("signature_missing", "The header X-Signature is missing");
  const expected = keys.map((key) => createHmac("sha512", key).update(body).digest("hex"));
  if (!anyEqual(expected, given)) {
    throw new WebhookVerificationError("signature_wrong", "X-Signature does not fit the body and the API key");
  }
}

function checkStandardSignature(body: Uint8Array, secrets: readonly string[], options: VerifyWebhookOptions): void {
  const id = header(options.headers, "webhook-id");
  const signatures = header(options.headers, "webhook-signature");
  if (id === null || signatures === null) {
    throw new WebhookVerificationError("signature_missing", "webhook-id or webhook-signature is missing");
  }
  const timestamp = header(options.headers, "webhook-timestamp");
  if (timestamp === null || !/^\d{1,12}$/.test(timestamp)) {
    throw new WebhookVerificationError("timestamp_missing", "webhook-timestamp is missing or not in epoch seconds");
  }
  // The signature first: a time that nobody signed says nothing.
  const head = `${id}.${timestamp}.`;
  const expected = secrets.map((secret) =>
    createHmac("sha256", secretKey(secret)).update(head).update(body).digest("base64"),
  );
  const given = signatures.split(" ").flatMap((part) => (part.startsWith("v1,") ? [part.slice(3)] : []));
  if (!anyEqual(expected, given)) {
    throw new WebhookVerificationError("signature_wrong", "webhook-signature does not fit the body and the secret");
  }
  const ageSeconds = (options.now ?? Date.now)() / 1000 - Number(timestamp);
  if (Math.abs(ageSeconds) > (options.toleranceSeconds ?? 300)) {
    throw new WebhookVerificationError("timestamp_out_of_tolerance", "webhook-timestamp is too far from now");
  }
}

function secretKey(secret: string): Uint8Array {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  // An empty key would accept what anyone can compute.
  if (key.length < 16) throw new TypeError("secret must be the whsec_… secret of the webhook endpoint");
  return key;
}

function parsedBody(body: Uint8Array): WebhookBody {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    // The signature vouches for the members behind these.
    if (isRecord(value) && typeof value["uid"] === "string" && isRecord(value["event"])) {
      return value as unknown as WebhookBody;
    }
  } catch {
    // Answered below like any other body that is none of ours.
  }
  throw new WebhookVerificationError("body_invalid", "The signature fits, but the body is not a webhook body");
}

function rawBytes(body: unknown): Uint8Array {
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  throw new TypeError("body must be the raw body, a string or bytes; a parsed body can not be verified");
}

function anyEqual(expected: readonly string[], given: readonly string[]): boolean {
  return expected.some((one) => given.some((other) => equalInConstantTime(one, other)));
}

function equalInConstantTime(one: string, other: string): boolean {
  const left = Buffer.from(one);
  const right = Buffer.from(other);
  return left.length === right.length && timingSafeEqual(left, right);
}

function header(headers: WebhookHeaders, name: string): string | null {
  if (headers instanceof Headers) return headers.get(name);
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() !== name || value === undefined) continue;
    return typeof value === "string" ? value : (value[0] ?? null);
  }
  return null;
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  const list = typeof value === "string" ? [value] : (value ?? []);
  if (list.includes("")) throw new TypeError("an empty key or secret can not verify anything");
  return list;
}
