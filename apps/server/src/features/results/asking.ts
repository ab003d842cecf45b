import type { ResultFilter } from "@tallystick/contract";
import { SANDBOX_FLAG_ALIASES } from "@tallystick/scoring";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { listEnvironments, type EnvironmentPlace } from "../deployments/service.ts";
import { GRACE_SECONDS } from "../sessions/lifecycle.ts";
import { searchForm } from "../sessions/service.ts";
import type { Lane } from "./lanes-store.ts";
import { selectBatchEnvironment, type ReadFilter, type ReadPage, type ReadPlaces } from "./page-store.ts";

/** A filter of people as the statements take it: where to look, in which order, what to leave. */
export interface Asking {
  readonly places: ReadPlaces;
  /** By environment id, those of `places`. */
  readonly placeOf: ReadonlyMap<string, EnvironmentPlace>;
  readonly walk: Pick<ReadPage, "lane" | "name" | "filter" | "graceSeconds">;
}

/** Throws `deployment_unknown` and `link_batch_unknown` for what the company does not have of this kind. */
export async function askingOf(deps: Deps, companyId: string, filter: ResultFilter): Promise<Asking> {
  const places = await placesOf(deps, companyId, filter);
  return {
    places: { companyId, environmentIds: places.map(({ environmentId }) => environmentId) },
    placeOf: new Map(places.map((place) => [place.environmentId, place])),
    walk: { ...laneOf(filter), filter: storedFilter(filter), graceSeconds: GRACE_SECONDS },
  };
}

async function placesOf(deps: Deps, companyId: string, filter: ResultFilter): Promise<readonly EnvironmentPlace[]> {
  const { environment, deployment_id: deploymentId, batch_id: batchId } = filter;
  const ofCompany = await listEnvironments(deps, companyId);
  const places = ofCompany.filter(
    (place) => place.kind === environment && (deploymentId === undefined || place.deploymentId === deploymentId),
  );
  if (deploymentId !== undefined && places.length === 0) {
    throw fail("deployment_unknown", "This company has no deployment of this id.");
  }
  if (batchId === undefined) return places;
  const environmentId = await selectBatchEnvironment(deps.db, { companyId, batchId });
  const own = places.filter((place) => place.environmentId === environmentId);
  if (own.length === 0) throw fail("link_batch_unknown", `There is no batch of links of this id in ${environment}.`);
  return own;
}

/** A batch is small beside its environment, so it is walked by itself whatever else is asked. */
function laneOf(filter: ResultFilter): { readonly lane: Lane; readonly name: string | null } {
  if (filter.batch_id !== undefined) return { lane: "batch", name: filter.batch_id };
  if (filter.uid_prefix !== undefined) return { lane: "form", name: searchForm(filter.uid_prefix) };
  const byEnd = filter.completed_from !== undefined || filter.completed_to !== undefined;
  return { lane: byEnd ? "completed" : "created", name: null };
}

/** Names of the sandbox, by the key that results store. */
const STORED_FLAGS = new Map(Object.entries(SANDBOX_FLAG_ALIASES).map(([stored, shown]) => [shown, stored]));

function storedFilter(filter: ResultFilter): ReadFilter {
  return {
    uidPrefix: filter.uid_prefix ?? null,
    states: filter.state ?? null,
    outcomes: filter.outcome ?? null,
    riskBands: filter.risk_band ?? null,
    confidences: filter.confidence ?? null,
    flags: filter.flags?.map((key) => STORED_FLAGS.get(key) ?? key) ?? null,
    simulated: filter.simulated ?? null,
    createdFrom: filter.created_from ?? null,
    createdTo: filter.created_to ?? null,
    completedFrom: filter.completed_from ?? null,
    completedTo: filter.completed_to ?? null,
  };
}

/** What the audit log keeps of a filter: never how a uid begins. */
export function auditedFilter(filter: ResultFilter): Readonly<Record<string, unknown>> {
  const { uid_prefix: prefix, ...rest } = filter;
  return prefix === undefined ? rest : { ...rest, uid_prefix: true };
}
