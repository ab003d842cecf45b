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
  "rvw",
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
  "rpl",
  "ntc",
] as const;
export type IdPrefix = (typeof PREFIXES)[number];

export interface Ids {
  /** `<prefix>_` and 26 base-32 characters; those of one process sort in the order they were made. */
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

const CHARACTERS = 32;
const COUNTER_LENGTH = 8;
const HIGHEST_COUNT = CHARACTERS ** COUNTER_LENGTH;

function base32(value: number, length: number): string {
  let rest = value;
  let text = "";
  for (let i = 0; i < length; i++) {
    text = CROCKFORD.charAt(rest % CHARACTERS) + text;
    rest = Math.floor(rest / CHARACTERS);
  }
  return text;
}

/** Below half of all, so that a millisecond's worth of ids never comes to the end of the counter. */
function firstCount(): number {
  let count = 0;
  for (let i = 0; i < COUNTER_LENGTH; i++) count = count * CHARACTERS + (randomByte() & 31);
  return Math.floor(count / 2);
}

/**
 * Ten characters of time, eight of a counter that starts at random in each millisecond, eight at random: in the order
 * they were made, which the audit log of one transaction relies on, also when the clock steps back.
 */
function createSequence(now: () => number): () => string {
  let timeMs = 0;
  let count = HIGHEST_COUNT;
  return () => {
    const nowMs = now();
    count += 1;
    if (nowMs > timeMs || count >= HIGHEST_COUNT) {
      timeMs = Math.max(nowMs, timeMs + 1);
      count = firstCount();
    }
    return base32(timeMs, 10) + base32(count, COUNTER_LENGTH) + randomBase32(8);
  };
}

export function createIds(now: () => number = Date.now): Ids {
  const next = createSequence(now);
  return {
    make: (prefix) => `${prefix}_${next()}`,
    integrationId: () => randomBytes(12).toString("hex"),
    linkCode: () => randomBase32(12),
    uid: () => `LNK-${readable(4)}-${readable(4)}-${readable(4)}`,
  };
}
