import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JourneyFacts, ModelArtefact, ScoredTask } from "../contract.ts";
import { preview11 } from "../models/preview-1-1.ts";
import { preview1 } from "../models/preview-1.ts";
import { score } from "../score.ts";
import { calmJourney, money, session, taps, withMetrics } from "../testing/facts.ts";
import { wireCalculated } from "../wire.ts";

function judge(tasks: readonly ScoredTask[], journey: Partial<JourneyFacts> = {}) {
  const { trust_score, score_confidence, flags } = score(session({ tasks, journey: { ...calmJourney, ...journey } }));
  return { trust: trust_score, confidence: score_confidence, flags: flags.map((flag) => flag.key), details: flags };
}

const withInputs = (task: ScoredTask, change: Partial<ScoredTask["inputs"][number]>): ScoredTask => ({
  ...task,
  inputs: task.inputs.map((input) => ({ ...input, ...change })),
});
const withTrials = (task: ScoredTask, change: (index: number) => Readonly<Record<string, unknown>>): ScoredTask => ({
  ...task,
  trials: task.trials.map((trial, index) => ({ ...trial, ...change(index) })),
});

test("a session in which nothing is wrong has trust 100 and no flag", () => {
  expect(judge([money, taps])).toEqual({ trust: 100, confidence: "HIGH", flags: [], details: [] });
});

describe("one signal at a time", () => {
  test.each([
    [2, 100],
    [3, 80],
    [4, 60],
    [7, 60],
  ])("%i choices against the best k leave %i", (errors, trust) => {
    expect(judge([withMetrics(money, { consistency_errors: errors }), taps]).trust).toBe(trust);
  });

  test.each([
    [0.86, 100],
    [0.75, 80],
    [0.65, 60],
    [0, 60],
  ])("tap accuracy %d leaves %i", (accuracy, trust) => {
    expect(judge([money, withMetrics(taps, { accuracy })]).trust).toBe(trust);
  });

  test("less later taken for more today is one failed check of two", () => {
    const result = judge([withMetrics(money, { dominated_failed: 1 }), taps]);
    expect(result).toMatchObject({ trust: 80, confidence: "HIGH", flags: ["infrequency_failed"] });
  });

  test.each([
    [0.1, 100],
    [0.25, 80],
    [0.4, 60],
    [1, 60],
  ])("a share of %d fast answers leaves %i", (fast, trust) => {
    expect(judge([withMetrics(money, { fast_share: fast }), taps]).trust).toBe(trust);
  });

  test.each([
    [0.08, 100],
    [0.06, 80],
    [0.045, 60],
    [0, 60],
  ])("regularity %d of the tap times leaves %i", (regularity, trust) => {
    expect(judge([money, withMetrics(taps, { timing_regularity: regularity })]).trust).toBe(trust);
  });

  test("11 answers of 15 on one side count in full, 10 not at all, alternation throughout in full", () => {
    const run = (length: number) =>
      judge([withTrials(money, (index) => ({ choice: index < length ? "left" : index % 2 ? "left" : "right" })), taps]);
    expect(run(10)).toMatchObject({ trust: 100 });
    expect(run(11)).toMatchObject({ trust: 60, flags: ["uniform_responses"] });
    const alternating = withTrials(money, (index) => ({ choice: index % 2 ? "left" : "right" }));
    expect(judge([alternating, taps])).toMatchObject({ trust: 60, flags: ["uniform_responses"] });
  });

  test("taps at the exact centre count from three in four, fully at four in five", () => {
    const exact = (share: number) => ({
      ...taps,
      inputs: taps.inputs.map((input, index) => (index < 36 * share ? { ...input, dx: 0.4, dy: -0.5 } : input)),
    });
    const elsewhere = { ...money, inputs: [] };
    expect(judge([elsewhere, exact(0.7)]).trust).toBe(100);
    expect(judge([elsewhere, exact(0.81)])).toMatchObject({ trust: 60, flags: ["exact_positions"] });
  });

  test("untrusted events, clicks without a pointer-down and a remote-controlled browser are synthetic", () => {
    const result = judge([withInputs(money, { trusted: false }), taps]);
    expect(result.flags).toEqual(["synthetic_input"]);
    expect(judge([withInputs(money, { down: false }), withInputs(taps, { down: false })]).trust).toBe(60);
    expect(judge([money, taps], { webdriver: true })).toMatchObject({ trust: 60, flags: ["synthetic_input"] });
  });

  test("absence, another device and earlier runs cost at most 15 each", () => {
    expect(judge([money, taps], { hiddenMs: 20_000 }).trust).toBe(100);
    expect(judge([money, taps], { hiddenMs: 86_400_000 })).toMatchObject({ trust: 85, flags: ["long_interruptions"] });
    expect(judge([money, taps], { interruptions: 3 })).toMatchObject({ trust: 85, flags: ["long_interruptions"] });
    expect(judge([money, taps], { takeovers: 9 })).toMatchObject({ trust: 85, flags: ["second_device"] });
    expect(judge([money, taps], { earlierRuns: 9 })).toMatchObject({ trust: 85, flags: ["repeated_attempts"] });
  });

  test("near duplicates cost a tenth however many they are, in 1.1, and are not looked at in 1.0", () => {
    const twins = (model: ModelArtefact, nearDuplicates: number) =>
      score(session({ model, journey: { ...calmJourney, nearDuplicates } }));
    expect(twins(preview11, 0)).toMatchObject({ trust_score: 100, flags: [] });
    for (const count of [1, 7]) {
      expect(twins(preview11, count)).toMatchObject({ trust_score: 90, flags: [{ key: "near_duplicate_uid" }] });
    }
    expect(twins(preview1, 7)).toMatchObject({ trust_score: 100, flags: [] });
    expect(twins(preview1, 7).working.signals).not.toHaveProperty("near_duplicate_uid");
    // The score itself, and all but the confidence, are those of 1.0.
    const { model_version: _old, working: _before, ...old } = twins(preview1, 0);
    expect(twins(preview11, 0)).toMatchObject(old);
  });
});

describe("together", () => {
  test("two full signals leave 36 and LOW, dearest first", () => {
    const result = judge([
      withMetrics(money, { consistency_errors: 5, dominated_failed: 1 }),
      withMetrics(taps, { accuracy: 0.5 }),
    ]);
    expect(result).toMatchObject({ trust: 29, confidence: "LOW" });
    expect(result.flags).toEqual(["inconsistent_choices", "low_engagement", "infrequency_failed"]);
  });

  test("confidence turns at 70 and 50", () => {
    const at = (errors: number, hiddenMs: number) =>
      judge([withMetrics(money, { consistency_errors: errors }), taps], { hiddenMs });
    expect(at(3, 86_400_000)).toMatchObject({ trust: 68, confidence: "MEDIUM" });
    expect(at(4, 86_400_000)).toMatchObject({ trust: 51, confidence: "MEDIUM" });
    expect(at(3, 0)).toMatchObject({ trust: 80, confidence: "HIGH" });
  });

  test("fewer than three of the core signals to see give MEDIUM at most", () => {
    const alone = judge([taps]);
    expect(alone).toMatchObject({ trust: 69, confidence: "MEDIUM", flags: [] });
    expect(judge([money])).toMatchObject({ confidence: "HIGH" });
    expect(judge([])).toMatchObject({ trust: 69, confidence: "MEDIUM" });
  });

  test("a replay that differs from the page is LOW whatever else is right, and says so", () => {
    const result = score(session({ journey: { ...calmJourney, replayMismatch: true } }));
    expect(result).toMatchObject({ score_confidence: "LOW", trust_score: 49 });
    expect(result.flags[0]).toEqual({ key: "replay_mismatch", strength: 1 });
    expect(result.working.integrity).toBe("replay_mismatch");
    expect(result.score).toBe(score(session()).score);
  });

  test("trust never rises when a signal gets worse", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), fc.double({ min: 0, max: 1, noNaN: true }), (errors, fast) => {
        const here = judge([withMetrics(money, { consistency_errors: errors, fast_share: fast }), taps]).trust;
        const worse = judge([withMetrics(money, { consistency_errors: errors + 1, fast_share: fast }), taps]).trust;
        expect(worse).toBeLessThanOrEqual(here);
      }),
    );
  });
});

describe("keyboard, switch and screen reader", () => {
  test.each(["keyboard", "assistive"])(
    "%s play is told, and neither its times nor its positions cost anything",
    (source) => {
      const bySource = (task: ScoredTask) =>
        withTrials(withInputs(task, { source, dx: 0, dy: 0, down: false }), () => ({ source }));
      const result = judge([
        withMetrics(bySource(money), { fast_share: null, median_rt_ms: null }),
        withMetrics(bySource(taps), { ln_spread: null, timing_regularity: null }),
      ]);
      expect(result).toMatchObject({ trust: 100, confidence: "HIGH", flags: ["accessible_path"] });
    },
  );

  test("a pointer session with a stray key press is no accessible path", () => {
    const stray = withTrials(taps, (index) => (index === 3 ? { source: "keyboard" } : {}));
    expect(judge([money, stray]).flags).toEqual([]);
  });
});

describe("on the wire", () => {
  const bot = () => score(session({ journey: { ...calmJourney, webdriver: true } }));

  test("the sandbox calls synthetic input scripted, real sessions do not", () => {
    expect(wireCalculated(bot(), { traits: "scored", simulated: true })?.flags).toEqual([
      { key: "scripted_input", share: "1" },
    ]);
    expect(wireCalculated(bot(), { traits: "scored", simulated: false })?.flags).toEqual([
      { key: "synthetic_input", share: "1" },
    ]);
  });

  test("traits without weight go out only where the environment wants all, and nothing internal ever does", () => {
    const scored = wireCalculated(bot(), { traits: "scored", simulated: false });
    expect(scored?.traits.map((trait) => trait.key)).toEqual(["patience"]);
    expect(wireCalculated(bot(), { traits: "all", simulated: false })?.traits.map((trait) => trait.key)).toEqual([
      "patience",
      "attention",
    ]);
    expect(Object.keys(scored ?? {})).not.toContain("working");
    expect(wireCalculated(score(session({ tasks: [taps] })), { traits: "all", simulated: false })).toBeNull();
  });
});
