import { ENVIRONMENTS, oneOf, type Environment, type Raw } from "../../frame/search.ts";

/** What of the page stands in its address. */
export interface DeploymentsSearch {
  readonly env?: Environment | undefined;
}

export function readDeploymentsSearch(raw: Raw): DeploymentsSearch {
  return { env: oneOf(raw, "env", ENVIRONMENTS) };
}
