import type { PlayerName, PlayOptions, TaskInput } from "../../contract.ts";
import { glanceMs, type Habit, meetHabit } from "../../players/habit.ts";
import { type Act, type Body, perform } from "../../players/hand.ts";
import { createDraws, type Draws, exp } from "../../players/random.ts";
import { balloonMachine, type BalloonView } from "./machine.ts";
import type { BalloonParameters } from "./spec.ts";

/**
 * Assumed, not fitted: no data of this form are at hand. Intended sizes as parts of the largest; the shares are those of
 * person and day in the mean of ten sizes.
 */
const INTENDED = { mean: 0.45, personSd: 0.1 };
const TRAIT_SHARE = 0.6;
const DAY_SHARE = 0.2;
const ROUNDS = 10;
/** Of a single size, so that ten of them leave 1 − trait − day to chance. */
const TRIAL_SD = INTENDED.personSd * Math.sqrt((ROUNDS * (1 - TRAIT_SHARE - DAY_SHARE)) / (TRAIT_SHARE + DAY_SHARE));
const LN_RT = { mean: 7.9, personSd: 0.3, trialSd: 0.35 };
const FASTEST_MS = 600;
/** What a program takes that plays for points: half of the largest size is worth most. */
const BEST = 0.5;

interface BalloonPerson {
  /** Part of the largest size, before the chance of the single balloon. */
  readonly intended: number;
  readonly noise: number;
  readonly lnRt: number;
  readonly habit: Habit;
}

function meet({ seed, person }: PlayOptions<BalloonParameters>): BalloonPerson {
  const stable = createDraws("person", person.seed, "7");
  const today = createDraws("day", person.seed, person.day ?? seed);
  const noise = person.noise ?? 1;
  const drawn = stable.normal();
  const trait = person.latent?.["risk_taking"] ?? drawn;
  const all = TRAIT_SHARE + DAY_SHARE;
  const standing = Math.sqrt(TRAIT_SHARE / all) * trait + Math.sqrt(DAY_SHARE / all) * today.normal() * noise;
  return {
    intended: INTENDED.mean + INTENDED.personSd * standing,
    noise,
    lnRt: LN_RT.mean + LN_RT.personSd * Math.min(1, noise) * stable.normal(),
    habit: meetHabit(stable),
  };
}

type Choose = Extract<BalloonView, { phase: "choose" }>;

interface Style {
  readonly body: Body;
  size(view: Choose, balloon: number): number;
  rtMs(balloon: number): number;
  /** From the chosen size to the next balloon: one second of growing, then the result is read. */
  watchMs(): number;
}

/** What every style may draw on. */
interface Cast {
  readonly person: BalloonPerson;
  readonly draws: Draws;
  readonly honest: Style;
  /** Size that a straight-liner gives each time, as a part of the largest. */
  readonly favourite: number;
  /** Balloon at which an interrupted player is away; its parity also says when a careless one is. */
  readonly pausedAt: number;
}

const hurriedRt = (draws: Draws): number => exp(6.4 + 0.3 * draws.normal());

function sized(part: number, most: number): number {
  return Math.min(most, Math.max(1, Math.round(part * most)));
}

const STYLES: Readonly<Record<PlayerName, (cast: Cast) => Style>> = {
  honest: ({ honest }) => honest,
  careless: ({ honest, draws, pausedAt }) => {
    const absent = (balloon: number): boolean => (balloon + pausedAt) % 2 === 0;
    return {
      ...honest,
      size: (view, balloon) => (absent(balloon) ? draws.between(1, view.most) : honest.size(view, balloon)),
      rtMs: (balloon) => (absent(balloon) ? hurriedRt(draws) : honest.rtMs(balloon)),
    };
  },
  random: ({ honest, draws }) => ({
    ...honest,
    size: ({ most }) => draws.between(1, most),
    rtMs: () => draws.between(300, 2_500),
  }),
  straight_side: ({ honest, draws, favourite }) => ({
    ...honest,
    size: ({ most }) => sized(favourite, most),
    rtMs: () => draws.between(400, 1_200),
  }),
  straight_alternating: ({ honest, draws, favourite }) => ({
    ...honest,
    size: ({ most }, balloon) => sized(balloon % 2 === 0 ? favourite : 1 - favourite, most),
    rtMs: () => draws.between(400, 1_200),
  }),
  // The smallest balloon each time, or the largest.
  straight_content: ({ honest, person: { habit }, draws }) => ({
    ...honest,
    size: ({ most }) => (habit.taste < 0.5 ? 1 : most),
    rtMs: () => glanceMs(habit, draws, 1_000),
  }),
  fast: ({ honest, draws }) => ({ ...honest, rtMs: () => hurriedRt(draws) }),
  script: ({ honest }) => ({
    ...honest,
    body: "exact",
    size: ({ most }) => sized(BEST, most),
    rtMs: () => 900,
    watchMs: () => 1_200,
  }),
  assistant: ({ honest, draws }) => ({
    ...honest,
    size: ({ most }) => sized(BEST, most),
    rtMs: () => 2_600 + draws.between(-150, 150),
  }),
  interrupted: ({ honest, draws, pausedAt }) => ({
    ...honest,
    rtMs: (balloon) => honest.rtMs(balloon) + (balloon === pausedAt ? draws.between(20_000, 90_000) : 0),
  }),
  accessible: ({ honest }) => ({ ...honest, body: "assistive", rtMs: (balloon) => 4_000 + 2.5 * honest.rtMs(balloon) }),
};

function styleOf(name: PlayerName, person: BalloonPerson, draws: Draws): Style {
  const honest: Style = {
    body: "finger",
    size: ({ most }) => sized(person.intended + TRIAL_SD * draws.normal() * person.noise, most),
    rtMs: () => Math.max(FASTEST_MS, exp(person.lnRt + LN_RT.trialSd * draws.normal())),
    watchMs: () => 1_000 + draws.between(500, 1_300),
  };
  return STYLES[name]({ person, draws, honest, favourite: draws.between(3, 17) / 20, pausedAt: draws.between(2, 10) });
}

export function playBalloons(name: PlayerName, options: PlayOptions<BalloonParameters>): readonly TaskInput[] {
  const draws = createDraws("hand", options.person.seed, options.seed);
  const style = styleOf(name, meet(options), draws);
  let balloon = 0;
  const decide = (view: BalloonView): Act => {
    const { stimulus } = view;
    if (view.phase === "instructions") return { afterMs: draws.between(2_500, 6_000), kind: "continue", stimulus };
    if (view.phase === "outcome") return { afterMs: style.watchMs(), kind: "continue", stimulus };
    // A short blank before each balloon, then the next frame.
    if (!view.shown) return { afterMs: draws.between(17, 50), kind: "shown", stimulus };
    const act = {
      kind: "press",
      stimulus,
      choice: String(style.size(view, balloon)),
      afterMs: style.rtMs(balloon),
    };
    balloon += 1;
    return act;
  };
  return perform(balloonMachine, options, { draws, body: style.body, decide });
}
