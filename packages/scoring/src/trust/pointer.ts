import type { ScoredInput } from "../contract.ts";
import { isPointer, presses, type Reading, type TrustFacts } from "./facts.ts";

const FEWEST_TAPS = 10;
const EXACT_PX = 1;

/** Signals from how the screen was touched. */
export function pointerReadings({ tasks, journey }: TrustFacts): Reading[] {
  const taps = presses(tasks);
  return [exactPositions(taps), syntheticInput(taps, journey.webdriver), unnaturalMoves(taps)];
}

function exactPositions(taps: readonly ScoredInput[]): Reading {
  const key = "exact_positions";
  const placed = taps.flatMap(({ source, dx, dy }) =>
    isPointer(source) && dx !== undefined && dy !== undefined ? [dx * dx + dy * dy] : [],
  );
  if (placed.length < FEWEST_TAPS) return { key, observed: null };
  const share = placed.filter((square) => square <= EXACT_PX * EXACT_PX).length / placed.length;
  return { key, observed: share, share };
}

/**
 * Share of answers no finger gave: untrusted events, or a pointer click without a pointer-down. Assistive technology
 * may produce either and is left out. A browser under remote control is all synthetic.
 */
function syntheticInput(taps: readonly ScoredInput[], webdriver: boolean): Reading {
  const key = "synthetic_input";
  if (webdriver) return { key, observed: 1, share: 1 };
  const judged = taps.filter((tap) => tap.source !== "assistive");
  if (judged.length === 0) return { key, observed: null };
  const synthetic = judged.filter((tap) => tap.trusted === false || (isPointer(tap.source) && tap.down === false));
  const share = synthetic.length / judged.length;
  return { key, observed: share, share };
}

const FEWEST_MOVES = 10;
/** A way that is too short tells nothing of its form. */
const SHORTEST_WAY_PX = 40;
const STRAIGHT_PX = 0.5;

/**
 * Share of a mouse's presses whose way to them no hand makes: none at all, or straight to half a pixel. Soft, because a
 * trackball, a remote desktop or a very small screen may look so. Fingers and pens land without a way.
 */
function unnaturalMoves(taps: readonly ScoredInput[]): Reading {
  const key = "pointer_unnatural";
  const verdicts = taps.flatMap((tap) => (tap.source === "mouse" ? [isUnnatural(tap.path ?? [])] : []));
  const judged = verdicts.filter((verdict) => verdict !== null);
  if (judged.length < FEWEST_MOVES) return { key, observed: null };
  const share = judged.filter(Boolean).length / judged.length;
  return { key, observed: share, share };
}

/** Null for a way that is too short to judge; `path` as the input carries it. */
function isUnnatural(path: readonly number[]): boolean | null {
  const points = Array.from({ length: path.length / 3 }, (_, index) => ({
    x: path[index * 3 + 1] ?? 0,
    y: path[index * 3 + 2] ?? 0,
  }));
  const [first] = points;
  const last = points[points.length - 1];
  if (first === undefined || last === undefined || points.length === 1) return true;
  const [wayX, wayY] = [last.x - first.x, last.y - first.y];
  const length = Math.sqrt(wayX * wayX + wayY * wayY);
  if (length < SHORTEST_WAY_PX || points.length < 4) return null;
  const aside = points.map(({ x, y }) => Math.abs((x - first.x) * wayY - (y - first.y) * wayX) / length);
  return Math.max(...aside) <= STRAIGHT_PX;
}
