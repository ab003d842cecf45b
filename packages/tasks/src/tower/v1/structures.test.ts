import { describe, expect, test } from "vitest";
import { legalMoves, waysTo } from "./graph.ts";
import { type Board, boardText, DISCS, parseBoard } from "./plan.ts";
import { TOWER_PARAMETERS, type TowerStructure } from "./spec.ts";

/** What makes a problem easy or hard, computed from the graph of all positions. */

const { heights, sets, practice } = TOWER_PARAMETERS;
const read = (text: string): Board => parseBoard(text, DISCS);

/** Every position that can be reached, found without the function under test. */
function everyPosition(): ReadonlyMap<string, Board> {
  const found = new Map<string, Board>();
  const visit = (board: Board): void => {
    if (found.has(boardText(board))) return;
    found.set(boardText(board), board);
    for (const move of legalMoves(board, heights)) visit(move.board);
  };
  visit(read("abc/-/-"));
  return found;
}

/** Where each disc stands: peg and level. */
const places = (board: Board): string[] =>
  DISCS.map((disc) => board.map((peg) => peg.indexOf(disc)).join(",")).map((place, index) => `${index}:${place}`);

const outOfPlace = (start: Board, goal: Board): number =>
  places(start).filter((place, index) => place !== places(goal)[index]).length;

/** All shortest ways, each as the boards passed, start and goal included; by trying every way, not by counting. */
function shortestWays(board: Board, goal: Board, moves: number): Board[][] {
  if (boardText(board) === boardText(goal)) return [[board]];
  if (moves === 0) return [];
  return legalMoves(board, heights).flatMap((move) =>
    shortestWays(move.board, goal, moves - 1).map((way) => [board, ...way]),
  );
}

/** Moves before the one that first brings a disc to its place (search depth of Kaller et al.). */
function searchDepth(way: readonly Board[], goal: Board): number {
  return way.findIndex((board, index) => {
    const next = way[index + 1];
    return next !== undefined && outOfPlace(next, goal) < outOfPlace(board, goal);
  });
}

/** Heaps of discs, largest first: `2,1` is two on one peg and one on another. */
const heaps = (board: Board): string =>
  board
    .map((peg) => peg.length)
    .filter((size) => size > 0)
    .sort((a, b) => b - a)
    .join(",");

function features({ moves, start, goal }: TowerStructure): Readonly<Record<string, unknown>> {
  const [from, to] = [read(start), read(goal)];
  const ways = shortestWays(from, to, moves);
  return {
    fewest: waysTo(to, heights).get(boardText(from))?.moves,
    ways: ways.length,
    outOfPlace: outOfPlace(from, to),
    searchDepth: ways.map((way) => searchDepth(way, to)),
    start: heaps(from),
    goal: heaps(to),
  };
}

const all = [practice, ...sets.flat()];

describe("the graph", () => {
  test("has 36 positions and 54 moves between them, and each reaches every other in at most 8", () => {
    const positions = everyPosition();
    expect(positions.size).toBe(36);
    const moves = [...positions.values()].flatMap((board) => legalMoves(board, heights));
    expect(moves).toHaveLength(108);
    const farthest = [...positions.values()].map((goal) => {
      const ways = waysTo(goal, heights);
      expect(ways.size).toBe(36);
      return Math.max(...[...ways.values()].map((way) => way.moves));
    });
    expect(Math.max(...farthest)).toBe(8);
  });

  test("counts shortest ways as trying every way does", () => {
    for (const goal of everyPosition().values()) {
      for (const [text, { moves, ways }] of waysTo(goal, heights)) {
        if (moves > 4) continue;
        const start = everyPosition().get(text)!; // waysTo names positions of the same graph
        expect([text, shortestWays(start, goal, moves).length]).toEqual([text, ways]);
        if (moves > 0) expect(shortestWays(start, goal, moves - 1)).toEqual([]);
      }
    }
  });
});

describe("the structures", () => {
  test("are legal positions of three different discs", () => {
    const positions = everyPosition();
    for (const { start, goal } of all) {
      expect(positions.has(boardText(read(start)))).toBe(true);
      expect(positions.has(boardText(read(goal)))).toBe(true);
    }
  });

  test("have exactly the stated fewest moves, and one shortest way", () => {
    for (const structure of all) expect(features(structure)).toMatchObject({ fewest: structure.moves, ways: 1 });
  });

  test("are 2, 2, 3, 3 and 4 moves in at least four sets, and no problem stands twice, practice included", () => {
    expect(sets.length).toBeGreaterThanOrEqual(4);
    for (const set of sets) expect(set.map(({ moves }) => moves)).toEqual([2, 2, 3, 3, 4]);
    // A problem with other colours is the same problem: letters are named in the order they are met.
    const names = all.map(({ start, goal }) => {
      const met = [...new Set(start.replaceAll(/[^abc]/g, ""))];
      return `${start} ${goal}`.replaceAll(/[abc]/g, (letter) => String(met.indexOf(letter)));
    });
    expect(new Set(names).size).toBe(1 + sets.length * 5);
  });

  test("are equal place for place over the sets: moves, ways, discs out of place, search depth, heaps", () => {
    const [first = [], ...others] = sets.map((set) => set.map(features));
    for (const other of others) expect(other).toEqual(first);
  });

  test("a colour permutation changes none of it", () => {
    for (const { start, goal, moves } of all) {
      for (const colours of [DISCS, [...DISCS].reverse(), ["blue", "yellow", "red"] as const]) {
        const way = waysTo(parseBoard(goal, colours), heights).get(boardText(parseBoard(start, colours)));
        expect(way).toEqual({ moves, ways: 1 });
      }
    }
  });
});
