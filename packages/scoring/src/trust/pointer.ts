import type { ScoredInput } from "../contract.ts";
import { isPointer, presses, type Reading, type TrustFacts } from "./facts.ts";

const FEWEST_TAPS = 10;
const EXACT_PX = 1;

/** Signals from how the screen was touched. */
export function pointerReadings({ tasks, journey }: TrustFacts): Reading[] {
  const taps = presses(tasks);
  return [exactPositions(taps), syntheticInput(taps, journey.webdriver)];
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
