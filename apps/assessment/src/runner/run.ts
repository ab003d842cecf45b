import {
  digestTrials,
  isRefusal,
  type Progress,
  type TaskInput,
  type TaskMachine,
  type TrialBase,
} from "@tallystick/tasks/runtime";

/** What a view says of one input; the run adds the number. */
export type Given = Omit<TaskInput, "n">;

/** One attempt in play: the machine's state and everything that was put into it. */
export interface Run<V> {
  readonly view: () => V | null;
  readonly progress: () => Progress;
  /** Every input is recorded; false when the machine refused it, and the state is as before. */
  readonly give: (input: Given) => boolean;
}

export interface RunEvents {
  readonly onInput: (input: TaskInput) => void;
  readonly onChange: () => void;
  /** With the digest of the trials, which the server compares with its own replay. */
  readonly onComplete: (digest: string) => void;
}

export interface Attempt<P> {
  readonly seed: string;
  readonly parameters: P;
}

export function createRun<P, S extends object, V, T extends TrialBase>(
  machine: TaskMachine<P, S, V, T>,
  attempt: Attempt<P>,
  events: RunEvents,
): Run<V> {
  let state = machine.start(attempt.seed, attempt.parameters);
  let n = 0;
  return {
    view: () => machine.view(state),
    progress: () => machine.progress(state),
    give(given) {
      if (machine.isComplete(state)) return false;
      const input: TaskInput = { n, ...given };
      n += 1;
      events.onInput(input);
      const next = machine.apply(state, input);
      if (isRefusal(next)) return false;
      state = next;
      if (machine.isComplete(state)) events.onComplete(digestTrials(machine.trials(state)));
      else events.onChange();
      return true;
    },
  };
}
