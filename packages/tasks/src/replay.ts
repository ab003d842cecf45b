import type { AnyTaskDefinition, RefusalName, Replay, TaskInput, TaskMachine, TrialBase } from "./contract.ts";
import { isRefusal, REFUSALS } from "./contract.ts";

export interface StoredAttempt {
  readonly seed: string;
  /** As pinned when the attempt was granted. */
  readonly parameters: unknown;
  /** All batches of the attempt in order of their numbers, refused inputs included. */
  readonly inputs: readonly TaskInput[];
}

export interface MachineReplay {
  readonly state: unknown;
  readonly accepted: number;
  readonly refusals: Readonly<Partial<Record<RefusalName, number>>>;
}

/** Refused inputs are skipped and counted by reason, so any stored sequence has an outcome. */
export function replayMachine(
  machine: TaskMachine<unknown, unknown, unknown, TrialBase>,
  attempt: StoredAttempt,
): MachineReplay {
  const refusals: Partial<Record<RefusalName, number>> = {};
  let state = machine.start(attempt.seed, attempt.parameters);
  let accepted = 0;
  for (const input of attempt.inputs) {
    const outcome = machine.apply(state, input);
    if (typeof outcome === "object" && outcome !== null && isRefusal(outcome)) {
      const name = REFUSALS.find((known) => known === outcome.refused) ?? "malformed";
      refusals[name] = (refusals[name] ?? 0) + 1;
    } else {
      state = outcome;
      accepted += 1;
    }
  }
  return { state, accepted, refusals };
}

/** Plays a stored attempt again and measures it; `complete` is false when the task had not ended. */
export function replay(definition: AnyTaskDefinition, attempt: StoredAttempt): Replay {
  const { machine } = definition;
  const { state, accepted, refusals } = replayMachine(machine, attempt);
  const trials = machine.trials(state);
  return { complete: machine.isComplete(state), trials, metrics: definition.metrics(trials), accepted, refusals };
}
