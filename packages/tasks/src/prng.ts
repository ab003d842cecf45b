/**
 * Seeded random numbers in 32-bit integer arithmetic alone, so that phone and server draw the same stimuli on every
 * engine. Algorithm: xoshiro128** (Blackman & Vigna 2021, ACM TOMS 47:36), seeded from the 128 bits of the attempt.
 */

export interface Prng {
  /** Uniform integer in 0 … 2^32 − 1. */
  next(): number;
  /** Uniform integer in `low` … `high`, both included; `low` when the range is empty. */
  between(low: number, high: number): number;
  /** A new array in random order (Fisher-Yates). */
  shuffle<T>(values: readonly T[]): T[];
}

const RANGE = 4_294_967_296;

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** Finaliser of MurmurHash3: neighbouring seeds must not give neighbouring streams. */
function mix(value: number): number {
  let word = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}

/** `seed`: 32 hex characters. Anything else still gives a stream (unreadable parts count as 0), never an error. */
export function createPrng(seed: string): Prng {
  let chained = 0x9e3779b9;
  const word = (index: number): number => {
    chained = mix(parseInt(seed.slice(index * 8, index * 8 + 8), 16) ^ chained);
    return chained;
  };
  let a = word(0);
  let b = word(1);
  let c = word(2);
  let d = word(3);
  if ((a | b | c | d) === 0) d = 1; // the one state that would stay as it is for ever

  const next = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
  // Words late in the seed reach the whole state within a few steps.
  for (let step = 0; step < 12; step += 1) next();

  const between = (low: number, high: number): number => {
    const size = high - low + 1;
    if (!(size > 1)) return low;
    const limit = Math.floor(RANGE / size) * size; // refuse the tail: no value is likelier than another
    let drawn = next();
    while (drawn >= limit) drawn = next();
    return low + (drawn % size);
  };

  const shuffle = <T>(values: readonly T[]): T[] => {
    const out = [...values];
    for (let last = out.length - 1; last > 0; last -= 1) {
      const other = between(0, last);
      const kept = out[last] as T; // both indices are inside the array
      out[last] = out[other] as T;
      out[other] = kept;
    }
    return out;
  };

  return { next, between, shuffle };
}
