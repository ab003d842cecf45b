import type { InputSource, Refusal, TaskInput, TaskMachine, TrialBase } from "../../contract.ts";
import { type Cursor, refuse, refuseForm } from "../../machine-kit.ts";
import { type BlocksPlan, DIGITS, planBlocks, type Sequence } from "./plan.ts";
import type { BlocksParameters } from "./spec.ts";
import { nextStaircase, type Staircase } from "./staircase.ts";

export type BlocksForm = "lit" | "spoken";
export type BlocksInstruction = "intro" | "practice-again" | "main";

export interface BlockTrial extends TrialBase {
  readonly length: number;
  /** Blocks shown and blocks tapped, one digit each. */
  readonly sequence: Sequence;
  readonly taps: Sequence;
  readonly correct: boolean;
  readonly restarts: number;
  readonly form: BlocksForm;
  readonly shownAt: number;
  readonly source: InputSource;
}

export interface BlocksState extends Cursor {
  readonly parameters: BlocksParameters;
  readonly plan: BlocksPlan;
  /** Set by a `mode` input before the first `continue`; without one the blocks light up. */
  readonly form: BlocksForm;
  /** 0 practice, 1 its repetition, 2 … the scored trials. */
  readonly step: number;
  readonly instruction: BlocksInstruction | null;
  /** Of the scored trials. */
  readonly staircase: Staircase;
  readonly restarts: number;
  /** Blocks shown so far; the next must not be shown before `dueAt`. */
  readonly lit: number;
  readonly dueAt: number;
  readonly firstShownAt: number;
  readonly lastShownAt: number;
  /** `at` of the announced turn, null while watching. */
  readonly turnAt: number | null;
  readonly taps: Sequence;
  readonly records: readonly BlockTrial[];
}

interface Board {
  /** Of the trial, as presses name it. */
  readonly stimulus: string;
  readonly practice: boolean;
  readonly form: BlocksForm;
  readonly blocks: BlocksParameters["blocks"];
  readonly length: number;
}

/**
 * What the page draws. `instructions`: answer `continue` with the same stimulus (on `intro`, `mode` may come first).
 * `watch`: `block` is lit until `litUntilMs` (null before the first); at `next.dueMs` draw the next one, or the turn, and
 * answer `shown` with `next.stimulus` and the frame's time. A watching that was interrupted: answer `restart`. `turn`:
 * answer `press` with a block that is not yet in `taps`, until there are `length` of them. Times in ms since task start.
 */
export type BlocksView =
  | { readonly phase: "instructions"; readonly stimulus: BlocksInstruction; readonly form: BlocksForm }
  | (Board & {
      readonly phase: "watch";
      readonly block: string | null;
      readonly litUntilMs: number;
      readonly next: { readonly stimulus: string; readonly block: string | null; readonly dueMs: number };
    })
  | (Board & { readonly phase: "turn"; readonly taps: Sequence });

/** Two practice steps, the second for those who need it. */
const PRACTICE_STEPS = 2;

function start(seed: string, parameters: BlocksParameters): BlocksState {
  return {
    lastN: -1,
    lastAt: 0,
    parameters,
    plan: planBlocks(seed, parameters),
    form: "lit",
    step: 0,
    instruction: "intro",
    staircase: { length: parameters.startLength, wrongs: 0 },
    restarts: 0,
    lit: 0,
    dueAt: 0,
    firstShownAt: 0,
    lastShownAt: 0,
    turnAt: null,
    taps: "",
    records: [],
  };
}

function isComplete({ step, parameters }: BlocksState): boolean {
  return step >= PRACTICE_STEPS + parameters.trials;
}

interface Trial {
  readonly stimulus: string;
  readonly practice: boolean;
  readonly length: number;
  readonly sequence: Sequence;
}

function currentTrial({ plan, parameters, step, staircase, restarts }: BlocksState): Trial {
  const practice = step < PRACTICE_STEPS;
  const index = practice ? step : step - PRACTICE_STEPS;
  const showings = (practice ? plan.practice : plan.main)[index] ?? [];
  const length = practice ? parameters.practiceLength : staircase.length;
  const drawn = showings[restarts < showings.length ? restarts : showings.length - 1] ?? "";
  return {
    stimulus: `${practice ? "practice" : "trial"}-${index}`,
    practice,
    length,
    sequence: drawn.slice(0, length),
  };
}

function nextShown({ stimulus, length }: Trial, lit: number): string {
  return `${stimulus}/${lit < length ? lit : "turn"}`;
}

/** Everything of a trial but its place: nothing shown, the first block after the lead. */
function atLead(state: BlocksState, at: number): BlocksState {
  return { ...state, lit: 0, dueAt: at + state.parameters.leadMs, turnAt: null, taps: "" };
}

function applyInstruction(moved: BlocksState, input: TaskInput): BlocksState | Refusal {
  if (input.stimulus !== moved.instruction) return refuse("not_expected");
  if (input.kind === "mode" && moved.instruction === "intro") {
    if (input.choice !== "lit" && input.choice !== "spoken") return refuse("malformed");
    return { ...moved, form: input.choice };
  }
  if (input.kind !== "continue") return refuse("not_expected");
  return atLead({ ...moved, instruction: null }, input.at);
}

function applyWatch(moved: BlocksState, trial: Trial, input: TaskInput): BlocksState | Refusal {
  if (input.kind === "restart" && input.stimulus === trial.stimulus) {
    return atLead({ ...moved, restarts: moved.restarts + 1 }, input.at);
  }
  const { lit, dueAt, parameters } = moved;
  if (input.kind !== "shown" || input.stimulus !== nextShown(trial, lit)) return refuse("not_expected");
  if (input.at < dueAt) return refuse("too_early");
  if (lit >= trial.length) return { ...moved, turnAt: input.at };
  const everyMs = moved.form === "spoken" ? parameters.spokenMs : parameters.onMs + parameters.offMs;
  return {
    ...moved,
    lit: lit + 1,
    dueAt: input.at + everyMs,
    firstShownAt: lit === 0 ? input.at : moved.firstShownAt,
    lastShownAt: input.at,
  };
}

function applyTurn(moved: BlocksState, trial: Trial, input: TaskInput): BlocksState | Refusal {
  if (input.kind !== "press" || input.stimulus !== trial.stimulus) return refuse("not_expected");
  const { choice } = input;
  if (choice === undefined || choice.length !== 1) return refuse("malformed");
  const block = DIGITS.indexOf(choice);
  if (block < 0 || block >= moved.parameters.blocks.length) return refuse("malformed");
  // No block comes twice: a finger that bounces off the glass is no answer.
  if (moved.taps.includes(choice)) return refuse("not_expected");
  const taps = moved.taps + choice;
  if (taps.length < trial.length) return { ...moved, taps };
  return recordTrial(moved, trial, { taps, input });
}

function recordTrial(
  moved: BlocksState,
  trial: Trial,
  { taps, input }: { readonly taps: Sequence; readonly input: TaskInput },
): BlocksState {
  const correct = taps === trial.sequence;
  const entry: BlockTrial = {
    ...trial,
    taps,
    correct,
    rtMs: input.at - (moved.turnAt ?? 0),
    restarts: moved.restarts,
    form: moved.form,
    shownAt: moved.firstShownAt,
    source: input.source ?? "unknown",
  };
  const again = moved.step === 0 && !correct;
  const next = atLead({ ...moved, restarts: 0, records: [...moved.records, entry] }, input.at);
  if (again) return { ...next, step: 1, instruction: "practice-again" };
  if (trial.practice) return { ...next, step: PRACTICE_STEPS, instruction: "main" };
  return { ...next, step: moved.step + 1, staircase: nextStaircase(moved.staircase, correct, moved.parameters) };
}

function apply(state: BlocksState, input: TaskInput): BlocksState | Refusal {
  const refusal = refuseForm(state, input);
  if (refusal !== null) return refusal;
  if (isComplete(state)) return refuse("finished");
  const moved = { ...state, lastN: input.n, lastAt: input.at };
  if (state.instruction !== null) return applyInstruction(moved, input);
  const trial = currentTrial(state);
  return state.turnAt === null ? applyWatch(moved, trial, input) : applyTurn(moved, trial, input);
}

function view(state: BlocksState): BlocksView | null {
  if (isComplete(state)) return null;
  const { form, parameters, lit, dueAt, taps } = state;
  if (state.instruction !== null) return { phase: "instructions", stimulus: state.instruction, form };
  const trial = currentTrial(state);
  const { stimulus, practice, length, sequence } = trial;
  const board: Board = { stimulus, practice, form, blocks: parameters.blocks, length };
  if (state.turnAt !== null) return { phase: "turn", ...board, taps };
  return {
    phase: "watch",
    ...board,
    block: lit === 0 ? null : sequence.charAt(lit - 1),
    litUntilMs: state.lastShownAt + parameters.onMs,
    next: { stimulus: nextShown(trial, lit), block: lit < length ? sequence.charAt(lit) : null, dueMs: dueAt },
  };
}

/** A repeated practice does not count again: the bar waits rather than going back. */
function progress({ step, parameters }: BlocksState): { done: number; total: number } {
  return { done: step < PRACTICE_STEPS ? 0 : step - PRACTICE_STEPS + 1, total: parameters.trials + 1 };
}

export const blocksMachine: TaskMachine<BlocksParameters, BlocksState, BlocksView, BlockTrial> = {
  start,
  apply,
  view,
  isComplete,
  progress,
  trials: (state) => state.records,
};
