import type { PlayerName, PlayOptions, TaskInput } from "../../contract.ts";
import { glanceMs, type Habit, meetHabit } from "../../players/habit.ts";
import { type Act, type Body, perform } from "../../players/hand.ts";
import { createDraws, type Draws, exp, logistic } from "../../players/random.ts";
import { blocksMachine, type BlocksView } from "./machine.ts";
import { DIGITS, type Sequence } from "./plan.ts";
import type { BlocksParameters } from "./spec.ts";

/**
 * The length at which a person is right half the time, and how steeply that falls: fitted to the mean (5.90), the
 * standard deviation (.88) and the retest of the forward span of 522 adults.
 */
const HALF_LENGTH = { mean: 5.42, sd: 0.77 };
const STEEPNESS = 1.36;
const LAPSE = 0.02;
/** Shares of the stable person and of the day in the span; the day's is assumed. */
const TRAIT_SHARE = 0.59;
const DAY_SHARE = 0.1;
/** ln of the ms from one tap to the next; 4.7 s for an answer of five, as the same adults took. */
const LN_TAP = { mean: 6.62, personSd: 0.22, tapSd: 0.3 };
/** To find the way to the first block. */
const FIRST_TAP_MS = 500;

interface BlocksPerson {
  readonly halfLength: number;
  readonly steepness: number;
  readonly lapse: number;
  readonly lnTap: number;
  readonly habit: Habit;
}

function meet({ seed, person }: PlayOptions<BlocksParameters>): BlocksPerson {
  const stable = createDraws("person", person.seed, "8");
  const today = createDraws("day", person.seed, person.day ?? seed);
  const noise = person.noise ?? 1;
  const drawn = stable.normal();
  const trait = person.latent?.["memory"] ?? drawn;
  const all = TRAIT_SHARE + DAY_SHARE;
  const standing = Math.sqrt(TRAIT_SHARE / all) * trait + Math.sqrt(DAY_SHARE / all) * today.normal() * noise;
  return {
    halfLength: HALF_LENGTH.mean + HALF_LENGTH.sd * standing,
    steepness: STEEPNESS / Math.max(noise, 0.01),
    lapse: LAPSE * noise,
    lnTap: LN_TAP.mean + LN_TAP.personSd * Math.min(1, noise) * stable.normal(),
    habit: meetHabit(stable),
  };
}

interface Style {
  readonly body: Body;
  /** What is tapped after `seen`, as many blocks, none twice. */
  answer(seen: Sequence, trial: number): Sequence;
  tapMs(place: number): number;
  /** From the moment a block is due to the frame that shows it. */
  lateMs(): number;
  /** Trials whose showing is interrupted once. */
  readonly awayAt: ReadonlySet<number>;
}

/** What every style may draw on. */
interface Cast {
  readonly draws: Draws;
  readonly honest: Style;
  readonly remember: (seen: Sequence, halfLength: number) => Sequence;
  readonly person: BlocksPerson;
  readonly parity: number;
}

/** As many blocks as `length`, drawn from all. */
function anyBlocks(draws: Draws, length: number): Sequence {
  let left = DIGITS;
  let out = "";
  while (out.length < length) {
    const block = left.charAt(draws.between(0, left.length - 1));
    left = left.replace(block, "");
    out += block;
  }
  return out;
}

/** The commonest slip: two neighbours in time change places. */
function slipped(draws: Draws, seen: Sequence): Sequence {
  const place = draws.between(0, seen.length - 2);
  return seen.slice(0, place) + seen.charAt(place + 1) + seen.charAt(place) + seen.slice(place + 2);
}

/** Every block once, in steps of four: neighbours in time are no neighbours on the board. */
function wayFrom(first: number): Sequence {
  return Array.from(DIGITS, (_, index) => DIGITS.charAt((first + 4 * index) % DIGITS.length)).join("");
}

const STYLES: Readonly<Record<PlayerName, (cast: Cast) => Style>> = {
  honest: ({ honest }) => honest,
  careless: ({ honest, draws, parity }) => ({
    ...honest,
    answer: (seen, trial) => (trial % 2 === parity ? anyBlocks(draws, seen.length) : honest.answer(seen, trial)),
  }),
  random: ({ honest, draws }) => ({
    ...honest,
    answer: (seen) => anyBlocks(draws, seen.length),
    tapMs: () => draws.between(150, 700),
  }),
  straight_side: ({ honest, draws, parity }) => ({
    ...honest,
    answer: (seen) => (parity === 0 ? DIGITS : Array.from(DIGITS).reverse().join("")).slice(0, seen.length),
    tapMs: () => draws.between(150, 400),
  }),
  // From one end of the board to the other and back.
  straight_alternating: ({ honest, draws, parity }) => ({
    ...honest,
    answer: (seen) => (parity === 0 ? "081726354" : "807162534").slice(0, seen.length),
    tapMs: () => draws.between(150, 400),
  }),
  // One way over the board, from a block of one's own on, whatever was shown.
  straight_content: ({ honest, person: { habit }, draws }) => ({
    ...honest,
    answer: (seen) => wayFrom(Math.floor(habit.taste * DIGITS.length)).slice(0, seen.length),
    tapMs: () => glanceMs(habit, draws, 420),
  }),
  fast: ({ honest, draws, remember, person }) => ({
    ...honest,
    answer: (seen) => remember(seen, person.halfLength - 0.8),
    tapMs: () => draws.between(120, 280),
  }),
  script: ({ honest }) => ({ ...honest, body: "exact", answer: (seen) => seen, tapMs: () => 300 }),
  assistant: ({ honest, draws }) => ({ ...honest, answer: (seen) => seen, tapMs: () => 900 + draws.between(-60, 60) }),
  interrupted: ({ honest, draws }) => ({
    ...honest,
    awayAt: new Set([draws.between(1, 5), draws.between(6, 10), draws.between(11, 14)]),
  }),
  accessible: ({ honest, draws }) => ({ ...honest, body: "assistive", tapMs: () => 1_200 + draws.between(0, 3_000) }),
};

function styleOf(name: PlayerName, person: BlocksPerson, draws: Draws): Style {
  const remember = (seen: Sequence, halfLength: number): Sequence => {
    const right = (1 - person.lapse) * logistic(person.steepness * (halfLength - seen.length));
    return draws.chance(right) ? seen : slipped(draws, seen);
  };
  const honest: Style = {
    body: "finger",
    answer: (seen) => remember(seen, person.halfLength),
    tapMs: (place) => (place === 0 ? FIRST_TAP_MS : 0) + exp(person.lnTap + LN_TAP.tapSd * draws.normal()),
    lateMs: () => draws.between(0, 16),
    awayAt: new Set(),
  };
  return STYLES[name]({ draws, honest, remember, person, parity: draws.between(0, 1) });
}

export function playBlocks(name: PlayerName, options: PlayOptions<BlocksParameters>): readonly TaskInput[] {
  const draws = createDraws("hand", options.person.seed, options.seed);
  const style = styleOf(name, meet(options), draws);
  let trial = 0;
  let seen = "";
  let intended = "";
  let away = false;

  const instructions = ({ stimulus, form }: Extract<BlocksView, { phase: "instructions" }>): Act => {
    const afterMs = draws.between(2_500, 6_000);
    if (style.body === "assistive" && form === "lit") return { afterMs, kind: "mode", stimulus, choice: "spoken" };
    return { afterMs, kind: "continue", stimulus };
  };
  const watch = ({ stimulus, block, next }: Extract<BlocksView, { phase: "watch" }>, nowMs: number): Act => {
    if (block === null) seen = "";
    if (block !== null && style.awayAt.has(trial) && !away) {
      away = true;
      return { afterMs: draws.between(20_000, 90_000), kind: "restart", stimulus };
    }
    seen += next.block ?? "";
    return { afterMs: Math.max(0, next.dueMs - nowMs) + style.lateMs(), kind: "shown", stimulus: next.stimulus };
  };
  const turn = ({ stimulus, taps, length }: Extract<BlocksView, { phase: "turn" }>): Act => {
    if (taps === "") intended = style.answer(seen, trial);
    if (taps.length + 1 === length) {
      trial += 1;
      away = false;
    }
    return { afterMs: style.tapMs(taps.length), kind: "press", stimulus, choice: intended.charAt(taps.length) };
  };
  const decide = (view: BlocksView, nowMs: number): Act => {
    if (view.phase === "instructions") return instructions(view);
    return view.phase === "watch" ? watch(view, nowMs) : turn(view);
  };
  return perform(blocksMachine, options, { draws, body: style.body, decide });
}
