import type {
  PersonResultItem,
  PersonResultsPage,
  ResultCount,
  ResultFilter,
  ResultSearch,
} from "@tallystick/contract";
import type { Calculated, Confidence, RiskBand } from "@tallystick/scoring";

import type { Deps } from "../../infra/deps.ts";
import { recordReading, type Actor } from "../audit/service.ts";
import { environmentById, type EnvironmentAccess } from "../deployments/service.ts";
import { askingOf, type Asking } from "./asking.ts";
import { countPage, selectPage, type FoundPage, type ReadKey } from "./page-store.ts";
import { cursorOf, isByTime, keyOf } from "./read-cursor.ts";
import { endOf, itemOf, shownFlag, stateOf } from "./read-item.ts";
import type { ReadRow } from "./read-store.ts";

/** What a company's people see of results: over all its deployments, of Test or of Production. */

/** Sessions that one page looks at, for each of its items and at least. */
const LOOK_PER_ITEM = 8;
const LOOK_AT_LEAST = 400;

/** Counting stops there, and after so many sessions in all, in pages of so many. */
const COUNT_TO = 10_000;
const COUNT_LOOK = 20_000;
const COUNT_PAGE = 5_000;

/** A page; with results it is written to the audit log. Throws `query_invalid`, `deployment_unknown`, `link_batch_unknown`. */
export async function searchResults(
  deps: Deps,
  { companyId, actor }: { readonly companyId: string; readonly actor: Actor },
  { limit, after, ...filter }: ResultSearch,
): Promise<PersonResultsPage> {
  const asking = await askingOf(deps, companyId, filter);
  const { lane } = asking.walk;
  const look = Math.max(LOOK_AT_LEAST, LOOK_PER_ITEM * limit);
  const page = { ...asking.walk, after: keyOf(after, lane), limit: limit + 1, look };
  const found = await selectPage(deps.db, asking.places, page);
  const shown = found.rows.slice(0, limit);
  const results = shown.filter((row) => row.resultId !== null).length;
  if (results > 0) {
    const details = { results, environment: filter.environment };
    const target = { targetType: "company", targetId: companyId, details };
    await recordReading(deps, { companyId, actor, action: "result.listed", ...target });
  }
  const { end, looked } = endOfPage(found, limit);
  const to = looked === 0 ? null : (end ?? found.last);
  return {
    items: await personItems(deps, asking, shown),
    next: end === null ? null : cursorOf(lane, end),
    looked: { sessions: looked, to: to !== null && isByTime(lane) ? Math.floor(Date.parse(to.key) / 1000) : null },
  };
}

/** Where the next page begins, null after the last, and how many sessions were looked at up to there. */
function endOfPage(found: FoundPage, limit: number): { readonly end: ReadKey | null; readonly looked: number } {
  const last = found.rows.length > limit ? found.rows[limit - 1] : undefined;
  if (last !== undefined) return { end: last, looked: last.place };
  return { end: found.isCut ? found.last : null, looked: found.looked };
}

/** Exact below 10 000 where no more than 20 000 sessions had to be looked at. Throws as searchResults does. */
export async function countResults(deps: Deps, companyId: string, filter: ResultFilter): Promise<ResultCount> {
  const { places, walk } = await askingOf(deps, companyId, filter);
  let [count, looked] = [0, 0];
  let after: ReadKey | null = null;
  while (looked < COUNT_LOOK) {
    const page = { ...walk, after, limit: COUNT_TO + 1 - count, look: COUNT_PAGE };
    const counted = await countPage(deps.db, places, page);
    count += counted.found;
    looked += counted.looked;
    if (count > COUNT_TO) return { count: COUNT_TO, capped: true };
    if (!counted.isCut) return { count, capped: false };
    after = counted.last;
  }
  return { count, capped: true };
}

/** Rows of any environments of the asking, as people see them. */
export async function personItems(deps: Deps, asking: Asking, rows: readonly ReadRow[]): Promise<PersonResultItem[]> {
  const { companyId } = asking.places;
  const environments = new Map<string, EnvironmentAccess>();
  for (const id of new Set(rows.map(({ environmentId }) => environmentId))) {
    environments.set(id, await environmentById(deps, companyId, id));
  }
  return rows.map((row) => {
    const environment = environments.get(row.environmentId);
    const place = asking.placeOf.get(row.environmentId);
    if (environment === undefined || place === undefined) throw new Error("a session stands where nobody looked");
    return personItem(row, environment, place.archived);
  });
}

function personItem(row: ReadRow, environment: EnvironmentAccess, archived: boolean): PersonResultItem {
  const { integration_id: _forAdmins, ...item } = itemOf(row, environment);
  // Written by this server: a document of the scoring, or nothing.
  const calculated = row.calculated as Calculated | null;
  return {
    ...item,
    environment_id: environment.environmentId,
    environment: environment.kind,
    deployment_id: environment.deploymentId,
    deployment: environment.deploymentName,
    archived,
    batch: batchOf(row),
    score: row.score,
    risk_band: row.riskBand as RiskBand | null,
    confidence: row.scoreConfidence as Confidence | null,
    trust_score: row.trustScore,
    flags: (calculated?.flags ?? []).map(({ key }) => shownFlag(key, row.simulated)),
    needs_review: row.scoreConfidence === "LOW",
    duration_s: durationOf(row),
  };
}

export function batchOf({ batchId, batchName }: ReadRow): PersonResultItem["batch"] {
  return batchId === null ? null : { batch_id: batchId, name: batchName ?? "" };
}

function durationOf(row: ReadRow): number | null {
  const end = endOf(row, stateOf(row));
  if (end === null || row.openedAt === null) return null;
  return Math.max(0, Math.round((end.getTime() - row.openedAt.getTime()) / 1000));
}
