import type { InputSource, Refusal, TaskInput, TaskMachine, TrialBase } from "../../contract.ts";
import { type Cursor, refuse, refuseForm } from "../../machine-kit.ts";
import { type Balloon, planBalloons } from "./plan.ts";
import type { BalloonParameters } from "./spec.ts";

interface Answer {
  readonly rtMs: number;
  readonly size: number;
  readonly source: InputSource;
}

export interface BalloonState extends Cursor {
  readonly most: number;
  readonly balloons: readonly Balloon[];
  /** Index of the balloon that is sized or that grows. */
  readonly index: number;
  /** An instruction stands before this balloon and waits for `continue`. */
  readonly instruction: "intro" | "main" | null;
  /** `at` of the current balloon's `shown`, null before it. */
  readonly shownAt: number | null;
  /** One for each balloon whose size was chosen; one more than `index` while its end is watched. */
  readonly answers: readonly Answer[];
}

/**
 * What the page draws. `instructions`: answer `continue` with the same stimulus. `choose`: answer `shown` when the empty
 * balloon is on the screen (while `shown` is false), then `press` with the size. `outcome`: let it grow to `size`, or to
 * `burstAt` where it bursts, tell the points, and answer `continue` with the same stimulus. There is no deadline.
 */
export type BalloonView =
  | { readonly phase: "instructions"; readonly stimulus: "intro" | "main"; readonly most: number }
  | (Round & { readonly phase: "choose"; readonly shown: boolean })
  | (Round & {
      readonly phase: "outcome";
      readonly size: number;
      /** The first size at which it did not hold; null when it held. */
      readonly burstAt: number | null;
      /** Points of this balloon. */
      readonly gained: number;
    });

interface Round {
  readonly stimulus: string;
  readonly practice: boolean;
  readonly most: number;
  /** 1 … `count` inside practice or inside the balloons that count. */
  readonly number: number;
  readonly count: number;
  /** Points of the balloons that count, this one included once it has grown. */
  readonly points: number;
}

export interface BalloonTrial extends TrialBase, Balloon {
  readonly rtMs: number;
  readonly most: number;
  readonly size: number;
  readonly burst: boolean;
  readonly points: number;
  readonly source: InputSource;
}

function start(seed: string, parameters: BalloonParameters): BalloonState {
  const balloons = planBalloons(seed, parameters);
  return {
    lastN: -1,
    lastAt: 0,
    most: parameters.most,
    balloons,
    index: 0,
    instruction: "intro",
    shownAt: null,
    answers: [],
  };
}

/** Null for anything but a whole number from 1 to `most`, written as numbers are. */
function sizeOf(choice: string | undefined, most: number): number | null {
  const size = Number(choice);
  return String(size) === choice && Math.floor(size) === size && size >= 1 && size <= most ? size : null;
}

function apply(state: BalloonState, input: TaskInput): BalloonState | Refusal {
  const refusal = refuseForm(state, input);
  if (refusal !== null) return refusal;
  const balloon = state.balloons[state.index];
  if (balloon === undefined) return refuse("finished");
  const moved = { ...state, lastN: input.n, lastAt: input.at };

  if (state.instruction !== null) {
    if (input.kind !== "continue" || input.stimulus !== state.instruction) return refuse("not_expected");
    return { ...moved, instruction: null };
  }
  if (input.stimulus !== balloon.stimulus) return refuse("not_expected");
  if (state.answers.length > state.index) {
    return input.kind === "continue" ? nextBalloon(moved) : refuse("not_expected");
  }
  if (state.shownAt === null) {
    return input.kind === "shown" ? { ...moved, shownAt: input.at } : refuse("not_expected");
  }
  if (input.kind !== "press") return refuse("not_expected");
  const size = sizeOf(input.choice, state.most);
  if (size === null) return refuse("malformed");
  const answer: Answer = { rtMs: input.at - state.shownAt, size, source: input.source ?? "unknown" };
  return { ...moved, shownAt: null, answers: [...state.answers, answer] };
}

function nextBalloon(state: BalloonState): BalloonState {
  const practised = state.balloons[state.index]?.practice === true;
  const index = state.index + 1;
  return { ...state, index, instruction: practised && state.balloons[index]?.practice === false ? "main" : null };
}

function trials(state: BalloonState): readonly BalloonTrial[] {
  return state.answers.flatMap((answer, index) => {
    const balloon = state.balloons[index];
    if (balloon === undefined) return [];
    const burst = answer.size > balloon.limit;
    return [{ ...balloon, ...answer, most: state.most, burst, points: burst ? 0 : answer.size }];
  });
}

function view(state: BalloonState): BalloonView | null {
  const balloon = state.balloons[state.index];
  if (balloon === undefined) return null;
  const { most, instruction } = state;
  if (instruction !== null) return { phase: "instructions", stimulus: instruction, most };
  const played = trials(state);
  const alike = state.balloons.filter(({ practice }) => practice === balloon.practice);
  const round: Round = {
    stimulus: balloon.stimulus,
    practice: balloon.practice,
    most,
    number: alike.indexOf(balloon) + 1,
    count: alike.length,
    points: played.reduce((sum, { practice, points }) => (practice ? sum : sum + points), 0),
  };
  const trial = played[state.index];
  if (trial === undefined) return { ...round, phase: "choose", shown: state.shownAt !== null };
  const burstAt = trial.burst ? balloon.limit + 1 : null;
  return { ...round, phase: "outcome", size: trial.size, burstAt, gained: trial.points };
}

export const balloonMachine: TaskMachine<BalloonParameters, BalloonState, BalloonView, BalloonTrial> = {
  start,
  apply,
  view,
  trials,
  isComplete: (state) => state.index >= state.balloons.length,
  progress: (state) => ({ done: state.index, total: state.balloons.length }),
};
