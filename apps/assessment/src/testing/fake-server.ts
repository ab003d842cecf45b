import type { BatchRequest, Grant, Journey, TaskDoneRequest } from "@tallystick/contract";
import type { CallJourney, Outcome } from "../journey/client.ts";
import type { JourneyCall } from "../page-contract.ts";

/** What happens to a request on its way. `lost_after`: it arrives and counts, its answer does not come back. */
export type Fate = "arrives" | "lost_before" | "lost_after" | "busy";

interface Attempt {
  readonly taskIndex: number;
  readonly attempt: number;
  state: "open" | "done" | "interrupted";
  readonly batches: string[];
}

interface Body {
  readonly run: number;
  readonly epoch: number;
  readonly [member: string]: unknown;
}

/** The applicant's API in memory, with the rules of the real one: epochs, gaps, conflicts, attempts. */
export class FakeServer {
  run = 1;
  epoch = 0;
  state: Journey["state"] = "opened";
  readonly attempts: Attempt[] = [];
  readonly calls: { readonly call: JourneyCall; readonly body: string }[] = [];
  /** Fates of the next requests; afterwards everything arrives. */
  readonly fates: Fate[] = [];
  readonly #tasks: readonly string[];
  /** Epoch that each named opening made. */
  readonly #openings = new Map<unknown, number>();

  constructor(tasks: readonly string[] = ["money_choices", "quick_taps"]) {
    this.#tasks = tasks;
  }

  /** Never resolves once the page behind it is gone. */
  page(isAlive: () => boolean = () => true): CallJourney {
    const gone = new Promise<never>(() => undefined);
    return async (call, body) => {
      if (!isAlive()) return gone;
      const fate = this.fates.shift() ?? "arrives";
      await Promise.resolve();
      const outcome = fate === "arrives" || fate === "lost_after" ? this.receive(call, body) : null;
      await Promise.resolve();
      if (!isAlive()) return gone;
      if (fate === "busy") return { ok: false, failure: { kind: "busy", retryAfterMs: 1_000 } };
      return fate === "arrives" && outcome !== null ? outcome : { ok: false, failure: { kind: "away" } };
    };
  }

  /** Inputs stored of one attempt, in order. */
  stored(taskIndex: number, attempt: number): readonly unknown[] {
    const found = this.attempts.find((row) => row.taskIndex === taskIndex && row.attempt === attempt);
    return (found?.batches ?? []).flatMap((inputs) => JSON.parse(inputs) as unknown[]);
  }

  receive(call: JourneyCall, text: string): Outcome {
    this.calls.push({ call, body: text });
    const body = JSON.parse(text) as Body;
    if (call === "open") return this.#open(body["opening"]);
    if (body.run !== this.run) return refused("journey_replaced");
    if (call === "batches") return this.#batch(body as unknown as BatchRequest);
    if (this.state === "completed" || this.state === "incomplete") return refused("journey_ended", { next: "/ended" });
    if (body.epoch !== this.epoch) return refused("taken_over");
    if (call === "consent") return this.#consent(body["decision"]);
    if (call === "task-done") return this.#taskDone(body as unknown as TaskDoneRequest);
    if (call === "finish") return this.#finish();
    if (call === "stop") return this.#end("incomplete");
    return { ok: true, value: null };
  }

  #open(opening: unknown): Outcome {
    if (this.state === "completed" || this.state === "incomplete") return refused("journey_ended", { next: "/ended" });
    const earlier = this.#openings.get(opening);
    if (earlier !== undefined) {
      return earlier === this.epoch ? { ok: true, value: this.#journey() } : refused("taken_over");
    }
    this.epoch += 1;
    if (opening !== undefined) this.#openings.set(opening, this.epoch);
    for (const attempt of this.attempts) {
      if (attempt.state === "open" && attempt.batches.length > 0) attempt.state = "interrupted";
    }
    return { ok: true, value: this.#journey() };
  }

  #consent(decision: unknown): Outcome {
    if (decision === "declined") return this.#end("cancelled");
    this.state = "in_progress";
    return { ok: true, value: this.#journey() };
  }

  #batch(batch: BatchRequest): Outcome {
    const found = this.#find(batch.task_index, batch.attempt);
    const inputs = JSON.stringify(batch.inputs);
    const kept = found?.batches[batch.seq];
    if (kept === inputs) return { ok: true, value: { acknowledged: batch.seq } };
    if (batch.epoch !== this.epoch) return refused("taken_over");
    if (kept !== undefined) return refused("batch_conflict");
    if (found?.state !== "open") return refused("attempt_unknown");
    if (batch.seq > found.batches.length) return refused("batch_gap", { expected_seq: found.batches.length });
    found.batches.push(inputs);
    return { ok: true, value: { acknowledged: batch.seq } };
  }

  #taskDone(done: TaskDoneRequest): Outcome {
    const found = this.#find(done.task_index, done.attempt);
    if (found === undefined || found.state === "interrupted") return refused("attempt_unknown");
    if (found.batches.length <= done.last_seq) return refused("batch_gap", { expected_seq: found.batches.length });
    found.state = "done";
    return { ok: true, value: this.#journey() };
  }

  #finish(): Outcome {
    if (this.#tasks.some((_, index) => !this.#isDone(index))) return refused("inputs_missing", { missing: [] });
    return this.#end("completed");
  }

  #end(state: Journey["state"]): Outcome {
    this.state = state;
    return { ok: true, value: { state, next: "/ended" } };
  }

  #journey(): Journey {
    const open = this.#tasks.map((_, index) => index).filter((index) => !this.#isDone(index));
    const playing = this.state === "in_progress";
    return {
      state: this.state,
      run: this.run,
      epoch: this.epoch,
      tasks: this.#tasks.map((task, index) => ({ task, version: 1, seconds: 60, done: this.#isDone(index) })),
      grants: playing ? open.slice(0, 2).map((index) => this.#grant(index)) : [],
      money_unit: { symbol: "$", factor: 1 },
      expires_at: 1_800_000_000,
    };
  }

  #grant(taskIndex: number): Grant {
    const mine = this.attempts.filter((row) => row.taskIndex === taskIndex);
    let open = mine.find((row) => row.state === "open");
    if (open === undefined) {
      open = { taskIndex, attempt: mine.length + 1, state: "open", batches: [] };
      this.attempts.push(open);
    }
    const task = this.#tasks[taskIndex] ?? "";
    const seed = `${String(taskIndex)}${String(open.attempt)}`.padEnd(32, "0");
    return { task_index: taskIndex, attempt: open.attempt, task, version: 1, seed, parameters: {} };
  }

  #find(taskIndex: number, attempt: number): Attempt | undefined {
    return this.attempts.find((row) => row.taskIndex === taskIndex && row.attempt === attempt);
  }

  #isDone(taskIndex: number): boolean {
    return this.attempts.some((row) => row.taskIndex === taskIndex && row.state === "done");
  }
}

function refused(code: string, extra: Readonly<Record<string, unknown>> = {}): Outcome {
  return { ok: false, failure: { kind: "refused", code, extra } };
}

/** A `Storage` in memory; `room` is how many items fit. */
export class FakeStorage implements Storage {
  readonly #items = new Map<string, string>();
  readonly #room: number;

  constructor(room = Number.POSITIVE_INFINITY) {
    this.#room = room;
  }
  get length(): number {
    return this.#items.size;
  }
  clear(): void {
    this.#items.clear();
  }
  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }
  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }
  removeItem(key: string): void {
    this.#items.delete(key);
  }
  setItem(key: string, value: string): void {
    if (!this.#items.has(key) && this.#items.size >= this.#room) throw new DOMException("full", "QuotaExceededError");
    this.#items.set(key, value);
  }
}

/** Pauses that are over at once; what was asked for is kept. */
export function noSleep(asked: number[] = []) {
  return (ms: number) => {
    asked.push(ms);
    return { done: Promise.resolve(), wake: () => undefined };
  };
}
