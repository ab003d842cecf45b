import type { JSX } from "preact";

/** Empty, and at its largest, as parts of the room it has. */
const EMPTY = 0.16;

function scaleOf(size: number, most: number): number {
  return EMPTY + ((1 - EMPTY) * size) / most;
}

/** Round above, a knot below; drawn in a square of 100, standing on its lower edge. */
const OUTLINE = "M50 92C24 82 10 62 10 42a40 40 0 0 1 80 0c0 20-14 40-40 50z";

export interface BalloonProps {
  readonly most: number;
  /** The chosen size, shown as an outline; 0: none chosen. */
  readonly chosen: number;
  /** Size it grows to; null while it is empty. */
  readonly growsTo: number | null;
  readonly bursts: boolean;
}

/** A picture only: what it shows is also said in words. */
export function Balloon({ most, chosen, growsTo, bursts }: BalloonProps): JSX.Element {
  return (
    <svg class="balloon" viewBox="0 0 100 100" aria-hidden="true">
      <path class="balloon-room" d={OUTLINE} />
      {chosen > 0 && <path class="balloon-chosen" d={OUTLINE} style={{ "--scale": scaleOf(chosen, most) }} />}
      <g
        class="balloon-skin"
        data-grows={growsTo !== null}
        data-bursts={bursts}
        style={{ "--scale": scaleOf(growsTo ?? 0, most) }}
      >
        <path d={OUTLINE} />
        <path d="M50 91l-5 8h10z" />
      </g>
    </svg>
  );
}
