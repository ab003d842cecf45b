import type { BlocksView } from "@tallystick/tasks/block_memory/v1/machine";

export type TurnView = Extract<BlocksView, { phase: "turn" }>;
export type BoardView = Exclude<BlocksView, { phase: "instructions" }>;

/** Centre on the board, per mille. */
export function place(x: number, y: number): Readonly<Record<string, string>> {
  return { "--x": `${String(x / 10)}%`, "--y": `${String(y / 10)}%` };
}
