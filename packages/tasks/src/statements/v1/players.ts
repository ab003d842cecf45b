import type { PlayerName, PlayOptions, TaskInput } from "../../contract.ts";
import { glanceMs, type Habit, meetHabit } from "../../players/habit.ts";
import { type Act, type Body, perform } from "../../players/hand.ts";
import { createDraws, type Draws, exp } from "../../players/random.ts";
import { statementsMachine, type StatementsView } from "./machine.ts";
import { type Keyed, planStatements, type StatementItem, type Trait } from "./plan.ts";
import type { StatementsParameters } from "./spec.ts";

/**
 * Where people stand on the keyed steps, before rounding to 1 … 5: mean, spread of the stable person and of the day, and
 * how far one answer strays. Solved numerically (rounding and the ends of the scale included) so that the mean of four
 * answers meets the assumed norms, mean 3.7 sd .8 and mean 3.6 sd .7, with trait and day shares .75/.08 and .70/.05.
 */
const STANDING: Readonly<Record<Trait, Standing>> = {
  self_control: { mean: 3.7487, traitSd: 0.7697, daySd: 0.2484, answerSd: 0.6474 },
  sense_of_control: { mean: 3.6223, traitSd: 0.622, daySd: 0.1655, answerSd: 0.671 },
};
/**
 * Correlation of the two traits over people; each is the common factor and a rest of its own. The model's composite counts on
 * .45 between the two metrics: .62 · sqrt(.75 · .70), the day and the noise of four answers taken off.
 */
const TRAITS_CORRELATE = 0.62;
/** Share of an answer's straying that a statement and its reversed copy have in common. */
const OF_THE_STATEMENT = 0.25;
const LAPSE = 0.004;
/** Of the true answers to an infrequency statement, those at the very end. */
const FULLY = 0.85;
/** Reading a dozen words and settling on a step: median 4 s. */
const LN_RT = { mean: 8.29, personSd: 0.18, trialSd: 0.35 };
const FASTEST_MS = 900;

interface Standing {
  readonly mean: number;
  readonly traitSd: number;
  readonly daySd: number;
  readonly answerSd: number;
}

interface Respondent {
  /** Today, on the keyed steps. */
  readonly stands: Readonly<Record<Trait, number>>;
  readonly noise: number;
  readonly lnRt: number;
  readonly habit: Habit;
}

function meet({ seed, person }: PlayOptions<StatementsParameters>): Respondent {
  const stable = createDraws("person", person.seed, "3");
  const today = createDraws("day", person.seed, person.day ?? seed, "3");
  const noise = person.noise ?? 1;
  const common = Math.sqrt(TRAITS_CORRELATE) * stable.normal();
  const own = Math.sqrt(1 - TRAITS_CORRELATE);
  const drawn = { self_control: common + own * stable.normal(), optimism: common + own * stable.normal() };
  const stand = (trait: Trait, latent: keyof typeof drawn): number => {
    const { mean, traitSd, daySd } = STANDING[trait];
    return mean + traitSd * (person.latent?.[latent] ?? drawn[latent]) + daySd * noise * today.normal();
  };
  return {
    // The score calls sense of control `optimism`.
    stands: {
      self_control: stand("self_control", "self_control"),
      sense_of_control: stand("sense_of_control", "optimism"),
    },
    noise,
    lnRt: LN_RT.mean + LN_RT.personSd * Math.min(1, noise) * stable.normal(),
    habit: meetHabit(stable),
  };
}

const toStep = (value: number): number => Math.max(1, Math.min(5, Math.round(value)));
const unkey = (step: number, keyed: Keyed | null): number => (keyed === "disagree" ? 6 - step : step);
const anyStep = (draws: Draws): number => draws.between(1, 5);

/** Answers of one attempt; a statement and its copy stray alike by the part that is the statement's own. */
function answerer(respondent: Respondent, draws: Draws): (item: StatementItem) => number {
  const ofStatement = new Map<string, number>();
  return (item) => {
    const fresh = draws.normal();
    const lapsed = draws.chance(LAPSE * respondent.noise);
    const guess = anyStep(draws);
    if (lapsed || item.kind === "practice") return guess;
    if (item.trait === null) return unkey(draws.chance(FULLY) ? 5 : 4, item.keyed);
    const name = item.copyOf ?? item.statement;
    const shared = ofStatement.get(name) ?? draws.normal();
    ofStatement.set(name, shared);
    const strays = Math.sqrt(OF_THE_STATEMENT) * shared + Math.sqrt(1 - OF_THE_STATEMENT) * fresh;
    const { answerSd } = STANDING[item.trait];
    return unkey(toStep(respondent.stands[item.trait] + answerSd * respondent.noise * strays), item.keyed);
  };
}

interface Style {
  readonly body: Body;
  /** Step to press, 1 … 5. */
  step(item: StatementItem, index: number): number;
  rtMs(index: number): number;
}

/** What every style may draw on. */
interface Cast {
  readonly respondent: Respondent;
  readonly draws: Draws;
  readonly honest: Style;
  readonly favourite: number;
  /** Statement at which an interrupted player is away; its parity also says when a careless one is. */
  readonly pausedAt: number;
}

const hurriedRt = (draws: Draws): number => exp(5.9 + 0.3 * draws.normal());

const STYLES: Readonly<Record<PlayerName, (cast: Cast) => Style>> = {
  honest: ({ honest }) => honest,
  careless: ({ honest, draws, pausedAt }) => {
    const absent = (index: number): boolean => (index + pausedAt) % 2 === 0;
    return {
      ...honest,
      step: (item, index) => (absent(index) ? anyStep(draws) : honest.step(item, index)),
      rtMs: (index) => (absent(index) ? hurriedRt(draws) : honest.rtMs(index)),
    };
  },
  random: ({ honest, draws }) => ({ ...honest, step: () => anyStep(draws), rtMs: () => draws.between(250, 1800) }),
  straight_side: ({ honest, draws, favourite }) => ({
    ...honest,
    step: () => favourite,
    rtMs: () => draws.between(400, 1100),
  }),
  straight_alternating: ({ honest, draws, favourite }) => ({
    ...honest,
    step: (_, index) => (index % 2 === 0 ? favourite : (favourite % 5) + 1),
    rtMs: () => draws.between(400, 1100),
  }),
  // Says yes to whatever is said.
  straight_content: ({ honest, respondent: { habit }, draws }) => ({
    ...honest,
    step: () => 5,
    rtMs: () => glanceMs(habit, draws, 900),
  }),
  fast: ({ honest, draws }) => ({ ...honest, rtMs: () => hurriedRt(draws) }),
  script: ({ respondent, draws }) => ({
    body: "exact",
    step: answerer({ ...respondent, noise: 0 }, draws),
    rtMs: () => 900,
  }),
  assistant: ({ honest, draws }) => ({
    ...honest,
    step: (item) => unkey(5, item.keyed),
    rtMs: () => 2600 + draws.between(-150, 150),
  }),
  interrupted: ({ honest, draws, pausedAt }) => ({
    ...honest,
    rtMs: (index) => honest.rtMs(index) + (index === pausedAt ? draws.between(20_000, 90_000) : 0),
  }),
  accessible: ({ honest }) => ({ ...honest, body: "assistive", rtMs: (index) => 4_000 + 2.5 * honest.rtMs(index) }),
};

function styleOf(name: PlayerName, respondent: Respondent, draws: Draws): Style {
  const honest: Style = {
    body: "finger",
    step: answerer(respondent, draws),
    rtMs: () => Math.max(FASTEST_MS, exp(respondent.lnRt + LN_RT.trialSd * draws.normal())),
  };
  return STYLES[name]({ respondent, draws, honest, favourite: anyStep(draws), pausedAt: draws.between(3, 11) });
}

export function playStatements(name: PlayerName, options: PlayOptions<StatementsParameters>): readonly TaskInput[] {
  const draws = createDraws("hand", options.person.seed, options.seed);
  const style = styleOf(name, meet(options), draws);
  // A reader knows what a statement says; of the plan a player takes no more than that.
  const items = planStatements(options.seed, options.parameters);
  let index = 0;
  const decide = (view: StatementsView): Act => {
    if (view.phase === "instructions")
      return { afterMs: draws.between(2_500, 6_000), kind: "continue", stimulus: view.stimulus };
    // The picked step is marked for a moment, then the next frame.
    if (!view.shown) return { afterMs: draws.between(320, 353), kind: "shown", stimulus: view.stimulus };
    const item = items.find(({ stimulus }) => stimulus === view.stimulus);
    if (item === undefined) throw new Error(`no statement is planned as ${view.stimulus}`);
    const choice = String(style.step(item, index));
    const afterMs = style.rtMs(index);
    index += 1;
    return { afterMs, kind: "press", stimulus: view.stimulus, choice };
  };
  return perform(statementsMachine, options, { draws, body: style.body, decide });
}
