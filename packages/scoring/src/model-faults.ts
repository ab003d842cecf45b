import type { ModelArtefact, ModelTrait } from "./contract.ts";
import { compositeVariance } from "./risk.ts";

/** What a model may refer to: the metrics of each battery, as `task.metric`. */
export type KnownMetrics = Readonly<Record<string, readonly string[]>>;

/**
 * What is wrong with the sense of a model whose form is right, one sentence for each fault; empty for one that can score.
 * `metricsOf`: metrics by battery version.
 */
export function modelFaults(model: ModelArtefact, metricsOf: KnownMetrics): readonly string[] {
  return [
    ...batteryFaults(model, metricsOf),
    ...traitFaults(model),
    ...correlationFaults(model),
    ...orderFaults(model),
  ];
}

function batteryFaults(model: ModelArtefact, metricsOf: KnownMetrics): string[] {
  return model.batteries.flatMap((battery) => {
    const metrics = metricsOf[battery];
    if (metrics === undefined) return [`batteries: there is no battery "${battery}"`];
    // A trait without weight may belong to a longer battery; without a weighted one there is no score.
    return model.traits
      .filter(({ weight, metric }) => weight > 0 && !metrics.includes(metric))
      .map(({ key, metric }) => `traits.${key}.metric: battery "${battery}" has no metric "${metric}"`);
  });
}

function traitFaults({ traits }: ModelArtefact): string[] {
  const keys = traits.map(({ key }) => key);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
  return [
    ...twice.map((key) => `traits: "${key}" is there twice`),
    ...(traits.some(({ weight }) => weight > 0) ? [] : ["traits: none has a weight, so there would never be a score"]),
  ];
}

function correlationFaults(model: ModelArtefact): string[] {
  const known = (key: string): boolean => model.traits.some((trait: ModelTrait) => trait.key === key);
  const faults = model.correlations.flatMap(({ a, b }, index) => [
    ...[a, b].filter((key) => !known(key)).map((key) => `correlations: there is no trait "${key}"`),
    ...(a === b ? [`correlations: "${a}" is paired with itself`] : []),
    ...(model.correlations.findIndex((pair) => samePair(pair, { a, b })) < index
      ? [`correlations: "${a}" and "${b}" are there twice`]
      : []),
  ]);
  const weighted = model.traits.filter(({ weight }) => weight > 0);
  const impossible = weighted.length > 0 && !(compositeVariance(model, weighted) > 0);
  return impossible ? [...faults, "correlations: the composite would have no variance"] : faults;
}

type Pair = { readonly a: string; readonly b: string };

function samePair(one: Pair, other: Pair): boolean {
  return (one.a === other.a && one.b === other.b) || (one.a === other.b && one.b === other.a);
}

function orderFaults({ percentileTable = [], bandCutoffs, confidence }: ModelArtefact): string[] {
  const rises = percentileTable.findIndex((u, index) => index > 0 && u >= (percentileTable[index - 1] ?? u));
  return [
    ...(rises === -1 ? [] : [`percentileTable[${rises}]: each value must be lower than the one before`]),
    ...(isRising(bandCutoffs) ? [] : ["bandCutoffs: each must be higher than the one before"]),
    ...(confidence.medium < confidence.high ? [] : ["confidence: medium must lie below high"]),
  ];
}

function isRising(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || value > (values[index - 1] ?? value));
}
