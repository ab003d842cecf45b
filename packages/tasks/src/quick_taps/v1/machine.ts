import type { InputSource, Refusal, TaskInput, TaskMachine, TrialBase } from "../../contract.ts";
import { type Cursor, refuse, refuseForm } from "../../machine-kit.ts";
import { planTaps, type TapItem, type TapShape, type TapTarget, type TapsPlan } from "./plan.ts";
import type { TapsParameters } from "./spec.ts";

export type TapsInstruction = "intro" | "practice-again" | "main";
export type TapsFeedback = "right" | "wrong" | "too_slow" | "held" | "not_held";

interface TapRecord {
  readonly item: TapItem;
  readonly rtMs: number | null;
  readonly choice: TapTarget | null;
  readonly correct: boolean;
  readonly premature: number;
  readonly shownAt: number;
  readonly source: InputSource | null;
}

export interface TapsState extends Cursor {
  readonly parameters: TapsParameters;
  readonly plan: TapsPlan;
  /** Set by a `mode` input before the first `continue`; without one the task is timed. */
  readonly timed: boolean;
  readonly round: "practice" | "practiceAgain" | "main";
  /** Index inside the round. */
  readonly index: number;
  readonly instruction: TapsInstruction | null;
  /** End of the current gap; the target must not be shown earlier. */
  readonly gapUntil: number;
  readonly shownAt: number | null;
  /** Taps during the current gap. */
  readonly premature: number;
  readonly records: readonly TapRecord[];
}

/**
 * What the page draws. `instructions`: answer `continue` with the same stimulus (on `intro`, `mode` may come first).
 * `gap`: a fixation mark until `untilMs`, then draw `target` and answer `shown` with the frame's time (≥ `untilMs`);
 * taps meanwhile are sent as `press` and count as premature. `target`: answer `press`, or `timeout` at `deadlineMs`.
 * Untimed: `deadlineMs` is null and `hold` is a third button. All times in ms since task start, like `at`.
 */
export type TapsView =
  | {
      readonly phase: "instructions";
      readonly stimulus: TapsInstruction;
      readonly shapes: TapsPlan["shapes"];
      readonly timed: boolean;
    }
  | {
      readonly phase: "gap";
      readonly stimulus: string;
      readonly practice: boolean;
      readonly timed: boolean;
      readonly shapes: TapsPlan["shapes"];
      readonly untilMs: number;
      /** What comes after the gap, so that the page can draw the target in one step. */
      readonly next: { readonly shape: TapShape; readonly target: TapTarget };
      /** On the practice answer just given, until `feedbackUntilMs`. */
      readonly feedback: TapsFeedback | null;
      readonly feedbackUntilMs: number;
    }
  | {
      readonly phase: "target";
      readonly stimulus: string;
      readonly practice: boolean;
      readonly timed: boolean;
      readonly shapes: TapsPlan["shapes"];
      readonly shape: TapShape;
      readonly target: TapTarget;
      readonly deadlineMs: number | null;
    };

export interface TapTrial extends TrialBase {
  readonly shape: TapShape;
  readonly target: TapTarget;
  readonly choice: TapTarget | null;
  readonly correct: boolean;
  readonly premature: number;
  readonly timed: boolean;
  readonly shownAt: number;
  readonly source: InputSource | null;
}

function start(seed: string, parameters: TapsParameters): TapsState {
  return {
    lastN: -1,
    lastAt: 0,
    parameters,
    plan: planTaps(seed, parameters),
    timed: true,
    round: "practice",
    index: 0,
    instruction: "intro",
    gapUntil: 0,
    shownAt: null,
    premature: 0,
    records: [],
  };
}

function currentItem(state: TapsState): TapItem | undefined {
  return state.plan[state.round][state.index];
}

function timeLimit(state: TapsState, item: TapItem): number {
  return item.target === "hold" ? state.parameters.holdMs : state.parameters.deadlineMs;
}

/** After a round: practise again (once), on to the main round, or the end (index past the last item). */
function afterRound(state: TapsState): TapsState {
  if (state.round === "main" || state.index < state.plan[state.round].length) return state;
  const right = state.records.filter((record) => record.correct).length;
  const again = state.round === "practice" && right < state.parameters.practicePass;
  return {
    ...state,
    round: again ? "practiceAgain" : "main",
    index: 0,
    instruction: again ? "practice-again" : "main",
  };
}

function record(state: TapsState, item: TapItem, answer: Pick<TapRecord, "rtMs" | "choice" | "source">): TapsState {
  const correct = answer.choice === item.target || (item.target === "hold" && answer.choice === null);
  const entry: TapRecord = { item, ...answer, correct, premature: state.premature, shownAt: state.shownAt ?? 0 };
  const next = afterRound({
    ...state,
    index: state.index + 1,
    shownAt: null,
    premature: 0,
    records: [...state.records, entry],
  });
  const feedbackMs = item.practice ? state.parameters.feedbackMs : 0;
  return { ...next, gapUntil: state.lastAt + feedbackMs + (currentItem(next)?.gapMs ?? 0) };
}

function applyInstruction(state: TapsState, moved: TapsState, input: TaskInput): TapsState | Refusal {
  if (input.stimulus !== state.instruction) return refuse("not_expected");
  if (input.kind === "mode" && state.instruction === "intro") {
    if (input.choice !== "timed" && input.choice !== "untimed") return refuse("malformed");
    return { ...moved, timed: input.choice === "timed" };
  }
  if (input.kind !== "continue") return refuse("not_expected");
  return { ...moved, instruction: null, gapUntil: input.at + (currentItem(state)?.gapMs ?? 0) };
}

function applyTarget(moved: TapsState, item: TapItem, input: TaskInput): TapsState | Refusal {
  const shownAt = moved.shownAt ?? 0;
  const rtMs = input.at - shownAt;
  const limit = timeLimit(moved, item);
  if (input.kind === "timeout") {
    if (!moved.timed) return refuse("not_expected");
    return rtMs < limit ? refuse("too_early") : record(moved, item, { rtMs: null, choice: null, source: null });
  }
  if (input.kind !== "press") return refuse("not_expected");
  const { choice } = input;
  if (choice !== "left" && choice !== "right" && choice !== "hold") return refuse("malformed");
  if (choice === "hold" && moved.timed) return refuse("not_expected");
  if (moved.timed && rtMs > limit) return refuse("too_late");
  return record(moved, item, { rtMs, choice, source: input.source ?? "unknown" });
}

function apply(state: TapsState, input: TaskInput): TapsState | Refusal {
  const refusal = refuseForm(state, input);
  if (refusal !== null) return refusal;
  const item = currentItem(state);
  if (item === undefined) return refuse("finished");
  const moved = { ...state, lastN: input.n, lastAt: input.at };
  if (state.instruction !== null) return applyInstruction(state, moved, input);
  if (input.stimulus !== item.stimulus) return refuse("not_expected");
  if (state.shownAt !== null) return applyTarget(moved, item, input);
  if (input.kind === "shown") return input.at < state.gapUntil ? refuse("too_early") : { ...moved, shownAt: input.at };
  if (input.kind !== "press") return refuse("not_expected");
  return { ...moved, premature: state.premature + 1 };
}

function feedbackOn({ item, correct, choice }: TapRecord): TapsFeedback {
  if (item.target === "hold") return correct ? "held" : "not_held";
  if (correct) return "right";
  return choice === null ? "too_slow" : "wrong";
}

function view(state: TapsState): TapsView | null {
  const item = currentItem(state);
  if (item === undefined) return null;
  const { shapes } = state.plan;
  const { timed } = state;
  if (state.instruction !== null) return { phase: "instructions", stimulus: state.instruction, shapes, timed };
  const shape = shapes[item.target];
  const shared = { stimulus: item.stimulus, practice: item.practice, timed, shapes };
  if (state.shownAt !== null) {
    const deadlineMs = timed ? state.shownAt + timeLimit(state, item) : null;
    return { phase: "target", ...shared, shape, target: item.target, deadlineMs };
  }
  const last = state.index > 0 ? state.records[state.records.length - 1] : undefined;
  return {
    phase: "gap",
    ...shared,
    untilMs: state.gapUntil,
    next: { shape, target: item.target },
    feedback: last?.item.practice === true ? feedbackOn(last) : null,
    feedbackUntilMs: state.gapUntil - item.gapMs,
  };
}

function trials(state: TapsState): readonly TapTrial[] {
  return state.records.map(({ item, ...answer }) => ({
    stimulus: item.stimulus,
    practice: item.practice,
    shape: state.plan.shapes[item.target],
    target: item.target,
    timed: state.timed,
    ...answer,
  }));
}

/** A repeated practice does not count again: the bar waits rather than going back. */
function progress(state: TapsState): { done: number; total: number } {
  const { practice, main } = state.plan;
  const before = state.round === "practice" ? 0 : practice.length;
  const done = state.round === "practiceAgain" ? before : before + state.index;
  return { done, total: practice.length + main.length };
}

export const tapsMachine: TaskMachine<TapsParameters, TapsState, TapsView, TapTrial> = {
  start,
  apply,
  view,
  trials,
  progress,
  isComplete: (state) => state.round === "main" && state.index >= state.plan.main.length,
};
