import { press } from "../hands.ts";
import { changed, fingerprint } from "../screen.ts";
import type { Page } from "playwright-core";
import type { Play, Strategy } from "./strategy.ts";

/** A board as the page writes it: pegs from the left, discs from below, e.g. `rb/y/-`. */
type Board = string;
interface Move {
  readonly from: number;
  readonly to: number;
}

interface Puzzle {
  readonly board: Board;
  readonly goal: Board;
  /** Discs that each peg holds. */
  readonly rooms: readonly number[];
  readonly held: number | null;
}

async function readPuzzle(page: Page): Promise<Puzzle> {
  return page.evaluate(() => {
    const boardOf = (place: string) =>
      document.querySelector(`main.stage ${place} [data-board]`)?.getAttribute("data-board") ?? "";
    const posts = [...document.querySelectorAll<HTMLElement>("main.stage .own .post")];
    const pegs = [...document.querySelectorAll("main.stage .own [data-peg] button")];
    const held = pegs.findIndex((peg) => peg.getAttribute("aria-pressed") === "true");
    return {
      board: boardOf(".own"),
      goal: boardOf(".goal"),
      rooms: posts.map((post) => Number(post.style.getPropertyValue("--room"))),
      held: held < 0 ? null : held,
    };
  });
}

function movesFrom(board: Board, rooms: readonly number[]): { readonly move: Move; readonly board: Board }[] {
  const pegs = board.split("/").map((peg) => (peg === "-" ? "" : peg));
  return pegs.flatMap((discs, from) =>
    pegs.flatMap((others, to) => {
      if (from === to || discs === "" || others.length >= (rooms[to] ?? 0)) return [];
      const moved = pegs.map((peg, index) => {
        if (index === from) return peg.slice(0, -1);
        return index === to ? peg + discs.slice(-1) : peg;
      });
      return [{ move: { from, to }, board: moved.map((peg) => (peg === "" ? "-" : peg)).join("/") }];
    }),
  );
}

/** First move of a shortest way, by breadth first; null when there is none. */
export function firstMove({ board, goal, rooms }: Pick<Puzzle, "board" | "goal" | "rooms">): Move | null {
  const seen = new Set([board]);
  let edge: { readonly board: Board; readonly first: Move | null }[] = [{ board, first: null }];
  while (edge.length > 0) {
    const found = edge.find((state) => state.board === goal);
    if (found !== undefined) return found.first;
    edge = edge.flatMap((state) =>
      movesFrom(state.board, rooms).flatMap(({ move, board: next }) => {
        if (seen.has(next)) return [];
        seen.add(next);
        return [{ board: next, first: state.first ?? move }];
      }),
    );
  }
  return null;
}

async function pressPeg({ page, hand }: Play, peg: number): Promise<void> {
  const before = await fingerprint(page);
  await press(page, hand, page.locator(`main.stage .own [data-peg="${String(peg)}"] button`), String(peg + 1));
  await changed(page, before);
}

export const tower: Strategy = {
  async act(play, { phase }) {
    const { page } = play;
    if (phase !== "puzzle") {
      await changed(page, await fingerprint(page));
      return;
    }
    const puzzle = await readPuzzle(page);
    const move = firstMove(puzzle);
    if (move === null) throw new Error(`no way from ${puzzle.board} to ${puzzle.goal}`);
    if (puzzle.held === null) await pressPeg(play, move.from);
    await pressPeg(play, puzzle.held === null || puzzle.held === move.from ? move.to : puzzle.held);
  },
};
