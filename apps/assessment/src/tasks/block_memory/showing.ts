import type { BlocksView } from "@tallystick/tasks/block_memory/v1/machine";
import { useEffect, useState } from "preact/hooks";
import { useFrames } from "../../runner/use-frame.ts";
import type { LiveRun } from "../../runner/use-run.ts";

export interface Rest {
  readonly resting: boolean;
  readonly end: (event: MouseEvent) => void;
}

/** After a pause or a hidden page in the middle of watching, the blocks wait for the applicant and start over. */
export function useRest(run: LiveRun<BlocksView>, paused: boolean): Rest {
  const [resting, setResting] = useState(false);
  const { view } = run;
  const watching = view?.phase === "watch" ? view.stimulus : null;
  useEffect(() => {
    if (paused && watching !== null) setResting(true);
  }, [paused, watching]);
  const end = (event: MouseEvent): void => {
    if (watching !== null) run.give({ kind: "restart", stimulus: watching }, event.timeStamp);
    setResting(false);
  };
  return { resting, end };
}

/** Lights the next block, or announces the turn, in the first frame in which it is due, and says so with its time. */
export function useShowing(run: LiveRun<BlocksView>, waits: boolean): void {
  const { view } = run;
  const next = view?.phase === "watch" && !waits ? view.next : null;
  // The due time is part of the key: after a restart the same block is shown anew.
  useFrames(next === null ? null : `${next.stimulus}@${String(next.dueMs)}`, (stamp) => {
    if (next === null) return true;
    return run.at(stamp) >= next.dueMs && run.give({ kind: "shown", stimulus: next.stimulus }, stamp);
  });
}

/** The block that is lit in this frame. */
export function useLight(run: LiveRun<BlocksView>): string | null {
  const { view } = run;
  const [outFor, setOutFor] = useState<string | null>(null);
  const watch = view?.phase === "watch" && view.block !== null ? view : null;
  const key = watch === null ? null : `${watch.stimulus}/${String(watch.litUntilMs)}`;
  useFrames(key === outFor ? null : key, (stamp) => {
    if (watch === null) return true;
    if (run.at(stamp) < watch.litUntilMs) return false;
    setOutFor(key);
    return true;
  });
  return watch === null || key === outFor ? null : watch.block;
}
