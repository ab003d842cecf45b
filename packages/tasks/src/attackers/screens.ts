import type { AnyTaskDefinition } from "../contract.ts";
import type { BalloonView } from "../balloons/v1/machine.ts";
import type { BalloonParameters } from "../balloons/v1/spec.ts";
import type { BlocksView } from "../block_memory/v1/machine.ts";
import { DIGITS } from "../block_memory/v1/plan.ts";
import type { BlocksParameters } from "../block_memory/v1/spec.ts";
import type { CardsView } from "../cards/v1/machine.ts";
import type { CardsParameters } from "../cards/v1/spec.ts";
import type { MoneyOption, MoneyView } from "../money_choices/v1/machine.ts";
import type { MoneyParameters } from "../money_choices/v1/spec.ts";
import type { NumberView } from "../number_sense/v1/machine.ts";
import { CHOICES, planNumbers } from "../number_sense/v1/plan.ts";
import type { NumberParameters } from "../number_sense/v1/spec.ts";
import type { TapsView } from "../quick_taps/v1/machine.ts";
import type { TapsParameters } from "../quick_taps/v1/spec.ts";
import type { StatementsView } from "../statements/v1/machine.ts";
import { planStatements, type StatementItem } from "../statements/v1/plan.ts";
import type { StatementsParameters } from "../statements/v1/spec.ts";
import { bestMove, legalMoves } from "../tower/v1/graph.ts";
import type { TowerView } from "../tower/v1/machine.ts";
import type { TowerParameters } from "../tower/v1/spec.ts";

/** What each task's screens let one do, told alike for all tasks, so that one attacker can play any of them. */

/** Nothing to decide: the page goes on, or a hand that has read does. */
export interface Turn {
  readonly type: "turn";
  readonly kind: "continue" | "shown";
  readonly stimulus: string;
  /** Earliest moment at which the machine takes it, and at which the page would do it, ms since the task's start. */
  readonly machineMs: number;
  readonly pageMs: number;
  /** Time a person takes with it once it is there, ms; null where the page goes on by itself. */
  readonly readMs: number | null;
}

export interface Question {
  readonly type: "question";
  readonly stimulus: string;
  /** What can be pressed, in the order of the screen: left to right and top to bottom. */
  readonly choices: readonly string[];
  /** What a program answers that knows the task; null = lets the time limit pass. */
  readonly known: string | null;
  /** A way out of a trial that leads nowhere, while it is offered. */
  readonly wayOut: string | null;
  readonly deadlineMs: number | null;
  /** Time of the median person, ms. */
  readonly humanMs: number;
}

export type Screen = Turn | Question;

interface Reader<V> {
  /** To be called once for each view, in their order. */
  read(view: V, nowMs: number): Screen;
}

interface TaskReader<P, V> {
  open(attempt: { readonly seed: string; readonly parameters: P }): Reader<V>;
}

const INSTRUCTIONS_MS = 4_000;

function instructions(stimulus: string, nowMs: number): Turn {
  return { type: "turn", kind: "continue", stimulus, machineMs: nowMs, pageMs: nowMs, readMs: INSTRUCTIONS_MS };
}

/** Something new is drawn; `blankMs`: how long the page waits before it. */
function frame(stimulus: string, nowMs: number, blankMs: number): Turn {
  return { type: "turn", kind: "shown", stimulus, machineMs: nowMs, pageMs: nowMs + blankMs, readMs: null };
}

/** A question without a time limit and without a way out. */
function question(asked: Pick<Question, "stimulus" | "choices" | "known" | "humanMs">): Question {
  return { type: "question", wayOut: null, deadlineMs: null, ...asked };
}

/** One per cent a day is worth waiting for. */
const WORTH_WAITING = 0.01;

function isWorthIt(option: MoneyOption, other: MoneyOption): boolean {
  const [today, later] = option.kind === "today" ? [option, other] : [other, option];
  const waits = (later.amount / today.amount - 1) / later.delayDays >= WORTH_WAITING;
  return waits === (option.kind === "later");
}

const money: TaskReader<MoneyParameters, MoneyView> = {
  open: () => ({
    read(view, nowMs) {
      const { stimulus } = view;
      if (view.phase === "instructions") return instructions(stimulus, nowMs);
      if (!view.shown) return frame(stimulus, nowMs, 300);
      const known = isWorthIt(view.left, view.right) ? "left" : "right";
      return question({ stimulus, choices: ["left", "right"], known, humanMs: 1_600 });
    },
  }),
};

/** Agrees a little with what speaks well of one and fully with what nobody denies; in between with the example. */
function goodStep({ kind, keyed }: StatementItem): string {
  if (kind === "practice") return "3";
  if (kind === "infrequency") return keyed === "agree" ? "5" : "1";
  return keyed === "agree" ? "4" : "2";
}

const statements: TaskReader<StatementsParameters, StatementsView> = {
  open({ seed, parameters }) {
    // Who reads a statement knows which way it points.
    const items = planStatements(seed, parameters);
    return {
      read(view, nowMs) {
        const { stimulus } = view;
        if (view.phase === "instructions") return instructions(stimulus, nowMs);
        if (!view.shown) return frame(stimulus, nowMs, 320);
        const item = items.find((planned) => planned.stimulus === stimulus);
        const known = item === undefined ? "3" : goodStep(item);
        return question({ stimulus, choices: ["1", "2", "3", "4", "5"], known, humanMs: 4_000 });
      },
    };
  },
};

const taps: TaskReader<TapsParameters, TapsView> = {
  open: () => ({
    read(view, nowMs) {
      const { stimulus } = view;
      if (view.phase === "instructions") return instructions(stimulus, nowMs);
      if (view.phase === "gap") {
        const { untilMs } = view;
        return { type: "turn", kind: "shown", stimulus, machineMs: untilMs, pageMs: untilMs, readMs: null };
      }
      const known = view.target === "hold" ? null : view.target;
      const asked = question({ stimulus, choices: ["left", "right"], known, humanMs: 470 });
      return { ...asked, deadlineMs: view.deadlineMs };
    },
  }),
};

const cards: TaskReader<CardsParameters, CardsView> = {
  open: () => ({
    read(view, nowMs) {
      const { stimulus } = view;
      if (view.phase === "instructions") return instructions(stimulus, nowMs);
      if (view.phase === "result") return { ...instructions(stimulus, nowMs), readMs: 5_500 };
      if (!view.shown) return frame(stimulus, nowMs, 16);
      const { boxes, lossCards, opened } = view;
      const closed = Array.from({ length: boxes }, (_, box) => box).filter((box) => !opened.includes(box));
      const choices = [...closed.map(String), "stop"];
      // As many as gain more than they cost.
      const enough = opened.length >= Math.floor((boxes - lossCards) / (lossCards + 1));
      const known = enough ? "stop" : (choices[0] ?? "stop");
      return question({ stimulus, choices, known, humanMs: opened.length === 0 ? 1_000 : 400 });
    },
  }),
};

type Puzzle = Extract<TowerView, { phase: "puzzle" }>;

/** Presses that change something; a disc in the hand may also go back. */
function towerPresses({ board, heights, held }: Puzzle): string[] {
  const pegs = heights.map((_, peg) => peg);
  const moves = legalMoves(board, heights);
  if (held === null) return pegs.filter((peg) => moves.some(({ from }) => from === peg)).map((peg) => `pick-${peg}`);
  const takes = (peg: number): boolean => peg === held || moves.some(({ from, to }) => from === held && to === peg);
  return pegs.filter(takes).map((peg) => `${held}-${peg}`);
}

function towerKnown({ board, goal, heights, held }: Puzzle): string {
  const best = bestMove(board, goal, heights);
  if (held === null) return `pick-${best?.from ?? 0}`;
  return `${held}-${best?.from === held ? best.to : held}`;
}

const tower: TaskReader<TowerParameters, TowerView> = {
  open: () => ({
    read(view, nowMs) {
      const { stimulus } = view;
      if (view.phase === "instructions") return instructions(stimulus, nowMs);
      // The page leaves a finished problem on the screen and goes on by itself.
      if (view.phase === "done") return { ...frame(stimulus, nowMs, 1_100), kind: "continue" };
      if (!view.shown) return frame(stimulus, nowMs, 0);
      return {
        type: "question",
        stimulus,
        choices: towerPresses(view),
        known: towerKnown(view),
        wayOut: nowMs >= view.skipAtMs ? "skip" : null,
        deadlineMs: view.deadlineMs,
        humanMs: view.moves === 0 && view.held === null ? 3_300 : 750,
      };
    },
  }),
};

const numbers: TaskReader<NumberParameters, NumberView> = {
  open({ seed, parameters }) {
    // Who works the answer out has it; here it is looked up.
    const problems = planNumbers(seed, parameters);
    return {
      read(view, nowMs) {
        const { stimulus } = view;
        if (view.phase === "instructions") return instructions(stimulus, nowMs);
        if (!view.shown) return frame(stimulus, nowMs, 300);
        const known = problems.find((problem) => problem.stimulus === stimulus)?.right ?? "a";
        return question({ stimulus, choices: CHOICES, known, humanMs: 11_000 });
      },
    };
  },
};

const balloons: TaskReader<BalloonParameters, BalloonView> = {
  open: () => ({
    read(view, nowMs) {
      const { stimulus, most } = view;
      if (view.phase === "instructions") return instructions(stimulus, nowMs);
      // It grows for a second before one can go on.
      if (view.phase === "outcome") return { ...instructions(stimulus, nowMs), pageMs: nowMs + 1_000, readMs: 900 };
      if (!view.shown) return frame(stimulus, nowMs, 17);
      const choices = Array.from({ length: most }, (_, index) => String(index + 1));
      return question({ stimulus, choices, known: String(Math.round(most / 2)), humanMs: 2_700 });
    },
  }),
};

const blocks: TaskReader<BlocksParameters, BlocksView> = {
  open() {
    let seen = "";
    return {
      read(view, nowMs) {
        if (view.phase === "instructions") return instructions(view.stimulus, nowMs);
        if (view.phase === "watch") {
          const { stimulus, block, dueMs } = view.next;
          seen = (view.block === null ? "" : seen) + (block ?? "");
          return { type: "turn", kind: "shown", stimulus, machineMs: dueMs, pageMs: dueMs, readMs: null };
        }
        const { stimulus, taps: tapped } = view;
        const choices = Array.from(DIGITS.slice(0, view.blocks.length)).filter((block) => !tapped.includes(block));
        const known = seen.charAt(tapped.length);
        return question({ stimulus, choices, known, humanMs: tapped === "" ? 1_300 : 750 });
      },
    };
  },
};

const READERS: Readonly<Record<string, TaskReader<unknown, unknown>>> = {
  "money_choices/1": money,
  "quick_taps/1": taps,
  "statements/1": statements,
  "cards/1": cards,
  "tower/1": tower,
  "number_sense/1": numbers,
  "balloons/1": balloons,
  "block_memory/1": blocks,
};

/** Reads the screens of one attempt with the task's own parameters. */
export function openScreens({ spec }: AnyTaskDefinition, seed: string): Reader<unknown> {
  const reader = READERS[`${spec.key}/${String(spec.version)}`];
  if (reader === undefined) throw new Error(`No screens are known of ${spec.key} version ${String(spec.version)}`);
  return reader.open({ seed, parameters: spec.parameters });
}
