import type {
  DeviceClass,
  ModelTrait,
  Norm,
  TraitBand,
  TraitResult,
  TraitUncertainty,
  UncertaintySetting,
} from "./contract.ts";
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
export function measureTraits(
  traits: readonly ModelTrait[],
  metrics: MetricTable,
  deviceClass: DeviceClass | null,
): MeasuredTrait[] {
  return traits.flatMap((trait) => {
    const metric = transformed(trait, metrics(trait.metric));
    if (metric === null) return [];
    const own = deviceClass === null ? undefined : trait.normsByDevice?.[deviceClass];
    const z = standardise(metric, own ?? trait.norm);
    return [{ trait, z, favourable: round6(trait.reliability * trait.favourable * z) }];
  });
}

/** The logarithm of nothing and less does not exist: such a metric is missing. */
function transformed({ transformation }: ModelTrait, metric: number | null): number | null {
  if (metric === null || transformation !== "ln") return metric;
  return metric > 0 ? round6(Math.log(metric)) : null;
}

const LOWEST_STEN = 0.5;
const HIGHEST_STEN = 10.5;

/** z' ± traitZ·sqrt(1 − r), in stens twice that, about the unrounded sten 5.5 + 2·z'. */
export function traitUncertainty({ trait, z }: MeasuredTrait, setting: UncertaintySetting): TraitUncertainty {
  const { reliability, nameDirection } = trait;
  const half = setting.traitZ * Math.sqrt(1 - reliability);
  const end = (offset: number): number =>
    Math.round(10 * clamp(5.5 + 2 * (nameDirection * z + offset), LOWEST_STEN, HIGHEST_STEN)) / 10;
  return { standardError: round6(Math.sqrt(reliability * (1 - reliability))), stens: [end(-half), end(half)] };
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
