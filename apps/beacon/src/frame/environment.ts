import { useEffect, useSyncExternalStore } from "react";

import type { Environment } from "./search.ts";

let marked: Environment | null = null;
const listeners = new Set<() => void>();

function mark(environment: Environment | null): void {
  marked = environment;
  if (environment === null) delete document.documentElement.dataset["environment"];
  else document.documentElement.dataset["environment"] = environment;
  for (const listener of listeners) listener();
}

/**
 * Marks the whole page as one of Test or Production, so that nobody takes one for the other at a glance. A page without
 * the call belongs to both, or to neither.
 */
export function useEnvironmentMark(environment: Environment | null): void {
  useEffect(() => {
    mark(environment);
    return () => mark(null);
  }, [environment]);
}

export function useMarkedEnvironment(): Environment | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => marked,
  );
}
