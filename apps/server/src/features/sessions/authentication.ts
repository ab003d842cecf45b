import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

import type { Deps } from "../../infra/deps.ts";
import { fail, type AppError } from "../../infra/errors.ts";
import { decodeBody, parseJson } from "../../infra/json-body.ts";
import {
  API_KEY_PATTERN,
  authenticateApiKey,
  environmentByIntegration,
  liveKeys,
  noteKeyUse,
  type EnvironmentAccess,
} from "../deployments/service.ts";
import { compactForm } from "./compact-form.ts";

/** The one who asks. `body` is the parsed JSON, its shape not yet checked. */
export interface Caller {
  readonly environment: EnvironmentAccess;
  readonly keyId: string;
  readonly body: unknown;
}

export interface SignedRequest {
  readonly apiKey: string | undefined;
  readonly signature: string | undefined;
  readonly bytes: Uint8Array;
}

/**
 * Mode A (header api-key, an X-Signature beside it is not looked at) or mode B (X-Signature alone).
 * Throws `api_key_missing`, `api_key_unknown`, `signature_invalid`, `body_invalid`.
 */
export async function authenticate(deps: Deps, request: SignedRequest): Promise<Caller> {
  if (request.apiKey) return byKey(deps, request.apiKey, request.bytes);
  if (request.signature) return bySignature(deps, request.signature, request.bytes);
  throw fail("api_key_missing", "Send the header api-key, or sign the body and send X-Signature.");
}

async function byKey(deps: Deps, apiKey: string, bytes: Uint8Array): Promise<Caller> {
  const access = await authenticateApiKey(deps, apiKey);
  if (!access) throw unknownKey(apiKey);
  return { environment: access.environment, keyId: access.keyId, body: parseJson(decodeBody(bytes)) };
}

// The key is found through the body, so the body must be read before anything is proven; of it only integration_id is
// used until the signature fits. An unknown Integration ID costs the same HMAC and answers the same words.
async function bySignature(deps: Deps, signature: string, bytes: Uint8Array): Promise<Caller> {
  const text = decodeBody(bytes);
  const body = parseJson(text);
  const environment = await environmentByIntegration(deps, integrationIdOf(body));
  const keys = environment ? await liveKeys(deps, environment.companyId, environment.environmentId) : [];
  const claimed = readSignature(signature);
  const candidates = keys.length > 0 ? keys : [{ keyId: "", key: DECOY_KEY }];
  const fitting = candidates.filter(({ key }) => fits(key, { claimed, bytes, text }));
  const [match] = fitting;
  if (!environment || !match || match.key === DECOY_KEY) {
    throw fail(
      "signature_invalid",
      "X-Signature does not fit this body and the API key of this Integration ID. Sign the bytes exactly as sent.",
    );
  }
  noteKeyUse(deps, environment, match.keyId);
  return { environment, keyId: match.keyId, body };
}

const DECOY_KEY = randomBytes(32).toString("base64");

interface Signed {
  readonly claimed: Buffer;
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Over the bytes as received, or over the compact form of the same text. */
function fits(key: string, signed: Signed): boolean {
  const overBytes = createHmac("sha512", key).update(signed.bytes).digest();
  if (timingSafeEqual(overBytes, signed.claimed)) return true;
  const overCompact = createHmac("sha512", key).update(compactForm(signed.text)).digest();
  return timingSafeEqual(overCompact, signed.claimed);
}

function readSignature(signature: string): Buffer {
  if (/^[0-9a-f]{128}$/i.test(signature)) return Buffer.from(signature, "hex");
  const found = /^[0-9a-f]+$/i.test(signature)
    ? `has ${signature.length} hex characters`
    : "is not written in hex digits";
  throw fail("signature_invalid", `X-Signature ${found}; HMAC-SHA512 in hex has 128.`);
}

function integrationIdOf(body: unknown): string {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw fail("body_invalid", "The body must be a JSON object with uid and integration_id.");
  }
  const id: unknown = "integration_id" in body ? body.integration_id : undefined;
  if (id === undefined) throw fail("body_invalid", "integration_id: is missing; expected a string");
  if (typeof id !== "string" || id === "")
    throw fail("body_invalid", "integration_id: must be a string that is not empty");
  return id;
}

function unknownKey(apiKey: string): AppError {
  if (API_KEY_PATTERN.test(apiKey)) {
    return fail(
      "api_key_unknown",
      "This API key is not known; it may have been revoked or replaced. Copy the current one.",
    );
  }
  return fail(
    "api_key_unknown",
    "This is no API key of Tallystick: one begins with ts_test_ or ts_live_ and has 51 characters. Copy it again as a whole.",
  );
}
