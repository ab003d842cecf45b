import { useEffect } from "preact/hooks";
import { useLatest } from "../../runner/use-latest.ts";
import type { LiveRun } from "../../runner/use-run.ts";

/** A press made in the last moment may be handled late: its own time decides, so it is waited for. */
export const GRACE_MS = 40;

/** Says that the time for what is on the screen is over. `deadlineMs`: ms since the attempt's start, null for none. */
export function useDeadline<V>(run: LiveRun<V>, stimulus: string | null, deadlineMs: number | null): void {
  const latest = useLatest(run);
  useEffect(() => {
    if (deadlineMs === null || stimulus === null) return undefined;
    const leftMs = deadlineMs - latest.current.at(performance.now());
    const timer = setTimeout(() => {
      latest.current.give({ kind: "timeout", stimulus }, performance.now());
    }, leftMs + GRACE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [latest, stimulus, deadlineMs]);
}
