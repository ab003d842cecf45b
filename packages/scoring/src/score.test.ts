import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";
import type { ModelArtefact, ModelTrait } from "./contract.ts";
import { models } from "./models.ts";
import { preview1 } from "./models/preview-1.ts";
import { normalCdf } from "./normal.ts";
import { composite, riskBand } from "./risk.ts";
import { score } from "./score.ts";
import { money, session, taps, withMetrics } from "./testing/facts.ts";
import { sten } from "./traits.ts";

const withShare = (share: number | null) => session({ tasks: [withMetrics(money, { share_later: share }), taps] });

describe("the score", () => {
  test("is the percentile of risk: waiting as often as the norm group gives 50, lower is better", () => {
    expect(score(withShare(0.514)).score).toBe(50);
    const shares = [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => score(withShare(share)).score ?? NaN);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect([shares[0], shares.at(-1)]).toEqual([98, 2]);
  });

  test("is 100·(1 − Φ(z')) for the preview model, whose only weighted trait is patience", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 15 }), (waited) => {
        const share = Math.round((waited / 15) * 1e6) / 1e6;
        const expected = Math.round(100 * (1 - normalCdf((share - 0.514) / 0.242)));
        expect(score(withShare(share)).score).toBe(expected);
      }),
    );
  });

  test("stays within 1 and 99 and keeps its bands for any metrics whatever", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (share, spread) => {
        const result = score(
          session({ tasks: [withMetrics(money, { share_later: share }), withMetrics(taps, { ln_spread: spread })] }),
        );
        if (Number.isFinite(share)) expect(result.score).toBe(Math.min(99, Math.max(1, result.score ?? 0)));
        else expect(result.score).toBeNull();
        for (const trait of result.traits) {
          expect(trait.value).toBeGreaterThanOrEqual(1);
          expect(trait.value).toBeLessThanOrEqual(10);
        }
      }),
    );
  });

  test("is missing, with the metric's name, when a required metric is null or its task was switched off", () => {
    const unusable = score(withShare(null));
    expect([unusable.score, unusable.risk_band, unusable.reasons]).toEqual([null, null, []]);
    expect(unusable.working.missing).toEqual(["money_choices.share_later"]);
    const off = score(session({ tasks: [taps] }));
    expect([off.score, off.risk_band]).toEqual([null, null]);
    expect(off.traits.map((trait) => trait.key)).toEqual(["attention"]);
  });

  test("needs no task without weight", () => {
    const result = score(session({ tasks: [money] }));
    expect(result.score).toBe(score(session()).score);
    expect(result.traits.map((trait) => trait.key)).toEqual(["patience"]);
  });

  test("gives equal bytes for equal input, whatever the order of its members", () => {
    const turned = session({
      tasks: [{ ...money, metrics: Object.fromEntries(Object.entries(money.metrics).reverse()) }, taps],
    });
    expect(canonicalJson(score(turned))).toBe(canonicalJson(score(session())));
    expect(JSON.stringify(score(session()))).toBe(JSON.stringify(score(session())));
  });
});

describe("bands", () => {
  test("turn exactly at their cut-offs", () => {
    const at = (value: number) => riskBand(value, [20, 40, 60, 80]);
    expect([1, 19, 20, 39, 40, 59, 60, 79, 80, 99].map(at)).toEqual([
      "VERY_LOW",
      "VERY_LOW",
      "LOW",
      "LOW",
      "MEDIUM",
      "MEDIUM",
      "HIGH",
      "HIGH",
      "VERY_HIGH",
      "VERY_HIGH",
    ]);
  });

  test("follow the environment's cut-offs where it has its own", () => {
    const options = withShare(0.514);
    expect(score(options).risk_band).toBe("MEDIUM");
    expect(score({ ...options, bandCutoffs: [60, 70, 80, 90] }).risk_band).toBe("VERY_LOW");
    expect(score({ ...options, bandCutoffs: [10, 20, 30, 50] }).risk_band).toBe("VERY_HIGH");
  });
});

describe("traits", () => {
  test("the norm group has stens of mean 5.5 and standard deviation 2", () => {
    // Quantiles of a normal distribution by their mid-ranks.
    const stens = Array.from({ length: 2_000 }, (_, index) => sten(quantile((index + 0.5) / 2_000)));
    const mean = stens.reduce((sum, value) => sum + value, 0) / stens.length;
    const sd = Math.sqrt(stens.reduce((sum, value) => sum + (value - mean) ** 2, 0) / stens.length);
    expect(Math.abs(mean - 5.5)).toBeLessThan(0.1);
    expect(Math.abs(sd - 2)).toBeLessThan(0.1);
  });

  function quantile(p: number): number {
    let [low, high] = [-8, 8];
    for (let step = 0; step < 60; step += 1) {
      const middle = (low + high) / 2;
      if (normalCdf(middle) < p) low = middle;
      else high = middle;
    }
    return low;
  }

  test("are shown in the direction of their name: a narrow spread is much attention", () => {
    const attention = (spread: number) =>
      score(session({ tasks: [money, withMetrics(taps, { ln_spread: spread })] })).traits.find(
        (trait) => trait.key === "attention",
      );
    expect(attention(4)?.value).toBeGreaterThan(7);
    expect(attention(6)?.value).toBeLessThan(4);
    expect(attention(4)?.risk_band).toBe("NOT_RATED");
  });

  test("with weight carry what they mean for risk", () => {
    const band = (share: number) => score(withShare(share)).traits[0];
    expect(band(1)).toEqual({ key: "patience", value: 10, risk_band: "VERY_LOW" });
    expect(band(0.514)).toEqual({ key: "patience", value: 6, risk_band: "MEDIUM" });
    expect(band(0)).toEqual({ key: "patience", value: 1, risk_band: "VERY_HIGH" });
  });
});

describe("reasons", () => {
  test("name the weighted traits below the mean and no others", () => {
    expect(score(withShare(0.2)).reasons.map((reason) => reason.key)).toEqual(["patience"]);
    expect(score(withShare(0.9)).reasons).toEqual([]);
    const slow = session({ tasks: [withMetrics(money, { share_later: 0.9 }), withMetrics(taps, { ln_spread: 7 })] });
    expect(score(slow).reasons).toEqual([]);
  });
});

describe("a model of several traits", () => {
  const trait = (key: string, weight: number, reliability: number): ModelTrait => ({
    key,
    metric: `${key}.m`,
    norm: { centre: 0, scale: 1, meanZ: 0, sdZ: 1, n: 1, source: "test", status: "assumed" },
    nameDirection: 1,
    favourable: 1,
    reliability,
    weight,
    reason: `About ${key}.`,
  });
  const model: ModelArtefact = {
    ...preview1,
    traits: [trait("a", 1, 0.76), trait("b", 1, 0.75), trait("c", 0.5, 0.7), trait("d", 0, 0.5)],
    correlations: [
      { a: "a", b: "b", rho: 0.06 },
      { a: "c", b: "a", rho: 0.12 },
      { a: "b", b: "c", rho: 0.45 },
    ],
  };
  const task = (key: string, m: number | null) => ({ ...money, key, metrics: { m } });
  const scoreOf = (values: Readonly<Record<string, number | null>>) =>
    score(
      session({
        model,
        battery: { version: "t", requiredMetrics: [] },
        tasks: Object.entries(values).map(([key, m]) => task(key, m)),
      }),
    );

  test("divides the weighted sum by its standard deviation, correlations included", () => {
    // Var = Σ (w r)² + 2 Σ w_i w_j r_i r_j ρ_ij with w·r = .76, .75, .35.
    const variance =
      0.76 ** 2 + 0.75 ** 2 + 0.35 ** 2 + 2 * (0.76 * 0.75 * 0.06 + 0.76 * 0.35 * 0.12 + 0.75 * 0.35 * 0.45);
    const expected = (0.76 * 1 + 0.75 * -0.5 + 0.35 * 2) / Math.sqrt(variance);
    expect(scoreOf({ a: 1, b: -0.5, c: 2, d: 3 }).working.u).toBeCloseTo(expected, 5);
  });

  test("is not scored when one weighted trait is missing, and is when one without weight is", () => {
    expect(scoreOf({ a: 1, b: 1, c: null, d: 1 }).score).toBeNull();
    expect(scoreOf({ a: 1, b: 1, c: 1, d: null }).score).not.toBeNull();
    expect(composite({ ...model, traits: [trait("d", 0, 0.5)] }, [])).toBeNull();
  });

  test("gives reasons by points lost, worst first", () => {
    const keys = scoreOf({ a: -0.5, b: -2, c: -3, d: -3 }).reasons.map((reason) => reason.key);
    expect(keys).toEqual(["b", "c", "a"]);
  });
});

test("each shipped model names its battery, has signals of at most .40 and is written down as JSON", () => {
  expect(models.map((model) => model.version)).toEqual(["preview-1.0", "preview-1.1", "standard-1.0"]);
  for (const model of models) {
    expect(model.batteries.length).toBeGreaterThan(0);
    for (const { weight } of Object.values(model.signals)) expect(weight).toBeLessThanOrEqual(0.4);
    expect(JSON.parse(canonicalJson(model))).toEqual(model);
  }
});
