import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TaskInput } from "../../contract.ts";
import { tapsMachine, type TapsState, type TapTrial } from "./machine.ts";
import { lnSpread, tapsMetrics } from "./metrics.ts";
import { planTaps, type TapTarget } from "./plan.ts";
import { TAPS_PARAMETERS } from "./spec.ts";

const seeds = fc.stringMatching(/^[0-9a-f]{32}$/);
const plans = seeds.map((seed) => planTaps(seed, TAPS_PARAMETERS));
const RUNS = { numRuns: 500 };
const SEED = "0123456789abcdef0123456789abcdef";

function longestRun(targets: readonly TapTarget[]): number {
  let run = 0;
  let before: TapTarget | undefined;
  return targets.reduce((longest, target) => {
    run = target === before ? run + 1 : 1;
    before = target;
    return Math.max(longest, run);
  }, 0);
}

describe("the plan", () => {
  test("is 8 practice trials, as many to repeat, and 36 go trials, 18 a side, with 4 hold-backs", () => {
    fc.assert(
      fc.property(plans, ({ practice, practiceAgain, main }) => {
        expect([practice.length, practiceAgain.length, main.length]).toEqual([8, 8, 40]);
        const count = (target: TapTarget) => main.filter((item) => item.target === target).length;
        expect([count("left"), count("right"), count("hold")]).toEqual([18, 18, 4]);
        expect(practice.filter((item) => item.target === "hold")).toHaveLength(2);
      }),
      RUNS,
    );
  });

  test("has at most 4 go trials in a row on one side, no two hold-backs together and none at the start", () => {
    fc.assert(
      fc.property(plans, ({ main }) => {
        const targets = main.map((item) => item.target);
        expect(longestRun(targets.filter((target) => target !== "hold"))).toBeLessThanOrEqual(4);
        expect(targets[0]).not.toBe("hold");
        targets.forEach((target, index) => expect(target === "hold" && targets[index + 1] === "hold").toBe(false));
      }),
      RUNS,
    );
  });

  test("draws every gap between 500 and 1000 ms, and either shape for either side", () => {
    fc.assert(
      fc.property(plans, ({ main }) => {
        for (const { gapMs } of main) {
          expect(gapMs).toBeGreaterThanOrEqual(500);
          expect(gapMs).toBeLessThanOrEqual(1_000);
        }
      }),
      RUNS,
    );
    const sides = new Set(fc.sample(plans, 100).map(({ shapes }) => shapes.left));
    expect(sides).toEqual(new Set(["circle", "square"]));
  });
});

/** Plays from the start by hand: each step gives the next input for what is on the screen. */
function play(
  steps: number,
  answer: (target: TapTarget, trial: number) => TapTarget | null,
  first: readonly Omit<TaskInput, "n">[] = [],
): TapsState {
  let state = tapsMachine.start(SEED, TAPS_PARAMETERS);
  let n = 0;
  let trial = 0;
  const send = (input: Omit<TaskInput, "n">): void => {
    const next = tapsMachine.apply(state, { n, ...input });
    if ("refused" in next) throw new Error(`${next.refused} for ${JSON.stringify(input)}`);
    state = next;
    n += 1;
  };
  first.forEach(send);
  for (let step = first.length; step < steps; step += 1) {
    const view = tapsMachine.view(state);
    if (view === null) break;
    const { stimulus } = view;
    if (view.phase === "instructions") send({ at: state.lastAt + 1_000, kind: "continue", stimulus });
    else if (view.phase === "gap") send({ at: view.untilMs, kind: "shown", stimulus });
    else {
      const choice = answer(view.target, trial);
      trial += 1;
      if (choice === null) send({ at: view.deadlineMs ?? 0, kind: "timeout", stimulus });
      else send({ at: state.lastAt + 400, kind: "press", stimulus, choice, source: "touch" });
    }
  }
  return state;
}

const right = (target: TapTarget): TapTarget | null => (target === "hold" ? null : target);
const wrong = (): TapTarget => "left";
const everything = 500;

describe("the machine", () => {
  test("goes straight on after 6 right of 8, and repeats the practice once below that", () => {
    const passed = play(everything, right);
    expect(tapsMachine.trials(passed)).toHaveLength(48);
    const repeated = play(everything, (target, trial) => (trial < 8 ? wrong() : right(target)));
    expect(tapsMachine.trials(repeated)).toHaveLength(56);
    const hopeless = play(everything, wrong);
    expect(tapsMachine.trials(hopeless)).toHaveLength(56);
    expect(tapsMachine.isComplete(hopeless)).toBe(true);
  });

  const shown = play(2, right);
  const deadline = 2_500;
  const { shownAt } = shown;

  test("takes a press up to the deadline and refuses one after it", () => {
    const target = tapsMachine.view(shown);
    if (target?.phase !== "target" || target.deadlineMs === null || shownAt === null) throw new Error("no target");
    expect(target.deadlineMs).toBe(shownAt + (target.target === "hold" ? 1_200 : deadline));
    const press = { n: 9, kind: "press", stimulus: "practice-0", choice: "left" };
    expect(tapsMachine.apply(shown, { ...press, at: target.deadlineMs })).not.toHaveProperty("refused");
    expect(tapsMachine.apply(shown, { ...press, at: target.deadlineMs + 1 })).toEqual({ refused: "too_late" });
  });

  test("takes a timeout from the deadline on and refuses one before it", () => {
    const target = tapsMachine.view(shown);
    if (target?.phase !== "target" || target.deadlineMs === null) throw new Error("no target");
    const timeout = { n: 9, kind: "timeout", stimulus: "practice-0" };
    expect(tapsMachine.apply(shown, { ...timeout, at: target.deadlineMs - 1 })).toEqual({ refused: "too_early" });
    expect(tapsMachine.apply(shown, { ...timeout, at: target.deadlineMs })).not.toHaveProperty("refused");
  });

  test("shows no target before its gap is over, and counts taps in the gap as premature", () => {
    const gap = play(1, right);
    const view = tapsMachine.view(gap);
    if (view?.phase !== "gap") throw new Error("no gap");
    const early = tapsMachine.apply(gap, { n: 5, at: view.untilMs - 1, kind: "shown", stimulus: "practice-0" });
    expect(early).toEqual({ refused: "too_early" });
    const tapped = tapsMachine.apply(gap, {
      n: 5,
      at: view.untilMs - 1,
      kind: "press",
      stimulus: "practice-0",
      choice: "left",
    });
    expect(tapped).toHaveProperty("premature", 1);
    expect(tapped).toHaveProperty("gapUntil", view.untilMs);
  });

  test("tells after each practice answer what it was, and nothing in the main round", () => {
    const state = play(3, right);
    const view = tapsMachine.view(state);
    if (view?.phase !== "gap") throw new Error("no gap");
    expect(["right", "held"]).toContain(view.feedback);
    expect(view.untilMs - view.feedbackUntilMs).toBeGreaterThanOrEqual(500);
    const main = play(1 + 16 + 1 + 2, right);
    expect(tapsMachine.view(main)).toMatchObject({ phase: "gap", stimulus: "trial-1", feedback: null });
  });

  test("asked untimed at the start, has no deadline, takes no timeout, and leaving alone is a button", () => {
    const mode = { at: 5, kind: "mode", stimulus: "intro", choice: "untimed" };
    const untimed = play(3, right, [mode]);
    const view = tapsMachine.view(untimed);
    expect(view).toMatchObject({ phase: "target", timed: false, deadlineMs: null });
    const answer = { n: 9, at: 9_000_000, stimulus: "practice-0" };
    expect(tapsMachine.apply(untimed, { ...answer, kind: "timeout" })).toEqual({ refused: "not_expected" });
    expect(tapsMachine.apply(untimed, { ...answer, kind: "press", choice: "hold" })).toHaveProperty("index", 1);
    expect(
      tapsMachine.apply(shown, {
        n: 9,
        at: (shownAt ?? 0) + 10,
        kind: "press",
        stimulus: "practice-0",
        choice: "hold",
      }),
    ).toEqual({
      refused: "not_expected",
    });
    expect(tapsMachine.apply(play(1, right), { n: 9, ...mode, at: 9_000 })).toEqual({ refused: "not_expected" });
  });
});

function trials(rts: readonly (number | null)[], change: Partial<TapTrial> = {}): TapTrial[] {
  return rts.map((rtMs, index) => ({
    stimulus: `trial-${index}`,
    practice: false,
    rtMs,
    shape: "circle",
    target: "left",
    choice: rtMs === null ? null : "left",
    correct: rtMs !== null,
    premature: 0,
    timed: true,
    shownAt: index * 2_000,
    source: rtMs === null ? null : "touch",
    ...change,
  }));
}

describe("the metrics", () => {
  const times = Array.from({ length: 36 }, (_, index) => 350 + index * 10);

  test("the spread is ln(P80 − P20 + 1) of the correct times", () => {
    // 36 times from 350 in steps of 10: P20 = 420, P80 = 630.
    expect(tapsMetrics(trials(times))["ln_spread"]).toBe(Math.round(Math.log(211) * 1e6) / 1e6);
    expect(tapsMetrics(trials(times))["accuracy"]).toBe(1);
  });

  test("a constant latency moves neither the spread nor, by rank, anything but the median", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 200, max: 1_500 }), { minLength: 20, maxLength: 36 }),
        fc.integer({ min: 0, max: 100 }),
        (rts, delay) => {
          expect(lnSpread(rts.map((rt) => rt + delay))).toBe(lnSpread(rts));
        },
      ),
    );
  });

  test("with 19 usable times there is no spread; times outside 150 to 2500 ms are not usable", () => {
    expect(tapsMetrics(trials(times.slice(0, 20)))["ln_spread"]).not.toBeNull();
    expect(tapsMetrics(trials(times.slice(0, 19)))["ln_spread"]).toBeNull();
    const outside = trials([...times.slice(0, 19), 149, 2_501]);
    expect(tapsMetrics(outside)["ln_spread"]).toBeNull();
    expect(tapsMetrics(outside)["accuracy"]).toBe(1);
  });

  test("untimed play, keyboard and assistive technology give accuracy and no times", () => {
    for (const change of [{ timed: false }, { source: "keyboard" as const }, { source: "assistive" as const }]) {
      const metrics = tapsMetrics(trials(times, change));
      expect(metrics["accuracy"]).toBe(1);
      expect([metrics["ln_spread"], metrics["timing_regularity"], metrics["median_rt_ms"]]).toEqual([null, null, null]);
    }
  });

  test("a constant rhythm has regularity 0, missed targets count against accuracy only", () => {
    expect(tapsMetrics(trials(times.map(() => 400)))["timing_regularity"]).toBe(0);
    const missed = tapsMetrics(trials([...times.slice(0, 27), null, null, null, null, null, null, null, null, null]));
    expect(missed["accuracy"]).toBe(0.75);
    expect(missed["timing_regularity"]).toBeGreaterThan(0.1);
  });

  test("targets that a switch or screen-reader user could not reach in time cost no accuracy", () => {
    const slow = trials([...times.slice(0, 24), ...Array.from({ length: 12 }, () => null)], {}).map((trial) =>
      trial.choice === null ? trial : { ...trial, source: "assistive" as const },
    );
    expect(tapsMetrics(slow)["accuracy"]).toBe(1);
    expect(tapsMetrics(slow.slice(5))["accuracy"]).toBeNull();
  });

  test("hold-backs are counted apart", () => {
    const holds = trials([null, null, null, 500], { target: "hold" }).map((trial) => ({
      ...trial,
      correct: trial.rtMs === null,
    }));
    const metrics = tapsMetrics([...trials(times), ...holds]);
    expect(metrics["hold_success"]).toBe(0.75);
    expect(metrics["accuracy"]).toBe(1);
  });
});
