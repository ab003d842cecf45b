import type { EnvironmentSettings, WebhookEvent } from "@tallystick/contract";
import type { Calculated, RiskBand } from "@tallystick/scoring";

import { commonDetails, epochSeconds, type SessionRow } from "../sessions/lifecycle.ts";

const BANDS: readonly RiskBand[] = ["VERY_LOW", "LOW", "MEDIUM", "HIGH", "VERY_HIGH"];

/** The band of a score under the environment's own cut-offs: below the first VERY_LOW, from the last on VERY_HIGH. */
export function riskBand(score: number, cutoffs: EnvironmentSettings["risk_band_cutoffs"]): RiskBand {
  const index = cutoffs.filter((cutoff) => score >= cutoff).length;
  return BANDS[index] ?? "VERY_HIGH";
}

/** Flags under the names of the wire: a simulated applicant's input is scripted by intent. */
function wireFlags(session: SessionRow, calculated: Calculated): { key: string; share?: string }[] {
  return calculated.flags.map(({ key, share }) => ({
    key: session.simulated && key === "synthetic_input" ? "scripted_input" : key,
    ...(share === undefined ? {} : { share }),
  }));
}

function times(session: SessionRow): { application_started_at: number; application_completed_at: number } {
  return {
    application_started_at: epochSeconds(session.openedAt ?? session.at),
    application_completed_at: epochSeconds(session.at),
  };
}

export function completeEvent(session: SessionRow): WebhookEvent {
  return { type: "application.complete", details: { ...times(session), ...commonDetails(session) } };
}

/** Scored: `psychometric_score.complete`. A required metric is missing: `application.incomplete` [`DATA_UNUSABLE`]. */
export function outcomeEvent(
  session: SessionRow,
  calculated: Calculated,
  settings: Pick<EnvironmentSettings, "traits" | "risk_band_cutoffs">,
): WebhookEvent {
  if (calculated.score === null) {
    const { application_started_at } = times(session);
    return {
      type: "application.incomplete",
      details: { application_started_at, application_ended_at: epochSeconds(session.at), ...commonDetails(session) },
      reasons: ["DATA_UNUSABLE"],
    };
  }
  const traits = calculated.traits.filter((trait) => settings.traits === "all" || trait.risk_band !== "NOT_RATED");
  return {
    type: "psychometric_score.complete",
    details: {
      ...times(session),
      scored_at: epochSeconds(session.at),
      platform: "WEB",
      calculated: {
        score: calculated.score,
        risk_band: riskBand(calculated.score, settings.risk_band_cutoffs),
        score_confidence: calculated.score_confidence,
        traits: traits.map(({ key, value, risk_band }) => ({ key, value, risk_band })),
        flags: wireFlags(session, calculated),
        trust_score: calculated.trust_score,
        reasons: calculated.reasons.map(({ key, text }) => ({ key, text })),
        model_version: calculated.model_version,
        calibrated: calculated.calibrated,
        norms: calculated.norms,
      },
      ...commonDetails(session),
    },
  };
}
