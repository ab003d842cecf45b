import { useFrames } from "../../runner/use-frame.ts";
import type { LiveRun } from "../../runner/use-run.ts";

/** Says `shown` for a stimulus in the frame that paints it, with that frame's time; rests while `stimulus` is null. */
export function useShown<V>(run: LiveRun<V>, stimulus: string | null): void {
  useFrames(stimulus, (stamp) => (stimulus === null ? true : run.give({ kind: "shown", stimulus }, stamp)));
}
