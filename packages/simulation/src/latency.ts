import { isRefusal, type TaskInput } from "@tallystick/tasks";
import type { PlayedAttempt } from "./session.ts";

/** How a slower device would have recorded the same person. */
export interface Latency {
  /** Added to every answer, ms: what screen and touch panel take together. */
  readonly delayMs: number;
  /** Frames per second: every time is moved to the next frame. Absent: times stay. */
  readonly frameHz?: number;
}

/**
 * The same answers as a slower device records them: each press comes `delayMs` later and whatever follows moves with it;
 * then every time goes up to the next frame. A press that thereby misses its deadline becomes the timeout it would be.
 */
export function throughDevice({ definition, seed, inputs }: PlayedAttempt, latency: Latency): PlayedAttempt {
  const { machine, spec } = definition;
  const taken: TaskInput[] = [];
  let state = machine.start(seed, spec.parameters);
  let shiftMs = 0;
  for (const input of inputs) {
    if (input.kind === "press") shiftMs += latency.delayMs;
    const moved = { ...input, at: toFrame(input.at + shiftMs, latency.frameHz) };
    const { n, at, stimulus } = moved;
    const outcome = machine.apply(state, moved) as object;
    const late = isRefusal(outcome) && outcome.refused === "too_late";
    const kept = late ? { n, at, kind: "timeout", ...(stimulus === undefined ? {} : { stimulus }) } : moved;
    const after = late ? (machine.apply(state, kept) as object) : outcome;
    if (!isRefusal(after)) state = after;
    taken.push(kept);
  }
  return { definition, seed, inputs: taken };
}

function toFrame(at: number, frameHz: number | undefined): number {
  return frameHz === undefined ? at : Math.round((Math.ceil((at * frameHz) / 1_000 - 1e-9) * 1_000) / frameHz);
}
