import { ENVIRONMENTS, oneOf, textOf, type Environment, type Raw } from "../../frame/search.ts";

/** Days back from today that can be picked in one press. */
export const SPANS = ["7", "30", "90", "365"] as const;
export type Span = (typeof SPANS)[number];

/** What of the page stands in its address. Opens on Production, the last 30 days, all deployments. */
export interface MonitoringSearch {
  readonly env?: Environment | undefined;
  readonly deployment?: string | undefined;
  readonly days?: Span | undefined;
  /** Days of one's own, both included, YYYY-MM-DD in UTC; they go before `days`. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Of Test: sessions that the sandbox played are counted too. */
  readonly simulated?: "yes" | undefined;
}

export function readMonitoringSearch(raw: Raw): MonitoringSearch {
  return {
    env: oneOf(raw, "env", ENVIRONMENTS),
    deployment: textOf(raw, "deployment"),
    days: oneOf(raw, "days", SPANS),
    from: dayOf(raw, "from"),
    to: dayOf(raw, "to"),
    simulated: oneOf(raw, "simulated", ["yes"]),
  };
}

function dayOf(raw: Raw, key: string): string | undefined {
  const text = textOf(raw, key);
  return text !== undefined && isDay(text) ? text : undefined;
}

/** A day that the calendar has, of this century: half a year typed is no year. */
export function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return /^2\d{3}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
