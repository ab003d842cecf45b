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
  "usr",
  "uss",
  "inv",
  "bat",
  "chg",
  "era",
  "hld",
] as const;
export type IdPrefix = (typeof PREFIXES)[number];

export interface Ids {
  /** `<prefix>_` and 26 base-32 characters: 50 bits of ms time, then 80 random bits; sorts by creation time. */
  make(prefix: IdPrefix): string;
  /** 24 lower-case hex characters. */
  integrationId(): string;
  /** 12 characters of an alphabet of 32 without look-alikes (60 random bits), the part after `/a/`. */
  linkCode(): string;
  /** `LNK-XXXX-XXXX-XXXX`, a uid for who has none: 57 random bits in upper-case letters and digits that are read aloud
   * and copied without mistakes (no vowels, so no words; no 0, 1, I, L, O). */
  uid(): string;
}

const CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";

// The kernel is asked for a block at a time: three calls a session cost more than the rest of its ids.
const BLOCK_BYTES = 4096;
let block = new Uint8Array(0);
let used = 0;

function randomByte(): number {
  if (used >= block.length) {
    block = randomBytes(BLOCK_BYTES);
    used = 0;
  }
  const byte = block[used] ?? 0;
  used += 1;
  return byte;
}

/** 5 random bits a character; the low five of a byte are as random as all eight. */
function randomBase32(length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) text += CROCKFORD.charAt(randomByte() & 31);
  return text;
}

const READABLE = "23456789BCDFGHJKMNPQRSTVWXYZ";

function readable(length: number): string {
  let text = "";
  // 28 characters: five random bits that name none of them are drawn again, so that all are equally likely.
  while (text.length < length) text += READABLE.charAt(randomByte() & 31);
  return text;
}

function timeThenRandom(nowMs: number): string {
  let time = nowMs;
  let head = "";
  for (let i = 0; i < 10; i++) {
    head = CROCKFORD.charAt(time % 32) + head;
    time = Math.floor(time / 32);
  }
  return head + randomBase32(16);
}

export function createIds(now: () => number = Date.now): Ids {
  return {
    make: (prefix) => `${prefix}_${timeThenRandom(now())}`,
    integrationId: () => randomBytes(12).toString("hex"),
    linkCode: () => randomBase32(12),
    uid: () => `LNK-${readable(4)}-${readable(4)}-${readable(4)}`,
  };
}
