import type { PlayOptions } from "../../contract.ts";
import { type Habit, meetHabit } from "../../players/habit.ts";
import { createDraws, type Draws, exp, logistic } from "../../players/random.ts";
import type { TowerParameters } from "./spec.ts";

/** Fitted to 150 adults: mean ln of the times to first move over five problems, ms. */
const LN_FIRST = { mean: 8.1, sd: 0.31 };
/** Shares of the stable person, of the day, and of the single problems in that mean's variance. */
const TRAIT_SHARE = 0.53;
const DAY_SHARE = 0.31;
const TRIAL_SHARE = 0.16;
const PROBLEMS = 5;
/** Beside the mean, by the fewest moves; over 2, 2, 3, 3 and 4 they add up to nothing. */
const LN_BY_MOVES: Readonly<Record<number, number>> = { 2: -0.11, 3: 0.11, 4: 0 };
/** No hand is quicker, and nobody sits longer without being away. */
const FIRST_MS = { least: 700, most: 25_000 };

/** Every further lift and put-down; people differ in it for years (retest .68), which is age and device. */
const LN_HAND = { mean: 6.6, personSd: 0.25, trialSd: 0.4 };
/** Logit of solving a problem in the fewest moves, by these: .89, .81 and .86 of 150 adults did. */
const OPTIMAL: Readonly<Record<number, number>> = { 2: 2.4, 3: 1.7, 4: 2.1 };
const OPTIMAL_BY_PLANNING = 0.35;
const OPTIMAL_SD = 0.8;
const GIVES_UP = 0.015;

export interface TowerPerson {
  /** Time to the first lift of a problem, ms. */
  firstMs(minMoves: number, draws: Draws): number;
  /** Time to any further press, ms. */
  handMs(draws: Draws): number;
  /** Whether a problem will be solved without a detour. */
  seesTheWay(minMoves: number, draws: Draws): boolean;
  givesUp(draws: Draws): boolean;
  readonly habit: Habit;
}

/** `planning` in the direction of its name: who has more of it thinks longer before the first move and errs less. */
export function meetTowerPerson({ seed, person }: PlayOptions<TowerParameters>): TowerPerson {
  const stable = createDraws("person", person.seed, "5");
  const today = createDraws("day", person.seed, person.day ?? seed);
  const noise = person.noise ?? 1;
  const variety = Math.min(1, noise);
  const drawn = stable.normal();
  const trait = person.latent?.["planning"] ?? drawn * variety;
  const standing = Math.sqrt(TRAIT_SHARE) * trait + Math.sqrt(DAY_SHARE) * today.normal() * noise;
  const trialSd = LN_FIRST.sd * Math.sqrt(TRIAL_SHARE * PROBLEMS) * noise;
  const lnHand = LN_HAND.mean + LN_HAND.personSd * variety * stable.normal();
  const skill = OPTIMAL_BY_PLANNING * standing + OPTIMAL_SD * variety * stable.normal();
  return {
    firstMs(minMoves, draws) {
      const mean = LN_FIRST.mean + LN_FIRST.sd * standing + (LN_BY_MOVES[minMoves] ?? 0);
      return Math.min(FIRST_MS.most, Math.max(FIRST_MS.least, exp(mean + trialSd * draws.normal())));
    },
    handMs: (draws) => Math.max(180, exp(lnHand + LN_HAND.trialSd * draws.normal())),
    seesTheWay: (minMoves, draws) => draws.uniform() < logistic((OPTIMAL[minMoves] ?? 2) + skill),
    givesUp: (draws) => draws.chance(GIVES_UP * noise),
    habit: meetHabit(stable),
  };
}
