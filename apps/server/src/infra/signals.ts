/**
 * Wakes a background loop of this process at once. A signal carries nothing and may be lost with the process: the rows
 * are the queue, and every loop also polls.
 */
export type Topic = "deliveries" | "simulated" | "links" | "replays" | "notices";

export interface Signals {
  notify(topic: Topic): void;
  /** Returns the function that stops listening. */
  on(topic: Topic, wake: () => void): () => void;
}

export function createSignals(): Signals {
  const listeners = new Map<Topic, Set<() => void>>();
  return {
    notify(topic) {
      for (const wake of listeners.get(topic) ?? []) wake();
    },
    on(topic, wake) {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set.add(wake));
      return () => set.delete(wake);
    },
  };
}
