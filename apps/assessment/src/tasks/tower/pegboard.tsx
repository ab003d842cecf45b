import { type Board, boardText, type Disc } from "@tallystick/tasks/tower/v1/machine";
import type { ComponentChildren, JSX } from "preact";

/** Always drawn in this order, so that each disc stays the same element and can move. */
const DISCS: readonly Disc[] = ["red", "blue", "yellow"];
/** Above the highest peg. */
const LIFTED = 3.5;

export interface PegboardProps {
  readonly board: Board;
  readonly heights: readonly number[];
  /** Peg whose top disc is lifted. */
  readonly held?: number | null;
  /** Discs of another scene are other discs: they stand at once where they belong. */
  readonly scene: string;
  /** Presses without effect so far: each shakes the disc in the hand. */
  readonly refused?: number;
  /** Peg that is marked, in the example. */
  readonly marked?: number | null;
  readonly children?: ComponentChildren;
}

/** Pegs and discs, left and right in every language; only transforms move. A picture: the words stand elsewhere. */
export function Pegboard(props: PegboardProps): JSX.Element {
  const { board, heights, held = null, scene, refused = 0 } = props;
  const shake = refused === 0 ? undefined : refused % 2 === 0 ? "even" : "odd";
  return (
    <div class="pegboard" dir="ltr" data-board={boardText(board)}>
      {heights.map((room, peg) => (
        <span
          key={peg}
          class="post"
          aria-hidden="true"
          data-marked={props.marked === peg}
          style={{ "--peg": peg, "--room": room }}
        />
      ))}
      {props.children}
      {DISCS.map((disc) => {
        const peg = board.findIndex((discs) => discs.includes(disc));
        const level = board[peg]?.indexOf(disc) ?? 0;
        const lifted = held === peg && board[peg]?.at(-1) === disc;
        return (
          <span key={`${scene} ${disc}`} class="way" aria-hidden="true" style={{ "--peg": peg }}>
            <span class="lift" data-lifted={lifted} style={{ "--level": lifted ? LIFTED : level }}>
              <span class="disc" data-disc={disc} data-shake={lifted ? shake : undefined} />
            </span>
          </span>
        );
      })}
    </div>
  );
}
