import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TaskInput } from "../../contract.ts";
import { replay } from "../../replay.ts";
import { statements } from "./definition.ts";
import { statementsMachine, type StatementsState, type StatementsTrial, type Step } from "./machine.ts";
import { statementsMetrics } from "./metrics.ts";
import { planStatements, type StatementItem } from "./plan.ts";
import { STATEMENTS_PARAMETERS } from "./spec.ts";

const seeds = fc.stringMatching(/^[0-9a-f]{32}$/);
const plans = seeds.map((seed) => planStatements(seed, STATEMENTS_PARAMETERS));
const RUNS = { numRuns: 1_000 };
const TRAITS = ["self_control", "sense_of_control"] as const;

const asked = (items: readonly StatementItem[]) => items.filter((item) => item.kind !== "practice");
const keyedOf = (items: readonly StatementItem[]) => items.map((item) => item.keyed ?? "").sort();

describe("the plan", () => {
  test("is 1 example, then 4 statements and 1 reversed copy for each trait and 2 infrequency statements", () => {
    fc.assert(
      fc.property(plans, (items) => {
        expect(items.map((item) => item.kind === "practice")).toEqual([true, ...Array<boolean>(12).fill(false)]);
        expect(items.map((item) => item.stimulus)).toEqual([
          "practice-0",
          ...Array.from({ length: 12 }, (_, index) => `item-${index}`),
        ]);
        for (const trait of TRAITS) {
          const kinds = items.filter((item) => item.trait === trait).map((item) => item.kind);
          expect(kinds.sort()).toEqual(["copy", "trait", "trait", "trait", "trait"]);
        }
        expect(items.filter((item) => item.kind === "infrequency")).toHaveLength(2);
        expect(new Set(items.map((item) => item.statement)).size).toBe(13);
      }),
      RUNS,
    );
  });

  test("keys half of the statements negatively: of each trait, of the copies, of the checks and of all", () => {
    fc.assert(
      fc.property(plans, (items) => {
        for (const trait of TRAITS) {
          const counting = items.filter((item) => item.trait === trait && item.kind === "trait");
          expect(keyedOf(counting)).toEqual(["agree", "agree", "disagree", "disagree"]);
        }
        expect(keyedOf(items.filter((item) => item.kind === "copy"))).toEqual(["agree", "disagree"]);
        expect(keyedOf(items.filter((item) => item.kind === "infrequency"))).toEqual(["agree", "disagree"]);
        expect(asked(items).filter((item) => item.keyed === "agree")).toHaveLength(6);
      }),
      RUNS,
    );
  });

  test("brings back one statement of each trait, reversed, with at least 4 others between", () => {
    fc.assert(
      fc.property(plans, (items) => {
        for (const copy of items.filter((item) => item.kind === "copy")) {
          const original = items.find((item) => item.statement === copy.copyOf);
          expect(copy.statement).toBe(`${copy.copyOf}r`);
          expect(original).toMatchObject({ kind: "trait", trait: copy.trait });
          expect(original?.keyed).not.toBe(copy.keyed);
          const between = Math.abs(items.indexOf(copy) - items.findIndex((item) => item === original)) - 1;
          expect(between).toBeGreaterThanOrEqual(4);
        }
      }),
      RUNS,
    );
  });

  test("never has more than 3 counting answers on one side in a row, nor a check first or after another", () => {
    fc.assert(
      fc.property(plans, (items) => {
        const order = asked(items);
        order.slice(3).forEach((_, index) => {
          expect(new Set(order.slice(index, index + 4).map((item) => item.keyed)).size).toBe(2);
        });
        order.forEach((item, index) => {
          if (item.kind !== "infrequency") return;
          expect(index).toBeGreaterThan(0);
          expect(order[index - 1]?.kind).not.toBe("infrequency");
        });
      }),
      RUNS,
    );
  });

  test("differs between two seeds", () => {
    const drawn = new Set(
      Array.from({ length: 2_000 }, (_, seed) =>
        planStatements(seed.toString(16).padStart(32, "0"), STATEMENTS_PARAMETERS)
          .map((item) => item.statement)
          .join(),
      ),
    );
    expect(drawn.size).toBe(2_000);
  });
});

const SEED = "0123456789abcdef0123456789abcdef";

function state(...inputs: readonly Omit<TaskInput, "n">[]): StatementsState {
  return inputs.reduce<StatementsState>(
    (current, input, n) => {
      const next = statementsMachine.apply(current, { n, ...input });
      if ("refused" in next) throw new Error(`${next.refused} at ${n}`);
      return next;
    },
    statementsMachine.start(SEED, STATEMENTS_PARAMETERS),
  );
}

describe("the machine", () => {
  const opened = state({ at: 10, kind: "continue", stimulus: "intro" });
  const shown = state(
    { at: 10, kind: "continue", stimulus: "intro" },
    { at: 30, kind: "shown", stimulus: "practice-0" },
  );
  const press = { n: 2, at: 40, kind: "press", stimulus: "practice-0", choice: "4" };

  test("waits for continue, then shown, then a press of the shown statement", () => {
    const begun = statementsMachine.start(SEED, STATEMENTS_PARAMETERS);
    const notExpected = { refused: "not_expected" };
    expect(statementsMachine.apply(begun, { n: 0, at: 5, kind: "shown", stimulus: "practice-0" })).toEqual(notExpected);
    expect(statementsMachine.apply(opened, press)).toEqual(notExpected);
    expect(statementsMachine.apply(shown, { ...press, stimulus: "item-0" })).toEqual(notExpected);
    expect(statementsMachine.apply(shown, { ...press, kind: "shown" })).toEqual(notExpected);
    expect(statementsMachine.apply(shown, press)).toHaveProperty("index", 1);
  });

  test.each(["0", "6", "left", "toString", "3.0"])("refuses the step %s as malformed", (choice) => {
    expect(statementsMachine.apply(shown, { ...press, choice })).toEqual({ refused: "malformed" });
  });

  test("stops for the second instruction after the example", () => {
    const practised = state(
      { at: 10, kind: "continue", stimulus: "intro" },
      { at: 30, kind: "shown", stimulus: "practice-0" },
      { at: 900, kind: "press", stimulus: "practice-0", choice: "2" },
    );
    expect(statementsMachine.view(practised)).toEqual({ phase: "instructions", stimulus: "main" });
    expect(statementsMachine.progress(practised)).toEqual({ done: 1, total: 13 });
  });

  test("an answered statement can not be answered again", () => {
    const moved = state(
      { at: 10, kind: "continue", stimulus: "intro" },
      { at: 30, kind: "shown", stimulus: "practice-0" },
      { at: 900, kind: "press", stimulus: "practice-0", choice: "2" },
      { at: 1_900, kind: "continue", stimulus: "main" },
      { at: 1_950, kind: "shown", stimulus: "item-0" },
      { at: 2_900, kind: "press", stimulus: "item-0", choice: "5" },
    );
    const again = { n: 9, at: 3_000, kind: "press", stimulus: "item-0", choice: "1" };
    expect(statementsMachine.apply(moved, again)).toEqual({ refused: "not_expected" });
  });
});

/** Answers every statement by a rule; rt in ms. */
function answered(
  rule: (item: StatementItem) => number,
  rtMs = 2_000,
  source: StatementsTrial["source"] = "touch",
): StatementsTrial[] {
  return planStatements(SEED, STATEMENTS_PARAMETERS).map((item) => ({
    ...item,
    practice: item.kind === "practice",
    rtMs,
    step: rule(item) as Step,
    source,
  }));
}

/** The step that stands for `keyed` on the side that counts. */
const towards = (item: StatementItem, keyed: number): number => (item.keyed === "disagree" ? 6 - keyed : keyed);

describe("the metrics", () => {
  test("someone who leans one step towards both traits has 4 and 4, fails nothing and is consistent", () => {
    expect(statementsMetrics(answered((item) => towards(item, 4)))).toMatchObject({
      self_control: 4,
      sense_of_control: 4,
      infrequency_failed: 0,
      mirror_distance: 0,
    });
  });

  test("the traits do not touch each other, and the reversed copies do not count", () => {
    const metrics = statementsMetrics(
      answered((item) => {
        if (item.kind === "copy") return towards(item, 1);
        return towards(item, item.trait === "self_control" ? 5 : 2);
      }),
    );
    expect(metrics).toMatchObject({ self_control: 5, sense_of_control: 2, mirror_distance: 2.5 });
  });

  test.each([
    [1, 1, 4],
    [2, 1, 2],
    [3, 2, 0],
    [4, 1, 2],
    [5, 1, 4],
  ])(
    "pressing step %i all the way gives 3 and 3, fails %i checks and stands out as 12 in a row",
    (step, failed, far) => {
      expect(statementsMetrics(answered(() => step))).toMatchObject({
        self_control: 3,
        sense_of_control: 3,
        infrequency_failed: failed,
        mirror_distance: far,
        longest_same: 12,
      });
    },
  );

  test("the example touches no metric", () => {
    const honest = answered((item) => towards(item, 4));
    expect(statementsMetrics(honest.slice(1))).toEqual(statementsMetrics(honest));
  });

  test("answers under 500 ms are fast, by pointer only, and at least 8 of them", () => {
    const steady = () => 3;
    expect(statementsMetrics(answered(steady, 499))["fast_share"]).toBe(1);
    expect(statementsMetrics(answered(steady, 500))["fast_share"]).toBe(0);
    expect(statementsMetrics(answered(steady, 499, "keyboard"))["fast_share"]).toBeNull();
    expect(statementsMetrics(answered(steady, 499, "assistive"))["median_rt_ms"]).toBeNull();
    expect(statementsMetrics(answered(steady, 700).slice(0, 9))).toMatchObject({ fast_share: 0, median_rt_ms: 700 });
    expect(statementsMetrics(answered(steady, 700).slice(0, 8))).toMatchObject({
      fast_share: null,
      median_rt_ms: null,
    });
  });

  test.each([
    ["trait", ["longest_same", "self_control", "sense_of_control", "mirror_distance"]],
    ["copy", ["longest_same", "mirror_distance"]],
    ["infrequency", ["longest_same", "infrequency_failed"]],
  ])("without its %s answers an attempt lacks what is made of them, and no more", (kind, missing) => {
    const metrics = statementsMetrics(answered((item) => towards(item, 4)).filter((trial) => trial.kind !== kind));
    const nulls = Object.keys(metrics).filter((name) => metrics[name] === null);
    const timed = kind === "trait" ? ["fast_share", "median_rt_ms"] : [];
    expect(nulls.sort()).toEqual([...missing, ...timed].sort());
  });

  test("a constant delay on every time changes no answer metric", () => {
    const parameters = STATEMENTS_PARAMETERS;
    const inputs = statements.play("honest", { seed: SEED, parameters, person: { seed: SEED } });
    const measure = (played: readonly TaskInput[]) =>
      replay(statements, { seed: SEED, parameters, inputs: played }).metrics;
    let presses = 0;
    const delayed = inputs.map((input) => {
      if (input.kind === "press") presses += 1;
      return { ...input, at: input.at + presses * 100 };
    });
    const [before, after] = [measure(inputs), measure(delayed)];
    expect(after).toEqual({ ...before, median_rt_ms: (before["median_rt_ms"] ?? 0) + 100 });
  });
});
