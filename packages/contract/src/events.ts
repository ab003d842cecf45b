import { z } from "zod";

/** Webhook bodies. Times are epoch seconds, scores integers, percentages decimal strings. */

export const EVENT_TYPES = [
  "psychometric_score.complete",
  "application.complete",
  "application.expired",
  "application.incomplete",
  "application.cancelled",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const END_REASONS = [
  "PRIVACY_POLICY_REJECTED",
  "CANCELLED_BY_LENDER",
  "LINK_REVOKED",
  "APPLICANT_STOPPED",
  "TASKS_MISSING",
  "DATA_UNUSABLE",
] as const;
export type EndReason = (typeof END_REASONS)[number];

export const riskBandSchema = z.enum(["VERY_LOW", "LOW", "MEDIUM", "HIGH", "VERY_HIGH"]);
export const confidenceSchema = z.enum(["HIGH", "MEDIUM", "LOW"]);
const epochSeconds = z.int().describe("Epoch seconds, UTC");

export const calculatedSchema = z.object({
  score: z.int().min(0).max(100).describe("Percentile of risk; lower is better; 1–99 are given"),
  risk_band: riskBandSchema,
  score_confidence: confidenceSchema.describe("Data confidence. LOW means review, never automatic decline"),
  traits: z.array(
    z.object({
      key: z.string(),
      value: z.int().min(1).max(10).describe("Sten in the direction of the trait's name"),
      risk_band: z.enum([...riskBandSchema.options, "NOT_RATED"]),
    }),
  ),
  flags: z.array(z.object({ key: z.string(), share: z.string().optional() })),
  trust_score: z.int().min(0).max(100),
  reasons: z.array(z.object({ key: z.string(), text: z.string() })),
  model_version: z.string(),
  calibrated: z.boolean(),
  norms: z.enum(["provisional", "local"]),
});

const metadata = z.record(z.string(), z.string()).optional();
const started = epochSeconds.nullable();

export const scoreEventSchema = z.object({
  type: z.literal("psychometric_score.complete"),
  details: z.object({
    application_started_at: epochSeconds,
    application_completed_at: epochSeconds,
    scored_at: epochSeconds,
    platform: z.literal("WEB"),
    calculated: calculatedSchema,
    simulated: z.literal(true).optional(),
    metadata,
  }),
});
export const completeEventSchema = z.object({
  type: z.literal("application.complete"),
  details: z.object({
    application_started_at: epochSeconds,
    application_completed_at: epochSeconds,
    simulated: z.literal(true).optional(),
    metadata,
  }),
});
export const expiredEventSchema = z.object({
  type: z.literal("application.expired"),
  details: z.object({
    application_started_at: started.describe("Epoch seconds; null if the link was never opened"),
    application_expired_at: epochSeconds,
    simulated: z.literal(true).optional(),
    metadata,
  }),
});
export const incompleteEventSchema = z.object({
  type: z.literal("application.incomplete"),
  details: z.object({
    application_started_at: epochSeconds,
    application_ended_at: epochSeconds,
    simulated: z.literal(true).optional(),
    metadata,
  }),
  reasons: z.array(z.enum(END_REASONS)),
});
export const cancelledEventSchema = z.object({
  type: z.literal("application.cancelled"),
  details: z.object({
    application_started_at: started,
    application_cancelled_at: epochSeconds,
    simulated: z.literal(true).optional(),
    metadata,
  }),
  reasons: z.array(z.enum(END_REASONS)),
});

/** In the order a reader wants them. */
export const eventSchemas = [
  scoreEventSchema,
  completeEventSchema,
  incompleteEventSchema,
  cancelledEventSchema,
  expiredEventSchema,
] as const;

export const webhookBodySchema = z.object({
  uid: z.string(),
  integration_id: z.string(),
  event: z.discriminatedUnion("type", eventSchemas),
});
export type WebhookBody = z.infer<typeof webhookBodySchema>;
export type WebhookEvent = WebhookBody["event"];
