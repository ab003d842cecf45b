import { createHmac } from "node:crypto";

export interface Signing {
  /** Raw API keys: the one in force and, during a rotation, the one that follows. */
  readonly apiKeys: { readonly current: string; readonly next: string | null };
  /** `whsec_…`; every one signs. */
  readonly secrets: readonly string[];
}

export interface Signed {
  readonly eventId: string;
  /** Epoch seconds of this attempt. */
  readonly timestamp: number;
  readonly body: string;
}

/**
 * The headers of one attempt. `X-Signature` = hex HMAC-SHA512 of the body under the API key. Beside it the three headers
 * of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 of `id.timestamp.body`, base64, one per secret.
 */
export function signedHeaders(signing: Signing, message: Signed): Record<string, string> {
  const { eventId, timestamp, body } = message;
  const { current, next } = signing.apiKeys;
  return {
    "content-type": "application/json",
    "user-agent": "Tallystick-Webhooks/1",
    "x-signature": apiKeySignature(current, body),
    ...(next === null ? {} : { "x-signature-next": apiKeySignature(next, body) }),
    "webhook-id": eventId,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signing.secrets.map((secret) => standardSignature(secret, message)).join(" "),
  };
}

function apiKeySignature(apiKey: string, body: string): string {
  return createHmac("sha512", apiKey).update(body).digest("hex");
}

function standardSignature(secret: string, { eventId, timestamp, body }: Signed): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(`${eventId}.${timestamp}.${body}`).digest("base64")}`;
}
