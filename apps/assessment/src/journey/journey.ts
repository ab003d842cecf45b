import type {
  Device,
  Ended,
  FinishRequest,
  Grant,
  Journey,
  NoteRequest,
} from "@tallystick/contract";
import type { JourneyCall } from "../page-contract.ts";
import { createRecorder, type Recorder } from "../runner/recorder.ts";
import { flushEarlierPages } from "../transport/flush.ts";
import type { Operation } from "../transport/operation.ts";
import {
  backOffMs,
  createSender,
  type Halt,
  type Sender,
  type SenderDeps,
} from "../transport/sender.ts";

/** What the applicant sees. */
export type Screen =
  | { readonly kind: "starting" }
  | { readonly kind: "consent" }
  | {
      readonly kind: "task";
      readonly grant: Grant;
      readonly number: number;
      readonly total: number;
    }
  | { readonly kind: "between"; readonly done: number; readonly total: number }
  | { readonly kind: "finishing" }
  | { readonly kind: "taken_over" }
  | { readonly kind: "message"; readonly name: "unknown" | "replaced" | "failed" }
  | { readonly kind: "leaving" };

export interface JourneyDeps extends SenderDeps {
  readonly sessionId: string;
  readonly tab: string;
  readonly device: () => Promise<Device>;
  /** Leaves this page for good. */
  readonly leave: (address: string) => void;
  readonly onChange: () => void;
}

export interface JourneyRun {
  readonly screen: Screen;
  readonly reachable: boolean;
  readonly moneyUnit: Journey["money_unit"];
  start(): Promise<void>;
  decide(
    decision: "accepted" | "declined",
    text: { readonly version: string; readonly language: string },
  ): Promise<void>;
  recorder(grant: Grant): Recorder;
  taskDone(grant: Grant): void;
  nextTask(): Promise<void>;
  note(kind: NoteRequest["kind"], durationMs: number, taskIndex: number | null): void;
  stopForGood(): Promise<void>;
  continueHere(): Promise<void>;
  /** The browser says that the network is back. */
  wake(): void;
}

/** Re-opening without getting any further is tried this often before the page gives up. */
const MOST_REOPENINGS = 3;

type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly halt: Halt };

export function createJourney(deps: JourneyDeps): JourneyRun {
  let screen: Screen = { kind: "starting" };
  let reachable = true;
  let journey: Journey | null = null;
  let sender: Sender | null = null;
  let wakeUp: (() => void) | null = null;
  let reopenings = 0;
  /** Last batch of each task that this page finished, by task index. */
  const finished = new Map<number, FinishRequest["tasks"][number]>();

  function show(next: Screen): void {
    screen = next;
    deps.onChange();
  }
  function setReachable(now: boolean): void {
    if (reachable === now) return;
    reachable = now;
    deps.onChange();
  }

  /** Repeats one call until the server has answered it. */
  async function ask(call: JourneyCall, body: object): Promise<Answer> {
    const text = JSON.stringify(body);
    for (let failures = 1; ; failures += 1) {
      const outcome = await deps.call(call, text);
      if (outcome.ok) {
        setReachable(true);
        return outcome;
      }
      const { failure } = outcome;
      if (failure.kind === "refused")
        return { ok: false, halt: { code: failure.code, extra: failure.extra } };
      setReachable(false);
      const named = failure.kind === "busy" ? (failure.retryAfterMs ?? 0) : 0;
      const pause = deps.sleep(Math.max(named, backOffMs(failures, deps.random)));
      wakeUp = pause.wake;
      await pause.done;
      wakeUp = null;
    }
  }

  async function open(): Promise<void> {
    const answer = await ask("open", { tab: deps.tab, device: await deps.device() });
    if (!answer.ok) {
      await onHalt(answer.halt);
      return;
    }
    journey = answer.value as Journey;
    finished.clear();
    const key = { sessionId: deps.sessionId, run: journey.run, epoch: journey.epoch };
    sender = createSender(deps, key, { events: { onReachable: setReachable, onAnswer, onHalt } });
    if (!deps.store.durable) note("storage_blocked", 0, null);
    await goOn();
  }

  function onAnswer(operation: Operation, value: unknown): void {
    if (operation.call !== "task-done") return;
    journey = value as Journey;
    reopenings = 0;
  }

  async function onHalt(halt: Halt): Promise<void> {
    switch (halt.code) {
      case "journey_ended":
        leave(halt.extra["next"]);
        return;
      case "taken_over":
        show({ kind: "taken_over" });
        return;
      case "journey_replaced":
        show({ kind: "message", name: "replaced" });
        return;
      case "journey_unknown":
      case "journey_mismatch":
        show({ kind: "message", name: "unknown" });
        return;
      case "attempt_unknown":
      case "batch_gap":
      case "inputs_missing":
      case "consent_missing":
        await reopen();
        return;
      default:
        show({ kind: "message", name: "failed" });
    }
  }

  /** The server's account of the journey is the one that counts: ask for it again. */
  async function reopen(): Promise<void> {
    reopenings += 1;
    if (reopenings > MOST_REOPENINGS) show({ kind: "message", name: "failed" });
    else await open();
  }

  function leave(next: unknown): void {
    show({ kind: "leaving" });
    deps.leave(typeof next === "string" ? next : `/play/${deps.sessionId}/end`);
  }

  function isDone(index: number): boolean {
    return finished.has(index) || journey?.tasks[index]?.done === true;
  }

  async function goOn(): Promise<void> {
    if (journey === null) return;
    if (journey.state === "opened") return show({ kind: "consent" });
    if (journey.state !== "in_progress") return leave(null);
    const total = journey.tasks.length;
    const index = journey.tasks.findIndex((_, position) => !isDone(position));
    if (index === -1) return finish();
    const grant = currentGrant(index) ?? (await awaitGrant(index));
    if (grant !== null) show({ kind: "task", grant, number: index + 1, total });
  }

  function currentGrant(index: number): Grant | null {
    return journey?.grants.find((grant) => grant.task_index === index) ?? null;
  }

  /** Beyond the next task the phone knows no seed until the tasks before it have arrived. */
  async function awaitGrant(index: number): Promise<Grant | null> {
    show({ kind: "starting" });
    const halted = (await sender?.settled()) ?? null;
    const grant = currentGrant(index);
    if (halted === null && grant === null) await reopen();
    return halted === null ? grant : null;
  }

  async function finish(): Promise<void> {
    show({ kind: "finishing" });
    if (journey === null || ((await sender?.settled()) ?? null) !== null) return;
    const body: FinishRequest = {
      run: journey.run,
      epoch: journey.epoch,
      tasks: [...finished.values()],
    };
    const answer = await ask("finish", body);
    if (answer.ok) leave((answer.value as Ended).next);
    else await onHalt(answer.halt);
  }

  function note(kind: NoteRequest["kind"], durationMs: number, taskIndex: number | null): void {
    if (journey === null) return;
    const { run, epoch } = journey;
    const body: NoteRequest = {
      run,
      epoch,
      kind,
      task_index: taskIndex,
      duration_ms: Math.round(durationMs),
    };
    sender?.enqueue({ call: "note", body: JSON.stringify(body) });
  }

  return {
    get screen() {
      return screen;
    },
    get reachable() {
      return reachable;
    },
    get moneyUnit() {
      return journey?.money_unit ?? { symbol: "", factor: 1 };
    },
    async start() {
      const onSender = (wake: () => void): void => {
        wakeUp = wake;
      };
      await flushEarlierPages(deps, deps.sessionId, { onReachable: setReachable, onSender });
      await open();
    },
    async decide(decision, text) {
      if (journey === null) return;
      const { run, epoch } = journey;
      const answer = await ask("consent", {
        run,
        epoch,
        decision,
        text_version: text.version,
        language: text.language,
      });
      if (!answer.ok) return onHalt(answer.halt);
      if (decision === "declined") return leave((answer.value as Ended).next);
      journey = answer.value as Journey;
      await goOn();
    },
    recorder(grant) {
      const { run, epoch } = journey ?? { run: 0, epoch: 0 };
      const key = { run, epoch, taskIndex: grant.task_index, attempt: grant.attempt };
      return createRecorder(key, (operation) => {
        if (operation.call === "task-done") finished.set(grant.task_index, lastSeqOf(operation));
        sender?.enqueue(operation);
      });
    },
    taskDone(grant) {
      const total = journey?.tasks.length ?? 0;
      const done = journey?.tasks.filter((_, index) => isDone(index)).length ?? 0;
      if (done < total && grant.task_index + 1 < total) show({ kind: "between", done, total });
      else void goOn();
    },
    nextTask: goOn,
    note,
    async stopForGood() {
      if (journey === null) return;
      show({ kind: "leaving" });
      const answer = await ask("stop", { run: journey.run, epoch: journey.epoch });
      if (answer.ok) leave((answer.value as Ended).next);
      else await onHalt(answer.halt);
    },
    async continueHere() {
      show({ kind: "starting" });
      reopenings = 0;
      await open();
    },
    wake() {
      wakeUp?.();
      sender?.wake();
    },
  };
}

function lastSeqOf(operation: Operation): FinishRequest["tasks"][number] {
  const { task_index, attempt, last_seq } = JSON.parse(
    operation.body,
  ) as FinishRequest["tasks"][number];
  return { task_index, attempt, last_seq };
}
