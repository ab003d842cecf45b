import type { InputSource, Refusal, TaskInput, TaskMachine, TrialBase } from "../../contract.ts";
import { type Cursor, refuse, refuseForm } from "../../machine-kit.ts";
import { type Board, boardText, planTower, type TowerProblem } from "./plan.ts";
import type { TowerParameters } from "./spec.ts";

export { boardText, type Board, type Disc } from "./plan.ts";

export type TowerInstruction = "intro" | "main";
export type TowerOutcome = "solved" | "timeout" | "moves_used" | "skipped";

/** One problem in play. */
interface Play {
  readonly shownAt: number;
  readonly board: Board;
  /** Peg whose top disc is in the hand; the disc stays on the board until it is put elsewhere. */
  readonly held: number | null;
  readonly moves: number;
  readonly illegal: number;
  readonly putBacks: number;
  /** First disc lifted, and first one on another peg, ms from `shownAt`. */
  readonly rtMs: number | null;
  readonly firstMoveMs: number | null;
  readonly source: InputSource | null;
}

interface PlayedProblem extends Omit<Play, "board" | "held"> {
  readonly totalMs: number;
  readonly outcome: TowerOutcome;
}

export interface TowerState extends Cursor {
  readonly parameters: TowerParameters;
  readonly problems: readonly TowerProblem[];
  /** Set by a `mode` input before the first `continue`; without one the task is timed. */
  readonly timed: boolean;
  readonly index: number;
  readonly instruction: TowerInstruction | null;
  /** Null until the problem is `shown`. */
  readonly play: Play | null;
  /** How the problem on the screen ended; it stays there until `continue`. */
  readonly ended: TowerOutcome | null;
  readonly records: readonly PlayedProblem[];
}

/**
 * What the page draws. `instructions`: answer `continue` with the same stimulus (on `intro`, `mode` may come first).
 * `puzzle`: answer `shown` when it is on the screen (while `shown` is false), then `press` with `pick-P`, and with
 * `P-Q` while `held` is P; with `skip` from `skipAtMs` on; or `timeout` at `deadlineMs`. A press on an empty or full peg
 * is taken, counted in `illegal`, and changes nothing else. `done`: the problem has ended, answer `continue`.
 * Untimed: `deadlineMs` is null. All times in ms since task start, like `at`.
 */
export type TowerView =
  | {
      readonly phase: "instructions";
      readonly stimulus: TowerInstruction;
      readonly timed: boolean;
      /** False on `main` where the practice problem was not solved: say once more how it goes. */
      readonly understood: boolean;
    }
  | ({ readonly phase: "puzzle"; readonly shown: boolean } & TowerScene)
  | ({ readonly phase: "done"; readonly outcome: TowerOutcome } & TowerScene);

interface TowerScene {
  readonly stimulus: string;
  readonly practice: boolean;
  readonly timed: boolean;
  readonly heights: readonly number[];
  readonly goal: Board;
  readonly board: Board;
  readonly held: number | null;
  readonly moves: number;
  readonly illegal: number;
  readonly deadlineMs: number | null;
  readonly skipAtMs: number;
}

export interface TowerTrial extends TrialBase {
  readonly firstMoveMs: number | null;
  readonly totalMs: number;
  readonly set: number | null;
  readonly start: string;
  readonly goal: string;
  readonly minMoves: number;
  readonly moves: number;
  readonly illegal: number;
  readonly putBacks: number;
  readonly outcome: TowerOutcome;
  readonly optimal: boolean;
  readonly timed: boolean;
  readonly shownAt: number;
  readonly source: InputSource | null;
}

function start(seed: string, parameters: TowerParameters): TowerState {
  return {
    lastN: -1,
    lastAt: 0,
    parameters,
    problems: planTower(seed, parameters),
    timed: true,
    index: 0,
    instruction: "intro",
    play: null,
    ended: null,
    records: [],
  };
}

function open(problem: TowerProblem, shownAt: number): Play {
  return {
    shownAt,
    board: problem.start,
    held: null,
    moves: 0,
    illegal: 0,
    putBacks: 0,
    rtMs: null,
    firstMoveMs: null,
    source: null,
  };
}

/** A disc still in the hand goes back to its peg. */
function end(state: TowerState, play: Play, outcome: TowerOutcome): TowerState {
  const { board: _board, held: _held, ...counted } = play;
  const record: PlayedProblem = { ...counted, totalMs: state.lastAt - play.shownAt, outcome };
  return { ...state, play: { ...play, held: null }, ended: outcome, records: [...state.records, record] };
}

function applyInstruction(state: TowerState, moved: TowerState, input: TaskInput): TowerState | Refusal {
  if (input.stimulus !== state.instruction) return refuse("not_expected");
  if (input.kind === "mode" && state.instruction === "intro") {
    if (input.choice !== "timed" && input.choice !== "untimed") return refuse("malformed");
    return { ...moved, timed: input.choice === "timed" };
  }
  return input.kind === "continue" ? { ...moved, instruction: null } : refuse("not_expected");
}

/** On to the next problem; after practice its instruction comes first. */
function leave(moved: TowerState, problem: TowerProblem): TowerState {
  const next = moved.index + 1;
  const instruction = problem.practice && moved.problems[next]?.practice === false ? "main" : null;
  return { ...moved, index: next, instruction, play: null, ended: null };
}

function pick(play: Play, peg: number, input: TaskInput): Play | Refusal {
  if (play.held !== null) return refuse("not_expected");
  if ((play.board[peg]?.length ?? 0) === 0) return { ...play, illegal: play.illegal + 1 };
  if (play.rtMs !== null) return { ...play, held: peg };
  return { ...play, held: peg, rtMs: input.at - play.shownAt, source: input.source ?? "unknown" };
}

function put(play: Play, options: { from: number; to: number; room: number; at: number }): Play | Refusal {
  const { from, to, room, at } = options;
  const disc = play.board[from]?.at(-1);
  if (play.held !== from || disc === undefined) return refuse("not_expected");
  if (to === from) return { ...play, held: null, putBacks: play.putBacks + 1 };
  if ((play.board[to]?.length ?? 0) >= room) return { ...play, illegal: play.illegal + 1 };
  const board = play.board.map((peg, index) => {
    if (index === from) return peg.slice(0, -1);
    return index === to ? [...peg, disc] : peg;
  });
  return { ...play, board, held: null, moves: play.moves + 1, firstMoveMs: play.firstMoveMs ?? at - play.shownAt };
}

/** Judges a press on a peg: `pick-P` or `P-Q`. */
function touch(state: TowerState, play: Play, input: TaskInput): Play | Refusal {
  const [, picked, from, to] = /^(?:pick-([0-2])|([0-2])-([0-2]))$/.exec(input.choice ?? "") ?? [];
  if (picked !== undefined) return pick(play, Number(picked), input);
  if (from === undefined || to === undefined) return refuse("malformed");
  const room = state.parameters.heights[Number(to)] ?? 0;
  return put(play, { from: Number(from), to: Number(to), room, at: input.at });
}

function applyPlay(moved: TowerState, play: Play, input: TaskInput): TowerState | Refusal {
  const { deadlineMs, skipAfterMs, mostMoves } = moved.parameters;
  const sinceMs = input.at - play.shownAt;
  if (input.kind === "timeout") {
    if (!moved.timed) return refuse("not_expected");
    return sinceMs < deadlineMs ? refuse("too_early") : end(moved, play, "timeout");
  }
  if (input.kind !== "press") return refuse("not_expected");
  if (moved.timed && sinceMs > deadlineMs) return refuse("too_late");
  if (input.choice === "skip") return sinceMs < skipAfterMs ? refuse("too_early") : end(moved, play, "skipped");
  const next = touch(moved, play, input);
  if ("refused" in next) return next;
  const goal = moved.problems[moved.index]?.goal ?? [];
  if (next.held === null && boardText(next.board) === boardText(goal)) return end(moved, next, "solved");
  return next.moves >= mostMoves ? end(moved, next, "moves_used") : { ...moved, play: next };
}

function apply(state: TowerState, input: TaskInput): TowerState | Refusal {
  const refusal = refuseForm(state, input);
  if (refusal !== null) return refusal;
  const problem = state.problems[state.index];
  if (problem === undefined) return refuse("finished");
  const moved = { ...state, lastN: input.n, lastAt: input.at };
  if (state.instruction !== null) return applyInstruction(state, moved, input);
  if (input.stimulus !== problem.stimulus) return refuse("not_expected");
  if (state.ended !== null) return input.kind === "continue" ? leave(moved, problem) : refuse("not_expected");
  if (state.play !== null) return applyPlay(moved, state.play, input);
  return input.kind === "shown" ? { ...moved, play: open(problem, input.at) } : refuse("not_expected");
}

function view(state: TowerState): TowerView | null {
  const problem = state.problems[state.index];
  if (problem === undefined) return null;
  const { timed, parameters, ended } = state;
  if (state.instruction !== null) {
    const understood = state.records.every((record) => record.outcome === "solved");
    return { phase: "instructions", stimulus: state.instruction, timed, understood };
  }
  const play = state.play ?? open(problem, state.lastAt);
  const scene: TowerScene = {
    stimulus: problem.stimulus,
    practice: problem.practice,
    timed,
    heights: parameters.heights,
    goal: problem.goal,
    board: play.board,
    held: play.held,
    moves: play.moves,
    illegal: play.illegal,
    deadlineMs: timed ? play.shownAt + parameters.deadlineMs : null,
    skipAtMs: play.shownAt + parameters.skipAfterMs,
  };
  if (ended !== null) return { phase: "done", outcome: ended, ...scene };
  return { phase: "puzzle", shown: state.play !== null, ...scene };
}

function trials(state: TowerState): readonly TowerTrial[] {
  return state.records.flatMap((record, index) => {
    const problem = state.problems[index];
    if (problem === undefined) return [];
    const { stimulus, practice, set, minMoves } = problem;
    const optimal = record.outcome === "solved" && record.moves === minMoves;
    const boards = { start: boardText(problem.start), goal: boardText(problem.goal) };
    return [{ stimulus, practice, set, minMoves, ...boards, ...record, optimal, timed: state.timed }];
  });
}

export const towerMachine: TaskMachine<TowerParameters, TowerState, TowerView, TowerTrial> = {
  start,
  apply,
  view,
  trials,
  isComplete: (state) => state.index >= state.problems.length,
  progress: (state) => ({ done: state.index, total: state.problems.length }),
};
