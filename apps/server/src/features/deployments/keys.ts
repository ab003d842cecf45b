import { randomBytes } from "node:crypto";

import type { SealedColumn } from "../../infra/sealed.ts";
import type { Secrets } from "../../infra/secrets.ts";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** 62^43 is the first power above 2^256. */
const KEY_CHARACTERS = 43;

/** `ts_test_` or `ts_live_` and 43 base-62 characters (256 random bits). */
export const API_KEY_PATTERN = /^ts_(test|live)_[0-9A-Za-z]{43}$/;

export function makeApiKey(kind: "test" | "production"): string {
  return `ts_${kind === "test" ? "test" : "live"}_${base62(randomBytes(32))}`;
}

/** What people may see of a key: its prefix and last four characters. */
export function apiKeyHint(key: string): string {
  return `${key.slice(0, 8)}…${key.slice(-4)}`;
}

/** What `key_directory` stores of a key; says what is hashed, so that no other hash under the pepper equals it. */
export function apiKeyHash(secrets: Secrets, key: string): string {
  return secrets.lookupHash(`api_key:${key}`);
}

/** Authenticated with the ciphertext: a row copied to another environment can not be opened there. */
export function apiKeyContext(row: { companyId: string; environmentId: string; keyId: string }): string {
  return `api_key/${row.companyId}/${row.environmentId}/${row.keyId}`;
}

export function tokenKeyContext(row: { companyId: string; environmentId: string; kid: string }): string {
  return `token_key/${row.companyId}/${row.environmentId}/${row.kid}`;
}

/** For the re-encryption under a new key of the ring. */
export const SEALED_KEYS: readonly SealedColumn[] = [
  {
    table: "api_keys",
    column: "ciphertext",
    key: ["company_id", "environment_id", "key_id"],
    context: ([companyId = "", environmentId = "", keyId = ""]) => apiKeyContext({ companyId, environmentId, keyId }),
  },
  {
    table: "token_keys",
    column: "ciphertext",
    key: ["company_id", "environment_id", "kid"],
    context: ([companyId = "", environmentId = "", kid = ""]) => tokenKeyContext({ companyId, environmentId, kid }),
  },
];

/** Base64 of 32 random bytes: the HS256 key of one environment. */
export function makeTokenKey(): string {
  return randomBytes(32).toString("base64");
}

function base62(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = "";
  for (let i = 0; i < KEY_CHARACTERS; i++) {
    text = BASE62.charAt(Number(value % 62n)) + text;
    value /= 62n;
  }
  return text;
}
