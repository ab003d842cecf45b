import { z } from "zod";

import { environmentKindSchema } from "./environment-path.ts";
import { confidenceSchema, riskBandSchema } from "./events.ts";
import { batchNameSchema } from "./results-people-shapes.ts";
import { sessionViewSchema } from "./sessions-api.ts";
import { traceItemSchema } from "./trace-api.ts";

/** Everything about one result, as its page shows it. */

const epochSeconds = z.int().describe("Epoch seconds, UTC");

const placeSchema = z.object({
  deployment_id: z.string(),
  deployment: z.string().describe("The deployment's name"),
  archived: z.boolean(),
  environment_id: z.string(),
  environment: environmentKindSchema,
  integration_id: z.string().nullable().describe("For admins; null for viewers"),
});

const sessionSchema = sessionViewSchema
  .pick({
    session_id: true,
    uid: true,
    state: true,
    outcome: true,
    reasons: true,
    run: true,
    simulated: true,
    language: true,
    metadata: true,
    created_at: true,
    expires_at: true,
    opened_at: true,
    consented_at: true,
    ended_at: true,
    last_activity_at: true,
    can_reopen: true,
  })
  .extend({
    can_retry: z.boolean().describe("Completed and unscorable, with its inputs kept: scoring may be tried again"),
  });

const traitSchema = z.object({
  key: z.string(),
  title: z.string().describe("What people call it"),
  words: z.string().describe("What it is, in a sentence"),
  high: z.string().describe("What a high value says"),
  low: z.string().describe("What a low value says"),
  value: z.int().min(1).max(10).describe("Sten in the direction of the trait's name: 10 is much of it"),
  band: z
    .object({ low: z.number(), high: z.number() })
    .nullable()
    .describe("80 % band, in stens from .5 to 10.5; null where the model says nothing of it"),
  standard_error: z.number().nullable().describe("Of the shrunk estimate, in standard deviations"),
  risk_band: z.enum([...riskBandSchema.options, "NOT_RATED"]),
  weight: z.number().describe("In the score; 0: shown, never scored"),
  favourable: z.enum(["high", "low"]).describe("Which end goes with less risk"),
});

const flagSchema = z.object({
  key: z.string(),
  text: z.string().describe("In a plain sentence that blames nobody"),
  strength: z.number().describe("0 to 1; 0: a note that costs nothing"),
  cost: z.number().describe("Share of the trust that it took away, 0 to 1"),
  share: z.string().optional().describe("A decimal string, where a share was observed"),
});

const modelSchema = z.object({
  version: z.string(),
  title: z.string().nullable(),
  hash: z.string().describe("SHA-256 of the model's document"),
  origin: z.enum(["shipped", "local"]).nullable().describe("local: the company's own"),
  preview: z.boolean(),
});

const announcedSchema = z.object({
  result_id: z.string(),
  run: z.int().describe("Which start of the journey was scored"),
  scored_at: epochSeconds,
  score: z.int().nullable().describe("Percentile of risk, 1 to 99, lower is better; null: could not be scored"),
  score_band: z
    .object({ low: z.int(), high: z.int() })
    .nullable()
    .describe("80 % band: where another measurement of the same person may well lie"),
  risk_band: riskBandSchema.nullable().describe("As it was sent"),
  confidence: confidenceSchema.describe("Data confidence"),
  trust_score: z.int(),
  needs_review: z.boolean().describe("LOW: a person looks at it, never an automatic decline"),
  traits: z.array(traitSchema).describe("By the environment's present setting `traits`"),
  reasons: z.array(z.object({ key: z.string(), text: z.string() })).describe("What raised the risk most"),
  flags: z.array(flagSchema),
  missing: z.array(z.string()).describe("Metrics without which there is no score, as `task.metric`"),
  calibrated: z.boolean(),
  norms: z.enum(["provisional", "local"]),
  model: modelSchema,
  battery: z.object({ version: z.string(), title: z.string().nullable() }),
  inputs_hash: z.string().describe("SHA-256 over what the applicant sent"),
  calculated_hash: z.string().describe("SHA-256 of all that was calculated"),
});

const metricSchema = z.object({
  name: z.string(),
  value: z.number().nullable(),
  unit: z.string().nullable(),
  range: z.string().nullable(),
  description: z.string().describe("From the data dictionary"),
  missing: z.string().nullable().describe("Where there is no value: when that happens"),
});

const taskSchema = z.object({
  index: z.int(),
  key: z.string(),
  version: z.int(),
  title: z.string(),
  state: z
    .enum(["done", "interrupted", "open", "not_played"])
    .describe("Of the attempt that counts, which is the last one"),
  complete: z.boolean().nullable().describe("Its replay came to the end; null: not known, the inputs are gone"),
  attempts: z.int().describe("0: never given out"),
  duration_ms: z.int().nullable().describe("Milliseconds from its first frame to its last input"),
  inputs: z.int().nullable(),
  refused_inputs: z.int().nullable().describe("Inputs that the task does not take; kept and skipped"),
  metrics: z.array(metricSchema).describe("Empty when the inputs are gone or nothing was played"),
  notes: z.array(z.object({ code: z.string(), text: z.string() })).describe("What is worth knowing of this task"),
});

const besideSchema = z.object({
  result_id: z.string(),
  origin: z.enum(["finish", "rescore"]).describe("finish: an earlier announced one; rescore: calculated again"),
  run: z.int(),
  scored_at: epochSeconds,
  model_version: z.string(),
  model_hash: z.string(),
  score: z.int().nullable(),
  risk_band: riskBandSchema.nullable(),
  confidence: confidenceSchema,
  trust_score: z.int(),
});

const integritySchema = z.object({
  verdict: z.enum(["verified", "replay_mismatch"]),
  tasks: z.array(z.string()).nullable().describe("Whose replay differs from what the page saw; null: inputs are gone"),
  inputs_as_stored: z.boolean().nullable().describe("Every batch still has its hash; null: inputs are gone"),
});

export const resultDetailSchema = z.object({
  session: sessionSchema,
  place: placeSchema,
  batch: batchNameSchema.nullable(),
  result: announcedSchema.nullable().describe("The announced result; null: none, or removed when its time was over"),
  tasks: z.array(taskSchema).describe("In the order of the battery"),
  beside: z.array(besideSchema).describe("Other results of the same session, newest first; none of them counts"),
  integrity: integritySchema
    .nullable()
    .describe("The operator's view, for admins; null for viewers and without result"),
  time_line: z.object({
    items: z.array(traceItemSchema).describe("Oldest first, from stored facts"),
    truncated: z.boolean(),
  }),
});
export type ResultDetail = z.output<typeof resultDetailSchema>;
