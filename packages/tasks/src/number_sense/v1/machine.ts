import type { InputSource, Refusal, TaskInput, TaskMachine, TrialBase } from "../../contract.ts";
import { type Cursor, refuse, refuseForm } from "../../machine-kit.ts";
import { type Choice, CHOICES, type NumberProblem, type NumberQuestion, planNumbers } from "./plan.ts";
import type { NumberParameters } from "./spec.ts";

interface Answer {
  readonly rtMs: number;
  readonly choice: Choice;
  readonly source: InputSource;
}

export interface NumberState extends Cursor {
  readonly problems: readonly NumberProblem[];
  /** Index of the problem to show or shown. */
  readonly index: number;
  /** An instruction stands before this problem and waits for `continue`. */
  readonly instruction: "intro" | "main" | null;
  /** `at` of the current problem's `shown`, null before it. */
  readonly shownAt: number | null;
  readonly answers: readonly Answer[];
}

/**
 * What the page draws. `instructions`: answer `continue` with the same stimulus; `main` tells how the practice went.
 * `problem`: answer `shown` when it is on the screen (while `shown` is false), then `press` with `a` to `d`, the
 * position among `options`. There is no deadline.
 */
export type NumberView =
  | { readonly phase: "instructions"; readonly stimulus: "intro" }
  | {
      readonly phase: "instructions";
      readonly stimulus: "main";
      readonly practiceRight: boolean;
      /** The right answer of the practice problem, money units. */
      readonly practiceAnswer: number;
    }
  | ({
      readonly phase: "problem";
      readonly stimulus: string;
      readonly practice: boolean;
      readonly shown: boolean;
    } & NumberQuestion);

export interface NumberTrial extends TrialBase, NumberProblem {
  readonly rtMs: number;
  readonly choice: Choice;
  readonly correct: boolean;
  readonly intuitive: boolean;
  readonly source: InputSource;
}

function start(seed: string, parameters: NumberParameters): NumberState {
  const problems = planNumbers(seed, parameters);
  return { lastN: -1, lastAt: 0, problems, index: 0, instruction: "intro", shownAt: null, answers: [] };
}

function apply(state: NumberState, input: TaskInput): NumberState | Refusal {
  const refusal = refuseForm(state, input);
  if (refusal !== null) return refusal;
  const problem = state.problems[state.index];
  if (problem === undefined) return refuse("finished");
  const moved = { ...state, lastN: input.n, lastAt: input.at };

  if (state.instruction !== null) {
    if (input.kind !== "continue" || input.stimulus !== state.instruction) return refuse("not_expected");
    return { ...moved, instruction: null };
  }
  if (input.stimulus !== problem.stimulus) return refuse("not_expected");
  if (state.shownAt === null) {
    return input.kind === "shown" ? { ...moved, shownAt: input.at } : refuse("not_expected");
  }
  if (input.kind !== "press") return refuse("not_expected");
  const choice = CHOICES.find((known) => known === input.choice);
  if (choice === undefined) return refuse("malformed");
  const answer: Answer = { rtMs: input.at - state.shownAt, choice, source: input.source ?? "unknown" };
  return {
    ...moved,
    index: state.index + 1,
    instruction: problem.practice ? "main" : null,
    shownAt: null,
    answers: [...state.answers, answer],
  };
}

function view(state: NumberState): NumberView | null {
  const problem = state.problems[state.index];
  if (problem === undefined) return null;
  if (state.instruction === "intro") return { phase: "instructions", stimulus: "intro" };
  if (state.instruction === "main") return afterPractice(state);
  const { stimulus, practice, template, sums, counts, options } = problem;
  return { phase: "problem", stimulus, practice, shown: state.shownAt !== null, template, sums, counts, options };
}

function afterPractice(state: NumberState): NumberView {
  const problem = state.problems[state.index - 1];
  const answer = state.answers[state.index - 1];
  const at = CHOICES.findIndex((choice) => choice === problem?.right);
  return {
    phase: "instructions",
    stimulus: "main",
    practiceRight: answer?.choice === problem?.right,
    practiceAnswer: problem?.options[at] ?? 0,
  };
}

function trials(state: NumberState): readonly NumberTrial[] {
  return state.answers.flatMap((answer, index) => {
    const problem = state.problems[index];
    if (problem === undefined) return [];
    const { choice } = answer;
    return [{ ...problem, ...answer, correct: choice === problem.right, intuitive: choice === problem.tempting }];
  });
}

export const numberMachine: TaskMachine<NumberParameters, NumberState, NumberView, NumberTrial> = {
  start,
  apply,
  view,
  trials,
  isComplete: (state) => state.index >= state.problems.length,
  progress: (state) => ({ done: state.index, total: state.problems.length }),
};
