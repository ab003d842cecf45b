import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TaskInput, TrialBase } from "./contract.ts";
import { digestTrials } from "./digest.ts";
import { tasks } from "./registry.ts";
import { replay, replayMachine } from "./replay.ts";

const trial: TrialBase = { stimulus: "item-0", practice: false, rtMs: 1234 };

test("the digest of known trials is fixed: pages and servers of different builds compare it", () => {
  expect(digestTrials([])).toBe("8f92d45a741638a5");
  expect(digestTrials([trial])).toBe("64a29ba34635ab2b");
});

test("a millisecond, a trial more or another order makes another digest", () => {
  const all = [
    [trial],
    [{ ...trial, rtMs: 1235 }],
    [trial, trial],
    [{ ...trial, rtMs: 1 }, trial],
    [trial, { ...trial, rtMs: 1 }],
    [{ ...trial, rtMs: null }],
  ];
  expect(new Set(all.map(digestTrials)).size).toBe(all.length);
});

test("among ten thousand neighbouring outcomes no two share a digest", () => {
  const digests = Array.from({ length: 10_000 }, (_, rtMs) => digestTrials([{ ...trial, rtMs }]));
  expect(new Set(digests).size).toBe(digests.length);
});

describe.each(tasks.map((task) => [task.spec.key, task] as const))("%s", (_, definition) => {
  test("what the page digests of its own state is what the server digests of the inputs that went over the wire", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{32}$/), fc.stringMatching(/^[0-9a-f]{32}$/), (seed, person) => {
        const { parameters } = definition.spec;
        const inputs = definition.play("honest", { seed, parameters, person: { seed: person } });
        const { state } = replayMachine(definition.machine, { seed, parameters, inputs });
        const wire = JSON.parse(JSON.stringify(inputs)) as TaskInput[];
        const replayed = replay(definition, { seed, parameters, inputs: wire });
        expect(replayed.complete).toBe(true);
        expect(digestTrials(replayed.trials)).toBe(digestTrials(definition.machine.trials(state)));
      }),
      { numRuns: 50 },
    );
  });
});
