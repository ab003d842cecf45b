import { ENVIRONMENTS, oneOf, textOf, type Environment, type Raw } from "../../frame/search.ts";

/** Which side of which deployment; opens on Production of the first. `make`: the form is open. */
export interface LinksSearch {
  readonly env?: Environment | undefined;
  readonly deployment?: string | undefined;
  readonly make?: "yes" | undefined;
}

export function readLinksSearch(raw: Raw): LinksSearch {
  return {
    env: oneOf(raw, "env", ENVIRONMENTS),
    deployment: textOf(raw, "deployment"),
    make: oneOf(raw, "make", ["yes"] as const),
  };
}
