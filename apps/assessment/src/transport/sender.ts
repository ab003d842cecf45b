import type { CallJourney, Failure } from "../journey/client.ts";
import type { Operation } from "./operation.ts";
import type { QueueKey, QueueStore, StoredOperation } from "./queue-store.ts";

/** An answer after which this queue sends nothing more. */
export interface Halt {
  /** Error code of the answer, e.g. `taken_over`, `journey_ended`, `attempt_unknown`. */
  readonly code: string;
  readonly extra: Readonly<Record<string, unknown>>;
}

export interface SenderDeps {
  readonly call: CallJourney;
  readonly store: QueueStore;
  /** Resolves after `ms`, or earlier when woken. */
  readonly sleep: (ms: number) => { readonly done: Promise<void>; readonly wake: () => void };
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface SenderEvents {
  /** False from the first failed attempt until the next success. */
  readonly onReachable?: (reachable: boolean) => void;
  /** The answer of an operation that has one worth reading (`task-done`: the journey). */
  readonly onAnswer?: (operation: Operation, value: unknown) => void;
  readonly onHalt?: (halt: Halt) => void;
}

export interface Sender {
  /** Stored before this returns, sent in order, each delivered exactly once. Ignored after a halt. */
  enqueue(operation: Operation): void;
  /** Resolves once nothing is left to send, or after a halt. */
  settled(): Promise<Halt | null>;
  /** Try again now: the browser says the network is back. */
  wake(): void;
  readonly pending: number;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;

/** Doubles from 0.5 s to 15 s, the upper half at random, so that phones coming out of a tunnel do not arrive together. */
export function backOffMs(failures: number, random: () => number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 10));
  return Math.round(full / 2 + (full / 2) * random());
}

/** Sends one page's queue. `waiting` are the operations that an earlier page left under the same key. */
export function createSender(
  deps: SenderDeps,
  key: QueueKey,
  options: { readonly waiting?: readonly StoredOperation[]; readonly events?: SenderEvents } = {},
): Sender {
  const events = options.events ?? {};
  const queue: StoredOperation[] = [...(options.waiting ?? [])];
  let nextPosition = (queue[queue.length - 1]?.position ?? -1) + 1;
  let halt: Halt | null = null;
  let running: Promise<void> | null = null;
  let wakeUp: (() => void) | null = null;

  async function attempt(head: StoredOperation): Promise<Failure | null> {
    const outcome = await deps.call(head.operation.call, head.operation.body);
    if (outcome.ok) {
      settle(head);
      events.onAnswer?.(head.operation, outcome.value);
      return null;
    }
    const { failure } = outcome;
    if (failure.kind !== "refused") return failure;
    if (isSettledBy(failure.code, head.operation)) settle(head);
    else stop({ code: failure.code, extra: failure.extra });
    return null;
  }

  function settle(head: StoredOperation): void {
    deps.store.remove(key, head.position);
    queue.shift();
  }

  function stop(reason: Halt): void {
    halt = reason;
    // Without its proof the page can not speak for the journey, but the next page, opened by the link, can.
    const keep = reason.code === "journey_unknown" || reason.code === "journey_mismatch";
    if (!keep) for (const { position } of queue) deps.store.remove(key, position);
    queue.length = 0;
    events.onHalt?.(reason);
  }

  async function drain(): Promise<void> {
    let failures = 0;
    for (let head = queue[0]; head !== undefined; head = queue[0]) {
      const failure = await attempt(head);
      if (failure === null) {
        if (failures > 0) events.onReachable?.(true);
        failures = 0;
        continue;
      }
      failures += 1;
      if (failures === 1) events.onReachable?.(false);
      const named = failure.kind === "busy" ? (failure.retryAfterMs ?? 0) : 0;
      const pause = deps.sleep(Math.max(named, backOffMs(failures, deps.random)));
      wakeUp = pause.wake;
      await pause.done;
      wakeUp = null;
    }
    running = null;
  }

  function run(): void {
    if (running === null && queue.length > 0) running = drain();
  }
  run();

  return {
    enqueue(operation) {
      if (halt !== null) return;
      const stored = { position: nextPosition, operation };
      nextPosition += 1;
      deps.store.put(key, stored);
      queue.push(stored);
      run();
    },
    async settled() {
      while (running !== null) await running;
      return halt;
    },
    wake() {
      wakeUp?.();
    },
    get pending() {
      return queue.length;
    },
  };
}

/**
 * Refusals that leave nothing to repeat. `batch_conflict`: the number is stored with other content, which stands. A
 * note is a courtesy and never holds up the inputs behind it, unless the answer speaks of the journey as a whole.
 */
function isSettledBy(code: string, operation: Operation): boolean {
  if (operation.call === "batches") return code === "batch_conflict";
  return (
    operation.call === "note" &&
    (code === "body_invalid" || code === "not_found" || code === "attempt_unknown")
  );
}
