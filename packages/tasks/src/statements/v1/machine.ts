import type { InputSource, Refusal, TaskInput, TaskMachine, TrialBase } from "../../contract.ts";
import { type Cursor, refuse, refuseForm } from "../../machine-kit.ts";
import { planStatements, type StatementItem } from "./plan.ts";
import type { StatementKey, StatementsParameters } from "./spec.ts";

/** 1 disagree fully, 2 disagree a little, 3 in between, 4 agree a little, 5 agree fully. */
export type Step = 1 | 2 | 3 | 4 | 5;

const STEPS: Readonly<Record<string, Step>> = { "1": 1, "2": 2, "3": 3, "4": 4, "5": 5 };

interface Answer {
  readonly rtMs: number;
  readonly step: Step;
  readonly source: InputSource;
}

export interface StatementsState extends Cursor {
  readonly items: readonly StatementItem[];
  /** Index of the statement to show or shown. */
  readonly index: number;
  /** An instruction stands before this statement and waits for `continue`. */
  readonly instruction: "intro" | "main" | null;
  /** `at` of the current statement's `shown`, null before it. */
  readonly shownAt: number | null;
  readonly answers: readonly Answer[];
}

/**
 * What the page draws. `instructions`: answer `continue` with the same stimulus. `statement`: answer `shown` when it is on
 * the screen (while `shown` is false), then `press` with `1` … `5`. There is no deadline and no way back.
 */
export type StatementsView =
  | { readonly phase: "instructions"; readonly stimulus: "intro" | "main" }
  | {
      readonly phase: "statement";
      readonly stimulus: string;
      readonly practice: boolean;
      readonly shown: boolean;
      /** The text is `statements.<key>` of the catalogue. */
      readonly statement: StatementKey;
    };

export interface StatementsTrial extends TrialBase, StatementItem {
  readonly stimulus: string;
  readonly step: Step;
  readonly source: InputSource;
}

function start(seed: string, parameters: StatementsParameters): StatementsState {
  const items = planStatements(seed, parameters);
  return { lastN: -1, lastAt: 0, items, index: 0, instruction: "intro", shownAt: null, answers: [] };
}

function apply(state: StatementsState, input: TaskInput): StatementsState | Refusal {
  const refusal = refuseForm(state, input);
  if (refusal !== null) return refusal;
  const item = state.items[state.index];
  if (item === undefined) return refuse("finished");
  const moved = { ...state, lastN: input.n, lastAt: input.at };

  if (state.instruction !== null) {
    if (input.kind !== "continue" || input.stimulus !== state.instruction) return refuse("not_expected");
    return { ...moved, instruction: null };
  }
  if (input.stimulus !== item.stimulus) return refuse("not_expected");
  if (state.shownAt === null) {
    return input.kind === "shown" ? { ...moved, shownAt: input.at } : refuse("not_expected");
  }
  if (input.kind !== "press") return refuse("not_expected");
  const step = input.choice !== undefined && Object.hasOwn(STEPS, input.choice) ? STEPS[input.choice] : undefined;
  if (step === undefined) return refuse("malformed");
  const answer: Answer = { rtMs: input.at - state.shownAt, step, source: input.source ?? "unknown" };
  const practiceOver = item.kind === "practice" && state.items[state.index + 1]?.kind !== "practice";
  return {
    ...moved,
    index: state.index + 1,
    instruction: practiceOver ? "main" : null,
    shownAt: null,
    answers: [...state.answers, answer],
  };
}

function view(state: StatementsState): StatementsView | null {
  const item = state.items[state.index];
  if (item === undefined) return null;
  if (state.instruction !== null) return { phase: "instructions", stimulus: state.instruction };
  return {
    phase: "statement",
    stimulus: item.stimulus,
    practice: item.kind === "practice",
    shown: state.shownAt !== null,
    statement: item.statement,
  };
}

function trials(state: StatementsState): readonly StatementsTrial[] {
  return state.answers.flatMap((answer, index) => {
    const item = state.items[index];
    return item === undefined ? [] : [{ ...item, ...answer, practice: item.kind === "practice" }];
  });
}

export const statementsMachine: TaskMachine<StatementsParameters, StatementsState, StatementsView, StatementsTrial> = {
  start,
  apply,
  view,
  trials,
  isComplete: (state) => state.index >= state.items.length,
  progress: (state) => ({ done: state.index, total: state.items.length }),
};
