import { describe, expect, test } from "vitest";
import type { TaskInput, TrialBase } from "./contract.ts";
import { ATTACKERS, type AttackerName } from "./attackers.ts";
import type { MoneyTrial } from "./money_choices/v1/machine.ts";
import type { NumberTrial } from "./number_sense/v1/machine.ts";
import type { TapTrial } from "./quick_taps/v1/machine.ts";
import type { StatementsTrial } from "./statements/v1/machine.ts";
import type { TowerTrial } from "./tower/v1/machine.ts";
import { findTask, tasks } from "./registry.ts";
import { replay } from "./replay.ts";
import { playTask } from "./sandbox.ts";
import { mean, sd } from "./statistics.ts";
import { seedOf } from "./testing/population.ts";

/** Those who play in order to get through: each comes to an end everywhere, and does what its name says. */

const PEOPLE = 12;

interface Attacked<T extends TrialBase> {
  readonly inputs: readonly TaskInput[];
  readonly trials: readonly T[];
}

function attacked<T extends TrialBase>(name: AttackerName, key: string, person: number): Attacked<T> {
  const definition = findTask(key, 1);
  if (definition === null) throw new Error(`${key} v1 is gone`);
  const seed = seedOf(person, 7);
  const inputs = ATTACKERS[name].play(definition, { seed, personSeed: seedOf(person, 1) });
  const { parameters } = definition.spec;
  return { inputs, trials: replay(definition, { seed, parameters, inputs }).trials as readonly T[] };
}

const crowd = <T extends TrialBase>(name: AttackerName, key: string): readonly Attacked<T>[] =>
  Array.from({ length: PEOPLE }, (_, person) => attacked<T>(name, key, person));
const presses = ({ inputs }: Attacked<TrialBase>): readonly TaskInput[] =>
  inputs.filter(({ kind }) => kind === "press");
const timesOf = ({ trials }: Attacked<TrialBase>): readonly number[] =>
  trials.flatMap(({ rtMs }) => (rtMs === null ? [] : [rtMs]));
const kinds = (values: readonly unknown[]): number => new Set(values).size;

describe.each(Object.values(ATTACKERS))("$name", (attacker) => {
  test.each(tasks.map((task) => [task.spec.key, task] as const))(
    "%s: comes to an end without a refused input, alike at each call and otherwise for another person",
    (_, definition) => {
      const attempts = Array.from({ length: PEOPLE }, (_person, person) => {
        const attempt = { seed: seedOf(1, 7), personSeed: seedOf(person, 1) };
        const inputs = attacker.play(definition, attempt);
        const { parameters } = definition.spec;
        const { complete, refusals } = replay(definition, { seed: attempt.seed, parameters, inputs });
        expect(complete).toBe(true);
        expect(refusals).toEqual({});
        expect(attacker.play(definition, attempt)).toEqual(inputs);
        return JSON.stringify(inputs);
      });
      expect(kinds(attempts)).toBe(PEOPLE);
    },
  );

  test("is listed under its own name", () => {
    expect(ATTACKERS[attacker.name]).toBe(attacker);
  });
});

describe("what is pressed", () => {
  test("first and last: one side of the money choices and of the taps", () => {
    for (const key of ["money_choices", "quick_taps"]) {
      for (const one of crowd("straight_left", key))
        expect(new Set(presses(one).map(({ choice }) => choice))).toEqual(new Set(["left"]));
      for (const one of crowd("straight_right", key))
        expect(new Set(presses(one).map(({ choice }) => choice))).toEqual(new Set(["right"]));
    }
  });

  test("in turn: no side of the money choices twice", () => {
    for (const one of crowd("alternator", "money_choices")) {
      const sides = presses(one).map(({ choice }) => choice);
      expect(sides.every((side, index) => side !== sides[index + 1])).toBe(true);
      expect(kinds(sides)).toBe(2);
    }
  });

  test("at random: left half the time, each step of the statements a fifth", () => {
    for (const name of ["random_click", "random_fast", "constant_random_script"] as const) {
      const sides = crowd<MoneyTrial>(name, "money_choices").flatMap(({ trials }) => trials);
      // 216 answers: a standard deviation of .034.
      expect(Math.abs(mean(sides.map(({ choice }) => Number(choice === "left"))) - 0.5)).toBeLessThan(0.11);
      const steps = crowd<StatementsTrial>(name, "statements").flatMap(({ trials }) => trials);
      expect(Math.abs(mean(steps.map(({ step }) => step)) - 3)).toBeLessThan(0.35);
    }
  });

  test("programs that know: no problem wrong, every tap right, every tower in the fewest moves", () => {
    for (const name of ["constant_script", "jittered_script"] as const) {
      const numbers = crowd<NumberTrial>(name, "number_sense").flatMap(({ trials }) => trials);
      expect(numbers.every(({ correct }) => correct)).toBe(true);
      expect(crowd<TapTrial>(name, "quick_taps").every(({ trials }) => trials.every(({ correct }) => correct))).toBe(
        true,
      );
      const towers = crowd<TowerTrial>(name, "tower").flatMap(({ trials }) => trials);
      expect(towers.every(({ optimal }) => optimal)).toBe(true);
    }
  });

  test("half at random: between the honest and the random share of right taps", () => {
    const right = crowd<TapTrial>("half_random", "quick_taps").flatMap(({ trials }) =>
      trials.filter(({ target }) => target !== "hold").map(({ correct }) => Number(correct)),
    );
    expect(Math.abs(mean(right) - 0.74)).toBeLessThan(0.07);
  });
});

describe("when and where", () => {
  test("a program's delays in the taps are one constant, its presses at the exact centre, its events trusted", () => {
    for (const name of ["constant_script", "constant_random_script"] as const) {
      const programs = crowd<TapTrial>(name, "quick_taps");
      for (const one of programs) {
        expect(kinds(timesOf(one))).toBe(1);
        for (const press of presses(one)) expect(press).toMatchObject({ dx: 0, dy: 0, trusted: true, down: true });
      }
      expect(kinds(programs.map((one) => timesOf(one)[0]))).toBeGreaterThan(PEOPLE / 2);
    }
  });

  test("jitter: delays within 20 % of their middle and spread, presses within 3 px", () => {
    for (const one of crowd("jittered_script", "quick_taps")) {
      const times = timesOf(one);
      expect(Math.max(...times) / Math.min(...times)).toBeLessThanOrEqual(1.2 / 0.8 + 0.01);
      expect(sd(times) / mean(times)).toBeGreaterThan(0.07);
      const offsets = presses(one).flatMap(({ dx, dy }) => [Math.abs(dx ?? NaN), Math.abs(dy ?? NaN)]);
      expect(Math.max(...offsets)).toBeLessThanOrEqual(3);
      expect(kinds(offsets)).toBeGreaterThan(10);
    }
  });

  test("as quickly as it is taken: no time at all", () => {
    for (const one of crowd("random_fast", "money_choices")) {
      expect(new Set(timesOf(one))).toEqual(new Set([0]));
      expect(one.inputs.at(-1)?.at).toBe(0);
    }
  });

  test.each(["random_click", "straight_left", "straight_right", "alternator", "half_random"] as const)(
    "%s: times vary as a person's do",
    (name) => {
      for (const one of crowd(name, "quick_taps")) expect(sd(timesOf(one)) / mean(timesOf(one))).toBeGreaterThan(0.1);
    },
  );
});

describe("a recording played again", () => {
  /** Everything that a hand did, with the time since the input before it. */
  const byHand = (inputs: readonly TaskInput[]) =>
    inputs
      .map((input, index) => ({ ...input, at: input.at - (inputs[index - 1]?.at ?? 0) }))
      .filter(({ source }) => source !== undefined);

  test.each(["money_choices", "statements", "number_sense", "balloons"])(
    "%s: the same answers after the same delays in each attempt, whatever it shows",
    (key) => {
      const definition = findTask(key, 1);
      if (definition === null) throw new Error(`${key} v1 is gone`);
      const personSeed = seedOf(1, 1);
      const again = (purpose: number) =>
        byHand(ATTACKERS.replay_recording.play(definition, { seed: seedOf(1, purpose), personSeed }));
      expect(again(8)).toEqual(again(7));
      const honest = playTask(definition, "honest", { seed: seedOf(1, 7), personSeed });
      expect(again(7)).not.toEqual(byHand(honest));
    },
  );

  test("knows nothing of the taps: half of them right", () => {
    const right = crowd<TapTrial>("replay_recording", "quick_taps").flatMap(({ trials }) =>
      trials.filter(({ target, choice }) => target !== "hold" && choice !== null).map(({ correct }) => Number(correct)),
    );
    // About 430 answers: a standard deviation of .024.
    expect(Math.abs(mean(right) - 0.5)).toBeLessThan(0.08);
  });
});
