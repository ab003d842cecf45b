import type { Device, Ended, FinishRequest, Grant, Journey as JourneyAnswer, NoteRequest } from "@tallystick/contract";
import type { JourneyCall } from "../page-contract.ts";
import { createRecorder, type Recorder } from "../runner/recorder.ts";
import { flushEarlierPages } from "../transport/flush.ts";
import type { Operation } from "../transport/operation.ts";
import { type Answer, ask } from "../transport/ask.ts";
import { type Halt, Sender, type SenderDeps } from "../transport/sender.ts";
import type { Screen } from "./screen.ts";

export type { MessageName, Screen } from "./screen.ts";

export interface JourneyDeps extends SenderDeps {
  readonly sessionId: string;
  readonly tab: string;
  /** A random name, another one each time: the network may bring an opening twice. */
  readonly newName: () => string;
  readonly device: () => Promise<Device>;
  /** The page's clock, ms. */
  readonly now: () => number;
  /** Leaves this page for good. */
  readonly leave: (address: string) => void;
  readonly onChange: () => void;
}

/** Re-opening without getting any further is tried this often before the page gives up. */
const MOST_REOPENINGS = 3;

/** The contract keeps a day at most. */
const LONGEST_NOTE_MS = 86_400_000;

export type NoteDetails = Pick<NoteRequest, "viewport" | "connection"> & { readonly durationMs?: number };
type FinishedTask = FinishRequest["tasks"][number];

/** One page's part in the journey, from opening it to leaving it. The server's account is the one that counts. */
export class Journey {
  readonly #deps: JourneyDeps;
  #screen: Screen = { kind: "starting" };
  /** Since when the server can not be reached; null while it can. */
  #awaySince: number | null = null;
  #journey: JourneyAnswer | null = null;
  #sender: Sender | null = null;
  #wakeUp: (() => void) | null = null;
  #reopenings = 0;
  #notes = 0;
  /** Tasks that this page finished, by index; the server may not know yet. */
  readonly #finished = new Map<number, FinishedTask>();

  constructor(deps: JourneyDeps) {
    this.#deps = deps;
  }

  get screen(): Screen {
    return this.#screen;
  }
  /** False while the server can not be reached. */
  get reachable(): boolean {
    return this.#awaySince === null;
  }
  get moneyUnit(): JourneyAnswer["money_unit"] {
    return this.#journey?.money_unit ?? { symbol: "", factor: 1 };
  }
  /** Tasks of the journey, for fetching what they need ahead of time. */
  get tasks(): JourneyAnswer["tasks"] {
    return this.#journey?.tasks ?? [];
  }

  async start(): Promise<void> {
    await flushEarlierPages(this.#deps, this.#deps.sessionId, {
      onReachable: this.#setReachable,
      onSender: (wake) => {
        this.#wakeUp = wake;
      },
    });
    await this.#open();
  }

  async decide(
    decision: "accepted" | "declined",
    text: { readonly version: string; readonly language: string },
  ): Promise<void> {
    const body = { decision, text_version: text.version, language: text.language };
    const answer = await this.#ask("consent", { ...this.#place(), ...body });
    if (!answer.ok) return this.#onHalt(answer.halt);
    if (decision === "declined") return this.#leave((answer.value as Ended).next);
    this.#journey = answer.value as JourneyAnswer;
    return this.goOn();
  }

  recorder(grant: Grant): Recorder {
    const key = { ...this.#place(), taskIndex: grant.task_index, attempt: grant.attempt };
    return createRecorder(key, (operation) => {
      if (operation.call === "task-done") this.#finished.set(grant.task_index, finishedTask(operation));
      this.#sender?.enqueue(operation);
    });
  }

  /** After `recorder.finish()`: on to the next task by way of a sentence, or to the end. */
  async taskDone(): Promise<void> {
    const { tasks } = this;
    const done = tasks.filter((_, index) => this.#isDone(index)).length;
    if (done < tasks.length) this.#show({ kind: "between", done, total: tasks.length });
    else await this.goOn();
  }

  /** To whatever is next by what is known here. */
  async goOn(): Promise<void> {
    if (this.#journey === null) return;
    if (this.#journey.state === "opened") return this.#show({ kind: "consent" });
    if (this.#journey.state !== "in_progress") return this.#leave(null);
    const index = this.tasks.findIndex((_, position) => !this.#isDone(position));
    if (index === -1) return this.#finish();
    const grant = this.#grant(index) ?? (await this.#awaitGrant(index));
    if (grant !== null) this.#show({ kind: "task", grant, number: index + 1, total: this.tasks.length });
  }

  /** Between consent and end, when what happens to the page says something about the game. */
  get playing(): boolean {
    return this.#journey?.state === "in_progress" && this.#screen.kind !== "leaving";
  }
  /** Until when the link leads back here; epoch seconds. */
  get expiresAt(): number {
    return this.#journey?.expires_at ?? 0;
  }

  note(kind: NoteRequest["kind"], details: NoteDetails = {}): void {
    const { durationMs = 0, ...more } = details;
    const body: NoteRequest = {
      ...this.#place(),
      kind,
      task_index: this.#screen.kind === "task" ? this.#screen.grant.task_index : null,
      duration_ms: Math.min(LONGEST_NOTE_MS, Math.max(0, Math.round(durationMs))),
      n: this.#notes,
      ...more,
    };
    this.#notes += 1;
    this.#sender?.enqueue({ call: "note", body: JSON.stringify(body) });
  }

  async stopForGood(): Promise<void> {
    this.#show({ kind: "leaving" });
    const answer = await this.#ask("stop", this.#place());
    if (answer.ok) this.#leave((answer.value as Ended).next);
    else await this.#onHalt(answer.halt);
  }

  async continueHere(): Promise<void> {
    this.#show({ kind: "starting" });
    this.#reopenings = 0;
    await this.#open();
  }

  /** The browser says that the network is back. */
  wake(): void {
    this.#wakeUp?.();
    this.#sender?.wake();
  }

  async #open(): Promise<void> {
    const { tab, newName } = this.#deps;
    const answer = await this.#ask("open", { tab, device: await this.#deps.device(), opening: newName() });
    if (!answer.ok) return this.#onHalt(answer.halt);
    this.#journey = answer.value as JourneyAnswer;
    this.#finished.clear();
    const key = { sessionId: this.#deps.sessionId, ...this.#place() };
    this.#sender = new Sender(this.#deps, key, {
      events: {
        onReachable: this.#setReachable,
        onAnswer: (operation, value) => {
          if (operation.call === "task-done") this.#learn(value as JourneyAnswer);
        },
        onHalt: (halt) => {
          void this.#onHalt(halt);
        },
      },
    });
    if (!this.#deps.store.durable) this.note("storage_blocked");
    return this.goOn();
  }

  #learn(journey: JourneyAnswer): void {
    this.#journey = journey;
    this.#reopenings = 0;
  }

  #ask(call: JourneyCall, body: object): Promise<Answer> {
    const onPause = (wake: (() => void) | null): void => {
      this.#wakeUp = wake;
    };
    return ask(this.#deps, { call, body }, { onReachable: this.#setReachable, onPause });
  }

  async #onHalt(halt: Halt): Promise<void> {
    switch (halt.code) {
      case "journey_ended":
        return this.#leave(halt.extra["next"]);
      case "taken_over":
        return this.#show({ kind: "taken_over" });
      case "journey_replaced":
        return this.#show({ kind: "message", name: "replaced" });
      case "journey_unknown":
      case "journey_mismatch":
        return this.#show({ kind: "message", name: "unknown" });
      case "attempt_unknown":
      case "batch_gap":
      case "inputs_missing":
      case "consent_missing":
        return this.#reopen();
      default:
        return this.#show({ kind: "message", name: "failed" });
    }
  }

  async #reopen(): Promise<void> {
    this.#reopenings += 1;
    if (this.#reopenings > MOST_REOPENINGS) this.#show({ kind: "message", name: "failed" });
    else await this.#open();
  }

  /** Beyond the next task the phone knows no seed until the tasks before it have arrived. */
  async #awaitGrant(index: number): Promise<Grant | null> {
    this.#show({ kind: "starting" });
    const halt = (await this.#sender?.settled()) ?? null;
    if (halt !== null) return null;
    const grant = this.#grant(index);
    if (grant === null) await this.#reopen();
    return grant;
  }

  async #finish(): Promise<void> {
    this.#show({ kind: "finishing" });
    const halt = (await this.#sender?.settled()) ?? null;
    if (halt !== null) return;
    const body: FinishRequest = { ...this.#place(), tasks: [...this.#finished.values()] };
    const answer = await this.#ask("finish", body);
    if (answer.ok) this.#leave((answer.value as Ended).next);
    else await this.#onHalt(answer.halt);
  }

  #place(): { run: number; epoch: number } {
    return { run: this.#journey?.run ?? 0, epoch: this.#journey?.epoch ?? 0 };
  }

  #isDone(index: number): boolean {
    return this.#finished.has(index) || this.tasks[index]?.done === true;
  }

  #grant(index: number): Grant | null {
    return this.#journey?.grants.find((grant) => grant.task_index === index) ?? null;
  }

  #leave(next: unknown): void {
    this.#sender?.close();
    this.#show({ kind: "leaving" });
    this.#deps.leave(typeof next === "string" ? next : `/play/${this.#deps.sessionId}/end`);
  }

  #show(next: Screen): void {
    this.#screen = next;
    this.#deps.onChange();
  }

  readonly #setReachable = (reachable: boolean): void => {
    if (this.reachable === reachable) return;
    const since = this.#awaySince;
    this.#awaySince = reachable ? null : this.#deps.now();
    // A fact for people who read the record; it costs the applicant nothing.
    if (since !== null) this.note("offline", { durationMs: this.#deps.now() - since });
    this.#deps.onChange();
  };
}

function finishedTask(operation: Operation): FinishedTask {
  const { task_index, attempt, last_seq } = JSON.parse(operation.body) as FinishedTask;
  return { task_index, attempt, last_seq };
}
