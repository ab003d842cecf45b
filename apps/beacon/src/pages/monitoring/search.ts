import { ENVIRONMENTS, oneOf, type Environment, type Raw } from "../../frame/search.ts";

/** What of the page stands in its address. */
export interface MonitoringSearch {
  readonly env?: Environment | undefined;
}

export function readMonitoringSearch(raw: Raw): MonitoringSearch {
  return { env: oneOf(raw, "env", ENVIRONMENTS) };
}
