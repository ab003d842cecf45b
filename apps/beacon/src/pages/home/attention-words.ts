import type { AttentionKind } from "@tallystick/contract";

import type { AnswerOf } from "../../api/types.ts";
import { formatCount, formatNumber } from "../../kit/format.ts";

export type Attention = AnswerOf<"GET_HOME">["attention"][number];

/** What is counted, for one and for many. */
const NOUNS: Readonly<Record<AttentionKind, readonly [one: string, many: string]>> = {
  webhook_disabled: ["webhook", "webhooks"],
  webhook_failing: ["webhook", "webhooks"],
  deliveries_dead: ["delivery", "deliveries"],
  api_key_retires: ["API key", "API keys"],
  webhook_secret_retires: ["webhook secret", "webhook secrets"],
  link_batch_failed: ["batch", "batches"],
  results_unscorable: ["result", "results"],
  results_to_review: ["result to review", "results to review"],
  links_expire: ["link", "links"],
  second_factor_missing: ["admin", "admins"],
  webhook_missing: ["deployment", "deployments"],
  privacy_policy_missing: ["deployment", "deployments"],
};

/** `3 results to review`, `more than 1,000 deliveries`. */
export function howMany({ kind, count, at_least }: Pick<Attention, "kind" | "count" | "at_least">): string {
  const [one, many] = NOUNS[kind];
  return at_least ? `more than ${formatNumber(count)} ${many}` : formatCount(count, one, many);
}
