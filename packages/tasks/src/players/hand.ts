import type { InputSource, PlayOptions, TaskInput, TaskMachine, TrialBase } from "../contract.ts";
import { isRefusal } from "../contract.ts";
import type { Draws } from "./random.ts";

/** What is recorded of a press beside its answer and its moment. */
export type Touch = Pick<TaskInput, "source" | "dx" | "dy" | "trusted" | "down">;

/** What a simulated applicant does next, `afterMs` from the last input. */
export interface Act {
  readonly afterMs: number;
  readonly kind: string;
  readonly stimulus: string;
  readonly choice?: string;
  /** How the press lands, where it is not left to the body. */
  readonly touch?: Touch;
}

/** How the applicant touches the screen: `finger`, a program at the exact centre, or assistive technology. */
export type Body = "finger" | "exact" | "assistive";

/** A player that needs more has lost its way; the longest attempts, at random in the tower, take some 450. */
const MOST_ACTS = 1_200;
/** Standard deviation of a thumb's landing point about a button's centre, CSS px. */
const THUMB_SD_PX = 11;

function touch(body: Body, draws: Draws): Touch {
  if (body === "assistive") return { source: "assistive", trusted: true, down: false };
  const offset = (): number => (body === "exact" ? 0 : Math.round(draws.normal() * THUMB_SD_PX * 10) / 10);
  const source: InputSource = "touch";
  return { source, dx: offset(), dy: offset(), trusted: true, down: true };
}

export interface Performance<V> {
  readonly draws: Draws;
  readonly body: Body;
  decide(view: V, nowMs: number): Act;
}

/** Plays until the machine has nothing more to show. A refused act is a fault of the player, so it throws. */
export function perform<P, S extends object, V, T extends TrialBase>(
  machine: TaskMachine<P, S, V, T>,
  options: PlayOptions<P>,
  performance: Performance<V>,
): TaskInput[] {
  const inputs: TaskInput[] = [];
  let state = machine.start(options.seed, options.parameters);
  let nowMs = 0;
  for (let n = 0; n < MOST_ACTS; n += 1) {
    const view = machine.view(state);
    if (view === null) return inputs;
    const { afterMs, touch: given, ...act } = performance.decide(view, nowMs);
    nowMs += Math.max(0, Math.round(afterMs));
    const byHand = act.kind === "press" || act.kind === "continue";
    const untrusted = byHand && options.person.untrustedEvents === true ? { trusted: false, down: false } : {};
    const input: TaskInput = {
      n,
      at: nowMs,
      ...act,
      ...(byHand ? (given ?? touch(performance.body, performance.draws)) : {}),
      ...untrusted,
    };
    const outcome = machine.apply(state, input);
    if (isRefusal(outcome))
      throw new Error(`Simulated applicant was refused: ${outcome.refused} for ${act.kind} ${act.stimulus}`);
    inputs.push(input);
    state = outcome;
  }
  throw new Error("Simulated applicant did not come to an end");
}
