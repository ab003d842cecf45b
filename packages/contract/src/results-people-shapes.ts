import { z } from "zod";

import { environmentKindSchema } from "./environment-path.ts";
import { confidenceSchema, riskBandSchema } from "./events.ts";
import { resultItemSchema } from "./results-api.ts";
import { sessionViewSchema } from "./sessions-api.ts";

/** What people ask of results and get of them in lists. */

const LATEST = 253_402_300_799;
const bound = z.int("takes whole epoch seconds").min(0).max(LATEST).optional();
const id = z.string().min(1).max(100);

function someOf<Schema extends z.ZodType>(schema: Schema) {
  return z.array(schema).min(1, "takes one or more; leave it out for all").max(30).optional();
}

/** All but how a uid begins: what may be kept. */
const KEPT_FILTER = {
  environment: environmentKindSchema,
  deployment_id: id.optional().describe("Only this deployment; absent: all of the company, archived ones too"),
  batch_id: id.optional().describe("Only links of this batch, in the order they were created"),
  state: someOf(sessionViewSchema.shape.state).describe("Any of these"),
  outcome: someOf(z.enum(["scored", "unscorable"])).describe("Of completed journeys"),
  risk_band: someOf(riskBandSchema).describe("Any of these"),
  confidence: someOf(confidenceSchema).describe("Data confidence, any of these"),
  flags: someOf(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "takes keys of flags")).describe("Carries any of these"),
  simulated: z.boolean().optional().describe("Played by the sandbox, or not"),
  created_from: bound.describe("Epoch seconds; created at or after"),
  created_to: bound.describe("Epoch seconds; created before"),
  completed_from: bound.describe("Epoch seconds; completed at or after. The order is then that of completion"),
  completed_to: bound.describe("Epoch seconds; completed before"),
};

export const resultFilterSchema = z.strictObject({
  ...KEPT_FILTER,
  uid_prefix: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,60}$/, "takes 1 to 60 of A–Z, a–z, 0–9, _ and -")
    .optional()
    .describe("Uids that begin so, byte for byte; the order is then that of the uids"),
});
export type ResultFilter = z.output<typeof resultFilterSchema>;

export const resultSearchSchema = resultFilterSchema.extend({
  limit: z.int().min(1).max(200).default(50).describe("Items of this page, at most 200"),
  after: z.string().max(500).optional().describe("`next` of the page before"),
});
export type ResultSearch = z.output<typeof resultSearchSchema>;

export const viewFilterSchema = z.strictObject({
  ...KEPT_FILTER,
  created_within_days: z
    .int()
    .min(1)
    .max(3660)
    .optional()
    .describe("Instead of fixed dates: whoever uses the view sets created_from so many days back"),
});
export type ViewFilter = z.output<typeof viewFilterSchema>;

export const batchNameSchema = z.object({ batch_id: z.string(), name: z.string() });

export const personResultItemSchema = resultItemSchema.omit({ integration_id: true }).extend({
  environment_id: z.string(),
  environment: environmentKindSchema,
  deployment_id: z.string(),
  deployment: z.string().describe("The deployment's name"),
  archived: z.boolean().describe("The deployment is archived"),
  batch: batchNameSchema.nullable().describe("The batch of links it came from"),
  score: z.int().nullable().describe("Percentile of risk, lower is better; null: not scored"),
  risk_band: riskBandSchema.nullable().describe("As it was sent"),
  confidence: confidenceSchema.nullable().describe("Data confidence; null before completed"),
  trust_score: z.int().nullable().describe("0 to 100, behind the data confidence"),
  flags: z.array(z.string()).describe("Keys of what lowered the data confidence, the dearest first"),
  needs_review: z.boolean().describe("Data confidence is LOW: a person looks at it, never an automatic decline"),
  duration_s: z.int().nullable().describe("Seconds from the first opening of this run to its end"),
});
export type PersonResultItem = z.output<typeof personResultItemSchema>;

export const personResultsPageSchema = z.object({
  items: z.array(personResultItemSchema),
  next: z
    .string()
    .nullable()
    .describe("Send it as `after` for the next page; null: this is the last. With few items or none: go on"),
  looked: z.object({
    sessions: z.int().describe("Sessions this call looked at"),
    to: z.int().nullable().describe("Epoch seconds, how far back it came; null in the order of uids or of a batch"),
  }),
});
export type PersonResultsPage = z.output<typeof personResultsPageSchema>;

export const resultCountSchema = z.object({
  count: z.int().describe("Sessions of the filter, or how many were found until the counting stopped"),
  capped: z.boolean().describe("There may be more: it stops at 10 000 found and after looking at a bounded number"),
});
export type ResultCount = z.output<typeof resultCountSchema>;

/** Columns of an export and of a list, in the order of a new view. */
export const RESULT_COLUMNS = [
  "uid",
  "session_id",
  "deployment",
  "environment",
  "batch",
  "state",
  "outcome",
  "reasons_of_end",
  "run",
  "simulated",
  "created_at",
  "opened_at",
  "ended_at",
  "duration_s",
  "score",
  "risk_band",
  "confidence",
  "trust_score",
  "needs_review",
  "flags",
  "traits",
  "reasons",
  "calibrated",
  "norms",
  "model_version",
  "battery_version",
  "scored_at",
  "webhook",
  "metadata",
] as const;
export type ResultColumn = (typeof RESULT_COLUMNS)[number];

export const resultColumnsSchema = z
  .array(z.enum(RESULT_COLUMNS))
  .min(1)
  .max(RESULT_COLUMNS.length)
  .refine((columns) => new Set(columns).size === columns.length, "names a column twice");

export const resultExportSchema = resultFilterSchema.extend({
  format: z.enum(["csv", "xlsx"]),
  columns: resultColumnsSchema.default([...RESULT_COLUMNS]).describe("In this order; absent: all"),
});
export type ResultExport = z.output<typeof resultExportSchema>;
