import { useCallback, useEffect, useReducer } from "preact/hooks";
import { act, type Act, AT_START, type PlayerState } from "./player.ts";
import type { Timeline } from "./timeline.ts";

/** A hidden or busy page must not run through half a game at once. */
const LONGEST_STEP_MS = 250;

/** The player of one attempt, moved on by the page's frames. */
export function usePlayer(timeline: Timeline): {
  readonly player: PlayerState;
  readonly doing: (act: Act) => void;
} {
  const [player, dispatch] = useReducer<PlayerState, Act>((state, doing) => act(timeline, state, doing), AT_START);
  const doing = useCallback((what: Act) => {
    dispatch(what);
  }, []);
  const { playing } = player;
  useEffect(() => {
    if (!playing) return undefined;
    let before = performance.now();
    let frame = requestAnimationFrame(function step(stamp: number): void {
      doing({ kind: "advance", ms: Math.min(LONGEST_STEP_MS, Math.max(0, stamp - before)) });
      before = stamp;
      frame = requestAnimationFrame(step);
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [playing, doing]);
  return { player, doing };
}
