import { type Board, boardText, type Disc } from "./plan.ts";

/** The positions of the puzzle and the moves between them. Server side only: for simulated applicants and tests. */

export interface Move {
  readonly from: number;
  readonly to: number;
  readonly disc: Disc;
  /** The board after it. */
  readonly board: Board;
}

export function legalMoves(board: Board, heights: readonly number[]): readonly Move[] {
  return board.flatMap((peg, from) => {
    const disc = peg.at(-1);
    if (disc === undefined) return [];
    return heights.flatMap((height, to) => {
      if (to === from || (board[to]?.length ?? 0) >= height) return [];
      const after = board.map((other, index) => {
        if (index === from) return other.slice(0, -1);
        return index === to ? [...other, disc] : other;
      });
      return [{ from, to, disc, board: after }];
    });
  });
}

export interface Way {
  /** Moves to the goal. */
  readonly moves: number;
  /** Number of different ways that are so short. */
  readonly ways: number;
}

const known = new Map<string, ReadonlyMap<string, Way>>();

/** Every position that reaches `goal`, by its text; found once for each goal, since thousands of players ask. */
export function waysTo(goal: Board, heights: readonly number[]): ReadonlyMap<string, Way> {
  const name = `${heights.join(" ")} ${boardText(goal)}`;
  const found = known.get(name) ?? findWays(goal, heights);
  known.set(name, found);
  return found;
}

/** Breadth first from the goal: moves can be taken back, so ways to it are ways from it. */
function findWays(goal: Board, heights: readonly number[]): ReadonlyMap<string, Way> {
  const ways = new Map<string, Way>([[boardText(goal), { moves: 0, ways: 1 }]]);
  let rim: readonly Board[] = [goal];
  for (let moves = 1; rim.length > 0; moves += 1) {
    const reached = new Map<string, Board>();
    for (const board of rim) {
      const soFar = ways.get(boardText(board))?.ways ?? 0;
      for (const move of legalMoves(board, heights)) {
        const text = boardText(move.board);
        const before = ways.get(text);
        if (before !== undefined && before.moves < moves) continue;
        ways.set(text, { moves, ways: (before?.ways ?? 0) + soFar });
        reached.set(text, move.board);
      }
    }
    rim = [...reached.values()];
  }
  return ways;
}

/** A first move of a shortest way, or null at the goal. */
export function bestMove(board: Board, goal: Board, heights: readonly number[]): Move | null {
  const ways = waysTo(goal, heights);
  const left = (position: Board): number => ways.get(boardText(position))?.moves ?? Infinity;
  const here = left(board);
  return legalMoves(board, heights).find((move) => left(move.board) < here) ?? null;
}
