import type { TaskInput } from "@tallystick/tasks/runtime";
import type { BatchRequest, TaskDoneRequest } from "@tallystick/contract";
import type { Operation } from "../transport/operation.ts";

/** Under the contract's 500 inputs and 128 KiB by far; small enough to go through in one try on a poor line. */
export const BATCH_INPUTS = 40;
export const BATCH_EVERY_MS = 3_000;

export interface AttemptKey {
  readonly run: number;
  readonly epoch: number;
  readonly taskIndex: number;
  readonly attempt: number;
}

/** Cuts the stream of one attempt's inputs into numbered batches. */
export interface Recorder {
  readonly record: (input: TaskInput) => void;
  /** Queues what has gathered; nothing when there is nothing. */
  readonly cut: () => void;
  /** Queues the rest and the word that the task is done, with the digest of what the page saw at its end. */
  readonly finish: (digest: string) => void;
}

export function createRecorder(key: AttemptKey, enqueue: (operation: Operation) => void): Recorder {
  let gathered: TaskInput[] = [];
  let seq = 0;
  const attempt = {
    run: key.run,
    epoch: key.epoch,
    task_index: key.taskIndex,
    attempt: key.attempt,
  };

  function cut(): void {
    if (gathered.length === 0) return;
    const body: BatchRequest = { ...attempt, seq, inputs: gathered.map((input) => ({ ...input })) };
    enqueue({ call: "batches", body: JSON.stringify(body) });
    seq += 1;
    gathered = [];
  }

  return {
    record(input) {
      gathered.push(input);
      if (gathered.length >= BATCH_INPUTS) cut();
    },
    cut,
    finish(digest) {
      cut();
      const body: TaskDoneRequest = { ...attempt, last_seq: seq - 1, digest };
      enqueue({ call: "task-done", body: JSON.stringify(body) });
    },
  };
}
