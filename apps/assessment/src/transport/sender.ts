import type { CallJourney, PassingFailure } from "../journey/client.ts";
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

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;

/**
 * Doubles from 0.5 s to 15 s, the upper half at random, so that phones coming out of a tunnel do not arrive together;
 * never less than the server asked for.
 */
export function pauseMs(failure: PassingFailure, failures: number, random: () => number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 10));
  const named = failure.kind === "busy" ? (failure.retryAfterMs ?? 0) : 0;
  return Math.max(named, Math.round(full / 2 + (full / 2) * random()));
}

/**
 * Sends one page's queue: each operation is stored before `enqueue` returns, sent in order and delivered exactly once.
 * `waiting` are the operations that an earlier page left under the same key.
 */
export class Sender {
  readonly #deps: SenderDeps;
  readonly #key: QueueKey;
  readonly #events: SenderEvents;
  readonly #queue: StoredOperation[];
  #nextPosition: number;
  #halt: Halt | null = null;
  #running: Promise<void> | null = null;
  #wakeUp: (() => void) | null = null;

  constructor(
    deps: SenderDeps,
    key: QueueKey,
    options: { readonly waiting?: readonly StoredOperation[]; readonly events?: SenderEvents } = {},
  ) {
    this.#deps = deps;
    this.#key = key;
    this.#events = options.events ?? {};
    this.#queue = [...(options.waiting ?? [])];
    this.#nextPosition = (this.#queue[this.#queue.length - 1]?.position ?? -1) + 1;
    this.#run();
  }

  /** Ignored after a halt: nothing that comes later can count. */
  enqueue(operation: Operation): void {
    if (this.#halt !== null) return;
    const stored = { position: this.#nextPosition, operation };
    this.#nextPosition += 1;
    this.#deps.store.put(this.#key, stored);
    this.#queue.push(stored);
    this.#run();
  }

  /** Resolves once nothing is left to send, or with the reason after which nothing will be. */
  async settled(): Promise<Halt | null> {
    while (this.#running !== null) await this.#running;
    return this.#halt;
  }

  /** The journey is over: what still waits can not count, and nothing of it stays on the device. */
  close(): void {
    this.#drop({ code: "closed", extra: {} });
  }

  /** Try again now: the browser says that the network is back. */
  wake(): void {
    this.#wakeUp?.();
  }

  #run(): void {
    if (this.#running === null && this.#queue.length > 0) this.#running = this.#drain();
  }

  async #drain(): Promise<void> {
    let failures = 0;
    for (let head = this.#queue[0]; head !== undefined; head = this.#queue[0]) {
      const failure = await this.#attempt(head);
      if (failure === null) {
        if (failures > 0) this.#events.onReachable?.(true);
        failures = 0;
        continue;
      }
      failures += 1;
      if (failures === 1) this.#events.onReachable?.(false);
      const pause = this.#deps.sleep(pauseMs(failure, failures, this.#deps.random));
      this.#wakeUp = pause.wake;
      await pause.done;
      this.#wakeUp = null;
    }
    this.#running = null;
  }

  async #attempt(head: StoredOperation): Promise<PassingFailure | null> {
    const outcome = await this.#deps.call(head.operation.call, head.operation.body);
    if (outcome.ok) {
      this.#settle(head);
      this.#events.onAnswer?.(head.operation, outcome.value);
      return null;
    }
    const { failure } = outcome;
    if (failure.kind !== "refused") return failure;
    if (isSettledBy(failure.code, head.operation)) this.#settle(head);
    else this.#stop({ code: failure.code, extra: failure.extra });
    return null;
  }

  #settle(head: StoredOperation): void {
    this.#deps.store.remove(this.#key, head.position);
    this.#queue.shift();
  }

  #stop(reason: Halt): void {
    // Closed while this was under way: whoever closed it knows.
    if (this.#halt !== null) return;
    this.#drop(reason);
    this.#events.onHalt?.(reason);
  }

  #drop(reason: Halt): void {
    this.#halt = reason;
    // Without its proof the page can not speak for the journey, but the next page, opened by the link, can.
    const keep = reason.code === "journey_unknown" || reason.code === "journey_mismatch";
    if (!keep) for (const { position } of this.#queue) this.#deps.store.remove(this.#key, position);
    this.#queue.length = 0;
  }
}

/**
 * Refusals that leave nothing to repeat. `batch_conflict`: the number is stored with other content, which stands. A
 * note is a courtesy and never holds up the inputs behind it, unless the answer speaks of the journey as a whole.
 */
function isSettledBy(code: string, operation: Operation): boolean {
  if (operation.call === "batches") return code === "batch_conflict";
  return operation.call === "note" && (code === "body_invalid" || code === "not_found" || code === "attempt_unknown");
}
