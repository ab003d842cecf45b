import type { ReactNode } from "react";

import { Badge } from "../../kit/badges.tsx";

export type WebhookState = "unset" | "enabled" | "disabled";

/** How an environment's webhook stands, in words. `isFailing`: it is on, and its newest attempt was not accepted. */
export function WebhookMark({
  state,
  isFailing = false,
}: {
  readonly state: WebhookState;
  readonly isFailing?: boolean;
}): ReactNode {
  if (state === "unset") return <Badge>No webhook</Badge>;
  if (state === "disabled") return <Badge tone="warn">Webhook off</Badge>;
  return isFailing ? <Badge tone="bad">Webhook failing</Badge> : <Badge tone="good">Webhook on</Badge>;
}
