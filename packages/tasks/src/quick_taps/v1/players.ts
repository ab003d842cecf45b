import type { PlayerName, PlayOptions, TaskInput } from "../../contract.ts";
import { glanceMs, type Habit, meetHabit } from "../../players/habit.ts";
import { type Act, type Body, perform } from "../../players/hand.ts";
import { createDraws, type Draws, exp } from "../../players/random.ts";
import { tapsMachine, type TapsView } from "./machine.ts";
import type { TapShape, TapSide, TapTarget } from "./plan.ts";
import type { TapsParameters } from "./spec.ts";

/**
 * Ex-Gaussian response times; logs of μ, σ, τ in ms over people. Fits to single people (150 adults: ln σ 3.56 ± .39, ln τ 4.60
 * ± .57) carry the error of each fit and spread further than people do. σ and τ are those at which the ln spread of 36 taps
 * has the middle and spread measured on 148 of them (4.858, MAD .325), and agrees over days and within one as theirs does.
 */
const LN_MU = { mean: 5.94, sd: 0.11 };
const LN_SIGMA = { mean: 3.9, sd: 0.44 };
const LN_TAU = { mean: 4.4, sd: 0.54 };
const ERRORS = 0.024;
/** Presses on a hold-back, and taps before the target. */
const HOLD_ERRORS = 0.06;
const PREMATURE = 0.01;
/** Shares of the stable person and of the day in the spread. */
const TRAIT_SHARE = 0.61;
const DAY_SHARE = 0.26;

interface TapsPerson {
  readonly mu: number;
  readonly sigma: number;
  readonly tau: number;
  readonly errors: number;
  readonly holdErrors: number;
  readonly premature: number;
  readonly habit: Habit;
}

function meet({ seed, person }: PlayOptions<TapsParameters>): TapsPerson {
  const stable = createDraws("person", person.seed, "2");
  const today = createDraws("day", person.seed, person.day ?? seed);
  const noise = person.noise ?? 1;
  const variety = Math.min(1, noise);
  const drawn = stable.normal();
  const trait = person.latent?.["attention"] ?? drawn * variety;
  const all = TRAIT_SHARE + DAY_SHARE;
  const attention = Math.sqrt(TRAIT_SHARE / all) * trait + Math.sqrt(DAY_SHARE / all) * today.normal() * noise;
  return {
    mu: exp(LN_MU.mean + LN_MU.sd * variety * stable.normal()),
    sigma: exp(LN_SIGMA.mean - LN_SIGMA.sd * attention),
    tau: exp(LN_TAU.mean - LN_TAU.sd * attention),
    errors: ERRORS * noise,
    holdErrors: HOLD_ERRORS * noise,
    premature: PREMATURE * noise,
    habit: meetHabit(stable),
  };
}

type Target = Extract<TapsView, { phase: "target" }>;

interface Style {
  readonly body: Body;
  /** The answer; null = lets the deadline pass. */
  answer(view: Target, trial: number): TapTarget | null;
  rtMs(trial: number): number;
  readonly premature: number;
}

/** What every style may draw on. */
interface Cast {
  readonly person: TapsPerson;
  readonly draws: Draws;
  readonly honest: Style;
  readonly favourite: TapSide;
  readonly parity: number;
}

const coin = (draws: Draws): TapSide => (draws.chance(0.5) ? "left" : "right");
const opposite = (side: TapSide): TapSide => (side === "left" ? "right" : "left");
const perfect = ({ target }: Target): TapTarget | null => (target === "hold" ? null : target);

const SHAPES: readonly TapShape[] = ["circle", "square", "cross"];

/** Where the shape asks to hold back there is no side to tap, and the next shape stands in for it. */
function sideOfShape(shape: TapShape, shapes: Target["shapes"]): TapSide {
  const wanted = shape === shapes.hold ? SHAPES[(SHAPES.indexOf(shape) + 1) % SHAPES.length] : shape;
  return wanted === shapes.left ? "left" : "right";
}

const STYLES: Readonly<Record<PlayerName, (cast: Cast) => Style>> = {
  honest: ({ honest }) => honest,
  careless: ({ honest, draws, parity }) => ({
    ...honest,
    answer: (view, trial) => (trial % 2 === parity ? coin(draws) : honest.answer(view, trial)),
    premature: 0.1,
  }),
  random: ({ honest, draws }) => ({
    ...honest,
    answer: () => coin(draws),
    rtMs: () => draws.between(160, 900),
    premature: 0.1,
  }),
  straight_side: ({ honest, draws, favourite }) => ({
    ...honest,
    answer: () => favourite,
    rtMs: () => draws.between(200, 500),
    premature: 0.1,
  }),
  straight_alternating: ({ honest, draws, favourite }) => ({
    ...honest,
    answer: (_, trial) => (trial % 2 === 0 ? favourite : opposite(favourite)),
    rtMs: () => draws.between(200, 500),
  }),
  // As if one and the same shape were shown each time: its side is another in each attempt.
  straight_content: ({ honest, person: { habit }, draws }) => ({
    ...honest,
    answer: ({ shapes }) => sideOfShape(SHAPES[Math.floor(habit.taste * SHAPES.length)] ?? "circle", shapes),
    rtMs: () => glanceMs(habit, draws, 380),
    premature: 0.05,
  }),
  fast: ({ honest, draws }) => ({
    ...honest,
    answer: (view, trial) => (draws.chance(0.25) ? coin(draws) : honest.answer(view, trial)),
    rtMs: () => draws.between(160, 330),
    premature: 0.15,
  }),
  script: ({ honest }) => ({ ...honest, body: "exact", answer: perfect, rtMs: () => 400, premature: 0 }),
  assistant: ({ honest, draws }) => ({
    ...honest,
    answer: perfect,
    rtMs: () => 700 + draws.between(-60, 60),
    premature: 0,
  }),
  interrupted: ({ honest, draws }) => {
    const away = new Set([draws.between(8, 20), draws.between(21, 34), draws.between(35, 47)]);
    return { ...honest, answer: (view, trial) => (away.has(trial) ? null : honest.answer(view, trial)) };
  },
  accessible: ({ honest, draws }) => ({
    ...honest,
    body: "assistive",
    answer: (view, trial) => honest.answer(view, trial) ?? "hold",
    rtMs: () => 1_500 + draws.between(0, 4_000),
    premature: 0,
  }),
};

function styleOf(name: PlayerName, person: TapsPerson, draws: Draws): Style {
  const honest: Style = {
    body: "finger",
    answer: ({ target }) => {
      const slips = draws.chance(target === "hold" ? person.holdErrors : person.errors);
      if (target === "hold") return slips ? coin(draws) : null;
      return slips ? opposite(target) : target;
    },
    rtMs: () => Math.max(180, person.mu + person.sigma * draws.normal() + person.tau * draws.exponential()),
    premature: person.premature,
  };
  return STYLES[name]({ person, draws, honest, favourite: coin(draws), parity: draws.between(0, 1) });
}

export function playTaps(name: PlayerName, options: PlayOptions<TapsParameters>): readonly TaskInput[] {
  const draws = createDraws("hand", options.person.seed, options.seed);
  const style = styleOf(name, meet(options), draws);
  let trial = 0;
  let tappedEarly = false;

  const instructions = (view: Extract<TapsView, { phase: "instructions" }>): Act => {
    const afterMs = draws.between(2_500, 6_000);
    const untimed = style.body === "assistive" && view.timed;
    if (untimed) return { afterMs, kind: "mode", stimulus: view.stimulus, choice: "untimed" };
    return { afterMs, kind: "continue", stimulus: view.stimulus };
  };
  const gap = (view: Extract<TapsView, { phase: "gap" }>, nowMs: number): Act => {
    const waitMs = view.untilMs - nowMs;
    if (!tappedEarly && waitMs > 200 && draws.chance(style.premature)) {
      tappedEarly = true;
      return { afterMs: waitMs - 100, kind: "press", stimulus: view.stimulus, choice: "left" };
    }
    // The first frame at or after the end of the gap, at 60 Hz.
    return { afterMs: Math.max(0, waitMs) + draws.between(0, 16), kind: "shown", stimulus: view.stimulus };
  };
  const target = (view: Target, nowMs: number): Act => {
    const answer = style.answer(view, trial);
    const rtMs = style.rtMs(trial);
    trial += 1;
    tappedEarly = false;
    const limitMs = view.deadlineMs === null ? null : view.deadlineMs - nowMs;
    const passes = answer === null || (limitMs !== null && rtMs > limitMs);
    if (passes) return { afterMs: (limitMs ?? 0) + draws.between(0, 16), kind: "timeout", stimulus: view.stimulus };
    return { afterMs: rtMs, kind: "press", stimulus: view.stimulus, choice: answer };
  };
  const decide = (view: TapsView, nowMs: number): Act => {
    if (view.phase === "instructions") return instructions(view);
    return view.phase === "gap" ? gap(view, nowMs) : target(view, nowMs);
  };
  return perform(tapsMachine, options, { draws, body: style.body, decide });
}
