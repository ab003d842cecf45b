import { DRIFT_MINIMUM, type DriftMeasure, type Monitoring } from "@tallystick/contract";
import { SCORE_SHARES, stability, STEN_PAIR_SHARES } from "@tallystick/scoring";

import { below, branches, countAt, total, type Counts } from "./counts.ts";
import { shareOf, tenths } from "./values.ts";

const SOURCE =
  "Siddiqi (2006), Credit Risk Scorecards: below .1 no change worth naming, .1 to .25 some, above .25 a shift. With few results chance alone gives much of it; what chance gives stands beside.";
const CAUTION =
  "The index compares with the norm the model was made with, and says nothing about repayment. Where the norm is provisional it can be high from the first day on: look at how it moves, not only at how high it is.";

const STENS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

export interface ModelNorm {
  readonly modelVersion: string;
  readonly norms: "provisional" | "local";
  /** In the model's order. */
  readonly traits: readonly string[];
}

/** Each model version's results against its own norm: uniform scores, normal stens. */
export function driftOf(results: Counts, norms: readonly ModelNorm[]): Monitoring["drift"] {
  const models = norms
    .map(({ modelVersion, norms: kind, traits }) => {
      const compared = below(results, "compared", modelVersion);
      const n = total(below(compared, "scores"));
      return { model_version: modelVersion, norms: kind, n, measures: measuresOf(compared, traits) };
    })
    .toSorted((a, b) => b.n - a.n);
  const leftOut = (key: string) => countAt(results, "left_out", key);
  return {
    minimum: DRIFT_MINIMUM,
    n: models.reduce((sum, { n }) => sum + n, 0),
    left_out: {
      simulated: leftOut("simulated"),
      unscorable: leftOut("unscorable"),
      low_stakes: leftOut("low_stakes"),
      low_confidence: leftOut("low_confidence"),
      later_runs: leftOut("later_runs"),
    },
    models,
    source: SOURCE,
    caution: CAUTION,
  };
}

function measuresOf(compared: Counts, order: readonly string[]): DriftMeasure[] {
  const bins = SCORE_SHARES.map((_, place) => ({ from: Math.max(1, place * 10), to: place * 10 + 9 }));
  const score = measure("score", tenths(below(compared, "scores")), { shares: SCORE_SHARES, bins });
  const pairs = STEN_PAIR_SHARES.map((_, pair) => ({ from: 2 * pair + 1, to: 2 * pair + 2 }));
  const traits = stensOf(compared, order).map(({ key, counts }) => {
    const inPairs = pairs.map(({ from, to }) => (counts[from - 1] ?? 0) + (counts[to - 1] ?? 0));
    return measure(key, inPairs, { shares: STEN_PAIR_SHARES, bins: pairs });
  });
  return [score, ...traits];
}

/** Sten counts of each trait, those that enter the score first, each kind in the model's order. */
export function stensOf(
  counts: Counts,
  order: readonly string[],
): readonly { readonly key: string; readonly counts: readonly number[] }[] {
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  return ["rated", "unrated"].flatMap((kind) =>
    branches(below(counts, "traits", kind))
      .toSorted(([a], [b]) => place(a) - place(b) || a.localeCompare(b))
      .map(([key, stens]) => ({ key, counts: STENS.map((sten) => countAt(stens, String(sten))) })),
  );
}

function measure(
  key: string,
  counts: readonly number[],
  norm: {
    readonly shares: readonly number[];
    readonly bins: readonly { readonly from: number; readonly to: number }[];
  },
): DriftMeasure {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const found = n < DRIFT_MINIMUM ? null : stability(counts, norm.shares);
  const psi = found === null ? null : round3(found.psi);
  return {
    key,
    n,
    psi,
    by_chance: found === null ? null : round3(found.byChance),
    p_value: found === null ? null : round3(found.pValue),
    reading: psi === null ? null : psi < 0.1 ? "stable" : psi <= 0.25 ? "watch" : "look",
    bins: norm.bins.map((bin, place) => ({
      ...bin,
      count: counts[place] ?? 0,
      share: shareOf(counts[place] ?? 0, n),
      expected: Math.round((norm.shares[place] ?? 0) * 1e4) / 1e4,
    })),
  };
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}
