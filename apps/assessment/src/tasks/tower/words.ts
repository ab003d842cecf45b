import type { Board, Disc, TowerView } from "@tallystick/tasks/tower/v1/machine";
import type { TextKey, Texts } from "../../i18n/texts.ts";

/** The puzzle in words, for screen readers and for the line under the board. */

export type Scene = Exclude<TowerView, { phase: "instructions" }>;

const PEGS: readonly TextKey[] = ["tower.left", "tower.middle", "tower.right"];
const NAMES: Readonly<Record<Disc, TextKey>> = { red: "tower.red", blue: "tower.blue", yellow: "tower.yellow" };

function pegName(texts: Texts, peg: number): string {
  return texts.t(PEGS[peg] ?? "tower.left");
}

/** "Left peg, holds red and blue, blue on top" */
function holds(texts: Texts, peg: number, discs: readonly Disc[]): string {
  const names = discs.map((disc) => texts.t(NAMES[disc]));
  const top = names.at(-1);
  const place = pegName(texts, peg);
  if (top === undefined) return texts.t("tower.holds_none", { peg: place });
  if (names.length === 1) return texts.t("tower.holds_one", { peg: place, discs: top });
  return texts.t("tower.holds_more", { peg: place, discs: new Intl.ListFormat(texts.language).format(names), top });
}

/** "Left peg, holds red and blue, blue on top; room for 1 more". A disc in the hand is on no peg. */
export function pegLabel(texts: Texts, { board, held, heights }: Scene, peg: number): string {
  const standing = board[peg] ?? [];
  const discs = held === peg ? standing.slice(0, -1) : standing;
  const count = (heights[peg] ?? 0) - discs.length;
  const room = count === 0 ? texts.t("tower.full") : texts.t("tower.room", { count });
  return texts.t("tower.peg", { holds: holds(texts, peg, discs), room });
}

export function goalLabel(texts: Texts, goal: Board): string {
  const [left = "", middle = "", right = ""] = goal.map((discs, peg) => holds(texts, peg, discs));
  return texts.t("tower.goal_is", { left, middle, right });
}

/** What a press on a peg did; `effect` is false where it changed nothing. */
export interface Told {
  readonly text: string;
  readonly effect: boolean;
}

/** `scene`: as it was before the press. */
export function tell(texts: Texts, scene: Scene, peg: number): Told {
  const { board, held, heights, moves } = scene;
  const place = pegName(texts, peg);
  const top = board[held ?? peg]?.at(-1);
  if (top === undefined) return { text: texts.t("tower.nothing", { peg: place }), effect: false };
  const disc = texts.t(NAMES[top]);
  if (held === null) return { text: texts.t("tower.lifted", { disc }), effect: true };
  if (held === peg) return { text: texts.t("tower.put_back", { disc }), effect: true };
  const full = (board[peg]?.length ?? 0) >= (heights[peg] ?? 0);
  if (full) return { text: texts.t("tower.no_room", { peg: place }), effect: false };
  const made = texts.t("tower.moves", { count: moves + 1 });
  return { text: texts.t("tower.put", { disc, peg: place, moves: made }), effect: true };
}
