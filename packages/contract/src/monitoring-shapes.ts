import { z } from "zod";

import { confidenceSchema, riskBandSchema } from "./events.ts";

/** What Monitoring answers with, block by block; each is also what its table and its CSV are written from. */

const count = z.int().min(0);
const countOrNull = count.nullable();
const day = z.string().describe("YYYY-MM-DD, a day in UTC");
const share = z.number().min(0).max(1);

export const DEVICE_KINDS = ["phone", "tablet", "computer", "unknown"] as const;
export const DRIFT_READINGS = ["stable", "watch", "look"] as const;
/** Drift is not shown for fewer results than this. */
export const DRIFT_MINIMUM = 100;

export const funnelSchema = z.object({
  created: count,
  opened: count.describe("Of them, opened in the run that counts"),
  consented: count,
  waiting: count.describe("Not opened yet"),
  reading: count.describe("Opened, not consented yet, not ended"),
  in_progress: count.describe("Playing, or left and not expired yet"),
  completed: count,
  scored: count.describe("Of the completed"),
  unscorable: count.describe("Of the completed: the data could not be scored"),
  expired: count,
  cancelled: count,
  incomplete: count.describe("Stopped for good"),
});
export type Funnel = z.infer<typeof funnelSchema>;

const taskSchema = z.object({
  key: z.string(),
  version: count,
  position: count.describe("1 is the first task; of the battery that most of the sessions had"),
  started: count.describe("Sessions that came to it: every task before it was finished"),
  finished: count.describe("Sessions that finished it"),
  left: count.describe("Sessions that ended without completing while this was the next to be finished"),
  restarts: count.describe("Attempts beyond the first, of all sessions together"),
  median_seconds: countOrNull.describe(
    "Of the finished ones, from the end of the task before (or the grant of the attempt) as the server saw it, instructions included; null: none was timed",
  ),
});

const binSchema = z.object({
  from: count,
  to: countOrNull.describe("Not included; null: no end"),
  count,
});

const completionSchema = z.object({
  n: count,
  median_seconds: countOrNull,
  p90_seconds: countOrNull,
  histogram: z.array(binSchema).describe("In seconds"),
});

const mixSchema = <Key extends z.ZodType>(key: Key) =>
  z.array(z.object({ key, opened: count, completed: count })).describe("Most frequent first");

const traitSchema = z.object({
  key: z.string(),
  n: count,
  stens: z.array(count).length(10).describe("How many had sten 1, 2, … 10"),
});

const scoresSchema = z.object({
  n: count.describe("Results with a score"),
  unscorable: count.describe("Results without one"),
  median: countOrNull,
  bins: z.array(z.object({ from: count, to: count, count })).describe("Ten, both ends included: 1–9, 10–19, … 90–99"),
  bands: z.array(z.object({ key: riskBandSchema, count, share })),
  confidence: z.array(z.object({ key: confidenceSchema, count, share })).describe("Data confidence"),
  trust: z.array(z.object({ from: count, to: count, count })).describe("Ten, both ends included; the last is 90–100"),
  flags: z
    .array(z.object({ key: z.string(), count, share: share.describe("Of all results") }))
    .describe("Most frequent first"),
  traits: z.array(traitSchema).describe("Traits that do not enter the score only where the environment shows all"),
});

const measureSchema = z.object({
  key: z.string().describe("`score`, or a trait"),
  n: count,
  psi: z.number().min(0).nullable().describe("Population stability index, to .001; null below 100 results"),
  by_chance: z
    .number()
    .min(0)
    .nullable()
    .describe("What chance alone gives on average without any drift: (bins − 1) / n"),
  p_value: z.number().min(0).max(1).nullable().describe("Pearson's chi-square of the counts against the expectation"),
  reading: z.enum(DRIFT_READINGS).nullable().describe("below .1 stable, .1 to .25 watch, above .25 look"),
  bins: z
    .array(z.object({ from: count, to: count, count, share, expected: share.describe("Share in the norm population") }))
    .describe("Of the score as in `scores`, of traits the stens two by two"),
});
export type DriftMeasure = z.infer<typeof measureSchema>;

const driftSchema = z.object({
  minimum: count.describe("Results of a model version below which no index is given"),
  n: count.describe("Results that were compared"),
  left_out: z
    .object({
      low_confidence: count,
      low_stakes: count,
      later_runs: count,
      simulated: count,
      unscorable: count,
    })
    .describe(
      "Results of the range that are not compared; each counted once, under the first of simulated, unscorable, low_stakes, low_confidence, later_runs that holds",
    ),
  models: z
    .array(
      z.object({
        model_version: z.string(),
        norms: z.enum(["provisional", "local"]),
        n: count,
        measures: z.array(measureSchema).describe("The score first, then the traits"),
      }),
    )
    .describe("Each model version against its own norm, most results first"),
  source: z.string().describe("Where the reading comes from"),
  caution: z.string().describe("What the index can not tell"),
});

const webhookDayShape = {
  total: count.describe("Deliveries written that day"),
  at_first: count.describe("Delivered by the first attempt"),
  later: count.describe("Delivered by a later one"),
  dead: count.describe("Given up"),
  pending: count,
  held: count.describe("Waiting for the endpoint to be enabled"),
  median_ms: countOrNull.describe("From the event to the delivery, to two digits"),
  p95_ms: countOrNull,
};

const webhooksSchema = z.object({
  all: z.object(webhookDayShape),
  days: z.array(z.object({ day, ...webhookDayShape })),
});

const seriesSchema = z.array(
  z.object({
    day,
    created: count.describe("Sessions created that day"),
    completed: count.describe("Of those sessions, completed on whichever day"),
    scored: count.describe("Results scored that day"),
    median_score: countOrNull.describe("Of those results"),
  }),
);

export const monitoringSchema = z.object({
  environment: z.enum(["test", "production"]),
  deployment_id: z.string().nullable().describe("null: all deployments of the company, archived ones too"),
  from: day,
  to: day.describe("Included"),
  as_of: z.int().describe("Epoch seconds; every number is at least as new as this"),
  uncounted_days: count.describe(
    "Days of the range that are not counted yet: after an upgrade or a bulk load the past is counted little by little. 0: everything is in",
  ),
  funnel: funnelSchema.describe("Of the sessions created in the range; erased ones are in no number"),
  tasks: z
    .array(taskSchema)
    .describe("Of the sessions created in the range that have ended: one that is still being played has left nowhere"),
  completion_time: completionSchema.describe(
    "Of the completed sessions created in the range: from opening to the end, pauses included; exact to the second below 1 000 s, then to three digits",
  ),
  devices: mixSchema(z.enum(DEVICE_KINDS)).describe("Of the opened sessions created in the range that have ended"),
  languages: mixSchema(z.string()).describe("The language in which the consent was read; of the same sessions"),
  scores: scoresSchema.describe("Of the results scored in the range"),
  drift: driftSchema.describe("Against the norm of the model"),
  webhooks: webhooksSchema.describe("Of the deliveries written in the range"),
  series: seriesSchema.describe("Every day of the range, also empty ones"),
});
export type Monitoring = z.infer<typeof monitoringSchema>;
