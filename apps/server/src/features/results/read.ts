import type { ResultItem, ResultsPage, ResultsQuery } from "@tallystick/contract";
import { wireCalculated, type Calculated, type RiskBand } from "@tallystick/scoring";

import { encodeCursor, decodeCursor } from "../../infra/cursor.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { recordReading, type Actor } from "../audit/service.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { effectiveState, epochSeconds, GRACE_SECONDS } from "../sessions/lifecycle.ts";
import { searchForm } from "../sessions/service.ts";
import { deliveryView } from "../webhooks/service.ts";
import * as store from "./read-store.ts";

/** What a lender's server reads of its own environment: sessions with their results, erased ones left out. */

export interface Reader {
  readonly environment: EnvironmentAccess;
  readonly actor: Actor;
}

/** Sessions that one page looks at, for each of its items and at least; what a filter leaves of them is the page. */
const LOOK_PER_ITEM = 8;
const LOOK_AT_LEAST = 400;

/** Reading a result is written to the audit log. Throws `session_unknown`. */
export async function readResult(deps: Deps, { environment, actor }: Reader, sessionId: string): Promise<ResultItem> {
  const { companyId } = environment;
  const row = await store.selectOne(deps.db, environment, sessionId);
  if (row === null) throw fail("session_unknown", "This environment has no session of this id.");
  if (row.resultId !== null) {
    const target = { targetType: "session", targetId: sessionId, details: { through: "api" } };
    await recordReading(deps, { companyId, actor, action: "result.read", ...target });
  }
  return itemOf(row, environment);
}

/** A page of sessions and their results; with results it is written to the audit log. Throws `query_invalid`. */
export async function listResults(
  deps: Deps,
  { environment, actor }: Reader,
  query: ResultsQuery,
): Promise<ResultsPage> {
  const { companyId, environmentId } = environment;
  const { limit } = query;
  const lane = laneOf(query);
  const { rows, lookedTo } = await store.selectPage(deps.db, environment, {
    lane,
    name: query.uid ?? (query.uid_prefix === undefined ? null : searchForm(query.uid_prefix)),
    filter: filterOf(query),
    after: keyOf(query.after, lane),
    limit: limit + 1,
    look: Math.max(LOOK_AT_LEAST, LOOK_PER_ITEM * limit),
    graceSeconds: GRACE_SECONDS,
  });
  const shown = rows.slice(0, limit);
  const results = shown.filter((row) => row.resultId !== null).length;
  if (results > 0) {
    const target = { targetType: "environment", targetId: environmentId, details: { results } };
    await recordReading(deps, { companyId, actor, action: "result.listed", ...target });
  }
  const end = rows.length > limit ? shown.at(-1) : lookedTo;
  return {
    items: shown.map((row) => itemOf(row, environment)),
    next: end ? encodeCursor([lane, end.key, end.sessionId]) : null,
  };
}

function laneOf(query: ResultsQuery): store.Lane {
  if (query.uid !== undefined) return "uid";
  if (query.uid_prefix !== undefined) return "form";
  return query.completed_from !== undefined || query.completed_to !== undefined ? "completed" : "created";
}

/** A cursor of a list in another order leads nowhere in this one, and a made-up time would be an error of the statement. */
function keyOf(cursor: string | undefined, lane: store.Lane): store.ReadKey | null {
  const parts = decodeCursor(cursor, 3);
  if (parts === null) return null;
  const [from = "", key = "", sessionId = ""] = parts;
  if (from === lane && (lane === "uid" || lane === "form" || isTime(key))) return { key, sessionId };
  throw fail("query_invalid", "after: takes the `next` of a page of this list with the same filters, unchanged.");
}

/** Date.parse alone takes the 30th of February, and the year 0, which PostgreSQL does not have. */
function isTime(text: string): boolean {
  const match = /^(?!0000)(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{6}Z$/.exec(text);
  const ms = Date.parse(`${match?.[1] ?? ""}Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(match?.[1] ?? "");
}

function filterOf(query: ResultsQuery): store.ReadFilter {
  return {
    uidPrefix: query.uid_prefix ?? null,
    states: query.state?.split(",") ?? null,
    outcomes: query.outcome?.split(",") ?? null,
    riskBands: query.risk_band?.split(",") ?? null,
    confidences: query.confidence?.split(",") ?? null,
    simulated: query.simulated === undefined ? null : query.simulated === "true",
    createdFrom: query.created_from ?? null,
    createdTo: query.created_to ?? null,
    completedFrom: query.completed_from ?? null,
    completedTo: query.completed_to ?? null,
  };
}

function itemOf(row: store.ReadRow, environment: EnvironmentAccess): ResultItem {
  const state = effectiveState(row);
  if (state === "erased") throw new Error("an erased session is shown to nobody");
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
    // An expiry that the sweep has not written yet happened when its time was over.
    ended_at: secondsOrNull(row.endedAt ?? (state === "expired" ? row.expiresAt : null)),
    last_activity_at: secondsOrNull(row.lastActivityAt),
    result: resultOf(row, environment),
    last_event: lastEventOf(row),
  };
}

// All columns of a result are there or none is: the row is one of `results`, or missing.
function resultOf(row: store.ReadRow, { settings }: EnvironmentAccess): ResultItem["result"] {
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
function calculatedOf(row: store.ReadRow, traits: EnvironmentAccess["settings"]["traits"]): Wire {
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

function lastEventOf(row: store.ReadRow): ResultItem["last_event"] {
  if (row.eventId === null || row.eventType === null || row.eventAt === null) return null;
  return {
    event_id: row.eventId,
    type: row.eventType,
    created_at: epochSeconds(row.eventAt),
    delivery: deliveryView(row),
  };
}

function secondsOrNull(at: Date | null): number | null {
  return at === null ? null : epochSeconds(at);
}
