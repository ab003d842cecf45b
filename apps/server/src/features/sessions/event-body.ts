import type { EndReason, WebhookBody, WebhookEvent } from "@tallystick/contract";

import type { SessionRow } from "./lifecycle-store.ts";

export function epochSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

/** Members that every event of a journey may carry beside its times. */
export function commonDetails(session: SessionRow): {
  readonly simulated?: true;
  readonly metadata?: Record<string, string>;
} {
  return {
    ...(session.simulated ? { simulated: true as const } : {}),
    ...(Object.keys(session.metadata).length > 0 ? { metadata: { ...session.metadata } } : {}),
  };
}

export function envelope(session: SessionRow, event: WebhookEvent): WebhookBody {
  return { uid: session.uid, integration_id: session.integrationId, event };
}

export type EndState = "cancelled" | "incomplete" | "expired";

/** The one event of an end that is no completion. `at` = the moment of the end; an expiry always names `expires_at`. */
export function endEvent(
  session: SessionRow,
  end: { readonly state: EndState; readonly reasons: readonly EndReason[]; readonly at: Date },
): WebhookEvent {
  const started = session.openedAt === null ? null : epochSeconds(session.openedAt);
  const common = commonDetails(session);
  switch (end.state) {
    case "cancelled":
      return {
        type: "application.cancelled",
        details: { application_started_at: started, application_cancelled_at: epochSeconds(end.at), ...common },
        reasons: [...end.reasons],
      };
    case "incomplete":
      return {
        type: "application.incomplete",
        details: {
          application_started_at: started ?? epochSeconds(end.at),
          application_ended_at: epochSeconds(end.at),
          ...common,
        },
        reasons: [...end.reasons],
      };
    case "expired":
      return {
        type: "application.expired",
        details: {
          application_started_at: started,
          application_expired_at: epochSeconds(session.expiresAt),
          ...common,
        },
      };
  }
}
