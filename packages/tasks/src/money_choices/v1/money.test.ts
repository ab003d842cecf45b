import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TaskInput } from "../../contract.ts";
import { replay } from "../../replay.ts";
import { moneyChoices } from "./definition.ts";
import { moneyMachine, type MoneyState, type MoneyTrial } from "./machine.ts";
import { moneyMetrics } from "./metrics.ts";
import { planMoney } from "./plan.ts";
import { MONEY_PARAMETERS } from "./spec.ts";

const seeds = fc.stringMatching(/^[0-9a-f]{32}$/);
const plans = seeds.map((seed) => planMoney(seed, MONEY_PARAMETERS));
const RUNS = { numRuns: 500 };

describe("the plan", () => {
  test("is 2 practice items, then 15 rungs once each and one dominated check at place 6 to 11", () => {
    fc.assert(
      fc.property(plans, (items) => {
        expect(items.slice(0, 2).map((item) => item.kind)).toEqual(["practice", "practice"]);
        const main = items.slice(2);
        expect(main).toHaveLength(16);
        const rungs = main.flatMap((item) => (item.rung === null ? [] : [item.rung]));
        expect(rungs.sort((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
        const place = main.findIndex((item) => item.kind === "dominated") + 1;
        expect(place).toBeGreaterThanOrEqual(6);
        expect(place).toBeLessThanOrEqual(11);
      }),
      RUNS,
    );
  });

  test("keeps the k of the rounded sums within .887 and 1.127 of the rung, sums and delays in their ranges", () => {
    fc.assert(
      fc.property(plans, (items) => {
        for (const { rung, today, later, delayDays } of items) {
          if (rung === null) continue;
          const k = MONEY_PARAMETERS.rungs[rung - 1]!;
          const ratio = (later / today - 1) / delayDays / k;
          expect(ratio).toBeGreaterThanOrEqual(0.887);
          expect(ratio).toBeLessThanOrEqual(1.127);
          const [least, most] = MONEY_PARAMETERS.sums[(rung - 1) % 3]!;
          expect(later).toBeGreaterThanOrEqual(least);
          expect(later).toBeLessThanOrEqual(most);
          const [soonest, latest] = MONEY_PARAMETERS.delays[rung - 1]!;
          expect(delayDays).toBeGreaterThanOrEqual(soonest);
          expect(delayDays).toBeLessThanOrEqual(latest);
        }
      }),
      RUNS,
    );
  });

  test("repeats no pair of sums, starts on rungs 6 to 10 and never steps to a neighbouring rung", () => {
    fc.assert(
      fc.property(plans, (items) => {
        const ladder = items.filter((item) => item.kind === "ladder");
        expect(new Set(ladder.map((item) => `${item.today}/${item.later}`)).size).toBe(15);
        const rungs = ladder.map((item) => item.rung ?? 0);
        expect(rungs[0]).toBeGreaterThanOrEqual(6);
        expect(rungs[0]).toBeLessThanOrEqual(10);
        for (let index = 1; index < rungs.length; index += 1) {
          expect(Math.abs(rungs[index]! - rungs[index - 1]!)).toBeGreaterThan(1);
        }
      }),
      RUNS,
    );
  });

  test("puts the later sum left 7 or 8 times of 15 and at most 3 times in a row on one side", () => {
    fc.assert(
      fc.property(plans, (items) => {
        const lefts = items.filter((item) => item.kind === "ladder" && item.laterSide === "left").length;
        expect([7, 8]).toContain(lefts);
        const sides = items.slice(2).map((item) => item.laterSide);
        for (let index = 3; index < sides.length; index += 1) {
          expect(new Set(sides.slice(index - 3, index + 1)).size).toBe(2);
        }
      }),
      RUNS,
    );
  });

  test("offers more today against less later in the dominated check", () => {
    fc.assert(
      fc.property(plans, (items) => {
        const check = items.find((item) => item.kind === "dominated")!;
        expect(check.today).toBeGreaterThan(check.later);
        expect(check.delayDays).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });

  test("differs between two seeds", () => {
    fc.assert(
      fc.property(seeds, seeds, (a, b) => {
        fc.pre(a !== b);
        expect(planMoney(a, MONEY_PARAMETERS)).not.toEqual(planMoney(b, MONEY_PARAMETERS));
      }),
    );
  });
});

const SEED = "0123456789abcdef0123456789abcdef";

function state(...inputs: readonly Omit<TaskInput, "n">[]): MoneyState {
  return inputs.reduce<MoneyState>(
    (current, input, n) => {
      const next = moneyMachine.apply(current, { n, ...input });
      if ("refused" in next) throw new Error(`${next.refused} at ${n}`);
      return next;
    },
    moneyMachine.start(SEED, MONEY_PARAMETERS),
  );
}

describe("the machine", () => {
  const opened = state({ at: 10, kind: "continue", stimulus: "intro" });
  const shown = state(
    { at: 10, kind: "continue", stimulus: "intro" },
    { at: 30, kind: "shown", stimulus: "practice-0" },
  );

  test("waits for continue, then shown, then a press of the shown item", () => {
    const begun = moneyMachine.start(SEED, MONEY_PARAMETERS);
    expect(moneyMachine.apply(begun, { n: 0, at: 5, kind: "shown", stimulus: "practice-0" })).toEqual({
      refused: "not_expected",
    });
    expect(moneyMachine.apply(opened, { n: 1, at: 20, kind: "press", stimulus: "practice-0", choice: "left" })).toEqual(
      {
        refused: "not_expected",
      },
    );
    expect(moneyMachine.apply(shown, { n: 2, at: 40, kind: "press", stimulus: "practice-1", choice: "left" })).toEqual({
      refused: "not_expected",
    });
    expect(moneyMachine.apply(shown, { n: 2, at: 40, kind: "press", stimulus: "practice-0", choice: "up" })).toEqual({
      refused: "malformed",
    });
  });

  test("refuses numbers and times that go back, and takes a number that skips a refused one", () => {
    const press = { kind: "press", stimulus: "practice-0", choice: "left" };
    expect(moneyMachine.apply(shown, { n: 1, at: 40, ...press })).toEqual({ refused: "out_of_order" });
    expect(moneyMachine.apply(shown, { n: 2, at: 29, ...press })).toEqual({ refused: "out_of_order" });
    expect(moneyMachine.apply(shown, { n: 7, at: 40, ...press })).toHaveProperty("index", 1);
  });

  test("stops for the second instruction after practice", () => {
    const practised = state(
      { at: 10, kind: "continue", stimulus: "intro" },
      { at: 30, kind: "shown", stimulus: "practice-0" },
      { at: 900, kind: "press", stimulus: "practice-0", choice: "left" },
      { at: 930, kind: "shown", stimulus: "practice-1" },
      { at: 1_900, kind: "press", stimulus: "practice-1", choice: "left" },
    );
    expect(moneyMachine.view(practised)).toEqual({ phase: "instructions", stimulus: "main" });
    expect(moneyMachine.progress(practised)).toEqual({ done: 2, total: 18 });
  });
});

/** Answers every item by a rule; rt in ms. */
function answered(
  wait: (trial: MoneyTrial) => boolean,
  rtMs: number,
  source: MoneyTrial["source"] = "touch",
): MoneyTrial[] {
  return planMoney(SEED, MONEY_PARAMETERS).map((item) => {
    const trial: MoneyTrial = {
      ...item,
      practice: item.kind === "practice",
      rtMs,
      choice: "left",
      choseLater: false,
      source,
    };
    const choseLater = wait(trial);
    const other = item.laterSide === "left" ? "right" : "left";
    return { ...trial, choseLater, choice: choseLater ? item.laterSide : other };
  });
}

describe("the metrics", () => {
  test("someone who waits from rung 8 on is consistent, with k between rungs 7 and 8", () => {
    const metrics = moneyMetrics(answered((trial) => (trial.rung ?? 0) >= 8, 1_200));
    expect(metrics["share_later"]).toBe(0.533333);
    expect(metrics["consistency_errors"]).toBe(0);
    expect(metrics["ln_k"]).toBeGreaterThan(Math.log(0.0114));
    expect(metrics["ln_k"]).toBeLessThan(Math.log(0.02));
    expect(metrics["dominated_failed"]).toBe(0);
    expect(metrics["fast_share"]).toBe(0);
    expect(metrics["median_rt_ms"]).toBe(1_200);
  });

  test("someone who never waits and someone who always does stand at the ends of the ladder", () => {
    const never = moneyMetrics(answered(() => false, 1_200));
    const always = moneyMetrics(answered(() => true, 1_200));
    expect([never["share_later"], always["share_later"]]).toEqual([0, 1]);
    expect([never["consistency_errors"], always["consistency_errors"]]).toEqual([0, 0]);
    expect(always["dominated_failed"]).toBe(1);
  });

  test("choices against the best k are counted", () => {
    const slips = new Set([2, 13]);
    const metrics = moneyMetrics(answered((trial) => (trial.rung ?? 0) >= 8 !== slips.has(trial.rung ?? 0), 1_200));
    expect(metrics["consistency_errors"]).toBe(2);
  });

  test("answers under 500 ms are fast, by pointer only", () => {
    expect(moneyMetrics(answered(() => true, 499))["fast_share"]).toBe(1);
    expect(moneyMetrics(answered(() => true, 500))["fast_share"]).toBe(0);
    expect(moneyMetrics(answered(() => true, 499, "keyboard"))["fast_share"]).toBeNull();
    expect(moneyMetrics(answered(() => true, 499, "assistive"))["median_rt_ms"]).toBeNull();
  });

  test("one unanswered ladder item leaves no share, no k and no consistency", () => {
    const metrics = moneyMetrics(answered(() => true, 900).slice(0, -1));
    expect([metrics["share_later"], metrics["ln_k"], metrics["consistency_errors"]]).toEqual([null, null, null]);
  });

  test("a constant delay on every time changes no choice metric", () => {
    const inputs = moneyChoices.play("honest", { seed: SEED, parameters: MONEY_PARAMETERS, person: { seed: SEED } });
    const measure = (played: readonly TaskInput[]) =>
      replay(moneyChoices, { seed: SEED, parameters: MONEY_PARAMETERS, inputs: played }).metrics;
    let presses = 0;
    const delayed = inputs.map((input) => {
      if (input.kind === "press") presses += 1;
      return { ...input, at: input.at + presses * 100 };
    });
    const [before, after] = [measure(inputs), measure(delayed)];
    expect(after["share_later"]).toBe(before["share_later"]);
    expect(after["ln_k"]).toBe(before["ln_k"]);
    expect(after["median_rt_ms"]).toBe((before["median_rt_ms"] ?? 0) + 100);
  });
});
