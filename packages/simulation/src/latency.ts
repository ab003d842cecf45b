import { isRefusal, type TaskInput } from "@tallystick/tasks";
import type { PlayedAttempt } from "./session.ts";

/** How a slower device would have recorded the same person. */
export interface Latency {
  /** Added to every answer, ms: what screen and touch panel take together. */
  readonly delayMs: number;
  /** Frames per second: every time is moved to the next frame. Absent: times stay. */
  readonly frameHz?: number;
}

/** A stimulus may come some frames later than it did; more than this would be a fault of the machine. */
const MOST_FRAMES = 20;

/**
 * The same answers as a slower device records them: each press comes `delayMs` later and whatever follows moves with it;
 * then every time goes up to the next frame. A stimulus or timeout that thereby comes before its time waits for the next
 * frames, as the page does, and a press that misses its deadline becomes the timeout it would be.
 */
export function throughDevice({ definition, seed, inputs }: PlayedAttempt, latency: Latency): PlayedAttempt {
  const { machine, spec } = definition;
  const taken: TaskInput[] = [];
  let state = machine.start(seed, spec.parameters);
  let shiftMs = 0;
  const refusalOf = (input: TaskInput): string | null => {
    const outcome = machine.apply(state, input) as object;
    return isRefusal(outcome) ? outcome.refused : null;
  };
  for (const input of inputs) {
    if (input.kind === "press") shiftMs += latency.delayMs;
    const at = (): number => toFrame(input.at + shiftMs, latency.frameHz);
    for (let frame = 0; frame < MOST_FRAMES && refusalOf({ ...input, at: at() }) === "too_early"; frame += 1)
      shiftMs += 1_000 / (latency.frameHz ?? 1_000);
    const moved = { ...input, at: at() };
    const kept = refusalOf(moved) === "too_late" ? asTimeout(moved) : moved;
    const outcome = machine.apply(state, kept) as object;
    if (!isRefusal(outcome)) state = outcome;
    taken.push(kept);
  }
  return { definition, seed, inputs: taken };
}

function asTimeout({ n, at, stimulus }: TaskInput): TaskInput {
  return { n, at, kind: "timeout", ...(stimulus === undefined ? {} : { stimulus }) };
}

function toFrame(at: number, frameHz: number | undefined): number {
  return frameHz === undefined
    ? Math.ceil(at - 1e-9)
    : Math.round((Math.ceil((at * frameHz) / 1_000 - 1e-9) * 1_000) / frameHz);
}
