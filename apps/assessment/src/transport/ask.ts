import type { JourneyCall } from "../page-contract.ts";
import { type Halt, pauseMs, type SenderDeps } from "./sender.ts";

export type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly halt: Halt };

/** Repeats one call, byte for byte, until the server has answered it. */
export async function ask(
  deps: Pick<SenderDeps, "call" | "sleep" | "random">,
  request: { readonly call: JourneyCall; readonly body: object },
  events: {
    readonly onReachable: (reachable: boolean) => void;
    /** How to cut the present pause short; null outside a pause. */
    readonly onPause: (wake: (() => void) | null) => void;
  },
): Promise<Answer> {
  const text = JSON.stringify(request.body);
  for (let failures = 1; ; failures += 1) {
    const outcome = await deps.call(request.call, text);
    events.onReachable(outcome.ok || outcome.failure.kind === "refused");
    if (outcome.ok) return outcome;
    if (outcome.failure.kind === "refused") return { ok: false, halt: outcome.failure };
    const pause = deps.sleep(pauseMs(outcome.failure, failures, deps.random));
    events.onPause(pause.wake);
    await pause.done;
    events.onPause(null);
  }
}
