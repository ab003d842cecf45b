import { ENVIRONMENTS, numberOf, oneOf, someOf, textOf, type Environment, type Raw } from "../../frame/search.ts";

export const STATES = ["created", "opened", "in_progress", "completed", "cancelled", "incomplete", "expired"] as const;
export const OUTCOMES = ["scored", "unscorable"] as const;
export const BANDS = ["VERY_LOW", "LOW", "MEDIUM", "HIGH", "VERY_HIGH"] as const;
export const CONFIDENCES = ["HIGH", "MEDIUM", "LOW"] as const;
const YES_NO = ["yes", "no"] as const;
const FLAG = /^[a-z][a-z0-9_]{0,39}$/;

/** Opens on Production. Everything one sets but the uid, which stands behind `#`: addresses are logged. */
export interface ResultsSearch {
  readonly env?: Environment | undefined;
  readonly deployment?: string | undefined;
  readonly batch?: string | undefined;
  readonly state?: readonly (typeof STATES)[number][] | undefined;
  readonly outcome?: readonly (typeof OUTCOMES)[number][] | undefined;
  readonly band?: readonly (typeof BANDS)[number][] | undefined;
  readonly confidence?: readonly (typeof CONFIDENCES)[number][] | undefined;
  readonly flags?: readonly string[] | undefined;
  readonly simulated?: (typeof YES_NO)[number] | undefined;
  /** Epoch seconds; created at or after, and before. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly columns?: string | undefined;
}

export function readResultsSearch(raw: Raw): ResultsSearch {
  return {
    env: oneOf(raw, "env", ENVIRONMENTS),
    deployment: textOf(raw, "deployment"),
    batch: textOf(raw, "batch"),
    state: someOf(raw, "state", STATES),
    outcome: someOf(raw, "outcome", OUTCOMES),
    band: someOf(raw, "band", BANDS),
    confidence: someOf(raw, "confidence", CONFIDENCES),
    flags: flagsOf(raw["flags"]),
    simulated: oneOf(raw, "simulated", YES_NO),
    from: numberOf(raw, "from"),
    to: numberOf(raw, "to"),
    columns: textOf(raw, "columns"),
  };
}

function flagsOf(value: unknown): readonly string[] | undefined {
  const given: readonly unknown[] = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [];
  const flags = given.filter((one): one is string => typeof one === "string" && FLAG.test(one));
  return flags.length > 0 ? flags : undefined;
}
