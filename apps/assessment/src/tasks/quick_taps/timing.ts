import type { TapsView } from "@tallystick/tasks/quick_taps/v1/machine";
import { useEffect, useState } from "preact/hooks";
import { useFrames } from "../../runner/use-frame.ts";
import type { LiveRun } from "../../runner/use-run.ts";

/** From "Go on" to the next target: time to put the thumbs back. */
const AFTER_REST_MS = 900;

export interface Rest {
  readonly resting: boolean;
  /** No target before this time of the page's clock. */
  readonly notBefore: number;
  readonly end: () => void;
}

/** After a pause or a hidden page no target comes until the applicant says so. */
export function useRest(paused: boolean, view: TapsView | null): Rest {
  const playing = view !== null && view.phase !== "instructions";
  const [resting, setResting] = useState(false);
  const [notBefore, setNotBefore] = useState(0);
  useEffect(() => {
    if (paused) setResting(true);
    else if (!playing) setResting(false);
  }, [paused, playing]);
  const end = (): void => {
    setNotBefore(performance.now() + AFTER_REST_MS);
    setResting(false);
  };
  return { resting: resting && playing, notBefore, end };
}

/** Draws the target in the first frame after the gap and says so with that frame's time. */
export function useTarget(run: LiveRun<TapsView>, rest: Rest): void {
  const { view } = run;
  const waiting = view?.phase === "gap" && !rest.resting ? view : null;
  useFrames(waiting?.stimulus ?? null, (stamp) => {
    if (waiting === null) return true;
    if (stamp < rest.notBefore || run.at(stamp) < waiting.untilMs) return false;
    return run.give({ kind: "shown", stimulus: waiting.stimulus }, stamp);
  });
}
