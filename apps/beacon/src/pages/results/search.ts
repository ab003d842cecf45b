import { ENVIRONMENTS, oneOf, type Environment, type Raw } from "../../frame/search.ts";

/** Opens on Production. */
export interface ResultsSearch {
  readonly env?: Environment | undefined;
}

export function readResultsSearch(raw: Raw): ResultsSearch {
  return { env: oneOf(raw, "env", ENVIRONMENTS) };
}
