export type Move = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

const MOVES: readonly string[] = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"] satisfies readonly Move[];

export function isMove(choice: string): choice is Move {
  return MOVES.includes(choice);
}

/** 0 as well as S: a keyboard of another script has no S. */
export const TABLE_KEYS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(MOVES.map((key) => [key, key])),
  s: "stop",
  S: "stop",
  "0": "stop",
};

export interface Place {
  /** Box that has the focus, from 0 in reading order. */
  readonly current: number;
  readonly boxes: number;
  readonly columns: number;
  readonly rightToLeft: boolean;
}

/** The box a move leads to; the same one at the edges of the table. Left and right are physical sides. */
export function boxBeside(place: Place, move: Move): number {
  const { current, boxes, columns } = place;
  const forward = place.rightToLeft ? "ArrowLeft" : "ArrowRight";
  const step = move === "ArrowUp" ? -columns : move === "ArrowDown" ? columns : move === forward ? 1 : -1;
  const target = current + step;
  return target >= 0 && target < boxes ? target : current;
}

/**
 * Moves the focus among the boxes; the first key of a round only brings it there. Always takes the key, which would scroll
 * the page. The columns are those of the layout, which follows the screen.
 */
export function moveFocus(grid: HTMLElement, from: { readonly current: number; readonly move: Move }): true {
  const boxes = [...grid.querySelectorAll<HTMLElement>("button")];
  const columns = boxes.filter((box) => box.offsetTop === boxes[0]?.offsetTop).length;
  const rightToLeft = getComputedStyle(grid).direction === "rtl";
  const inside = grid.contains(document.activeElement);
  const place = { current: from.current, boxes: boxes.length, columns, rightToLeft };
  boxes[inside ? boxBeside(place, from.move) : from.current]?.focus();
  return true;
}
