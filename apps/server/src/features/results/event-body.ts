import type { EnvironmentSettings, WebhookEvent } from "@tallystick/contract";
import { wireCalculated, type Calculated, type RiskBand } from "@tallystick/scoring";

import { commonDetails, epochSeconds, type SessionRow } from "../sessions/lifecycle.ts";

const BANDS: readonly RiskBand[] = ["VERY_LOW", "LOW", "MEDIUM", "HIGH", "VERY_HIGH"];

/** The band of a score under the environment's own cut-offs: below the first VERY_LOW, from the last on VERY_HIGH. */
export function riskBand(score: number, cutoffs: EnvironmentSettings["risk_band_cutoffs"]): RiskBand {
  const index = cutoffs.filter((cutoff) => score >= cutoff).length;
  return BANDS[index] ?? "VERY_HIGH";
}

function times(session: SessionRow): { application_started_at: number; application_completed_at: number } {
  return {
    application_started_at: epochSeconds(session.openedAt ?? session.at),
    // A later try at scoring announces a journey that has ended before.
    application_completed_at: epochSeconds(session.endedAt ?? session.at),
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
  const wire = wireCalculated(calculated, { traits: settings.traits, simulated: session.simulated });
  if (wire === null) {
    const { application_started_at } = times(session);
    return {
      type: "application.incomplete",
      details: { application_started_at, application_ended_at: epochSeconds(session.at), ...commonDetails(session) },
      reasons: ["DATA_UNUSABLE"],
    };
  }
  return {
    type: "psychometric_score.complete",
    details: {
      ...times(session),
      scored_at: epochSeconds(session.at),
      platform: "WEB",
      calculated: {
        ...wire,
        risk_band: riskBand(wire.score, settings.risk_band_cutoffs),
        traits: [...wire.traits],
        flags: [...wire.flags],
        reasons: [...wire.reasons],
      },
      ...commonDetails(session),
    },
  };
}
