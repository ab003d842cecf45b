import type { BodyOf } from "../../api/types.ts";
import type { ResultsSearch } from "./search.ts";

export type Filter = BodyOf<"COUNT_RESULTS_AS_PERSON">;

/** What the server is asked, of what stands in the address. `uid`: how a uid begins; empty for all. */
export function filterOf(search: ResultsSearch, uid: string): Filter {
  return {
    environment: search.env ?? "production",
    ...(search.deployment !== undefined && { deployment_id: search.deployment }),
    ...(search.batch !== undefined && { batch_id: search.batch }),
    ...(search.state !== undefined && { state: [...search.state] }),
    ...(search.outcome !== undefined && { outcome: [...search.outcome] }),
    ...(search.band !== undefined && { risk_band: [...search.band] }),
    ...(search.confidence !== undefined && { confidence: [...search.confidence] }),
    ...(search.flags !== undefined && { flags: [...search.flags] }),
    ...(search.simulated !== undefined && { simulated: search.simulated === "yes" }),
    ...(search.from !== undefined && { created_from: search.from }),
    ...(search.to !== undefined && { created_to: search.to }),
    ...(uid !== "" && { uid_prefix: uid }),
  };
}

type View = Omit<Filter, "uid_prefix"> & { readonly created_within_days?: number | undefined };

/** What a kept view holds: never how a uid begins, and "the last 30 days" instead of two dates. */
export function viewOf(search: ResultsSearch, withinDays: number | null): View {
  const { uid_prefix: _none, created_from, created_to, ...filter } = filterOf(search, "");
  if (withinDays !== null) return { ...filter, created_within_days: withinDays };
  return {
    ...filter,
    ...(created_from !== undefined && { created_from }),
    ...(created_to !== undefined && { created_to }),
  };
}

/** The address of a kept view. `now`: epoch seconds. */
export function searchOf(view: View, columns: readonly string[], now: number): ResultsSearch {
  return {
    env: view.environment,
    deployment: view.deployment_id,
    batch: view.batch_id,
    state: view.state,
    outcome: view.outcome,
    band: view.risk_band,
    confidence: view.confidence,
    flags: view.flags,
    simulated: view.simulated === undefined ? undefined : view.simulated ? "yes" : "no",
    from: view.created_within_days === undefined ? view.created_from : now - view.created_within_days * 86_400,
    to: view.created_to,
    columns: columns.length > 0 ? columns.join(",") : undefined,
  };
}

/** Whether anything narrows the list beside the environment. */
export function isNarrowed(search: ResultsSearch, uid: string): boolean {
  return Object.keys(filterOf(search, uid)).length > 1;
}
