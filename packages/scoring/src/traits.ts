import type { ModelTrait, Norm, TraitBand, TraitResult } from "./contract.ts";
import type { MetricTable } from "./metric-table.ts";
import { clamp, round6 } from "./rounding.ts";

const FARTHEST_Z = 3;

export interface MeasuredTrait {
  readonly trait: ModelTrait;
  /** z' in the metric's direction, rounded to 1e-6. */
  readonly z: number;
  /** Kelley's estimate of the true standing, + is favourable: r·s·z'. */
  readonly favourable: number;
}

/** Robust z, clipped to ±3, then standardised once more: a robust z alone has a spread of .5 to 1.4. */
export function standardise(metric: number, norm: Norm): number {
  const z = clamp((metric - norm.centre) / norm.scale, -FARTHEST_Z, FARTHEST_Z);
  return round6((z - norm.meanZ) / norm.sdZ);
}

/** Standard ten: mean 5.5, standard deviation 2, 1–10. */
export function sten(z: number): number {
  return clamp(Math.floor(5.5 + 2 * z + 0.5), 1, 10);
}

/** Traits whose metric is there, in the model's order. */
export function measureTraits(traits: readonly ModelTrait[], metrics: MetricTable): MeasuredTrait[] {
  return traits.flatMap((trait) => {
    const metric = metrics(trait.metric);
    if (metric === null) return [];
    const z = standardise(metric, trait.norm);
    return [{ trait, z, favourable: round6(trait.reliability * trait.favourable * z) }];
  });
}

export function traitResult({ trait, z }: MeasuredTrait): TraitResult {
  return { key: trait.key, value: sten(trait.nameDirection * z), risk_band: traitBand(trait, z) };
}

function traitBand(trait: ModelTrait, z: number): TraitBand {
  if (trait.weight === 0) return "NOT_RATED";
  const favourableSten = sten(trait.favourable * z);
  if (favourableSten <= 2) return "VERY_HIGH";
  if (favourableSten <= 4) return "HIGH";
  if (favourableSten <= 6) return "MEDIUM";
  return favourableSten <= 8 ? "LOW" : "VERY_LOW";
}
