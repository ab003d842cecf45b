import { createContext } from "preact";
import { useContext } from "preact/hooks";

/** What a view may ask about time. Times are ms of one clock, as `event.timeStamp` and a frame's are. */
export interface PageClock {
  readonly now: () => number;
  /** Calls `work` once that much time has passed; returns the way to take it back. */
  readonly after: (ms: number, work: () => void) => () => void;
  /** Calls `work` in the next frame with its time; returns the way to take it back. */
  readonly frame: (work: (stamp: number) => void) => () => void;
}

const PAGE_CLOCK: PageClock = {
  now: () => performance.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return () => {
      clearTimeout(timer);
    };
  },
  frame(work) {
    const frame = requestAnimationFrame(work);
    return () => {
      cancelAnimationFrame(frame);
    };
  },
};

/** A run that was played before and is only looked at: whoever plays it back says what its views draw. */
export interface Watched {
  readonly state: unknown;
  /** Its time is the attempt's own. */
  readonly clock: PageClock;
  /** The answer that is being given at this moment; null while none is. */
  readonly pressed: string | null;
}

export const WatchedRun = createContext<Watched | null>(null);

/** The clock that the page's frames and timers follow: in a playback it can be stopped and set. */
export function usePageClock(): PageClock {
  return useContext(WatchedRun)?.clock ?? PAGE_CLOCK;
}
