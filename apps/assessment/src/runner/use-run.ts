import type { TaskInput, TaskMachine, TrialBase } from "@tallystick/tasks/runtime";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { createRun, type Given, type Run } from "./run.ts";
import { useLatest } from "./use-latest.ts";
import { WatchedRun } from "./watched.ts";

export interface RunProps<P> {
  readonly seed: string;
  readonly parameters: P;
  readonly onInput: (input: TaskInput) => void;
  readonly onComplete: (digest: string) => void;
}

export interface LiveRun<V> extends Pick<Run<V>, "progress"> {
  readonly view: V | null;
  /** In a playback the answer that is being given; null while it is played. */
  readonly pressed: string | null;
  /** Milliseconds since the attempt's first frame, rounded; of `event.timeStamp` or a frame's time. */
  readonly at: (timeStamp: number) => number;
  readonly give: (given: Omit<Given, "at">, timeStamp: number) => boolean;
}

/**
 * One attempt bound to a component: draws anew on every accepted input; its clock starts with its first frame. In a
 * playback the state comes from there and nothing can be given.
 */
export function useRun<P, S extends object, V, T extends TrialBase>(
  machine: TaskMachine<P, S, V, T>,
  props: RunProps<P>,
): LiveRun<V> {
  const watched = useContext(WatchedRun);
  const [, redraw] = useState(0);
  const origin = useRef<number | null>(null);
  const latest = useLatest(props);
  // An attempt is fixed when it begins: its seed and parameters never change under it.
  const [run] = useState(() =>
    createRun(machine, props, {
      onInput: (input) => {
        latest.current.onInput(input);
      },
      onChange: () => {
        redraw((count) => count + 1);
      },
      onComplete: (digest) => {
        latest.current.onComplete(digest);
      },
    }),
  );
  useEffect(() => {
    const frame = requestAnimationFrame((stamp) => {
      origin.current ??= stamp;
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, []);

  if (watched !== null) {
    // Made by this very machine from the recorded inputs.
    const state = watched.state as S;
    const { pressed } = watched;
    const progress = () => machine.progress(state);
    return { view: machine.view(state), pressed, progress, at: Math.round, give: () => false };
  }
  const at = (timeStamp: number): number => {
    origin.current ??= timeStamp;
    return Math.max(0, Math.round(timeStamp - origin.current));
  };
  return {
    view: run.view(),
    pressed: null,
    progress: run.progress,
    at,
    give: (given, timeStamp) => run.give({ ...given, at: at(timeStamp) }),
  };
}
