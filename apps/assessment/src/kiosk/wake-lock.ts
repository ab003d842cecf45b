/** The parts of the browser that are needed; injected, so that a test can be the browser. */
export interface AwakeDeps {
  /** undefined where the browser has no wake lock. */
  readonly wakeLock: Pick<WakeLock, "request"> | undefined;
  readonly isVisible: () => boolean;
  readonly onVisibility: (listener: () => void) => void;
}

/** Keeps the screen on while the page is in sight. A browser takes the lock away when it is hidden, so it is asked again. */
export function keepAwake({ wakeLock, isVisible, onVisibility }: AwakeDeps): void {
  if (wakeLock === undefined) return;
  const ask = (): void => {
    // Refused in battery saving: the screen then dims as it does for every other page.
    if (isVisible()) wakeLock.request("screen").catch(() => undefined);
  };
  onVisibility(ask);
  ask();
}
