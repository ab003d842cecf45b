import type { PlayerName, PlayOptions, TaskInput } from "../../contract.ts";
import { glanceMs, type Habit, meetHabit } from "../../players/habit.ts";
import { type Act, type Body, perform } from "../../players/hand.ts";
import { createDraws, type Draws, exp, ln, logistic } from "../../players/random.ts";
import { moneyMachine, type MoneyOption, type MoneyView } from "./machine.ts";
import type { Side } from "./plan.ts";
import type { MoneyParameters } from "./spec.ts";

/** Fitted to 522 adults on 27 items; ln of the rate per day, and how much lower it is for medium and large sums. */
const LN_K = { mean: -3.65, sd: 2.17, medium: 0.43, large: 0.74 };
/** Shares of the stable person and of the day in ln k. */
const TRAIT_SHARE = 0.76;
const DAY_SHARE = 0.16;
const LAPSE = 0.008;
const LN_BETA = { mean: 0.82, sd: 0.66 };
const LN_RT = { mean: 7.37, personSd: 0.38, trialSd: 0.33 };
/** An assistant takes whatever a bank account would not give. */
const ASSISTANT_LN_K = -7.6;

interface MoneyPerson {
  readonly lnK: number;
  readonly beta: number;
  readonly lapse: number;
  readonly lnRt: number;
  readonly habit: Habit;
}

function meet({ seed, person }: PlayOptions<MoneyParameters>): MoneyPerson {
  const stable = createDraws("person", person.seed, "1");
  const today = createDraws("day", person.seed, person.day ?? seed);
  const noise = person.noise ?? 1;
  const drawn = stable.normal();
  const trait = person.latent?.["patience"] ?? drawn;
  const all = TRAIT_SHARE + DAY_SHARE;
  const standing = Math.sqrt(TRAIT_SHARE / all) * trait + Math.sqrt(DAY_SHARE / all) * today.normal() * noise;
  return {
    lnK: LN_K.mean - LN_K.sd * standing,
    beta: exp(LN_BETA.mean + LN_BETA.sd * stable.normal()) / Math.max(noise, 0.01),
    lapse: LAPSE * noise,
    lnRt: LN_RT.mean + LN_RT.personSd * Math.min(1, noise) * stable.normal(),
    habit: meetHabit(stable),
  };
}

type Choice = Extract<MoneyView, { phase: "choice" }>;

function offers(view: Choice): { today: MoneyOption; later: MoneyOption; laterSide: Side } {
  const laterLeft = view.left.kind === "later";
  return laterLeft
    ? { today: view.right, later: view.left, laterSide: "left" }
    : { today: view.left, later: view.right, laterSide: "right" };
}

function wantsLater(view: Choice, person: MoneyPerson, draws: Draws): boolean {
  const { today, later } = offers(view);
  const lapsed = draws.chance(person.lapse);
  const coin = draws.chance(0.5);
  const taste = draws.uniform();
  if (lapsed) return coin;
  if (later.amount <= today.amount) return false;
  const lnOffered = ln((later.amount / today.amount - 1) / later.delayDays);
  const forSize = later.amount > 67 ? LN_K.large : later.amount > 42 ? LN_K.medium : 0;
  return taste < logistic(person.beta * (lnOffered - (person.lnK - forSize)));
}

interface Style {
  readonly body: Body;
  /** Side to press. */
  side(view: Choice, item: number): Side;
  rtMs(item: number): number;
}

function sideOf(view: Choice, later: boolean): Side {
  const { laterSide } = offers(view);
  return later ? laterSide : opposite(laterSide);
}

/** What every style may draw on. */
interface Cast {
  readonly person: MoneyPerson;
  readonly draws: Draws;
  readonly honest: Style;
  readonly favourite: Side;
  /** Item at which an interrupted player is away; its parity also says when a careless one is. */
  readonly pausedAt: number;
}

const hurriedRt = (draws: Draws): number => exp(5.9 + 0.3 * draws.normal());
const humanRt = ({ person, draws }: Pick<Cast, "person" | "draws">): number =>
  Math.max(350, exp(person.lnRt + LN_RT.trialSd * draws.normal()));
const coin = (draws: Draws): Side => (draws.chance(0.5) ? "left" : "right");
const opposite = (side: Side): Side => (side === "left" ? "right" : "left");

const STYLES: Readonly<Record<PlayerName, (cast: Cast) => Style>> = {
  honest: ({ honest }) => honest,
  careless: ({ honest, draws, pausedAt }) => {
    const absent = (item: number): boolean => (item + pausedAt) % 2 === 0;
    return {
      ...honest,
      side: (view, item) => (absent(item) ? coin(draws) : honest.side(view, item)),
      rtMs: (item) => (absent(item) ? hurriedRt(draws) : honest.rtMs(item)),
    };
  },
  random: ({ honest, draws }) => ({ ...honest, side: () => coin(draws), rtMs: () => draws.between(250, 1800) }),
  straight_side: ({ honest, draws, favourite }) => ({
    ...honest,
    side: () => favourite,
    rtMs: () => draws.between(400, 1100),
  }),
  straight_alternating: ({ honest, draws, favourite }) => ({
    ...honest,
    side: (_, item) => (item % 2 === 0 ? favourite : opposite(favourite)),
    rtMs: () => draws.between(400, 1100),
  }),
  // The later sum each time, or the one of today, on whichever side it stands.
  straight_content: ({ honest, person: { habit }, draws }) => ({
    ...honest,
    side: (view) => sideOf(view, habit.taste < 0.5),
    rtMs: () => glanceMs(habit, draws, 850),
  }),
  fast: ({ honest, draws }) => ({ ...honest, rtMs: () => hurriedRt(draws) }),
  script: ({ person, draws }) => ({
    body: "exact",
    side: (view) => sideOf(view, wantsLater(view, steady(person), draws)),
    rtMs: () => 900,
  }),
  assistant: ({ honest, person, draws }) => ({
    ...honest,
    side: (view) => sideOf(view, wantsLater(view, { ...steady(person), lnK: ASSISTANT_LN_K }, draws)),
    rtMs: () => 2600 + draws.between(-150, 150),
  }),
  interrupted: ({ honest, draws, pausedAt }) => ({
    ...honest,
    rtMs: (item) => honest.rtMs(item) + (item === pausedAt ? draws.between(20_000, 90_000) : 0),
  }),
  accessible: ({ honest }) => ({ ...honest, body: "assistive", rtMs: (item) => 4_000 + 2.5 * honest.rtMs(item) }),
};

function steady(person: MoneyPerson): MoneyPerson {
  return { ...person, beta: 1000, lapse: 0 };
}

function styleOf(name: PlayerName, person: MoneyPerson, draws: Draws): Style {
  const honest: Style = {
    body: "finger",
    side: (view) => sideOf(view, wantsLater(view, person, draws)),
    rtMs: () => humanRt({ person, draws }),
  };
  return STYLES[name]({ person, draws, honest, favourite: coin(draws), pausedAt: draws.between(4, 15) });
}

export function playMoney(name: PlayerName, options: PlayOptions<MoneyParameters>): readonly TaskInput[] {
  const draws = createDraws("hand", options.person.seed, options.seed);
  const style = styleOf(name, meet(options), draws);
  let item = 0;
  const decide = (view: MoneyView): Act => {
    if (view.phase === "instructions")
      return { afterMs: draws.between(2_500, 6_000), kind: "continue", stimulus: view.stimulus };
    // A short blank before each item, then the next frame.
    if (!view.shown) return { afterMs: draws.between(300, 333), kind: "shown", stimulus: view.stimulus };
    const choice = style.side(view, item);
    const afterMs = style.rtMs(item);
    item += 1;
    return { afterMs, kind: "press", stimulus: view.stimulus, choice };
  };
  return perform(moneyMachine, options, { draws, body: style.body, decide });
}
