import { randomBytes } from "node:crypto";

const PREFIXES = [
  "cmp",
  "dep",
  "env",
  "key",
  "kid",
  "ses",
  "fct",
  "con",
  "res",
  "evt",
  "end",
  "sec",
  "dlv",
  "att",
  "lea",
  "aud",
  "cfl",
] as const;
export type IdPrefix = (typeof PREFIXES)[number];

export interface Ids {
  /** `<prefix>_` and 26 base-32 characters: 50 bits of ms time, then 80 random bits; sorts by creation time. */
  make(prefix: IdPrefix): string;
  /** 24 lower-case hex characters. */
  integrationId(): string;
  /** 12 characters of an alphabet of 32 without look-alikes (60 random bits), the part after `/a/`. */
  linkCode(): string;
}

const CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";

function base32(bytes: Uint8Array, length: number): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = "";
  for (let i = 0; i < length; i++) {
    text = CROCKFORD.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return text;
}

function timeThenRandom(nowMs: number): string {
  let time = nowMs;
  let head = "";
  for (let i = 0; i < 10; i++) {
    head = CROCKFORD.charAt(time % 32) + head;
    time = Math.floor(time / 32);
  }
  return head + base32(randomBytes(10), 16);
}

export function createIds(now: () => number = Date.now): Ids {
  return {
    make: (prefix) => `${prefix}_${timeThenRandom(now())}`,
    integrationId: () => randomBytes(12).toString("hex"),
    linkCode: () => base32(randomBytes(8), 12),
  };
}
