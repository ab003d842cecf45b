import { useEffect } from "preact/hooks";
import { useLatest } from "./use-latest.ts";
import { usePageClock } from "./watched.ts";

/**
 * Calls `onFrame` with each frame's time until it returns true; starts anew whenever `key` changes, rests while it is
 * null. What `onFrame` changes is painted in the very frame whose time it was given.
 */
export function useFrames(key: string | null, onFrame: (stamp: number) => boolean): void {
  const latest = useLatest(onFrame);
  const clock = usePageClock();
  useEffect(() => {
    if (key === null) return undefined;
    const step = (stamp: number): void => {
      if (!latest.current(stamp)) cancel = clock.frame(step);
    };
    let cancel = clock.frame(step);
    return () => {
      cancel();
    };
  }, [key, latest, clock]);
}
