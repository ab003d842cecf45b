import {
  isRefusal,
  REFUSALS,
  type RefusalName,
  type TaskInput,
  type TaskMachine,
  type TrialBase,
} from "@tallystick/tasks/runtime";

export type WatchedMachine = TaskMachine<unknown, unknown, unknown, TrialBase>;

/** One input of a recording, and what it did. */
export interface Moment {
  /** Place among the inputs, from 0. */
  readonly index: number;
  /** ms since the attempt's start; never before the moment before. */
  readonly atMs: number;
  readonly input: TaskInput;
  readonly refused: RefusalName | null;
  /** Given by a person's hand, not by the page. */
  readonly byHand: boolean;
  /** For so long what was pressed stays on the screen, marked, before its consequence is drawn. */
  readonly holdMs: number;
  /** The trial that this input ended. */
  readonly trial: TrialBase | null;
}

/** A recording, played through its machine once. */
export interface Timeline {
  readonly moments: readonly Moment[];
  /** Before the first input and after each: one more than moments. */
  readonly states: readonly unknown[];
  /** Until what the last input did has been seen. */
  readonly durationMs: number;
  readonly complete: boolean;
}

/** As long as the app's own views leave an answer marked. */
export const MARK_MS = 320;
const TAIL_MS = 600;
const BY_THE_PAGE: ReadonlySet<string> = new Set(["shown", "timeout"]);

export interface Recorded {
  readonly seed: string;
  readonly parameters: unknown;
  readonly inputs: readonly TaskInput[];
}

export function buildTimeline(machine: WatchedMachine, { seed, parameters, inputs }: Recorded): Timeline {
  let state = machine.start(seed, parameters);
  const states: unknown[] = [state];
  const moments: Moment[] = [];
  const times = risingTimes(inputs);
  let trials = machine.trials(state).length;
  for (const [index, input] of inputs.entries()) {
    const atMs = times[index] ?? 0;
    const outcome = machine.apply(state, input);
    const isRefused = typeof outcome === "object" && outcome !== null && isRefusal(outcome);
    if (!isRefused) state = outcome;
    const ended = machine.trials(state);
    const byHand = !BY_THE_PAGE.has(input.kind);
    moments.push({
      index,
      atMs,
      input,
      refused: isRefused ? (REFUSALS.find((name) => name === outcome.refused) ?? "malformed") : null,
      byHand,
      holdMs: byHand ? holdFor((times[index + 1] ?? Number.POSITIVE_INFINITY) - atMs) : 0,
      trial: ended.length > trials ? (ended.at(-1) ?? null) : null,
    });
    trials = ended.length;
    states.push(state);
  }
  const last = moments.at(-1);
  return {
    moments,
    states,
    durationMs: (last?.atMs ?? 0) + (last?.holdMs ?? 0) + TAIL_MS,
    complete: machine.isComplete(state),
  };
}

/** A page that lost its clock may have sent times that go back; they are played in the order they came. */
function risingTimes(inputs: readonly TaskInput[]): readonly number[] {
  let latest = 0;
  return inputs.map(({ at }) => (latest = Math.max(latest, at)));
}

/** What follows at once is not kept waiting: half of the way to it at most. */
function holdFor(untilNextMs: number): number {
  return Math.min(MARK_MS, Math.floor(untilNextMs / 2));
}

export interface Position {
  /** Of the last input that was played; −1 before the first. */
  readonly index: number;
  readonly timeMs: number;
}

/** What stands on the screen. */
export interface Picture {
  readonly state: unknown;
  /** When it came there, ms. */
  readonly sinceMs: number;
  /** What is being pressed just now. */
  readonly pressed: Moment | null;
}

export function pictureAt({ moments, states }: Timeline, { index, timeMs }: Position): Picture {
  const moment = moments[index];
  if (moment === undefined) return { state: states[0], sinceMs: 0, pressed: null };
  const before = moments[index - 1];
  if (moment.byHand && timeMs - moment.atMs <= moment.holdMs) {
    return { state: states[index], sinceMs: before?.atMs ?? 0, pressed: moment };
  }
  return { state: states[index + 1], sinceMs: moment.atMs, pressed: null };
}

/** Of the last input at or before that time; −1 before the first. */
export function indexAt({ moments }: Timeline, timeMs: number): number {
  let index = -1;
  for (const moment of moments) {
    if (moment.atMs > timeMs) break;
    index = moment.index;
  }
  return index;
}
