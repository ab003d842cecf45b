/** Something above the page asks the person in front of it: what is timed beneath waits, as it does under the menu. */
export interface Hold {
  readonly on: boolean;
  readonly set: (on: boolean) => void;
  /** Hears of every change; returns the way to stop. */
  readonly listen: (listener: (on: boolean) => void) => () => void;
}

export function createHold(): Hold {
  let now = false;
  const listeners = new Set<(on: boolean) => void>();
  return {
    get on() {
      return now;
    },
    set(on) {
      if (on === now) return;
      now = on;
      for (const listener of listeners) listener(on);
    },
    listen(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** Of this page: the screens of the journey and what asks above them are fetched apart. */
export const hold = createHold();
