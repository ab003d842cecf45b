/** Reading the consent to its end takes a minute and a half; nobody thinks about one answer for as long. */
export const IDLE_MS = 120_000;
/** From the question to the staff screen. */
export const QUESTION_MS = 30_000;

/** What shows that somebody is there. Not "scroll": a page that changes its height scrolls by itself. */
export const SIGNS_OF_LIFE = ["pointerdown", "pointermove", "keydown", "wheel"] as const;

export interface IdleEvents {
  /** "Are you still there?" */
  readonly onAsk: () => void;
  /** Somebody is. */
  readonly onAnswer: () => void;
  /** Nobody is. Comes once and is the last. */
  readonly onGone: () => void;
}

export interface IdleWatch {
  /** Somebody touched the device. */
  readonly seen: () => void;
  /** To be called about once a second, and when the page comes back into sight. */
  readonly tick: () => void;
}

/** `now`: ms of a clock that goes on while the device sleeps. */
export function createIdleWatch(now: () => number, events: IdleEvents): IdleWatch {
  let state: "present" | "asked" | "gone" = "present";
  let last = now();
  return {
    seen() {
      last = now();
      if (state !== "asked") return;
      state = "present";
      events.onAnswer();
    },
    tick() {
      const idle = now() - last;
      // A device that slept past the question asks nobody: whoever wakes it may be another person.
      if (state !== "gone" && idle >= IDLE_MS + QUESTION_MS) {
        state = "gone";
        events.onGone();
      } else if (state === "present" && idle >= IDLE_MS) {
        state = "asked";
        events.onAsk();
      }
    },
  };
}
