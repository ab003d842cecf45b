import { createPrng } from "../../prng.ts";
import type { BalloonParameters } from "./spec.ts";

export interface Balloon {
  readonly stimulus: string;
  readonly practice: boolean;
  /** Largest size at which it holds, 1 … `most`; one step more and it bursts. */
  readonly limit: number;
}

/**
 * All balloons of an attempt in the order shown, practice first. Every limit is drawn for itself and before anything is
 * chosen; all sizes are equally likely, as the applicant is told.
 */
export function planBalloons(seed: string, parameters: BalloonParameters): Balloon[] {
  const prng = createPrng(seed);
  const draw = (stimulus: string, practice: boolean): Balloon => ({
    stimulus,
    practice,
    limit: prng.between(1, parameters.most),
  });
  const practice = Array.from({ length: parameters.practice }, (_, index) => draw(`practice-${index}`, true));
  const rounds = Array.from({ length: parameters.rounds }, (_, index) => draw(`item-${index}`, false));
  return [...practice, ...rounds];
}
