import type { PlayerName, PlayOptions, TaskInput } from "../../contract.ts";
import { glanceMs, type Habit, meetHabit } from "../../players/habit.ts";
import { type Act, type Body, perform } from "../../players/hand.ts";
import { createDraws, type Draws, exp } from "../../players/random.ts";
import { cardsMachine, type CardsView } from "./machine.ts";
import type { CardsParameters } from "./spec.ts";

/**
 * Cards one means to turn, fitted to 522 adults on 32 cards: with one loss card 15.1, person 6.1, round 4.2. They took .69 of
 * it with three loss cards and never saw two; who minds points alone takes two thirds with two. At .70 six rounds have the
 * centre of the norms (2.741), which were simulated on the same people.
 */
const INTENDED = { mean: 15.1, personSd: 6.1, roundSd: 4.2, withTwo: 0.7 };
/** In practice one looks around: fewer cards, on a smaller table. */
const PRACTICE_SHARE = 0.35;
/** Shares of the stable person and of the day in the intended number. */
const TRAIT_SHARE = 0.5;
const DAY_SHARE = 0.3;
/** Where turns cost as much as they gain: (32 − losses)/(losses + 1). */
const BEST = { one: 16, two: 10 };

interface CardsPerson {
  /** Intended cards with one loss card today, before the round's own variation. */
  readonly intended: number;
  readonly roundSd: number;
  /** Typical time between turns, ms. */
  readonly paceMs: number;
  readonly habit: Habit;
}

function meet({ seed, person }: PlayOptions<CardsParameters>): CardsPerson {
  const stable = createDraws("person", person.seed, "4");
  const today = createDraws("day", person.seed, person.day ?? seed, "4");
  const noise = person.noise ?? 1;
  const drawn = stable.normal();
  const trait = person.latent?.["risk_taking"] ?? drawn;
  const all = TRAIT_SHARE + DAY_SHARE;
  const standing = Math.sqrt(TRAIT_SHARE / all) * trait + Math.sqrt(DAY_SHARE / all) * today.normal() * noise;
  return {
    intended: INTENDED.mean + INTENDED.personSd * standing,
    roundSd: INTENDED.roundSd * noise,
    paceMs: 350 * exp(0.12 * Math.min(1, noise) * stable.normal()),
    habit: meetHabit(stable),
  };
}

type Round = Extract<CardsView, { phase: "round" }>;

interface Style {
  readonly body: Body;
  /** Safe cards after which this round is stopped, drawn once at its start. */
  intend(round: Round): number;
  /** Cards of this round in the order they would be turned. */
  order(round: Round): readonly number[];
  /** Time before a press; `turned` cards before it. */
  pressMs(press: { readonly turned: number; readonly stops: boolean }): number;
  /** Time with the introduction, or with a round's outcome; a loss gives pause. */
  readMs(lost: boolean): number;
}

/** What every style may draw on. */
interface Cast {
  readonly person: CardsPerson;
  readonly draws: Draws;
  readonly honest: Style;
  /** Round, from 1, in which an interrupted player is away; its parity also says when a careless one is. */
  readonly pausedAt: number;
}

const inTurn = (boxes: number): number[] => Array.from({ length: boxes }, (_, index) => index);

function intention(person: CardsPerson, draws: Draws, round: Round): number {
  const alone = person.intended + person.roundSd * draws.normal();
  const all = alone * (round.lossCards === 1 ? 1 : INTENDED.withTwo) * (round.practice ? PRACTICE_SHARE : 1);
  return Math.max(0, Math.round(all));
}

/** Row by row from some card on, here and there to the left, or anywhere: places tell nothing, and people differ. */
function wander(draws: Draws, boxes: number): readonly number[] {
  const first = draws.between(0, boxes - 1);
  const steps = draws.between(0, 3);
  // 1 and the others share no divisor with 12 or 32, so each walk visits every card once.
  const stride = [1, 5, 7, 11][steps] ?? 1;
  const back = draws.chance(0.3);
  return inTurn(boxes).map((turn) => (first + (back ? boxes - turn : turn) * stride) % boxes);
}

const within = (low: number, value: number, high: number): number => Math.min(high, Math.max(low, value));

function humanMs({ person, draws }: Pick<Cast, "person" | "draws">, turned: number, stops: boolean): number {
  // Who stops early has weighed it longer; between the first card and the last word goes the hand.
  if (stops) return draws.between(900, 1_700) + 180 * Math.max(0, 12 - turned);
  if (turned === 0) return draws.between(700, 1_300);
  return within(250, person.paceMs * exp(0.18 * draws.normal()), 600);
}

const STYLES: Readonly<Record<PlayerName, (cast: Cast) => Style>> = {
  honest: ({ honest }) => honest,
  careless: ({ honest, draws, pausedAt }) => ({
    ...honest,
    intend: (round) => ((round.number + pausedAt) % 2 === 0 ? draws.between(0, 20) : honest.intend(round)),
    readMs: () => draws.between(900, 2_500),
  }),
  random: ({ honest, draws }) => ({
    ...honest,
    intend: (round) => draws.between(0, round.boxes),
    pressMs: () => draws.between(150, 900),
    readMs: () => draws.between(600, 2_000),
  }),
  straight_side: ({ honest, draws, person }) => ({
    ...honest,
    intend: () => 1 + (Math.round(person.paceMs) % 9),
    order: (round) => inTurn(round.boxes),
    pressMs: () => draws.between(250, 500),
  }),
  straight_alternating: ({ honest, draws }) => ({
    ...honest,
    intend: (round) => (round.number % 2 === 0 ? 2 : 12),
    order: (round) => inTurn(round.boxes),
    pressMs: () => draws.between(250, 500),
  }),
  // One card, anywhere, and stop.
  straight_content: ({ honest, person: { habit }, draws }) => ({
    ...honest,
    intend: () => 1,
    pressMs: () => glanceMs(habit, draws, 750),
    readMs: () => glanceMs(habit, draws, 1_600),
  }),
  fast: ({ honest, draws }) => ({
    ...honest,
    pressMs: () => draws.between(120, 260),
    readMs: () => draws.between(500, 1_200),
  }),
  script: ({ honest, person }) => ({
    ...honest,
    body: "exact",
    intend: (round) => intention({ ...person, roundSd: 0 }, NO_DRAWS, round),
    order: (round) => inTurn(round.boxes),
    pressMs: () => 400,
    readMs: () => 1_500,
  }),
  assistant: ({ honest, draws }) => ({
    ...honest,
    intend: (round) => (round.practice ? 5 : round.lossCards === 1 ? BEST.one : BEST.two),
    pressMs: () => 900 + draws.between(-60, 60),
    readMs: () => 3_000 + draws.between(-150, 150),
  }),
  interrupted: ({ honest, draws, pausedAt }) => {
    let presses = 0;
    return {
      ...honest,
      pressMs: (press) => {
        presses += 1;
        return honest.pressMs(press) + (presses === 6 + pausedAt ? draws.between(20_000, 90_000) : 0);
      },
    };
  },
  accessible: ({ honest, draws }) => ({
    ...honest,
    body: "assistive",
    pressMs: () => draws.between(1_200, 3_500),
    readMs: () => draws.between(6_000, 14_000),
  }),
};

/** The draws of a style without chance. */
const NO_DRAWS: Draws = {
  uniform: () => 0.5,
  normal: () => 0,
  exponential: () => 1,
  chance: () => false,
  between: (low) => low,
};

function styleOf(name: PlayerName, person: CardsPerson, draws: Draws): Style {
  const honest: Style = {
    body: "finger",
    intend: (round) => intention(person, draws, round),
    order: (round) => wander(draws, round.boxes),
    pressMs: ({ turned, stops }) => humanMs({ person, draws }, turned, stops),
    readMs: (lost) => draws.between(5_000, 6_800) + (lost ? 1_800 : 0),
  };
  return STYLES[name]({ person, draws, honest, pausedAt: draws.between(1, 6) });
}

export function playCards(name: PlayerName, options: PlayOptions<CardsParameters>): readonly TaskInput[] {
  const draws = createDraws("hand", options.person.seed, options.seed);
  const style = styleOf(name, meet(options), draws);
  let intended = 0;
  let order: readonly number[] = [];
  const decide = (view: CardsView): Act => {
    const { stimulus } = view;
    if (view.phase !== "round")
      return { afterMs: style.readMs(view.phase === "result" && view.ended === "loss"), kind: "continue", stimulus };
    if (!view.shown) {
      intended = style.intend(view);
      order = style.order(view);
      return { afterMs: draws.between(16, 50), kind: "shown", stimulus };
    }
    const turned = view.opened.length;
    const box = turned < intended ? order[turned] : undefined;
    const afterMs = style.pressMs({ turned, stops: box === undefined });
    return { afterMs, kind: "press", stimulus, choice: box === undefined ? "stop" : String(box) };
  };
  return perform(cardsMachine, options, { draws, body: style.body, decide });
}
