import { EVENT_EXAMPLES, type EventType, type WebhookBody } from "@tallystick/contract";

const UID = "TEST-WEBHOOK-00000";

/** The contract's example, with its times moved so that the newest is now. */
export function sampleBody(type: EventType, integrationId: string, nowSeconds: number): WebhookBody {
  const { event } = EVENT_EXAMPLES[type];
  const times = Object.values(event.details).filter((value) => typeof value === "number");
  const ahead = nowSeconds - Math.max(...times);
  const details = Object.fromEntries(
    Object.entries(event.details).map(([key, value]) => [key, typeof value === "number" ? value + ahead : value]),
  );
  return { uid: UID, integration_id: integrationId, event: { ...event, details } as WebhookBody["event"] };
}

/** What the test call sends. */
export function exampleBody(integrationId: string, nowSeconds: number): WebhookBody {
  return {
    uid: UID,
    integration_id: integrationId,
    event: {
      type: "psychometric_score.complete",
      details: {
        application_started_at: nowSeconds - 360,
        application_completed_at: nowSeconds - 1,
        scored_at: nowSeconds,
        platform: "WEB",
        calculated: {
          score: 34,
          risk_band: "LOW",
          score_confidence: "HIGH",
          traits: [{ key: "patience", value: 7, risk_band: "LOW" }],
          flags: [{ key: "inconsistent_choices", share: "0.333333333333333" }],
          trust_score: 88,
          reasons: [{ key: "patience", text: "Chose smaller, sooner amounts over larger, later ones" }],
          model_version: "example",
          calibrated: false,
          norms: "provisional",
        },
      },
    },
  };
}
