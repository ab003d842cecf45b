import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AnyTaskDefinition, TaskInput } from "./contract.ts";
import { isRefusal, PLAYER_NAMES } from "./contract.ts";
import { tasks } from "./registry.ts";
import { replay } from "./replay.ts";
import { playTask } from "./sandbox.ts";

/** Guarantees of every machine, whatever the task. */

const seeds = fc.stringMatching(/^[0-9a-f]{32}$/);
const PERSON = "00000000000000000000000000000abc";

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}

/** Inputs that look right now and then: known words, near numbers, and anything JSON can carry. */
function inputsFor(definition: AnyTaskDefinition): fc.Arbitrary<TaskInput> {
  const words = definition.machine;
  const state = words.start("0".repeat(32), definition.spec.parameters);
  const stimulus = (words.view(state) as { stimulus: string }).stimulus;
  const near = fc.record(
    {
      n: fc.integer({ min: -1, max: 30 }),
      at: fc.integer({ min: -1, max: 20_000 }),
      kind: fc.constantFrom("shown", "press", "timeout", "continue", "mode", "else"),
      stimulus: fc.constantFrom(stimulus, "practice-0", "item-0", "trial-0", "main", "__proto__"),
      choice: fc.constantFrom("left", "right", "hold", "timed", "untimed", "constructor"),
      source: fc.constantFrom("touch", "keyboard", "assistive", "nose"),
    },
    { requiredKeys: [] },
  );
  return fc.oneof({ weight: 4, arbitrary: near }, { weight: 1, arbitrary: fc.jsonValue() }) as fc.Arbitrary<TaskInput>;
}

describe.each(tasks.map((task) => [task.spec.key, task] as const))("%s", (_, definition) => {
  const { machine, spec } = definition;
  const start = (seed: string) => machine.start(seed, spec.parameters);

  test("any input whatever is taken or refused by name, never thrown at, and nothing is mutated", () => {
    fc.assert(
      fc.property(seeds, fc.array(inputsFor(definition), { maxLength: 40 }), (seed, inputs) => {
        let state = freeze(start(seed));
        for (const input of inputs) {
          const outcome = machine.apply(state, freeze(input)) as object;
          if (!isRefusal(outcome)) state = freeze(outcome);
          machine.view(state);
          machine.trials(state);
        }
      }),
    );
  });

  test("any input sequence replays to the same outcome", () => {
    fc.assert(
      fc.property(seeds, fc.array(inputsFor(definition), { maxLength: 40 }), (seed, inputs) => {
        const attempt = { seed, parameters: spec.parameters, inputs };
        expect(JSON.stringify(replay(definition, attempt))).toBe(JSON.stringify(replay(definition, attempt)));
      }),
    );
  });

  test("the state is plain JSON: stored and read back half-way, it plays on alike", () => {
    fc.assert(
      fc.property(seeds, fc.nat(60), (seed, stop) => {
        const inputs = playTask(definition, "honest", { seed, personSeed: PERSON });
        let state = start(seed);
        inputs.forEach((input, index) => {
          if (index === stop) state = JSON.parse(JSON.stringify(state));
          state = machine.apply(state, input);
        });
        const whole = replay(definition, { seed, parameters: spec.parameters, inputs });
        expect(machine.trials(state)).toEqual(whole.trials);
        expect(machine.isComplete(state)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("progress never goes back, ends full, and a complete task has nothing to show", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(...PLAYER_NAMES), (seed, player) => {
        let state = start(seed);
        let before = machine.progress(state).done;
        for (const input of playTask(definition, player, { seed, personSeed: PERSON })) {
          expect(machine.view(state)).not.toBeNull();
          state = machine.apply(state, input);
          const { done, total } = machine.progress(state);
          expect(done).toBeGreaterThanOrEqual(before);
          expect(done).toBeLessThanOrEqual(total);
          before = done;
        }
        expect(machine.progress(state).done).toBe(machine.progress(state).total);
        expect(machine.view(state)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  test("refused inputs in between change nothing of the result", () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.jsonValue(), { maxLength: 10 }), (seed, noise) => {
        const inputs = playTask(definition, "honest", { seed, personSeed: PERSON });
        const disturbed = inputs.flatMap((input, index) => {
          const extra = noise[index];
          return extra === undefined ? [input] : [extra as unknown as TaskInput, input, input];
        });
        const parameters = spec.parameters;
        const clean = replay(definition, { seed, parameters, inputs });
        const noisy = replay(definition, { seed, parameters, inputs: disturbed });
        expect(noisy.trials).toEqual(clean.trials);
        expect(noisy.metrics).toEqual(clean.metrics);
        const refused = Object.values(noisy.refusals).reduce((sum, count) => sum + count, 0);
        expect(refused).toBe(disturbed.length - inputs.length);
      }),
      { numRuns: 40 },
    );
  });

  test("members the task does not know are refused as malformed", () => {
    const first = playTask(definition, "honest", { seed: "0".repeat(32), personSeed: PERSON })[0]!;
    const outcome = machine.apply(start("0".repeat(32)), { ...first, name: "Ada" } as TaskInput);
    expect(outcome).toEqual({ refused: "malformed" });
  });

  test("after the end every input is refused as finished", () => {
    const seed = "0".repeat(32);
    const inputs = playTask(definition, "honest", { seed, personSeed: PERSON });
    const late = { n: 9_999, at: 80_000_000, kind: "press", stimulus: "item-0", choice: "left" };
    const { refusals, complete } = replay(definition, { seed, parameters: spec.parameters, inputs: [...inputs, late] });
    expect(complete).toBe(true);
    expect(refusals).toEqual({ finished: 1 });
  });

  test("every metric it gives stands in its dictionary, and nothing else", () => {
    const given = Object.keys(definition.metrics([]));
    expect(given.sort()).toEqual(spec.metricDictionary.map((metric) => metric.name).sort());
  });

  test("an attempt without answers measures nothing, and says so with null", () => {
    expect(Object.values(definition.metrics([])).every((value) => value === null)).toBe(true);
  });

  test("every trial member stands in its dictionary, and nothing else", () => {
    const seed = "0".repeat(32);
    const inputs = playTask(definition, "honest", { seed, personSeed: PERSON });
    const { trials } = replay(definition, { seed, parameters: spec.parameters, inputs });
    const documented = spec.trialDictionary.map((field) => field.name).sort();
    for (const trial of trials) expect(Object.keys(trial).sort()).toEqual(documented);
  });

  test("every parameter stands in its dictionary, and nothing else", () => {
    const documented = spec.parameterDictionary.map((field) => field.name).sort();
    expect(Object.keys(spec.parameters as object).sort()).toEqual(documented);
  });
});
