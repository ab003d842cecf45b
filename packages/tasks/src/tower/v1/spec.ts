import type { TaskSpec } from "../../contract.ts";
import { inputDictionary, metricDictionary, parameterDictionary, trialDictionary } from "./dictionary.ts";

/**
 * A problem without its colours. Pegs from left to right, parted by `/`, discs from the bottom up, `-` an empty peg:
 * `ab/-/c` has b on a on the left peg and c on the right one. Which colour a, b and c have is drawn.
 */
export interface TowerStructure {
  /** Fewest moves from start to goal. */
  readonly moves: number;
  readonly start: string;
  readonly goal: string;
}

export interface TowerParameters {
  /** Discs that fit on the left, middle and right peg. */
  readonly heights: readonly number[];
  readonly practice: TowerStructure;
  /** Parallel forms, five problems each; an attempt is played with one of them. */
  readonly sets: readonly (readonly TowerStructure[])[];
  /** Time for one problem, from `shown`. */
  readonly deadlineMs: number;
  /** A problem that is not solved with this many moves ends. */
  readonly mostMoves: number;
  /** A problem may be given up from here on. */
  readonly skipAfterMs: number;
}

const problem = (moves: number, start: string, goal: string): TowerStructure => ({ moves, start, goal });

/**
 * Place for place the sets agree in the fewest moves, in the number of shortest ways (always one), in the discs out of
 * place, in the moves before the first disc can reach its goal (search depth), and start and goal are always two discs
 * on one peg and one on another: what makes problems of this puzzle harder or easier according to Kaller et al. (2004,
 * 2011). `structures.test.ts` computes all of it from the graph of the 36 positions.
 */
const SETS: TowerParameters["sets"] = [
  [
    problem(2, "a/bc/-", "-/ba/c"),
    problem(2, "-/ab/c", "bc/a/-"),
    problem(3, "a/bc/-", "cb/-/a"),
    problem(3, "-/ab/c", "ba/c/-"),
    problem(4, "ab/c/-", "c/ba/-"),
  ],
  [
    problem(2, "ab/-/c", "-/ba/c"),
    problem(2, "-/ab/c", "b/ac/-"),
    problem(3, "ab/-/c", "c/ba/-"),
    problem(3, "-/ab/c", "bc/-/a"),
    problem(4, "a/bc/-", "cb/a/-"),
  ],
  [
    problem(2, "a/bc/-", "ac/-/b"),
    problem(2, "-/ab/c", "cb/a/-"),
    problem(3, "ab/-/c", "-/bc/a"),
    problem(3, "-/ab/c", "ca/-/b"),
    problem(4, "a/bc/-", "-/ca/b"),
  ],
  [
    problem(2, "ab/-/c", "ac/b/-"),
    problem(2, "-/ab/c", "ba/-/c"),
    problem(3, "ab/-/c", "-/cb/a"),
    problem(3, "-/ab/c", "cb/-/a"),
    problem(4, "a/bc/-", "ca/-/b"),
  ],
];

export const TOWER_PARAMETERS: TowerParameters = {
  heights: [3, 2, 1],
  practice: problem(2, "ab/-/c", "a/cb/-"),
  sets: SETS,
  deadlineMs: 60_000,
  mostMoves: 20,
  skipAfterMs: 20_000,
};

export const towerSpec: TaskSpec<TowerParameters> = {
  key: "tower",
  version: 1,
  title: "Path puzzle",
  paradigm:
    "Three discs of three colours on pegs that hold three, two and one of them are moved, one at a time, until they stand " +
    "as in a picture. Tower of London (Shallice 1982, Phil. Trans. R. Soc. Lond. B 298:199); problems balanced by the " +
    "features of Kaller et al. (2004, Cogn. Brain Res. 20:462; 2011, Neuropsychologia 49:3462). Set, colours and order are " +
    "drawn anew for every applicant.",
  durationSeconds: 55,
  parameters: TOWER_PARAMETERS,
  parameterDictionary,
  inputDictionary,
  trialDictionary,
  metricDictionary,
};
