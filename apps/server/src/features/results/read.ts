import type { ResultItem, ResultsPage, ResultsQuery } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { recordReading, type Actor } from "../audit/service.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { GRACE_SECONDS } from "../sessions/lifecycle.ts";
import { searchForm } from "../sessions/service.ts";
import type { Lane } from "./lanes-store.ts";
import * as pages from "./page-store.ts";
import { cursorOf, keyOf } from "./read-cursor.ts";
import { itemOf } from "./read-item.ts";
import { selectOne } from "./read-store.ts";

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
  const row = await selectOne(deps.db, environment, sessionId);
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
  const places = { companyId, environmentIds: [environmentId] };
  const { rows, last, isCut } = await pages.selectPage(deps.db, places, {
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
  const end = rows.length > limit ? shown.at(-1) : isCut ? last : null;
  return {
    items: shown.map((row) => itemOf(row, environment)),
    next: end ? cursorOf(lane, end) : null,
  };
}

function laneOf(query: ResultsQuery): Lane {
  if (query.uid !== undefined) return "uid";
  if (query.uid_prefix !== undefined) return "form";
  return query.completed_from !== undefined || query.completed_to !== undefined ? "completed" : "created";
}

function filterOf(query: ResultsQuery): pages.ReadFilter {
  return {
    uidPrefix: query.uid_prefix ?? null,
    states: query.state?.split(",") ?? null,
    outcomes: query.outcome?.split(",") ?? null,
    riskBands: query.risk_band?.split(",") ?? null,
    confidences: query.confidence?.split(",") ?? null,
    flags: null,
    simulated: query.simulated === undefined ? null : query.simulated === "true",
    createdFrom: query.created_from ?? null,
    createdTo: query.created_to ?? null,
    completedFrom: query.completed_from ?? null,
    completedTo: query.completed_to ?? null,
  };
}
