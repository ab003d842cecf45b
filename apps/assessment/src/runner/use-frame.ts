import { useEffect } from "preact/hooks";

/**
 * Calls `onFrame` with each frame's time until it returns true; starts anew whenever `key` changes, rests while it is
 * null. What `onFrame` changes is painted in the very frame whose time it was given.
 */
export function useFrames(key: string | null, onFrame: (stamp: number) => boolean): void {
  useEffect(() => {
    if (key === null) return undefined;
    let frame = 0;
    const step = (stamp: number): void => {
      if (!onFrame(stamp)) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => {
      cancelAnimationFrame(frame);
    };
    // `onFrame` is read when the key changes; it works on values that the key names.
  }, [key]);
}
