import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TaskInput } from "../../contract.ts";
import { numberMachine, type NumberState, type NumberTrial } from "./machine.ts";
import { numberMetrics } from "./metrics.ts";
import { type Choice, CHOICES, type NumberProblem, planNumbers } from "./plan.ts";
import { NUMBER_PARAMETERS } from "./spec.ts";

const seeds = fc.stringMatching(/^[0-9a-f]{32}$/);
const plans = seeds.map((seed) => planNumbers(seed, NUMBER_PARAMETERS));
const RUNS = { numRuns: 500 };
const FORMS = 4_000;
const manyPlans = Array.from({ length: FORMS }, (_, form) =>
  planNumbers(form.toString(16).padStart(16, "0").repeat(2), NUMBER_PARAMETERS),
);

const optionAt = (problem: NumberProblem, choice: Choice | null): number =>
  problem.options[CHOICES.findIndex((known) => known === choice)] ?? NaN;

/** Works every problem out from its text alone, step by step, as a careful reader would. */
function workOut({ template, sums, counts }: NumberProblem): number {
  const sum = (name: string): number => sums[name] ?? NaN;
  const count = (name: string): number => counts[name] ?? NaN;
  switch (template) {
    case "change":
      return sum("note") - sum("price");
    case "rise_fall": {
      const risen = sum("price") + (sum("price") / 100) * count("percent");
      return risen - (risen / 100) * count("percent");
    }
    case "before_sale":
      return (sum("price") / (100 - count("percent"))) * 100;
    case "hire_fee": {
      const oneHour = (sum("price") - sum("fee")) / 2;
      return sum("fee") + oneHour * 4;
    }
    case "bus_stops":
      return (sum("price") / (3 - 1)) * (6 - 1);
    case "day_pay":
      return (sum("low") * 4 + sum("high") * 2) / 6;
    case "box_days": {
      let box = 0;
      for (let day = count("first"); day <= count("last"); day += 1) box += sum("sum");
      return box;
    }
  }
}

/** What comes to mind first. */
function firstThought({ template, sums, counts }: NumberProblem): number | null {
  const sum = (name: string): number => sums[name] ?? NaN;
  const count = (name: string): number => counts[name] ?? NaN;
  switch (template) {
    case "change":
      return null;
    case "rise_fall":
      return sum("price");
    case "before_sale":
      return sum("price") + (sum("price") / 100) * count("percent");
    case "hire_fee":
    case "bus_stops":
      return sum("price") * 2;
    case "day_pay":
      return (sum("low") + sum("high")) / 2;
    case "box_days":
      return (count("last") - count("first")) * sum("sum");
  }
}

describe("the plan", () => {
  test("gives each problem exactly one right answer, and exactly one that is the first thought", () => {
    fc.assert(
      fc.property(plans, (problems) => {
        for (const problem of problems) {
          const right = Math.round(workOut(problem) * 1e6) / 1e6;
          expect(problem.options.filter((option) => option === right)).toHaveLength(1);
          expect(optionAt(problem, problem.right)).toBe(right);
          const thought = firstThought(problem);
          expect(problem.tempting === null ? null : optionAt(problem, problem.tempting)).toBe(
            thought === null ? null : Math.round(thought * 1e6) / 1e6,
          );
          expect(problem.tempting).not.toBe(problem.right);
        }
      }),
      RUNS,
    );
  });

  test("offers four different whole sums above nothing, at equal distances", () => {
    fc.assert(
      fc.property(plans, (problems) => {
        for (const { options } of problems) {
          const rising = [...options].sort((a, b) => a - b);
          const steps = rising.slice(1).map((sum, index) => sum - (rising[index] ?? NaN));
          expect(rising.every((sum) => Number.isInteger(sum) && sum > 0)).toBe(true);
          expect(new Set(steps).size).toBe(1);
          expect(steps[0]).toBeGreaterThan(0);
        }
      }),
      RUNS,
    );
  });

  test("is one easy practice problem and one problem of each family, in every order and make-up", () => {
    const family: Readonly<Record<string, string>> = {
      rise_fall: "per cent",
      before_sale: "per cent",
      hire_fee: "not in proportion",
      bus_stops: "not in proportion",
      day_pay: "counting",
      box_days: "counting",
    };
    const makeUps = new Set<string>();
    for (const [practice, ...problems] of manyPlans) {
      expect([practice?.template, practice?.tempting]).toEqual(["change", null]);
      const families = new Set(problems.map(({ template }) => family[template]));
      expect(families).toEqual(new Set(["per cent", "not in proportion", "counting"]));
      makeUps.add(problems.map(({ template }) => template).join(" "));
    }
    expect(makeUps.size).toBe(48);
  });

  test("is another one for every applicant", () => {
    const texts = manyPlans.map((problems) => JSON.stringify(problems.slice(1)));
    expect(new Set(texts).size).toBe(FORMS);
  });
});

describe("all forms are equally hard", () => {
  const scored = manyPlans.map((problems) => problems.slice(1));
  const shareRight = (answer: (problem: NumberProblem) => Choice | null): number =>
    scored.flat().filter((problem) => answer(problem) === problem.right).length / (3 * FORMS);

  test("who takes the first thought has none right on any form, who works it out all three", () => {
    for (const problems of scored) {
      expect(problems.filter((problem) => optionAt(problem, problem.right) === firstThought(problem))).toHaveLength(0);
      const workedOut = problems.filter(
        (problem) => Math.abs(optionAt(problem, problem.right) - workOut(problem)) < 1e-9,
      );
      expect(workedOut).toHaveLength(3);
    }
  });

  test("no button and no rank among the sums is right more than one time in four, within .02", () => {
    for (const choice of CHOICES) expect(Math.abs(shareRight(() => choice) - 0.25)).toBeLessThan(0.02);
    for (const rank of [0, 1, 2, 3]) {
      const ranked = shareRight((problem) => {
        const wanted = [...problem.options].sort((a, b) => a - b)[rank];
        return CHOICES[problem.options.findIndex((option) => option === wanted)] ?? null;
      });
      expect(Math.abs(ranked - 0.25)).toBeLessThan(0.02);
    }
  });

  test("the tempting answer is never far from the right one: a quarter of it at most, on every form", () => {
    for (const problem of scored.flat()) {
      const [right, tempting] = [optionAt(problem, problem.right), optionAt(problem, problem.tempting)];
      expect(Math.abs(right - tempting) / right).toBeLessThanOrEqual(0.25);
    }
  });
});

const SEED = "0123456789abcdef0123456789abcdef";

function state(...inputs: readonly Omit<TaskInput, "n">[]): NumberState {
  return inputs.reduce<NumberState>(
    (current, input, n) => {
      const next = numberMachine.apply(current, { n, ...input });
      if ("refused" in next) throw new Error(`${next.refused} at ${n}`);
      return next;
    },
    numberMachine.start(SEED, NUMBER_PARAMETERS),
  );
}

describe("the machine", () => {
  const practice = planNumbers(SEED, NUMBER_PARAMETERS)[0]!;
  const wrong = CHOICES.find((choice) => choice !== practice.right)!;
  const opened = { at: 10, kind: "continue", stimulus: "intro" };
  const seen = { at: 30, kind: "shown", stimulus: "practice-0" };

  test("waits for continue, then shown, then a press of the shown problem", () => {
    const press = { n: 9, at: 40, kind: "press", stimulus: "practice-0", choice: "a" };
    const refused = (from: NumberState, input: TaskInput) => numberMachine.apply(from, input);
    expect(refused(state(), { ...press, kind: "shown" })).toEqual({ refused: "not_expected" });
    expect(refused(state(opened), press)).toEqual({ refused: "not_expected" });
    expect(refused(state(opened, seen), { ...press, stimulus: "item-0" })).toEqual({ refused: "not_expected" });
    expect(refused(state(opened, seen), { ...press, choice: "e" })).toEqual({ refused: "malformed" });
    expect(refused(state(opened, seen), { ...press, kind: "timeout" })).toEqual({ refused: "not_expected" });
    expect(refused(state(opened, seen), press)).toHaveProperty("index", 1);
  });

  test.each([
    [practice.right, true],
    [wrong, false],
  ])("tells after practice whether %s was right and what is", (choice, practiceRight) => {
    const practised = state(opened, seen, { at: 900, kind: "press", stimulus: "practice-0", choice });
    expect(numberMachine.view(practised)).toEqual({
      phase: "instructions",
      stimulus: "main",
      practiceRight,
      practiceAnswer: workOut(practice),
    });
    expect(numberMachine.progress(practised)).toEqual({ done: 1, total: 4 });
  });

  test("what is drawn tells neither the right nor the tempting button", () => {
    expect(Object.keys(numberMachine.view(state(opened)) ?? {}).sort()).toEqual(
      ["counts", "options", "phase", "practice", "shown", "stimulus", "sums", "template"].sort(),
    );
  });
});

function answered(pick: (problem: NumberProblem, item: number) => Choice, source: NumberTrial["source"] = "touch") {
  return planNumbers(SEED, NUMBER_PARAMETERS).map((problem, index): NumberTrial => {
    const choice = pick(problem, index - 1);
    const facts = { correct: choice === problem.right, intuitive: choice === problem.tempting };
    return { ...problem, ...facts, choice, source, rtMs: 8_000 + 1_000 * index };
  });
}

describe("the metrics", () => {
  const right = (problem: NumberProblem): Choice => problem.right;
  const tempted = (problem: NumberProblem): Choice => problem.tempting ?? problem.right;
  const other = (problem: NumberProblem): Choice =>
    CHOICES.find((choice) => choice !== problem.right && choice !== problem.tempting)!;

  test("count right answers of three, and tempting ones among the wrong; practice does not count", () => {
    expect(numberMetrics(answered(right))).toEqual({ share_correct: 1, share_intuitive: null, median_rt_ms: 10_000 });
    expect(numberMetrics(answered(tempted))).toMatchObject({ share_correct: 0, share_intuitive: 1 });
    const mixed = answered((problem, item) => [right, tempted, other][item]?.(problem) ?? "a");
    expect(numberMetrics(mixed)).toMatchObject({ share_correct: 0.333333, share_intuitive: 0.5 });
  });

  test("are missing while one of the three is unanswered", () => {
    expect(Object.values(numberMetrics(answered(right).slice(0, -1)))).toEqual([null, null, null]);
  });

  test("keep the share but no time for keyboard and screen reader", () => {
    for (const source of ["keyboard", "assistive"] as const) {
      expect(numberMetrics(answered(right, source))).toMatchObject({ share_correct: 1, median_rt_ms: null });
    }
  });
});
