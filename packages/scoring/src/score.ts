import type { Calculated, ModelArtefact, ScoreOptions, Uncertainty, UncertaintySetting } from "./contract.ts";
import { metricTable } from "./metric-table.ts";
import { composite, reasons, riskBand, riskScore, scoreBand } from "./risk.ts";
import { type MeasuredTrait, measureTraits, traitResult, traitUncertainty } from "./traits.ts";
import { judgeTrust } from "./trust/trust.ts";

/**
 * Metrics in, result out; the same input gives the same bytes. The score is null when a required metric or a weighted
 * trait is missing; traits, trust and flags are there all the same. Reasons exist only beside a score.
 */
export function score(options: ScoreOptions): Calculated {
  const { model, battery, tasks, journey } = options;
  const metrics = metricTable(tasks);
  const missing = battery.requiredMetrics.filter((name) => metrics(name) === null);
  const measured = measureTraits(model.traits, metrics, journey.deviceClass);
  const u = missing.length > 0 ? null : composite(model, measured);
  const percentile = u === null ? null : riskScore(u, model.percentileTable);
  const trust = judgeTrust(model, { tasks, metrics, journey });
  return {
    score: percentile,
    risk_band: percentile === null ? null : riskBand(percentile, options.bandCutoffs ?? model.bandCutoffs),
    score_confidence: trust.confidence,
    trust_score: trust.score,
    traits: measured.map(traitResult),
    flags: trust.flags,
    reasons: u === null ? [] : reasons(measured),
    model_version: model.version,
    calibrated: model.calibrated,
    norms: model.norms,
    working: {
      z: Object.fromEntries(measured.map(({ trait, z }) => [trait.key, z])),
      favourable: Object.fromEntries(measured.map(({ trait, favourable }) => [trait.key, favourable])),
      u,
      ...(model.uncertainty === undefined ? {} : { uncertainty: uncertainty(model, model.uncertainty, measured, u) }),
      signals: trust.signals,
      missing,
      integrity: journey.replayMismatch ? "replay_mismatch" : "verified",
    },
  };
}

function uncertainty(
  model: ModelArtefact,
  setting: UncertaintySetting,
  measured: readonly MeasuredTrait[],
  u: number | null,
): Uncertainty {
  return {
    score: u === null ? null : scoreBand(u, model, setting),
    traits: Object.fromEntries(measured.map((one) => [one.trait.key, traitUncertainty(one, setting)])),
  };
}
