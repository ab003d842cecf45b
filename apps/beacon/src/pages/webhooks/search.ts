import { ENVIRONMENTS, oneOf, type Environment, type Raw } from "../../frame/search.ts";

/** What of the page stands in its address. */
export interface WebhooksSearch {
  readonly env?: Environment | undefined;
}

export function readWebhooksSearch(raw: Raw): WebhooksSearch {
  return { env: oneOf(raw, "env", ENVIRONMENTS) };
}
