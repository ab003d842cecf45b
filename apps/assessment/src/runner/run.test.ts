import { digestTrials, isRefusal, type TaskInput, type TaskMachine, tasks, type TrialBase } from "@tallystick/tasks";
import { describe, expect, test } from "vitest";
import type { Operation } from "../transport/operation.ts";
import { BATCH_INPUTS, createRecorder } from "./recorder.ts";
import { createRun } from "./run.ts";

const SEED = "0123456789abcdef0123456789abcdef";

describe.each(tasks.map((definition) => [definition.spec.key, definition] as const))("%s", (_key, definition) => {
  const parameters = definition.spec.parameters;
  const played = definition.play("honest", { seed: SEED, parameters, person: { seed: SEED } });

  test("a run that is given a player's inputs ends where the replay ends, having recorded every one", () => {
    const recorded: TaskInput[] = [];
    const completed: string[] = [];
    let changed = 0;
    const run = createRun(
      definition.machine as TaskMachine<unknown, object, unknown, TrialBase>,
      { seed: SEED, parameters },
      {
        onInput: (input) => recorded.push(input),
        onChange: () => (changed += 1),
        onComplete: (digest) => completed.push(digest),
      },
    );
    for (const { n: _n, ...given } of played) run.give(given);

    expect(recorded.map(({ n }) => n)).toEqual(recorded.map((_, index) => index));
    let state = definition.machine.start(SEED, parameters);
    for (const input of recorded) {
      const next = definition.machine.apply(state, input);
      if (!isRefusal(next as object)) state = next;
    }
    expect(definition.machine.isComplete(state)).toBe(true);
    expect(completed).toEqual([digestTrials(definition.machine.trials(state))]);
    expect(changed).toBeGreaterThan(0);
    expect(run.view()).toBeNull();
  });

  test("a refused input is recorded with its number, and changes nothing", () => {
    const recorded: TaskInput[] = [];
    const run = createRun(
      definition.machine as TaskMachine<unknown, object, unknown, TrialBase>,
      { seed: SEED, parameters },
      {
        onInput: (input) => recorded.push(input),
        onChange: () => undefined,
        onComplete: () => undefined,
      },
    );
    const before = run.view();
    expect(run.give({ at: 0, kind: "press", stimulus: "nothing", choice: "left" })).toBe(false);
    expect(recorded).toHaveLength(1);
    expect(run.view()).toEqual(before);
  });
});

describe("batches", () => {
  const key = { run: 1, epoch: 2, taskIndex: 0, attempt: 1 };
  const input = (n: number): TaskInput => ({ n, at: n, kind: "press" });

  test("are cut at their size and by the clock, never empty, numbered without gaps; the task's end names the last", () => {
    const sent: Operation[] = [];
    const recorder = createRecorder(key, (operation) => sent.push(operation));
    recorder.cut();
    for (let n = 0; n < BATCH_INPUTS + 1; n += 1) recorder.record(input(n));
    recorder.cut();
    recorder.cut();
    recorder.record(input(BATCH_INPUTS + 1));
    recorder.finish("0123456789abcdef");
    const bodies = sent.map(({ body }) => JSON.parse(body) as { seq?: number; inputs?: unknown[]; last_seq?: number });
    expect(sent.map(({ call }) => call)).toEqual(["batches", "batches", "batches", "task-done"]);
    expect(bodies.map(({ seq, inputs }) => [seq, inputs?.length])).toEqual([
      [0, BATCH_INPUTS],
      [1, 1],
      [2, 1],
      [undefined, undefined],
    ]);
    expect(bodies[3]).toEqual({ run: 1, epoch: 2, task_index: 0, attempt: 1, last_seq: 2, digest: "0123456789abcdef" });
  });
});
