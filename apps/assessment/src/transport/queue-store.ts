import type { Operation } from "./operation.ts";

/**
 * A page's queue belongs to the session, run and epoch under which it was written: nothing of it is ever sent under
 * another one. Each page load has an epoch of its own, so two tabs never write the same queue.
 */
export interface QueueKey {
  readonly sessionId: string;
  readonly run: number;
  readonly epoch: number;
}

export interface StoredOperation {
  readonly position: number;
  readonly operation: Operation;
}

export interface StoredQueue {
  readonly key: QueueKey;
  readonly operations: readonly StoredOperation[];
}

export interface QueueStore {
  /** False when this browser keeps nothing: the queue then lives as long as the page. */
  readonly durable: boolean;
  put(key: QueueKey, stored: StoredOperation): void;
  remove(key: QueueKey, position: number): void;
  /** All queues that earlier pages of this session left, oldest first. */
  load(sessionId: string): readonly StoredQueue[];
}

const PREFIX = "tallystick/queue";

/**
 * localStorage rather than IndexedDB: it is written before the call returns, so a page that is killed in the next
 * millisecond has lost nothing, and a whole journey is under 100 kB. One item per operation. A browser that is killed as
 * a whole (battery, crash) may lose what it had not written to disk yet, in Chromium the last five seconds or so: part of
 * an attempt that starts again anyway, or the word that a task was done.
 */
export function createQueueStore(storage: Storage | null): QueueStore {
  let durable = storage !== null;
  return {
    get durable() {
      return durable;
    },
    put(key, stored) {
      try {
        storage?.setItem(itemName(key, stored.position), JSON.stringify(stored.operation));
      } catch {
        durable = false;
      }
    },
    remove(key, position) {
      try {
        storage?.removeItem(itemName(key, position));
      } catch {
        durable = false;
      }
    },
    load: (sessionId) => (storage === null ? [] : load(storage, sessionId)),
  };
}

/** The browser's storage, or null where it is blocked or full. */
export function openStorage(name: "localStorage" | "sessionStorage"): Storage | null {
  try {
    const storage = globalThis[name];
    storage.setItem(`${PREFIX}/probe`, "1");
    storage.removeItem(`${PREFIX}/probe`);
    return storage;
  } catch {
    return null;
  }
}

function itemName(key: QueueKey, position: number): string {
  return [PREFIX, key.sessionId, key.run, key.epoch, position].join("/");
}

interface FoundItem extends QueueKey {
  readonly position: number;
  readonly operation: Operation;
}

function load(storage: Storage, sessionId: string): readonly StoredQueue[] {
  const items = itemNames(storage)
    .flatMap((name) => readItem(storage, { name, sessionId }) ?? [])
    .sort((a, b) => a.run - b.run || a.epoch - b.epoch || a.position - b.position);
  const queues: { key: QueueKey; operations: StoredOperation[] }[] = [];
  for (const { run, epoch, position, operation } of items) {
    const last = queues[queues.length - 1];
    if (last !== undefined && last.key.run === run && last.key.epoch === epoch) {
      last.operations.push({ position, operation });
    } else {
      queues.push({ key: { sessionId, run, epoch }, operations: [{ position, operation }] });
    }
  }
  return queues;
}

function itemNames(storage: Storage): readonly string[] {
  return Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
}

function readItem(storage: Storage, { name, sessionId }: { name: string; sessionId: string }): FoundItem | null {
  const prefix = `${PREFIX}/${sessionId}/`;
  if (!name.startsWith(prefix)) return null;
  const [run, epoch, position] = name.slice(prefix.length).split("/").map(Number);
  const text = storage.getItem(name);
  if (run === undefined || epoch === undefined || position === undefined || text === null) return null;
  try {
    // Written by `put` alone; a truncated item fails to parse and is left behind.
    return { sessionId, run, epoch, position, operation: JSON.parse(text) as Operation };
  } catch {
    return null;
  }
}
