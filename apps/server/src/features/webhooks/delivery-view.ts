import type { DeliveryView } from "@tallystick/contract";

import type { DeliveryState } from "./feed-store.ts";

/** null: no webhook URL was set when it happened. Times are epoch seconds. */
export function deliveryView(row: DeliveryState): DeliveryView | null {
  const { deliveryState: state, attemptCount, lastStatus, deliveredAt, nextAttemptAt } = row;
  if (state === null) return null;
  return {
    state,
    attempts: attemptCount ?? 0,
    last_status: lastStatus,
    delivered_at: seconds(deliveredAt),
    next_attempt_at: seconds(nextAttemptAt),
  };
}

function seconds(at: Date | null): number | null {
  return at === null ? null : Math.floor(at.getTime() / 1000);
}
