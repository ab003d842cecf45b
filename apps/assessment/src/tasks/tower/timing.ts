import type { TowerView } from "@tallystick/tasks/tower/v1/machine";
import { useEffect, useState } from "preact/hooks";
import { useLatest } from "../../runner/use-latest.ts";
import { usePageClock } from "../../runner/watched.ts";
import type { LiveRun } from "../../runner/use-run.ts";
import { GRACE_MS } from "../kit/use-deadline.ts";

/** How long a finished problem stays: the disc lands, and the words can be read. */
const SOLVED_MS = 1_100;
const UNSOLVED_MS = 2_000;

/** Leaves a finished problem by itself, but not under an open dialog or on a hidden page, and not in the untimed form. */
export function useLeave(run: LiveRun<TowerView>, paused: boolean): void {
  const { view } = run;
  const done = view?.phase === "done" && view.timed && !paused ? view : null;
  const stimulus = done?.stimulus ?? null;
  const stayMs = done?.outcome === "solved" ? SOLVED_MS : UNSOLVED_MS;
  const latest = useLatest(run);
  useEffect(() => {
    if (stimulus === null) return undefined;
    const timer = setTimeout(() => {
      latest.current.give({ kind: "continue", stimulus }, performance.now());
    }, stayMs);
    return () => {
      clearTimeout(timer);
    };
  }, [latest, stimulus, stayMs]);
}

/** True once the problem on the screen may be given up. */
export function useSkippable(run: LiveRun<TowerView>): boolean {
  const { view } = run;
  const [offeredFor, setOfferedFor] = useState<string | null>(null);
  const puzzle = view?.phase === "puzzle" && view.shown ? view : null;
  const stimulus = puzzle?.stimulus ?? null;
  const skipAtMs = puzzle?.skipAtMs ?? 0;
  const latest = useLatest(run);
  const clock = usePageClock();
  useEffect(() => {
    if (stimulus === null) return undefined;
    return clock.after(skipAtMs - latest.current.at(clock.now()) + GRACE_MS, () => {
      setOfferedFor(stimulus);
    });
  }, [latest, clock, stimulus, skipAtMs]);
  return stimulus !== null && offeredFor === stimulus;
}
