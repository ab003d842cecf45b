import { oneOf, type Raw } from "../../frame/search.ts";

export const TABS = ["company", "retention", "erasures", "holds"] as const;
export type Tab = (typeof TABS)[number];

/** What of the page stands in its address. */
export interface SettingsSearch {
  readonly tab?: Tab | undefined;
  /** Of legal holds: also those that were released. */
  readonly all?: "true" | undefined;
}

export function readSettingsSearch(raw: Raw): SettingsSearch {
  return { tab: oneOf(raw, "tab", TABS), all: oneOf(raw, "all", ["true"]) };
}
