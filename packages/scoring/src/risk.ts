import type { BandCutoffs, ModelArtefact, ModelTrait, ReasonResult, RiskBand, UncertaintySetting } from "./contract.ts";
import { normalCdf } from "./normal.ts";
import { clamp, round6 } from "./rounding.ts";
import type { MeasuredTrait } from "./traits.ts";

const MOST_REASONS = 4;

/**
 * Standardised composite u = C/σ_C with C = Σ w·t and σ_C² = Σ_ij w_i w_j r_i r_j s_i s_j ρ_ij; in the norm group its
 * mean is 0. Null unless every weighted trait of the model is there: another composition is another score.
 */
export function composite(model: ModelArtefact, measured: readonly MeasuredTrait[]): number | null {
  const weighted = measured.filter(({ trait }) => trait.weight > 0);
  const wanted = model.traits.filter((trait) => trait.weight > 0);
  if (wanted.length === 0 || weighted.length < wanted.length) return null;
  const total = weighted.reduce((sum, { trait, favourable }) => sum + trait.weight * favourable, 0);
  return round6(total / Math.sqrt(compositeVariance(model, wanted)));
}

/** σ_C² = Σ_ij w_i w_j r_i r_j s_i s_j ρ_ij over `traits`; correlations are in each metric's direction. */
export function compositeVariance(model: ModelArtefact, traits: readonly ModelTrait[]): number {
  const rho = (a: ModelTrait, b: ModelTrait): number => {
    if (a.key === b.key) return 1;
    const pair = model.correlations.find(
      (entry) => (entry.a === a.key && entry.b === b.key) || (entry.a === b.key && entry.b === a.key),
    );
    return pair?.rho ?? 0;
  };
  const pull = (trait: ModelTrait): number => trait.weight * trait.reliability * trait.favourable;
  return traits.reduce((sum, a) => sum + traits.reduce((row, b) => row + pull(a) * pull(b) * rho(a, b), 0), 0);
}

/** Percentile of risk, 1–99, lower is better: by the model's table, else by the normal distribution. */
export function riskScore(u: number, table?: readonly number[]): number {
  if (table !== undefined) return 1 + table.filter((highest) => u <= highest).length;
  return clamp(Math.round(round6(100 * (1 - normalCdf(u)))), 1, 99);
}

/** Scores at u ± scoreU: what another measurement of the same person may well give. */
export function scoreBand(u: number, model: ModelArtefact, setting: UncertaintySetting): readonly [number, number] {
  const at = (moved: number): number => riskScore(round6(moved), model.percentileTable);
  return [at(u + setting.scoreU), at(u - setting.scoreU)];
}

export function riskBand(score: number, cutoffs: BandCutoffs): RiskBand {
  if (score < cutoffs[0]) return "VERY_LOW";
  if (score < cutoffs[1]) return "LOW";
  if (score < cutoffs[2]) return "MEDIUM";
  return score < cutoffs[3] ? "HIGH" : "VERY_HIGH";
}

/** The traits that raised the risk most against the population mean, worst first; never one without weight. */
export function reasons(measured: readonly MeasuredTrait[]): ReasonResult[] {
  return measured
    .map(({ trait, favourable }) => ({ trait, lost: -trait.weight * favourable }))
    .filter(({ lost }) => lost > 0)
    .sort((a, b) => b.lost - a.lost)
    .slice(0, MOST_REASONS)
    .map(({ trait }) => ({ key: trait.key, text: trait.reason }));
}
