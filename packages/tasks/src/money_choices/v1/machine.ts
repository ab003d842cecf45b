import type { InputSource, Refusal, TaskInput, TaskMachine, TrialBase } from "../../contract.ts";
import { type Cursor, refuse, refuseForm } from "../../machine-kit.ts";
import { type MoneyItem, planMoney, type Side } from "./plan.ts";
import type { MoneyParameters } from "./spec.ts";

interface Answer {
  readonly rtMs: number;
  readonly choice: Side;
  readonly source: InputSource;
}

export interface MoneyState extends Cursor {
  readonly items: readonly MoneyItem[];
  /** Index of the item to show or shown. */
  readonly index: number;
  /** An instruction stands before this item and waits for `continue`. */
  readonly instruction: "intro" | "main" | null;
  /** `at` of the current item's `shown`, null before it. */
  readonly shownAt: number | null;
  readonly answers: readonly Answer[];
}

/** One button. `delayDays` 0 = today. Amounts in money units: the page multiplies by the session's factor. */
export interface MoneyOption {
  readonly kind: "today" | "later";
  readonly amount: number;
  readonly delayDays: number;
}

/**
 * What the page draws. `instructions`: answer `continue` with the same stimulus. `choice`: answer `shown` when the item
 * is on the screen (while `shown` is false), then `press` with `left` or `right`. There is no deadline.
 */
export type MoneyView =
  | { readonly phase: "instructions"; readonly stimulus: "intro" | "main" }
  | {
      readonly phase: "choice";
      readonly stimulus: string;
      readonly practice: boolean;
      readonly shown: boolean;
      readonly left: MoneyOption;
      readonly right: MoneyOption;
    };

export interface MoneyTrial extends TrialBase {
  readonly kind: MoneyItem["kind"];
  readonly rung: number | null;
  readonly today: number;
  readonly later: number;
  readonly delayDays: number;
  readonly laterSide: Side;
  readonly choice: Side;
  readonly choseLater: boolean;
  readonly source: InputSource;
}

function start(seed: string, parameters: MoneyParameters): MoneyState {
  const items = planMoney(seed, parameters);
  return { lastN: -1, lastAt: 0, items, index: 0, instruction: "intro", shownAt: null, answers: [] };
}

function apply(state: MoneyState, input: TaskInput): MoneyState | Refusal {
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
  if (input.choice !== "left" && input.choice !== "right") return refuse("malformed");
  const answer: Answer = { rtMs: input.at - state.shownAt, choice: input.choice, source: input.source ?? "unknown" };
  const practiceOver = item.kind === "practice" && state.items[state.index + 1]?.kind !== "practice";
  return {
    ...moved,
    index: state.index + 1,
    instruction: practiceOver ? "main" : null,
    shownAt: null,
    answers: [...state.answers, answer],
  };
}

function view(state: MoneyState): MoneyView | null {
  const item = state.items[state.index];
  if (item === undefined) return null;
  if (state.instruction !== null) return { phase: "instructions", stimulus: state.instruction };
  const today: MoneyOption = { kind: "today", amount: item.today, delayDays: 0 };
  const later: MoneyOption = { kind: "later", amount: item.later, delayDays: item.delayDays };
  const laterLeft = item.laterSide === "left";
  return {
    phase: "choice",
    stimulus: item.stimulus,
    practice: item.kind === "practice",
    shown: state.shownAt !== null,
    left: laterLeft ? later : today,
    right: laterLeft ? today : later,
  };
}

function trials(state: MoneyState): readonly MoneyTrial[] {
  return state.answers.flatMap((answer, index) => {
    const item = state.items[index];
    if (item === undefined) return [];
    return [{ ...item, ...answer, practice: item.kind === "practice", choseLater: answer.choice === item.laterSide }];
  });
}

export const moneyMachine: TaskMachine<MoneyParameters, MoneyState, MoneyView, MoneyTrial> = {
  start,
  apply,
  view,
  trials,
  isComplete: (state) => state.index >= state.items.length,
  progress: (state) => ({ done: state.index, total: state.items.length }),
};
