import { createPrng, type Prng } from "../../prng.ts";
import type { TapsParameters } from "./spec.ts";

export type TapSide = "left" | "right";
export type TapTarget = TapSide | "hold";
export type TapShape = "circle" | "square" | "cross";

export interface TapItem {
  readonly stimulus: string;
  readonly practice: boolean;
  readonly target: TapTarget;
  /** Drawn pause before the target, ms. */
  readonly gapMs: number;
}

export interface TapsPlan {
  /** Which shape belongs to which side in this attempt. */
  readonly shapes: Readonly<Record<TapTarget, TapShape>>;
  readonly practice: readonly TapItem[];
  /** Used only when the first practice was not passed. */
  readonly practiceAgain: readonly TapItem[];
  readonly main: readonly TapItem[];
}

const MOST_DRAWS = 2_000;

function runsTooLong(sides: readonly TapSide[], longest: number): boolean {
  let run = 0;
  return sides.some((side, index) => {
    run = side === sides[index - 1] ? run + 1 : 1;
    return run > longest;
  });
}

function drawSides(prng: Prng, perSide: number, longest: number): TapTarget[] {
  const halves = Array.from({ length: perSide * 2 }, (_, index): TapSide => (index < perSide ? "left" : "right"));
  let sides = prng.shuffle(halves);
  for (let tries = 1; tries < MOST_DRAWS && runsTooLong(sides, longest); tries += 1) sides = prng.shuffle(halves);
  return sides;
}

/** One hold-back in each equal stretch, never first of it: so none opens a round and no two follow each other. */
function placeHolds(prng: Prng, sides: readonly TapTarget[], holds: number): TapTarget[] {
  const size = Math.floor((sides.length + holds) / holds);
  const out = [...sides];
  for (let stretch = 0; stretch < holds; stretch += 1) {
    out.splice(stretch * size + prng.between(1, size - 1), 0, "hold");
  }
  return out;
}

function drawRound(
  prng: Prng,
  parameters: TapsParameters,
  options: { practice: boolean; firstNumber: number },
): TapItem[] {
  const { practice, firstNumber } = options;
  const sides = drawSides(prng, practice ? parameters.practicePerSide : parameters.perSide, parameters.longestRun);
  const targets = placeHolds(prng, sides, practice ? parameters.practiceHolds : parameters.holds);
  return targets.map((target, index) => ({
    stimulus: `${practice ? "practice" : "trial"}-${firstNumber + index}`,
    practice,
    target,
    gapMs: prng.between(parameters.gapMinMs, parameters.gapMaxMs),
  }));
}

export function planTaps(seed: string, parameters: TapsParameters): TapsPlan {
  const prng = createPrng(seed);
  const circleLeft = prng.between(0, 1) === 0;
  const practice = drawRound(prng, parameters, { practice: true, firstNumber: 0 });
  const practiceAgain = drawRound(prng, parameters, { practice: true, firstNumber: practice.length });
  const main = drawRound(prng, parameters, { practice: false, firstNumber: 0 });
  return {
    shapes: { left: circleLeft ? "circle" : "square", right: circleLeft ? "square" : "circle", hold: "cross" },
    practice,
    practiceAgain,
    main,
  };
}
