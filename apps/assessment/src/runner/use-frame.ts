import { useEffect } from "preact/hooks";
import { useLatest } from "./use-latest.ts";

/**
 * Calls `onFrame` with each frame's time until it returns true; starts anew whenever `key` changes, rests while it is
 * null. What `onFrame` changes is painted in the very frame whose time it was given.
 */
export function useFrames(key: string | null, onFrame: (stamp: number) => boolean): void {
  const latest = useLatest(onFrame);
  useEffect(() => {
    if (key === null) return undefined;
    let frame = 0;
    const step = (stamp: number): void => {
      if (!latest.current(stamp)) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [key, latest]);
}
