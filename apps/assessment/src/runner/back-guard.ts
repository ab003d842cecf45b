/** What is needed of the window. */
export interface BackPage {
  readonly history: Pick<History, "state" | "pushState" | "back">;
  addEventListener(name: "popstate", listener: () => void): void;
}

/**
 * Catches the back button once. A page of its own in the history stands above the journey's: going back takes it away,
 * which is no navigation, and the pause menu opens; going back again leaves as it always does. It is only ever put there
 * when the applicant plays or goes on playing, so nobody is held.
 */
export interface BackGuard {
  /** Catches the next press; returns the way to stop. */
  readonly listen: (onBack: () => void) => () => void;
  /** Catches again after a press. */
  readonly arm: () => void;
  /** Leaves by the back button's way. */
  readonly goBack: () => void;
  /** Calls `go` once the guard's page is out of the history, which is then as if it had never been. */
  readonly release: (go: () => void) => void;
}

const MARK = "tallystick-guard";
/** Some web views change their history without a word. */
const LONGEST_MS = 500;

export function createBackGuard(page: BackPage, sleep: (ms: number) => { readonly done: Promise<void> }): BackGuard {
  let onBack: (() => void) | null = null;
  let onPop: (() => void) | null = null;
  const isArmed = (): boolean => (page.history.state as { readonly [MARK]?: unknown } | null)?.[MARK] === true;
  const arm = (): void => {
    if (isArmed()) return;
    try {
      page.history.pushState({ [MARK]: true }, "");
    } catch {
      // Sandboxed frames and eager web views refuse: the back button then leaves at once, and the link leads back.
    }
  };
  page.addEventListener("popstate", () => {
    if (isArmed()) return;
    onPop?.();
    onBack?.();
  });
  return {
    listen(listener) {
      onBack = listener;
      arm();
      return () => {
        if (onBack === listener) onBack = null;
      };
    },
    arm,
    goBack: () => {
      page.history.back();
    },
    release(go) {
      onBack = null;
      if (!isArmed()) {
        go();
        return;
      }
      let isOver = false;
      const once = (): void => {
        if (!isOver) go();
        isOver = true;
      };
      onPop = once;
      void sleep(LONGEST_MS).done.then(once);
      page.history.back();
    },
  };
}
