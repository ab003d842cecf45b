import { z } from "zod";

import { funnelSchema } from "./monitoring-shapes.ts";

/** What needs somebody's attention, in the order in which the list is sorted. */
export const ATTENTION_KINDS = [
  "webhook_disabled",
  "webhook_failing",
  "deliveries_dead",
  "api_key_retires",
  "webhook_secret_retires",
  "link_batch_failed",
  "results_unscorable",
  "results_to_review",
  "links_expire",
  "second_factor_missing",
  "webhook_missing",
  "privacy_policy_missing",
] as const;
export type AttentionKind = (typeof ATTENTION_KINDS)[number];

export const ATTENTION_SEVERITIES = ["urgent", "soon", "hint"] as const;
/** Counts of Home stop here. */
export const ATTENTION_COUNT_LIMIT = 1000;

export const attentionSchema = z.object({
  kind: z.enum(ATTENTION_KINDS),
  severity: z
    .enum(ATTENTION_SEVERITIES)
    .describe("urgent: something does not work now; soon: it needs somebody in the next days; hint: worth a look"),
  count: z.int().min(1).max(ATTENTION_COUNT_LIMIT),
  at_least: z.boolean().describe("Counting stopped at 1 000: there are more"),
  sentence: z.string().describe("The matter in one sentence, ready to be shown"),
  environment: z.enum(["test", "production"]).nullable(),
  environment_id: z.string().nullable(),
  deployment_id: z.string().nullable(),
  deployment: z.string().nullable().describe("Its name"),
  subject_id: z
    .string()
    .nullable()
    .describe("What it leads to besides the environment: the link batch, the key, the webhook secret"),
  since: z.int().nullable().describe("Epoch seconds: when it began, or from when on it was counted"),
  until: z.int().nullable().describe("Epoch seconds: when it comes to its end"),
});
export type Attention = z.infer<typeof attentionSchema>;

const endedSchema = z.object({
  completed: z.int().min(0),
  expired: z.int().min(0),
  cancelled: z.int().min(0),
  incomplete: z.int().min(0),
});

const daySchema = z.object({
  funnel: funnelSchema.describe("Of the sessions created since `from`; in Test simulated ones too"),
  ended: endedSchema.describe("Sessions that ended since `from`, whenever they were created"),
});

export const homeSchema = z.object({
  as_of: z.int().describe("Epoch seconds"),
  from: z.int().describe("Epoch seconds; since when the day is counted"),
  attention: z.array(attentionSchema).describe("Most urgent first, at most 100"),
  more: z.int().min(0).describe("Matters beyond those 100"),
  production: daySchema,
  test: daySchema,
});
export type Home = z.infer<typeof homeSchema>;
