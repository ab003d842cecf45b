import type { InputSource, Refusal, TaskInput, TaskMachine, TrialBase } from "../../contract.ts";
import { type Cursor, refuse, refuseForm } from "../../machine-kit.ts";
import { type CardsRound, planCards } from "./plan.ts";
import type { CardsParameters } from "./spec.ts";

export type CardOutcome = "safe" | "last_safe" | "loss" | "stop";

/** One press of a round. */
interface Press {
  readonly round: number;
  /** Card turned; null = stop. */
  readonly box: number | null;
  readonly outcome: CardOutcome;
  readonly turnedBefore: number;
  readonly rtMs: number;
  readonly source: InputSource;
}

export interface CardsState extends Cursor {
  readonly pointsPerCard: number;
  readonly rounds: readonly CardsRound[];
  /** Index of the round played, or just ended. */
  readonly index: number;
  readonly stage: "intro" | "round" | "result";
  /** Safe cards of this round in the order they were turned. */
  readonly opened: readonly number[];
  /** `at` of the round's `shown`, then of its last press; null before it is shown. */
  readonly since: number | null;
  readonly presses: readonly Press[];
}

/** What is announced of a round. */
export interface RoundFacts {
  readonly practice: boolean;
  /** From 1 among the scored rounds; 0 for practice. */
  readonly number: number;
  readonly boxes: number;
  readonly lossCards: number;
}

interface RoundView extends RoundFacts {
  readonly stimulus: string;
  /** Scored rounds in all. */
  readonly rounds: number;
  readonly pointsPerCard: number;
  /** Safe cards turned so far, in that order. */
  readonly opened: readonly number[];
  /** What the round has gathered. */
  readonly points: number;
}

/**
 * What the page draws. `instructions`: answer `continue` with the same stimulus. `round`: answer `shown` when the cards
 * are on the screen (while `shown` is false), then `press` with a card's number or `stop`; where the losses lie is not in
 * it. `result`: the same cards with the outcome and all losses, and what comes next; answer `continue`. No deadlines.
 */
export type CardsView =
  | {
      readonly phase: "instructions";
      readonly stimulus: "intro";
      readonly next: RoundFacts;
      readonly pointsPerCard: number;
    }
  | (RoundView & { readonly phase: "round"; readonly shown: boolean })
  | (RoundView & {
      readonly phase: "result";
      /** How the round ended; `cleared`: no safe card was left. */
      readonly ended: "stop" | "cleared" | "loss";
      readonly losses: readonly number[];
      /** The loss card that was turned, else null. */
      readonly hit: number | null;
      /** Null after the last round. */
      readonly next: RoundFacts | null;
      /** Points kept in the scored rounds so far. */
      readonly total: number;
    });

export interface CardTrial extends TrialBase {
  readonly rtMs: number;
  readonly choice: string;
  readonly outcome: CardOutcome;
  readonly turnedBefore: number;
  readonly boxes: number;
  readonly lossCards: number;
  readonly source: InputSource;
}

function start(seed: string, parameters: CardsParameters): CardsState {
  return {
    lastN: -1,
    lastAt: 0,
    pointsPerCard: parameters.pointsPerCard,
    rounds: planCards(seed, parameters),
    index: 0,
    stage: "intro",
    opened: [],
    since: null,
    presses: [],
  };
}

/** The card's number from its text, which must be written as the page writes it; null for any other text. */
function readBox(choice: string | undefined, boxes: number): number | null {
  const box = Number(choice);
  return String(box) === choice && box >= 0 && box < boxes && Math.floor(box) === box ? box : null;
}

function outcomeOf(round: CardsRound, box: number, turned: number): CardOutcome {
  if (round.losses.includes(box)) return "loss";
  return turned + 1 === round.boxes - round.lossCards ? "last_safe" : "safe";
}

function applyPress(moved: CardsState, round: CardsRound, input: TaskInput): CardsState | Refusal {
  const { opened } = moved;
  const box = readBox(input.choice, round.boxes);
  if (box === null && input.choice !== "stop") return refuse("malformed");
  if (box !== null && opened.includes(box)) return refuse("not_expected");
  const outcome = box === null ? "stop" : outcomeOf(round, box, opened.length);
  const press: Press = {
    round: moved.index,
    box,
    outcome,
    turnedBefore: opened.length,
    rtMs: input.at - (moved.since ?? input.at),
    source: input.source ?? "unknown",
  };
  return {
    ...moved,
    stage: outcome === "safe" ? "round" : "result",
    opened: box === null || outcome === "loss" ? opened : [...opened, box],
    since: input.at,
    presses: [...moved.presses, press],
  };
}

function apply(state: CardsState, input: TaskInput): CardsState | Refusal {
  const refusal = refuseForm(state, input);
  if (refusal !== null) return refusal;
  const round = state.rounds[state.index];
  if (round === undefined) return refuse("finished");
  const moved = { ...state, lastN: input.n, lastAt: input.at };

  if (state.stage !== "round") {
    const expected = state.stage === "intro" ? "intro" : `after-${round.stimulus}`;
    if (input.kind !== "continue" || input.stimulus !== expected) return refuse("not_expected");
    const index = state.stage === "intro" ? 0 : state.index + 1;
    return { ...moved, index, stage: "round", opened: [], since: null };
  }
  if (input.stimulus !== round.stimulus) return refuse("not_expected");
  if (state.since === null) {
    return input.kind === "shown" ? { ...moved, since: input.at } : refuse("not_expected");
  }
  return input.kind === "press" ? applyPress(moved, round, input) : refuse("not_expected");
}

function factsOf(state: CardsState, index: number): RoundFacts | null {
  const round = state.rounds[index];
  if (round === undefined) return null;
  const { practice, boxes, lossCards } = round;
  return { practice, number: index, boxes, lossCards };
}

/** Points kept in the scored rounds so far. */
function totalKept({ rounds, presses, pointsPerCard }: CardsState): number {
  const kept = presses.map(({ round, outcome, turnedBefore }) => {
    if (rounds[round]?.practice === true || outcome === "safe" || outcome === "loss") return 0;
    return turnedBefore + (outcome === "last_safe" ? 1 : 0);
  });
  return pointsPerCard * kept.reduce((sum, count) => sum + count, 0);
}

const ENDED = { safe: "stop", stop: "stop", last_safe: "cleared", loss: "loss" } as const;

function view(state: CardsState): CardsView | null {
  const round = state.rounds[state.index];
  const facts = factsOf(state, state.index);
  if (round === undefined || facts === null) return null;
  const { pointsPerCard, opened } = state;
  if (state.stage === "intro") return { phase: "instructions", stimulus: "intro", next: facts, pointsPerCard };
  const points = opened.length * pointsPerCard;
  const shared = { ...facts, rounds: state.rounds.length - 1, pointsPerCard, opened, points };
  if (state.stage === "round") {
    return { phase: "round", stimulus: round.stimulus, ...shared, shown: state.since !== null };
  }
  const last = state.presses[state.presses.length - 1];
  return {
    phase: "result",
    stimulus: `after-${round.stimulus}`,
    ...shared,
    ended: ENDED[last?.outcome ?? "stop"],
    losses: round.losses,
    hit: last?.outcome === "loss" ? last.box : null,
    next: factsOf(state, state.index + 1),
    total: totalKept(state),
  };
}

function trials(state: CardsState): readonly CardTrial[] {
  return state.presses.flatMap(({ round: index, box, ...press }) => {
    const round = state.rounds[index];
    if (round === undefined) return [];
    const { stimulus, practice, boxes, lossCards } = round;
    return [{ stimulus, practice, choice: box === null ? "stop" : String(box), boxes, lossCards, ...press }];
  });
}

export const cardsMachine: TaskMachine<CardsParameters, CardsState, CardsView, CardTrial> = {
  start,
  apply,
  view,
  trials,
  isComplete: (state) => state.index >= state.rounds.length,
  progress: (state) => ({
    done: state.index + (state.stage === "result" ? 1 : 0),
    total: state.rounds.length,
  }),
};
