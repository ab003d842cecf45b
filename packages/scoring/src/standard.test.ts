import { describe, expect, test } from "vitest";
import type { ScoredTask } from "./contract.ts";
import { normalCdf } from "./normal.ts";
import { score } from "./score.ts";
import { money, standardSession, statements, taps, withMetrics } from "./testing/facts.ts";

/** What model `standard-1.0` adds: three weighted traits, and the signals of the statements. */

const withTasks = (tasks: readonly ScoredTask[]) => score(standardSession({ tasks }));
const withMoney = (metrics: ScoredTask["metrics"]) => withTasks([withMetrics(money, metrics), taps, statements]);
const withStatements = (metrics: ScoredTask["metrics"]) => withTasks([money, taps, withMetrics(statements, metrics)]);

describe("the score of standard-1", () => {
  test("of somebody at every norm is 50", () => {
    expect(withMoney({ share_later: 0.514 }).score).toBe(50);
  });

  test("follows C = w·r·z' over its standard deviation, with the published weights and correlations", () => {
    // z' of 1 in patience and self-control, 0 in sense of control.
    const result = withTasks([
      withMetrics(money, { share_later: 0.514 + 0.242 }),
      taps,
      withMetrics(statements, { self_control: 4.5, sense_of_control: 3.6 }),
    ]);
    const [patience, control, sense] = [0.76, 0.75, 0.5 * 0.7];
    const variance =
      patience ** 2 +
      control ** 2 +
      sense ** 2 +
      2 * (0.06 * patience * control + 0.12 * patience * sense + 0.45 * control * sense);
    const u = (patience + control) / Math.sqrt(variance);
    expect(result.working.u).toBeCloseTo(u, 5);
    expect(result.score).toBe(Math.round(100 * (1 - normalCdf(u))));
  });

  test.each(["self_control", "sense_of_control"])("is missing without %s, and the traits are there", (metric) => {
    const result = withStatements({ [metric]: null });
    expect([result.score, result.reasons]).toEqual([null, []]);
    expect(result.working.missing).toEqual([`statements.${metric}`]);
    expect(result.traits.map(({ key }) => key)).toContain("patience");
  });

  test("gives no band and no reason for a trait without weight", () => {
    const cards: ScoredTask = { ...taps, key: "cards", metrics: { ln_dared: 4 }, trials: [], inputs: [] };
    const result = withTasks([money, taps, statements, cards]);
    const unrated = result.traits.filter(({ risk_band }) => risk_band === "NOT_RATED").map(({ key }) => key);
    expect(unrated).toEqual(["attention", "risk_taking"]);
    expect(result.reasons.map(({ key }) => key)).not.toContain("risk_taking");
  });
});

describe("choices that follow what is hidden", () => {
  const withCards = (loss_z: number | null) => {
    const cards: ScoredTask = { ...taps, key: "cards", metrics: { ln_dared: 2.7, loss_z }, trials: [], inputs: [] };
    return withTasks([money, taps, statements, cards]);
  };

  test.each([
    [-2, 100],
    [2, 100],
    [2.5, 80],
    [3, 60],
    [9, 60],
  ])("a z of %d leaves %i", (lossZ, trust) => {
    expect(withCards(lossZ).trust_score).toBe(trust);
  });

  test.each([
    [4, 100],
    [5, 80],
    [6, 60],
  ])("a z of %d at the balloons, which strays further by chance, leaves %i", (foresight_z, trust) => {
    const balloons: ScoredTask = { ...taps, key: "balloons", metrics: { foresight_z }, trials: [], inputs: [] };
    expect(withTasks([money, taps, statements, balloons]).trust_score).toBe(trust);
  });

  test("can not be seen where too little was turned", () => {
    expect(withCards(null).working.signals["foresight"]).toBeNull();
  });
});

describe("data confidence with statements", () => {
  test.each([
    [{ infrequency_failed: 1 }, 80, ["infrequency_failed"]],
    [{ infrequency_failed: 2 }, 60, ["infrequency_failed"]],
    [{ mirror_distance: 1.5 }, 100, []],
    [{ mirror_distance: 2.25 }, 88, ["mirrored_mismatch"]],
    [{ mirror_distance: 3 }, 75, ["mirrored_mismatch"]],
  ])("%o leaves %i", (metrics, trust, flags) => {
    const result = withStatements(metrics);
    expect([result.trust_score, result.flags.map(({ key }) => key)]).toEqual([trust, flags]);
  });

  test("a failed statement and the dominated choice are two failed checks", () => {
    const tasks = [
      withMetrics(money, { dominated_failed: 1 }),
      taps,
      withMetrics(statements, { infrequency_failed: 1 }),
    ];
    expect(withTasks(tasks).trust_score).toBe(60);
  });

  test("fast answers are counted over choices and statements together, each answer once", () => {
    // 15 choices, none fast, and 12 statements, all fast: 12 of 27.
    const result = withStatements({ fast_share: 1 });
    expect(result.flags).toEqual([{ key: "fast_responses", strength: 1, share: "0.444444" }]);
    expect(withStatements({ fast_share: 0.5 }).working.signals["fast_responses"]).toBeCloseTo((6 / 27 - 0.1) / 0.3, 5);
  });

  test("fast answers are judged by the choices alone where the statements were answered by other means", () => {
    expect(withStatements({ fast_share: null }).working.signals["fast_responses"]).toBe(0);
  });
});

describe("the mouse's way", () => {
  type Path = readonly number[] | undefined;
  /** Fifteen presses, the first `unnatural` of them by `path`, the others in a bow. */
  const withPaths = (unnatural: number, path: Path, source = "mouse") => {
    const bow = [90, -200, 40, 60, -120, 12, 30, -50, 1, 0, 2, -3];
    const inputs = money.inputs.map((input, index) => {
      const way = index < unnatural ? path : bow;
      return { ...input, source, ...(way === undefined ? {} : { path: way }) };
    });
    return withTasks([{ ...money, inputs }, { ...taps, inputs: [] }, statements]);
  };
  const straight = [90, -200, -100, 60, -120, -60, 30, -40, -20, 0, 0, 0];

  test.each<[string, number, Path, number]>([
    ["no way at all", 15, undefined, 90],
    ["straight to half a pixel", 15, straight, 90],
    ["straight in half of the presses", 7, straight, 100],
    ["in a bow", 0, undefined, 100],
  ])("%s (%i of 15)", (_name, unnatural, path, trust) => {
    expect(withPaths(unnatural, path).trust_score).toBe(trust);
  });

  test("is not judged for fingers, pens and keys, nor where it is too short", () => {
    for (const source of ["touch", "pen", "keyboard", "assistive"]) {
      expect(withPaths(15, undefined, source).working.signals["pointer_unnatural"]).toBeNull();
    }
    const short = [20, -9, 0, 10, -6, 0, 5, -3, 0, 0, 0, 0];
    expect(withPaths(15, short).working.signals["pointer_unnatural"]).toBeNull();
  });
});

test("every signal of the model says in a sentence what it means, and every trait what raised the risk", () => {
  const { model } = standardSession();
  const texts = [...Object.values(model.signals).map(({ text }) => text), ...model.traits.map(({ reason }) => reason)];
  for (const text of texts) expect(text).toMatch(/^[A-Z].{20,}\.$/);
});
