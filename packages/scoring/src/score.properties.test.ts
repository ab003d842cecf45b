import { findBattery, findTask } from "@tallystick/tasks";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JourneyFacts, ScoredTask, ScoreOptions } from "./contract.ts";
import { models } from "./models.ts";
import { score } from "./score.ts";
import { calmJourney, standardSession } from "./testing/facts.ts";

/** What holds of the score whatever is measured: not of likely sessions, but of every one. */

const battery = findBattery("extended-1")!;
const metricNames = battery.tasks.map(({ key, version }) => ({
  key,
  names: findTask(key, version)!.spec.metricDictionary.map(({ name }) => name),
}));

/** Likely values, absurd ones, and none. */
const metric = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: -5, max: 15, noNaN: true }) },
  { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constant(null) },
);

const trial = fc.record({
  stimulus: fc.constantFrom("practice-0", "item-1", "trial-2"),
  practice: fc.boolean(),
  timed: fc.boolean(),
  kind: fc.constantFrom("ladder", "dominated", "other"),
  choice: fc.constantFrom("left", "right", "1", "5", null),
  source: fc.constantFrom("touch", "mouse", "keyboard", "assistive", null),
  rtMs: fc.option(fc.integer({ min: -10, max: 100_000 })),
});

const input = fc.record(
  {
    at: fc.integer({ min: 0, max: 1_000_000 }),
    kind: fc.constantFrom("press", "shown", "continue"),
    stimulus: fc.constantFrom("item-1", "trial-2"),
    choice: fc.constantFrom("left", "right"),
    source: fc.constantFrom("touch", "mouse", "keyboard", "assistive"),
    dx: fc.double({ min: -500, max: 500, noNaN: true }),
    dy: fc.double({ min: -500, max: 500, noNaN: true }),
    path: fc
      .array(
        fc.tuple(
          fc.nat(2_000),
          fc.double({ min: -500, max: 500, noNaN: true }),
          fc.double({ min: -500, max: 500, noNaN: true }),
        ),
        { maxLength: 20 },
      )
      .map((points) => points.flat()),
    trusted: fc.boolean(),
    down: fc.boolean(),
  },
  { requiredKeys: ["at", "kind"] },
);

function taskOf({ key, names }: (typeof metricNames)[number]): fc.Arbitrary<ScoredTask> {
  return fc.record({
    key: fc.constant(key),
    version: fc.constant(1),
    complete: fc.boolean(),
    metrics: fc.record(Object.fromEntries(names.map((name) => [name, metric]))),
    trials: fc.array(trial, { maxLength: 20 }),
    inputs: fc.array(input, { maxLength: 20 }),
    refusedCount: fc.nat(50),
  });
}

/** Any part of the extended battery. */
const tasks = fc
  .tuple(...metricNames.map((one) => fc.option(taskOf(one), { freq: 6 })))
  .map((some) => some.filter((task) => task !== null));

const journey: fc.Arbitrary<JourneyFacts> = fc.record({
  interruptions: fc.nat(20),
  hiddenMs: fc.nat(10_000_000),
  takeovers: fc.nat(5),
  earlierRuns: fc.nat(5),
  nearDuplicates: fc.nat(5),
  webdriver: fc.boolean(),
  deviceClass: fc.constantFrom("phone", "tablet", "computer", null),
  replayMismatch: fc.boolean(),
});

const options: fc.Arbitrary<ScoreOptions> = fc.record({
  model: fc.constantFrom(...models),
  battery: fc.constantFrom(
    { version: battery.version, requiredMetrics: battery.requiredMetrics },
    { version: "preview-1", requiredMetrics: ["money_choices.share_later"] },
  ),
  tasks,
  journey,
});

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

const bytes = (given: ScoreOptions): string => JSON.stringify(score(given));

describe("whatever finite metrics there are", () => {
  test("the score lies within 1–99 or is null, trust within 0–100, stens within 1–10, strengths within 0–1", () => {
    fc.assert(
      fc.property(options, (given) => {
        const result = score(given);
        if (result.score !== null) {
          expect(Number.isInteger(result.score) && result.score >= 1 && result.score <= 99).toBe(true);
        }
        expect(result.risk_band === null).toBe(result.score === null);
        const trust = result.trust_score;
        expect(Number.isInteger(trust) && trust >= 0 && trust <= 100).toBe(true);
        for (const { value } of result.traits) expect(Number.isInteger(value) && value >= 1 && value <= 10).toBe(true);
        for (const { strength } of result.flags) expect(strength >= 0 && strength <= 1).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("there is a score exactly when every required metric and weighted trait is there", () => {
    fc.assert(
      fc.property(options, (given) => {
        const { model } = given;
        const has = (name: string): boolean => {
          const [key = "", own = ""] = name.split(".");
          return typeof given.tasks.find((task) => task.key === key)?.metrics[own] === "number";
        };
        const weighted = model.traits.filter(({ weight }) => weight > 0).map((trait) => trait.metric);
        const expected = [...given.battery.requiredMetrics, ...weighted].every(has);
        expect(score(given).score !== null).toBe(expected);
      }),
    );
  });

  test("no number in the result is anything but finite", () => {
    fc.assert(
      fc.property(options, (given) => {
        // JSON writes what is not finite as null: the result must survive the way through it.
        expect(JSON.parse(bytes(given))).toEqual(score(given));
      }),
    );
  });
});

describe("the result depends on the model and what was recorded, on nothing else", () => {
  test("the same bytes twice, of inputs that can not be changed", () => {
    fc.assert(
      fc.property(options, (given) => {
        const first = bytes(given);
        expect(bytes(deepFreeze(given))).toBe(first);
        expect(bytes(JSON.parse(JSON.stringify(given)) as ScoreOptions)).toBe(first);
      }),
    );
  });

  test("the order of the tasks", () => {
    const shuffled = options.chain((given) =>
      fc
        .shuffledSubarray([...given.tasks], { minLength: given.tasks.length, maxLength: given.tasks.length })
        .map((order) => ({ given, order })),
    );
    fc.assert(
      fc.property(shuffled, ({ given, order }) => {
        const [first, second] = [score(given), score({ ...given, tasks: order })];
        expect(second.score).toBe(first.score);
        expect(second.trust_score).toBe(first.trust_score);
        expect(second).toEqual(first);
      }),
    );
  });

  test("members it does not know, such as a name, an age or a place", () => {
    const stranger = fc.dictionary(
      fc.constantFrom("age", "sex", "name", "country", "language", "uid", "extra"),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(options, stranger, (given, more) => {
        const widened = {
          ...given,
          ...more,
          journey: { ...given.journey, ...more },
          tasks: given.tasks.map((task) => ({
            ...more,
            ...task,
            metrics: { ...more, ...task.metrics } as ScoredTask["metrics"],
            trials: task.trials.map((one) => ({ ...more, ...one })),
            inputs: task.inputs.map((one) => ({ ...more, ...one })),
          })),
        };
        expect(bytes(widened)).toBe(bytes(given));
      }),
    );
  });

  test("what the inputs' times were, as far as the score goes: it is made of metrics alone", () => {
    fc.assert(
      fc.property(tasks, journey, (played, facts) => {
        const given = standardSession({ tasks: played, journey: facts });
        const bare = standardSession({
          tasks: played.map((task) => ({ ...task, trials: [], inputs: [], refusedCount: 0 })),
          journey: { ...calmJourney, deviceClass: facts.deviceClass },
        });
        expect(score(given).score).toBe(score(bare).score);
      }),
    );
  });
});

test("a more favourable metric never makes the score worse", () => {
  const name = fc.constantFrom("share_later", "self_control", "sense_of_control");
  const value = fc.double({ min: 0, max: 5, noNaN: true });
  fc.assert(
    fc.property(name, value, value, (which, a, b) => {
      const at = (changed: number): number => {
        const session = standardSession();
        const task = session.tasks.map((one) =>
          which in one.metrics ? { ...one, metrics: { ...one.metrics, [which]: changed } } : one,
        );
        return score({ ...session, tasks: task }).score ?? Number.NaN;
      };
      expect(at(Math.max(a, b))).toBeLessThanOrEqual(at(Math.min(a, b)));
    }),
  );
});
