import type { EventType } from "@tallystick/contract";

import type { AnswerOf } from "../../api/types.ts";
import { ENVIRONMENTS, numberOf, oneOf, textOf, type Environment, type Raw } from "../../frame/search.ts";

export const TABS = ["log", "replays", "notices"] as const;
export type Tab = (typeof TABS)[number];

export type DeliveryState = AnswerOf<"LIST_DELIVERIES">["items"][number]["state"];
export const STATES = ["pending", "held", "delivered", "dead"] as const satisfies readonly DeliveryState[];

export const TYPES = [
  "psychometric_score.complete",
  "application.complete",
  "application.incomplete",
  "application.cancelled",
  "application.expired",
] as const satisfies readonly EventType[];

/** What of the page stands in its address; the uid stands behind `#`. */
export interface WebhooksSearch {
  readonly tab?: Tab | undefined;
  readonly deployment?: string | undefined;
  readonly env?: Environment | undefined;
  readonly state?: DeliveryState | undefined;
  readonly type?: EventType | undefined;
  readonly session?: string | undefined;
  /** Epoch seconds. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Shown in the drawer. */
  readonly delivery?: string | undefined;
}

export function readWebhooksSearch(raw: Raw): WebhooksSearch {
  return {
    tab: oneOf(raw, "tab", TABS),
    deployment: textOf(raw, "deployment"),
    env: oneOf(raw, "env", ENVIRONMENTS),
    state: oneOf(raw, "state", STATES),
    type: oneOf(raw, "type", TYPES),
    session: textOf(raw, "session"),
    from: numberOf(raw, "from"),
    to: numberOf(raw, "to"),
    delivery: textOf(raw, "delivery"),
  };
}
