import type { EventType, WebhookBody } from "./events.ts";

const APPLICANT = { uid: "APP-4711", integration_id: "0123456789abcdef01234567" };

/** A true-to-form body of each event, for the reference, the guides and tests of receivers. */
export const EVENT_EXAMPLES: Readonly<Record<EventType, WebhookBody>> = {
  "psychometric_score.complete": {
    ...APPLICANT,
    event: {
      type: "psychometric_score.complete",
      details: {
        application_started_at: 1795431600,
        application_completed_at: 1795431895,
        scored_at: 1795431895,
        platform: "WEB",
        calculated: {
          score: 38,
          risk_band: "LOW",
          score_confidence: "MEDIUM",
          traits: [
            { key: "patience", value: 6, risk_band: "MEDIUM" },
            { key: "self_control", value: 7, risk_band: "LOW" },
            { key: "optimism", value: 5, risk_band: "MEDIUM" },
          ],
          flags: [{ key: "inconsistent_choices", share: "0.333333" }],
          trust_score: 60,
          reasons: [],
          model_version: "standard-1.0",
          calibrated: false,
          norms: "provisional",
        },
        metadata: { branch: "north" },
      },
    },
  },
  "application.complete": {
    ...APPLICANT,
    event: {
      type: "application.complete",
      details: { application_started_at: 1795431600, application_completed_at: 1795431895 },
    },
  },
  "application.incomplete": {
    ...APPLICANT,
    event: {
      type: "application.incomplete",
      details: { application_started_at: 1795431600, application_ended_at: 1795431700 },
      reasons: ["APPLICANT_STOPPED", "TASKS_MISSING"],
    },
  },
  "application.cancelled": {
    ...APPLICANT,
    event: {
      type: "application.cancelled",
      details: { application_started_at: 1795431600, application_cancelled_at: 1795431615 },
      reasons: ["PRIVACY_POLICY_REJECTED"],
    },
  },
  "application.expired": {
    ...APPLICANT,
    event: {
      type: "application.expired",
      details: { application_started_at: null, application_expired_at: 1795518000 },
    },
  },
};
