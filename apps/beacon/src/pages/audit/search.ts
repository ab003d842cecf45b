import { ENVIRONMENTS, oneOf, type Environment, type Raw } from "../../frame/search.ts";

/** What of the page stands in its address. */
export interface AuditSearch {
  readonly env?: Environment | undefined;
}

export function readAuditSearch(raw: Raw): AuditSearch {
  return { env: oneOf(raw, "env", ENVIRONMENTS) };
}
