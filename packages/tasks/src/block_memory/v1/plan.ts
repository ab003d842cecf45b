import { createPrng, type Prng } from "../../prng.ts";
import type { BlocksParameters } from "./spec.ts";

/** Blocks by their places in `parameters.blocks`, one digit each, in the order they light up. */
export type Sequence = string;

export interface BlocksPlan {
  /** For the practice and its repetition: sequences of their own for the first showing and the restarts after it. */
  readonly practice: readonly (readonly Sequence[])[];
  readonly main: readonly (readonly Sequence[])[];
}

export const DIGITS = "012345678";
const MOST_DRAWS = 2_000;
/** Shorter ways have too few steps for a mean. */
const SHORTEST_JUDGED = 4;

/** Mean distance between blocks that follow each other, over the first `length` of a sequence, per mille of the board. */
export function meanStep(sequence: Sequence, length: number, blocks: BlocksParameters["blocks"]): number {
  let sum = 0;
  for (let place = 1; place < length; place += 1) {
    const [fromX, fromY] = blocks[DIGITS.indexOf(sequence.charAt(place - 1))] ?? [0, 0];
    const [toX, toY] = blocks[DIGITS.indexOf(sequence.charAt(place))] ?? [0, 0];
    sum += Math.sqrt((toX - fromX) * (toX - fromX) + (toY - fromY) * (toY - fromY));
  }
  return sum / (length - 1);
}

/** Long ways over the board are harder to keep than short ones: at every length the way is near the board's mean. */
function isEven(sequence: Sequence, parameters: BlocksParameters): boolean {
  for (let length = SHORTEST_JUDGED; length <= parameters.longest; length += 1) {
    const step = meanStep(sequence, length, parameters.blocks);
    if (step < parameters.stepLow || step > parameters.stepHigh) return false;
  }
  return true;
}

/** All blocks once each: a trial of any length shows the first of them, so that no block comes twice. */
function drawSequence(prng: Prng, parameters: BlocksParameters): Sequence {
  const blocks = Array.from(DIGITS.slice(0, parameters.blocks.length));
  let drawn = prng.shuffle(blocks).join("");
  for (let tries = 1; tries < MOST_DRAWS && !isEven(drawn, parameters); tries += 1) {
    drawn = prng.shuffle(blocks).join("");
  }
  return drawn;
}

export function planBlocks(seed: string, parameters: BlocksParameters): BlocksPlan {
  const prng = createPrng(seed);
  const drawTrials = (count: number): Sequence[][] =>
    Array.from({ length: count }, () =>
      Array.from({ length: parameters.showings }, () => drawSequence(prng, parameters)),
    );
  return { practice: drawTrials(2), main: drawTrials(parameters.trials) };
}
