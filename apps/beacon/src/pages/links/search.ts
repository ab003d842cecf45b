import { ENVIRONMENTS, oneOf, type Environment, type Raw } from "../../frame/search.ts";

/** What of the page stands in its address. */
export interface LinksSearch {
  readonly env?: Environment | undefined;
}

export function readLinksSearch(raw: Raw): LinksSearch {
  return { env: oneOf(raw, "env", ENVIRONMENTS) };
}
