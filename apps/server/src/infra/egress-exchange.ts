import type { Agent, Dispatcher } from "undici";

/** One request and what came back, without the streams and signals that a general client makes for each. */
export interface Exchange {
  readonly options: Dispatcher.DispatchOptions;
  /** For all of it, from now on. */
  readonly timeoutMs: number;
  /** Ends it early. */
  readonly stop: AbortSignal | undefined;
}

export type Exchanged = Received | Failed;

export interface Received {
  readonly kind: "received";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** At most MAX_ANSWER_BYTES, as UTF-8. */
  readonly body: string;
  /** What kept the rest of the body from coming; null: it came whole or was long enough. */
  readonly cutOff: Interruption | null;
}

export interface Failed {
  readonly kind: "failed";
  readonly by: Interruption;
  readonly error: unknown;
}

export type Interruption = "timeout" | "stop" | "connection";

const MAX_ANSWER_BYTES = 16_384;

/** Never rejects. What is interrupted before its connection stands ends at once and is not sent later. */
export function exchange(agent: Agent, { options, timeoutMs, stop }: Exchange): Promise<Exchanged> {
  return new Promise((resolve) => {
    if (stop?.aborted === true) return resolve({ kind: "failed", by: "stop", error: stop.reason });
    const handler = new AnswerHandler((exchanged) => {
      clearTimeout(timer);
      unwatch?.();
      resolve(exchanged);
    });
    const timer = setTimeout(() => handler.interrupt("timeout"), timeoutMs);
    const unwatch = stop && onceAborted(stop, () => handler.interrupt("stop"));
    agent.dispatch(options, handler);
  });
}

/** The status line decides what an answer means; a body that breaks off or never ends changes nothing about it. */
class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #done: (exchanged: Exchanged) => void;
  #isOver = false;
  #controller: Dispatcher.DispatchController | null = null;
  #status = 0;
  #headers: Readonly<Record<string, string>> | null = null;
  #chunks: Buffer[] = [];
  #sizeBytes = 0;

  constructor(done: (exchanged: Exchanged) => void) {
    this.#done = done;
  }

  interrupt(by: Interruption): void {
    if (this.#isOver) return;
    const error = new Error(`the exchange was ended by ${by}`);
    this.#end(by, error);
    this.#controller?.abort(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error("the exchange had ended before its connection stood"));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (status < 200) return; // Announces an answer, is none.
    this.#status = status;
    this.#headers = flattened(headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes < MAX_ANSWER_BYTES) return;
    this.#end(null, null);
    // The connection goes with it: the rest is not worth its traffic.
    controller.abort(new Error("the answer is long enough"));
  }

  onResponseEnd(): void {
    this.#end(null, null);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: unknown): void {
    this.#end("connection", error);
  }

  #end(by: Interruption | null, error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const headers = this.#headers;
    if (headers === null) this.#done({ kind: "failed", by: by ?? "connection", error });
    else this.#done({ kind: "received", status: this.#status, headers, body: this.#body(), cutOff: by });
  }

  #body(): string {
    const [first] = this.#chunks;
    if (first === undefined) return "";
    const whole = this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    const text = whole.subarray(0, MAX_ANSWER_BYTES).toString("utf8");
    return text.replaceAll("\0", "\u{fffd}"); // PostgreSQL's text can not hold NUL.
  }
}

function flattened(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = typeof value === "string" ? value : value.join(", ");
  }
  return flat;
}

const watchers = new WeakMap<AbortSignal, Set<() => void>>();

/** One listener for all who watch the same signal, for it outlives thousands of them. Returns how to watch no more. */
function onceAborted(signal: AbortSignal, work: () => void): () => void {
  const known = watchers.get(signal);
  const all = known ?? new Set<() => void>();
  if (known === undefined) {
    watchers.set(signal, all);
    signal.addEventListener("abort", () => [...all].forEach((wake) => wake()), { once: true });
  }
  all.add(work);
  return () => all.delete(work);
}
