import type { PlayerName, PlayOptions, TaskInput } from "../../contract.ts";
import { glanceMs, type Habit, meetHabit } from "../../players/habit.ts";
import { type Act, type Body, perform } from "../../players/hand.ts";
import { createDraws, type Draws, exp } from "../../players/random.ts";
import { numberMachine, type NumberView } from "./machine.ts";
import { type Choice, CHOICES, type NumberProblem, planNumbers, type Template } from "./plan.ts";
import type { NumberParameters } from "./spec.ts";

/**
 * Share of the stable person in what tells whether the first answer is checked; the rest is the single problem. Fitted to
 * the spread of the shares of 522 people over three problems, .331. A share of the day can not be seen: the same problems
 * on another day agreed better (.64) than different ones within a day (.54).
 */
const TRAIT_SHARE = 0.51;
const TRIAL_SHARE = 1 - TRAIT_SHARE;
/**
 * A problem is solved above this standing: .837, .418 and .483 of those three were. They were other problems, so which of
 * our families has which share is assumed; an attempt has one of each.
 */
const STANDING_NEEDED: Readonly<Record<Template, number>> = {
  change: -Infinity,
  rise_fall: 0.207,
  before_sale: 0.207,
  hire_fee: -0.9822,
  bus_stops: -0.9822,
  day_pay: 0.0426,
  box_days: 0.0426,
};
/** Of the wrong answers, how many are the tempting one. Assumed. */
const TEMPTED = 0.75;
/** ln of the time for a problem, ms: about 11 s. Assumed. */
const LN_RT = { mean: 9.3, personSd: 0.35, trialSd: 0.35 };
const FASTEST_MS = 1_200;
/** Practice is read as quickly, and is easier. */
const PRACTICE_FACTOR = 0.6;

interface NumberPerson {
  /** Its variance is TRAIT_SHARE. */
  readonly standing: number;
  readonly noise: number;
  readonly lnRt: number;
  readonly habit: Habit;
}

function meet({ person }: PlayOptions<NumberParameters>): NumberPerson {
  const stable = createDraws("person", person.seed, "6");
  const noise = person.noise ?? 1;
  const drawn = stable.normal();
  const trait = person.latent?.["reflection"] ?? drawn;
  return {
    standing: Math.sqrt(TRAIT_SHARE) * trait,
    noise,
    lnRt: LN_RT.mean + LN_RT.personSd * Math.min(1, noise) * stable.normal(),
    habit: meetHabit(stable),
  };
}

interface Style {
  readonly body: Body;
  answer(problem: NumberProblem, item: number): Choice;
  rtMs(problem: NumberProblem, item: number): number;
}

/** What every style may draw on. */
interface Cast {
  readonly person: NumberPerson;
  readonly draws: Draws;
  readonly honest: Style;
  readonly favourite: Choice;
  /** Problem at which an interrupted player is away; its parity also says when a careless one is. */
  readonly pausedAt: number;
}

const any = (draws: Draws): Choice => CHOICES[draws.between(0, 3)] ?? "a";
const hurriedRt = (draws: Draws): number => exp(6.6 + 0.3 * draws.normal());
const next = (choice: Choice): Choice => CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length] ?? "a";

function honestAnswer(problem: NumberProblem, person: NumberPerson, draws: Draws): Choice {
  const mood = Math.sqrt(TRIAL_SHARE) * draws.normal() * person.noise;
  const tempted = draws.chance(TEMPTED);
  const others = CHOICES.filter((choice) => choice !== problem.right && choice !== problem.tempting);
  const other = others[draws.between(0, others.length - 1)] ?? "a";
  const solved = person.standing + mood > STANDING_NEEDED[problem.template];
  if (problem.tempting === null || solved) return problem.right;
  return tempted ? problem.tempting : other;
}

function largest({ options }: NumberProblem): Choice {
  return CHOICES[options.indexOf(Math.max(...options))] ?? "a";
}

const STYLES: Readonly<Record<PlayerName, (cast: Cast) => Style>> = {
  honest: ({ honest }) => honest,
  careless: ({ honest, draws, pausedAt }) => {
    const absent = (item: number): boolean => (item + pausedAt) % 2 === 0;
    return {
      ...honest,
      answer: (problem, item) => (absent(item) ? any(draws) : honest.answer(problem, item)),
      rtMs: (problem, item) => (absent(item) ? hurriedRt(draws) : honest.rtMs(problem, item)),
    };
  },
  random: ({ honest, draws }) => ({ ...honest, answer: () => any(draws), rtMs: () => draws.between(300, 2_500) }),
  straight_side: ({ honest, draws, favourite }) => ({
    ...honest,
    answer: () => favourite,
    rtMs: () => draws.between(400, 1_500),
  }),
  straight_alternating: ({ honest, draws, favourite }) => ({
    ...honest,
    answer: (_, item) => (item % 2 === 0 ? favourite : next(favourite)),
    rtMs: () => draws.between(400, 1_500),
  }),
  // The first sum that comes to mind each time, or the largest on offer, wherever it stands.
  straight_content: ({ honest, person: { habit }, draws }) => ({
    ...honest,
    answer: (problem) => (habit.taste < 0.5 ? (problem.tempting ?? problem.right) : largest(problem)),
    rtMs: () => glanceMs(habit, draws, 1_600),
  }),
  // Who is in a hurry takes what comes to mind first.
  fast: ({ honest, draws }) => ({
    ...honest,
    answer: (problem) => problem.tempting ?? problem.right,
    rtMs: () => hurriedRt(draws),
  }),
  script: ({ honest }) => ({ ...honest, body: "exact", answer: (problem) => problem.right, rtMs: () => 900 }),
  assistant: ({ honest, draws }) => ({
    ...honest,
    answer: (problem) => problem.right,
    rtMs: () => 2_600 + draws.between(-150, 150),
  }),
  interrupted: ({ honest, draws, pausedAt }) => ({
    ...honest,
    rtMs: (problem, item) => honest.rtMs(problem, item) + (item === pausedAt ? draws.between(20_000, 90_000) : 0),
  }),
  accessible: ({ honest }) => ({
    ...honest,
    body: "assistive",
    rtMs: (problem, item) => 5_000 + 2 * honest.rtMs(problem, item),
  }),
};

function styleOf(name: PlayerName, person: NumberPerson, draws: Draws): Style {
  const honest: Style = {
    body: "finger",
    answer: (problem) => honestAnswer(problem, person, draws),
    rtMs: ({ practice }) =>
      Math.max(FASTEST_MS, exp(person.lnRt + LN_RT.trialSd * draws.normal()) * (practice ? PRACTICE_FACTOR : 1)),
  };
  return STYLES[name]({ person, draws, honest, favourite: any(draws), pausedAt: draws.between(1, 3) });
}

export function playNumbers(name: PlayerName, options: PlayOptions<NumberParameters>): readonly TaskInput[] {
  const draws = createDraws("hand", options.person.seed, options.seed);
  const style = styleOf(name, meet(options), draws);
  // A person works the answer out of the text; a player looks it up.
  const problems = planNumbers(options.seed, options.parameters);
  let item = 0;
  const decide = (view: NumberView): Act => {
    const { stimulus } = view;
    if (view.phase === "instructions") return { afterMs: draws.between(2_500, 6_000), kind: "continue", stimulus };
    // A short blank before each problem, then the next frame.
    if (!view.shown) return { afterMs: draws.between(300, 333), kind: "shown", stimulus };
    const problem = problems[item];
    if (problem === undefined) throw new Error("There are more problems than were drawn");
    const act = { kind: "press", stimulus, choice: style.answer(problem, item), afterMs: style.rtMs(problem, item) };
    item += 1;
    return act;
  };
  return perform(numberMachine, options, { draws, body: style.body, decide });
}
