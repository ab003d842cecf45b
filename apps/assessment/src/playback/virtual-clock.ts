import type { PageClock } from "../runner/watched.ts";

/** A clock for views that stands still until it is set. */
export interface VirtualClock extends PageClock {
  /** Forward: what falls due on the way happens in its order, then a frame. Back: only the time is another. */
  readonly set: (nowMs: number) => void;
}

interface Timer {
  readonly dueMs: number;
  readonly work: () => void;
}

export function createVirtualClock(startMs: number): VirtualClock {
  let nowMs = startMs;
  let frames = new Set<(stamp: number) => void>();
  const timers = new Set<Timer>();

  function nextDue(untilMs: number): Timer | null {
    let found: Timer | null = null;
    for (const timer of timers) {
      if (timer.dueMs <= untilMs && (found === null || timer.dueMs < found.dueMs)) found = timer;
    }
    return found;
  }

  return {
    now: () => nowMs,
    after(ms, work) {
      const timer = { dueMs: nowMs + Math.max(0, ms), work };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    frame(work) {
      const own = (stamp: number): void => {
        work(stamp);
      };
      frames.add(own);
      return () => {
        frames.delete(own);
      };
    },
    set(toMs) {
      for (let due = nextDue(toMs); due !== null; due = nextDue(toMs)) {
        timers.delete(due);
        nowMs = Math.max(nowMs, due.dueMs);
        due.work();
      }
      nowMs = toMs;
      const asked = frames;
      frames = new Set();
      for (const work of asked) work(nowMs);
    },
  };
}
