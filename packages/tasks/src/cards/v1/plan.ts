import { createPrng, type Prng } from "../../prng.ts";
import type { CardsParameters } from "./spec.ts";

export interface CardsRound {
  readonly stimulus: string;
  readonly practice: boolean;
  readonly boxes: number;
  readonly lossCards: number;
  /** Where the loss cards lie, from 0, rising: fixed before the round is shown. */
  readonly losses: readonly number[];
}

/** Any place is as likely as any other, whatever lay there before. */
function lay(prng: Prng, boxes: number, lossCards: number): Pick<CardsRound, "boxes" | "lossCards" | "losses"> {
  const places = prng.shuffle(Array.from({ length: boxes }, (_, index) => index));
  return { boxes, lossCards, losses: places.slice(0, lossCards).sort((a, b) => a - b) };
}

/** All rounds of an attempt, practice first, in the order played. */
export function planCards(seed: string, parameters: CardsParameters): CardsRound[] {
  const prng = createPrng(seed);
  const { boxes, lossCards, rounds } = parameters;
  const practice = lay(prng, parameters.practiceBoxes, parameters.practiceLossCards);
  const first = prng.between(0, lossCards.length - 1);
  const scored = Array.from({ length: rounds }, (_, index) => ({
    stimulus: `round-${index}`,
    practice: false,
    ...lay(prng, boxes, lossCards[(first + index) % lossCards.length] ?? 1),
  }));
  return [{ stimulus: "practice-0", practice: true, ...practice }, ...scored];
}
