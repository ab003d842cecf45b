import { z } from "zod";

import { EVENT_EXAMPLES } from "./event-examples.ts";
import { calculatedSchema, confidenceSchema, riskBandSchema } from "./events.ts";
import { KEY_READ_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { PAGE_QUERY, pageOf } from "./paging.ts";
import { DELIVERED, deliveryViewSchema } from "./read-shapes.ts";
import { sessionViewSchema } from "./sessions-api.ts";

const epochSeconds = z.int().describe("Epoch seconds, UTC");

const scoredSchema = z.object({
  result_id: z.string(),
  run: z.int().describe("Which start of the journey was scored"),
  scored_at: epochSeconds,
  calculated: calculatedSchema
    .nullable()
    .describe(
      "As in `psychometric_score.complete`; traits by the environment's present setting `traits`. null: the data could not be scored",
    ),
  model_version: z.string(),
  battery_version: z.string(),
  model_hash: z.string().describe("SHA-256 of the model's document"),
  inputs_hash: z.string().describe("SHA-256 over what the applicant sent"),
  calculated_hash: z.string().describe("SHA-256 of all that was calculated; scoring again must give the same"),
});

const lastEventSchema = z.object({
  event_id: z.string().describe("The `webhook-id` it is sent with"),
  type: z.string(),
  created_at: epochSeconds,
  delivery: deliveryViewSchema.nullable().describe("null: no webhook URL was set when it happened"),
});

export const resultItemSchema = sessionViewSchema
  .pick({
    session_id: true,
    uid: true,
    integration_id: true,
    state: true,
    outcome: true,
    reasons: true,
    run: true,
    simulated: true,
    metadata: true,
    created_at: true,
    expires_at: true,
    opened_at: true,
    ended_at: true,
    last_activity_at: true,
  })
  .extend({
    result: scoredSchema.nullable().describe("null: there is none, or it was removed when its time was over"),
    last_event: lastEventSchema.nullable().describe("The newest event of the session and how its delivery stands"),
  });
export type ResultItem = z.output<typeof resultItemSchema>;

export const resultsPageSchema = pageOf(resultItemSchema);
export type ResultsPage = z.output<typeof resultsPageSchema>;

function oneOf<const Names extends readonly string[]>(names: Names) {
  return z
    .string()
    .max(200)
    .refine(
      (text) => text.split(",").every((name) => names.includes(name)),
      `takes, with commas between: ${names.join(", ")}`,
    )
    .optional();
}

const bound = z.coerce
  .number("takes epoch seconds")
  .int("takes whole epoch seconds")
  .min(0)
  .max(253_402_300_799)
  .optional();

const QUERY = z.object({
  uid: z.string().max(200).optional().describe("Exactly this uid, byte for byte: at most one item"),
  uid_prefix: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,60}$/, "takes 1 to 60 of A–Z, a–z, 0–9, _ and -")
    .optional()
    .describe("Uids that begin so, byte for byte; the list is then in the order of the uids"),
  state: oneOf(sessionViewSchema.shape.state.options).describe("One or more, with commas between them"),
  outcome: oneOf(["scored", "unscorable"]).describe("Of completed journeys"),
  risk_band: oneOf(riskBandSchema.options).describe("One or more, with commas between them"),
  confidence: oneOf(confidenceSchema.options).describe("`score_confidence`; one or more, with commas between them"),
  simulated: z.enum(["true", "false"]).optional().describe("Played by the sandbox, or not"),
  created_from: bound.describe("Epoch seconds; created at or after"),
  created_to: bound.describe("Epoch seconds; created before"),
  completed_from: bound.describe(
    "Epoch seconds; completed at or after. With one of these two the list is in the order of completion, newest first",
  ),
  completed_to: bound.describe("Epoch seconds; completed before"),
  ...PAGE_QUERY.shape,
});

const score = EVENT_EXAMPLES["psychometric_score.complete"].event;

const EXAMPLE: ResultItem = {
  session_id: "ses_01k0000000000000000000000a",
  uid: "APP-4711",
  integration_id: "0123456789abcdef01234567",
  state: "completed",
  outcome: "scored",
  reasons: [],
  run: 1,
  simulated: false,
  metadata: { branch: "north" },
  created_at: 1795430000,
  expires_at: 1795516400,
  opened_at: 1795431600,
  ended_at: 1795431900,
  last_activity_at: 1795431900,
  result: {
    result_id: "res_01k0000000000000000000000a",
    run: 1,
    scored_at: 1795431900,
    calculated: score.type === "psychometric_score.complete" ? score.details.calculated : null,
    model_version: "standard-1.0",
    battery_version: "standard-1",
    model_hash: "9c0d3a5be17f24688ac1d90e53b7f6422e81d4c09ba5f3761d2c8e4f60a7b913",
    inputs_hash: "1f7ac2d85e903b64c7d1f02a9b8e5d3370c6f4e1a2958b7dd043e6f19c85a2b4",
    calculated_hash: "e4b8f05a31c97d2660df8a1b3c5e94726f0d28b7c1a3e5f49806d7b2c4a1f3e8",
  },
  last_event: {
    event_id: "evt_01k0000000000000000000000a",
    type: "psychometric_score.complete",
    created_at: 1795431900,
    delivery: DELIVERED,
  },
};

const SAID =
  "A journey without a result has `result: null`, its state and its last activity: a journey that was left lies there with an old `last_activity_at`, sends nothing, and ends as `expired`. ";

export const GET_RESULT = defineOperation({
  id: "getResult",
  method: "get",
  path: "/v1/results/{session_id}",
  tag: "results",
  summary: "One result, by session id",
  description: `The session, its result as it was sent, and how its last event was delivered. ${SAID}Reading a result is written to the audit log.`,
  auth: "api_key",
  parameters: [{ in: "path", name: "session_id", required: true, description: "As creation answered it" }],
  answers: [
    {
      status: 200,
      description: "The session and its result.",
      schema: resultItemSchema,
      example: EXAMPLE,
    },
  ],
  errors: [...KEY_READ_ERRORS.filter((code) => code !== "query_invalid"), "session_unknown"],
});

export const LIST_RESULTS = defineOperation({
  id: "listResults",
  method: "get",
  path: "/v1/results",
  tag: "results",
  summary: "Sessions and their results, newest first",
  description:
    "All sessions of the key's environment but erased ones, filtered as you like. " +
    SAID +
    "One call looks at a bounded number of sessions, so that a page can hold fewer items than `limit`, even none, and still have a `next`: go on until `next` is null. " +
    "`uid` finds one session by your own identifier. A uid in an address may be logged by proxies on the way; where that matters, ask by session id, or `POST /v1/sessions-management/status`. " +
    "Pages with results are written to the audit log.",
  auth: "api_key",
  parameters: [],
  query: QUERY,
  answers: [
    {
      status: 200,
      description: "A page.",
      schema: resultsPageSchema,
      example: { items: [EXAMPLE], next: null },
    },
  ],
  errors: KEY_READ_ERRORS,
});

export type ResultsQuery = z.output<typeof QUERY>;

export const RESULT_OPERATIONS: readonly Operation[] = [LIST_RESULTS, GET_RESULT];
