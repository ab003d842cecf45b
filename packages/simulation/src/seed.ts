import { createDraws, type Draws, type Seed } from "@tallystick/tasks";

const LANES = [0x811c9dc5, 0x9747b28c, 0x2f0b4c47, 0x6a09e667];

/**
 * Any text as a seed of 32 hex characters, the same on every engine: four lanes of the FNV-1a scheme (Fowler, Noll, Vo)
 * over the UTF-16 code units, each from a start of its own and mixed with the length. No secret is made of it.
 */
export function seedOfText(text: string): Seed {
  return LANES.map((start) => {
    let lane = start;
    for (let index = 0; index < text.length; index += 1) {
      lane = Math.imul(lane ^ text.charCodeAt(index), 0x01000193);
      lane ^= lane >>> 15;
    }
    return hex32(Math.imul(lane ^ text.length, 0x5bd1e995));
  }).join("");
}

/** A whole number, 0 … 2^53, as a seed that stands for it. */
export function seedOfNumber(number: number): Seed {
  return number.toString(16).padStart(32, "0");
}

/** A seed out of the next draws. */
export function drawSeed(draws: Draws): Seed {
  const word = (): string => hex32(draws.between(0, 0xffff_ffff));
  return word() + word() + word() + word();
}

/** A seed of the person's own for some purpose, e.g. `day 2 of cards`. */
export function seedFor(personSeed: Seed, purpose: string): Seed {
  return drawSeed(createDraws("population", personSeed, seedOfText(purpose)));
}

function hex32(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
