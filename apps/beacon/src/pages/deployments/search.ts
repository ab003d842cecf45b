import { ENVIRONMENTS, oneOf, textOf, type Environment, type Raw } from "../../frame/search.ts";

export const TABS = ["integrate", "settings", "keys", "webhook", "go-live", "history"] as const;
export type Tab = (typeof TABS)[number];

/** What of a deployment's page stands in its address. */
export interface DeploymentsSearch {
  /** Opens on Test: that is where one tries things out. */
  readonly env?: Environment | undefined;
  readonly tab?: Tab | undefined;
  /** Which language the lines to copy are in, and how they prove who calls. */
  readonly lang?: string | undefined;
  readonly mode?: "key" | "signature" | undefined;
  /** Of the history: only this setting. */
  readonly setting?: string | undefined;
}

export function readDeploymentsSearch(raw: Raw): DeploymentsSearch {
  return {
    env: oneOf(raw, "env", ENVIRONMENTS),
    tab: oneOf(raw, "tab", TABS),
    lang: textOf(raw, "lang"),
    mode: oneOf(raw, "mode", ["key", "signature"]),
    setting: textOf(raw, "setting"),
  };
}

/** What of the list stands in its address. */
export interface DeploymentListSearch {
  readonly archived?: "yes" | "all" | undefined;
}

export function readDeploymentListSearch(raw: Raw): DeploymentListSearch {
  return { archived: oneOf(raw, "archived", ["yes", "all"]) };
}
