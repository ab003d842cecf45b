import type { LaneKey } from "./lanes.ts";

/** What was claimed ahead, in the order it was claimed, by endpoint. */
export interface Waiting<T> {
  push(endpoint: LaneKey, item: T): void;
  shift(endpoint: LaneKey): T | undefined;
  /** All of the endpoint, which then has none. */
  drop(endpoint: LaneKey): readonly T[];
  /** Of every endpoint that has any. */
  endpoints(): readonly LaneKey[];
}

export function createWaiting<T>(): Waiting<T> {
  const queues = new Map<string, { readonly endpoint: LaneKey; readonly items: T[] }>();
  const nameOf = ({ companyId, endpointId }: LaneKey): string => `${companyId}/${endpointId}`;
  return {
    push(endpoint, item) {
      const queue = queues.get(nameOf(endpoint));
      if (queue === undefined) queues.set(nameOf(endpoint), { endpoint, items: [item] });
      else queue.items.push(item);
    },
    shift(endpoint) {
      const queue = queues.get(nameOf(endpoint));
      const item = queue?.items.shift();
      if (queue?.items.length === 0) queues.delete(nameOf(endpoint));
      return item;
    },
    drop(endpoint) {
      const items = queues.get(nameOf(endpoint))?.items ?? [];
      queues.delete(nameOf(endpoint));
      return items;
    },
    endpoints: () => Array.from(queues.values(), ({ endpoint }) => endpoint),
  };
}
