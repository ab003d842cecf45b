import type { ResultDetail } from "@tallystick/contract";
import type { Calculated, ModelArtefact, RiskBand, TraitResult } from "@tallystick/scoring";
import { findBattery } from "@tallystick/tasks";

import type { Deps } from "../../infra/deps.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { loadModel, type LoadedModel } from "../models/service.ts";
import { epochSeconds, type SessionRow } from "../sessions/lifecycle.ts";
import { flagText } from "./flag-words.ts";
import { shownFlag } from "./read-item.ts";
import { traitWords } from "./trait-words.ts";

type Announced = NonNullable<ResultDetail["result"]>;

export interface OwnResult {
  readonly resultId: string;
  readonly run: number;
  readonly scoredAt: Date;
  readonly riskBand: RiskBand | null;
  readonly score: number | null;
  readonly modelVersion: string;
  readonly modelHash: string;
  readonly batteryVersion: string;
  readonly inputsChecksum: string;
  readonly calculatedHash: string;
  readonly calculated: Calculated;
}

/** The announced result with its numbers explained by the model that made it. */
export async function announcedView(
  deps: Deps,
  {
    environment,
    session,
    own,
  }: {
    readonly environment: EnvironmentAccess;
    readonly session: SessionRow;
    readonly own: OwnResult;
  },
): Promise<Announced> {
  const model = await loadModel(deps.db, session.companyId, own.modelVersion);
  const { calculated } = own;
  const uncertainty = calculated.working.uncertainty;
  return {
    result_id: own.resultId,
    run: own.run,
    scored_at: epochSeconds(own.scoredAt),
    score: own.score,
    score_band: bandOf(uncertainty?.score),
    risk_band: own.riskBand,
    confidence: calculated.score_confidence,
    trust_score: calculated.trust_score,
    needs_review: calculated.score_confidence === "LOW",
    traits: calculated.traits
      .filter((trait) => environment.settings.traits === "all" || trait.risk_band !== "NOT_RATED")
      .map((trait) => traitView(trait, model.artefact, calculated)),
    reasons: calculated.reasons.map(({ key, text }) => ({ key, text })),
    flags: flagViews(calculated, model.artefact, session.simulated),
    missing: [...calculated.working.missing],
    calibrated: calculated.calibrated,
    norms: calculated.norms,
    model: modelView(model, own),
    battery: { version: own.batteryVersion, title: findBattery(own.batteryVersion)?.title ?? null },
    inputs_hash: own.inputsChecksum,
    calculated_hash: own.calculatedHash,
  };
}

function bandOf(ends: readonly [number, number] | null | undefined): { low: number; high: number } | null {
  return ends ? { low: ends[0], high: ends[1] } : null;
}

function traitView(
  { key, value, risk_band: riskBand }: TraitResult,
  { traits }: ModelArtefact,
  { working }: Calculated,
): Announced["traits"][number] {
  const trait = traits.find((one) => one.key === key);
  const uncertain = working.uncertainty?.traits[key];
  // In the direction of the trait's name: more of the metric may be less of the trait.
  const favoursMore = trait === undefined || trait.nameDirection === trait.favourable;
  return {
    key,
    ...traitWords(key),
    value,
    band: bandOf(uncertain?.stens),
    standard_error: uncertain?.standardError ?? null,
    risk_band: riskBand,
    weight: trait?.weight ?? 0,
    favourable: favoursMore ? "high" : "low",
  };
}

function flagViews({ flags }: Calculated, model: ModelArtefact, simulated: boolean): Announced["flags"] {
  return flags.map(({ key, strength, share }) => ({
    key: shownFlag(key, simulated),
    text: flagText(key, model),
    strength,
    cost: Math.round((model.signals[key]?.weight ?? 0) * strength * 1e6) / 1e6,
    ...(share !== undefined && { share }),
  }));
}

function modelView({ artefact, origin }: LoadedModel, { modelVersion, modelHash }: OwnResult): Announced["model"] {
  return {
    version: modelVersion,
    title: artefact.title ?? null,
    hash: modelHash,
    origin,
    preview: artefact.preview,
  };
}
