import { createPrng } from "../../prng.ts";
import type { TowerParameters, TowerStructure } from "./spec.ts";

export type Disc = "red" | "blue" | "yellow";
/** Pegs from left to right, each with its discs from the bottom up. */
export type Board = readonly (readonly Disc[])[];

export const DISCS: readonly Disc[] = ["red", "blue", "yellow"];

export interface TowerProblem {
  readonly stimulus: string;
  readonly practice: boolean;
  /** Index of the set, null for practice. */
  readonly set: number | null;
  readonly minMoves: number;
  readonly start: Board;
  readonly goal: Board;
}

/** `colours`: those of a, b and c. A letter that is none of them is no disc. */
export function parseBoard(text: string, colours: readonly Disc[]): Board {
  return text.split("/").map((peg) =>
    peg.split("").flatMap((letter) => {
      const disc = colours["abc".indexOf(letter)];
      return disc === undefined ? [] : [disc];
    }),
  );
}

/** `ry/-/b`: equal boards are equal texts. */
export function boardText(board: Board): string {
  return board.map((peg) => peg.map((disc) => disc.charAt(0)).join("") || "-").join("/");
}

/** Practice first. The seed draws the set, the order among problems of one length, and the colours of each problem. */
export function planTower(seed: string, parameters: TowerParameters): readonly TowerProblem[] {
  const prng = createPrng(seed);
  const set = prng.between(0, parameters.sets.length - 1);
  const structures = parameters.sets[set] ?? [];
  const lengths = [...new Set(structures.map(({ moves }) => moves))];
  const ordered = lengths.flatMap((length) => prng.shuffle(structures.filter(({ moves }) => moves === length)));
  const dress = (
    { moves, start, goal }: TowerStructure,
    named: Pick<TowerProblem, "stimulus" | "practice" | "set">,
  ) => {
    const colours = prng.shuffle(DISCS);
    return { ...named, minMoves: moves, start: parseBoard(start, colours), goal: parseBoard(goal, colours) };
  };
  return [
    dress(parameters.practice, { stimulus: "practice-0", practice: true, set: null }),
    ...ordered.map((structure, index) => dress(structure, { stimulus: `trial-${index}`, practice: false, set })),
  ];
}
