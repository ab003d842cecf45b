import { PLAYER_NAMES, playTask, type TaskInput, tasks } from "@tallystick/tasks";
import { replayGolden } from "@tallystick/tasks/golden";
import { digestTrials, isRefusal, type TaskMachine, type TrialBase } from "@tallystick/tasks/runtime";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createRun } from "./run.ts";

/** The server's replay of what was sent against the run that the phone drew and answered. */

const PLAYS = 1_000;
const LONG_MS = 300_000;

const seeds = fc.stringMatching(/^[0-9a-f]{32}$/);
const players = fc.constantFrom(...PLAYER_NAMES);
/** Something that does not belong there: a double tap, a key of another task, an answer to something that is gone. */
const STRAYS: readonly Omit<TaskInput, "n" | "at">[] = [
  { kind: "press", stimulus: "item-0", choice: "left", source: "touch" },
  { kind: "press", stimulus: "nowhere", choice: "3" },
  { kind: "timeout", stimulus: "trial-0" },
  { kind: "continue", stimulus: "intro" },
];
const strays = fc.array(fc.tuple(fc.nat(80), fc.constantFrom(...STRAYS)), { maxLength: 6 });

type Machine = TaskMachine<unknown, object, unknown, TrialBase>;

/** The machine, and the state it was left in by whoever uses it: a run shows the view of its state alone. */
function watched(machine: Machine): { readonly machine: Machine; readonly state: () => string } {
  let last: object = {};
  const start: Machine["start"] = (seed, parameters) => (last = machine.start(seed, parameters));
  const apply: Machine["apply"] = (state, input) => {
    const next = machine.apply(state, input);
    if (!isRefusal(next)) last = next;
    return next;
  };
  return { machine: { ...machine, start, apply }, state: () => JSON.stringify(last) };
}

const jsonOf = (inputs: readonly TaskInput[]): TaskInput[] => JSON.parse(JSON.stringify(inputs)) as TaskInput[];

describe.each(tasks.map((task) => [task.spec.key, task] as const))("%s", { timeout: LONG_MS }, (_, definition) => {
  const { parameters } = definition.spec;

  test("over 1 000 random plays, strays included, the replay arrives at the very state the phone saw", () => {
    fc.assert(
      fc.property(seeds, seeds, players, strays, (seed, personSeed, player, extra) => {
        const sent: TaskInput[] = [];
        let digest = "";
        const phone = watched(definition.machine as Machine);
        const run = createRun(
          phone.machine,
          { seed, parameters },
          {
            onInput: (input) => sent.push(input),
            onChange: () => undefined,
            onComplete: (told) => (digest = told),
          },
        );
        playTask(definition, player, { seed, personSeed }).forEach(({ n, ...input }, index) => {
          for (const [place, stray] of extra) if (place === index) run.give({ ...stray, at: input.at });
          run.give(input);
          expect(sent.at(-1)?.n).toBeGreaterThanOrEqual(n);
        });
        const { key: task, version } = definition.spec;
        const replayed = replayGolden({ task, version, player, seed, parameters, inputs: jsonOf(sent) });
        expect(replayed.state).toBe(phone.state());
        expect(definition.machine.view(JSON.parse(replayed.state))).toEqual(run.view());
        // A stray that happens to fit may leave the play unfinished.
        expect(replayed.complete).toBe(run.view() === null);
        expect(replayed.complete ? digestTrials(JSON.parse(replayed.trials) as never) : "").toBe(digest);
        if (extra.length === 0) expect(replayed.complete).toBe(true);
      }),
      { numRuns: PLAYS },
    );
  });
});
