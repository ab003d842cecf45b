import type { ResultItem } from "@tallystick/contract";
import { SANDBOX_FLAG_ALIASES, wireCalculated, type Calculated, type RiskBand } from "@tallystick/scoring";

import type { EnvironmentAccess } from "../deployments/service.ts";
import { effectiveState, epochSeconds } from "../sessions/lifecycle.ts";
import { deliveryView } from "../webhooks/service.ts";
import type { ReadRow } from "./read-store.ts";

/** A stored session with its result, as lenders and their people read it. */

export type ReadState = ResultItem["state"];

/** The state as it counts now. Erased sessions are shown to nobody, and the statements leave them out. */
export function stateOf(row: ReadRow): ReadState {
  const state = effectiveState(row);
  if (state === "erased") throw new Error("an erased session is shown to nobody");
  return state;
}

/** An expiry that the sweep has not written yet happened when its time was over. */
export function endOf(row: ReadRow, state: ReadState): Date | null {
  return row.endedAt ?? (state === "expired" ? row.expiresAt : null);
}

/** The sandbox has names of its own for some. */
export function shownFlag(key: string, simulated: boolean): string {
  return simulated ? (SANDBOX_FLAG_ALIASES[key] ?? key) : key;
}

export function itemOf(row: ReadRow, environment: EnvironmentAccess): ResultItem {
  const state = stateOf(row);
  return {
    session_id: row.sessionId,
    uid: row.uid,
    integration_id: environment.integrationId,
    state,
    outcome: row.outcome,
    reasons: [...row.endReasons],
    run: row.run,
    simulated: row.simulated,
    metadata: { ...row.metadata },
    created_at: epochSeconds(row.createdAt),
    expires_at: epochSeconds(row.expiresAt),
    opened_at: secondsOrNull(row.openedAt),
    ended_at: secondsOrNull(endOf(row, state)),
    last_activity_at: secondsOrNull(row.lastActivityAt),
    result: resultOf(row, environment),
    last_event: lastEventOf(row),
  };
}

// All columns of a result are there or none is: the row is one of `results`, or missing.
function resultOf(row: ReadRow, { settings }: EnvironmentAccess): ResultItem["result"] {
  if (row.resultId === null || row.scoredAt === null) return null;
  return {
    result_id: row.resultId,
    run: row.scoredRun ?? row.run,
    scored_at: epochSeconds(row.scoredAt),
    calculated: calculatedOf(row, settings.traits),
    model_version: row.modelVersion ?? "",
    battery_version: row.batteryVersion ?? "",
    model_hash: row.modelHash ?? "",
    inputs_hash: row.inputsChecksum ?? "",
    calculated_hash: row.calculatedHash ?? "",
  };
}

type Wire = NonNullable<ResultItem["result"]>["calculated"];

/** The band is the stored one, which is what was sent: the environment's cut-offs may have changed since. */
function calculatedOf(row: ReadRow, traits: EnvironmentAccess["settings"]["traits"]): Wire {
  const wire = wireCalculated(row.calculated as Calculated, { traits, simulated: row.simulated });
  if (wire === null || row.riskBand === null) return null;
  return {
    ...wire,
    risk_band: row.riskBand as RiskBand,
    traits: [...wire.traits],
    flags: [...wire.flags],
    reasons: [...wire.reasons],
  };
}

function lastEventOf(row: ReadRow): ResultItem["last_event"] {
  if (row.eventId === null || row.eventType === null || row.eventAt === null) return null;
  return {
    event_id: row.eventId,
    type: row.eventType,
    created_at: epochSeconds(row.eventAt),
    delivery: deliveryView(row),
  };
}

export function secondsOrNull(at: Date | null): number | null {
  return at === null ? null : epochSeconds(at);
}
