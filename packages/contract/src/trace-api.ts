import { z } from "zod";

import { COMPANY_PARAMETER, COMPANY_PATH, environmentKindSchema } from "./environment-path.ts";
import { KEY_WRITE_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { pageOf } from "./paging.ts";

const epochSeconds = z.int().describe("Epoch seconds, UTC");

export const tracePlaceSchema = z.object({
  environment_id: z.string(),
  environment: environmentKindSchema,
  deployment_id: z.string(),
  deployment: z.string().describe("The deployment's name"),
  integration_id: z.string(),
  archived: z.boolean().describe("The deployment is archived"),
});

const STATES = [
  "created",
  "opened",
  "in_progress",
  "completed",
  "cancelled",
  "incomplete",
  "expired",
  "erased",
] as const;
export const sessionStateSchema = z.enum(STATES);

const foundSessionSchema = z.object({
  session_id: z.string(),
  place: tracePlaceSchema,
  state: sessionStateSchema.describe("As it counts now: an end that is due holds before it is written"),
  outcome: z.enum(["scored", "unscorable"]).nullable().describe("null before completed"),
  simulated: z.boolean(),
  run: z.int().describe("Starts of the journey; 1 until it is re-opened"),
  created_at: epochSeconds,
  opened_at: epochSeconds.nullable().describe("First opening of this run"),
  ended_at: epochSeconds.nullable(),
  last_activity_at: epochSeconds.nullable(),
});

const traceSessionSchema = foundSessionSchema.extend({
  uid: z.string().nullable().describe("As stored; null when the person was erased"),
  expires_at: epochSeconds.describe("End of the run, or of the wait for its clock"),
  erased_at: epochSeconds.nullable().describe("Set when the person was erased; nothing else is known then"),
});

export const traceItemSchema = z.object({
  at: epochSeconds,
  kind: z.string().describe("What happened, e.g. `opened`, `task_done`, `webhook_attempt`; new kinds may be added"),
  session_id: z.string(),
  environment: environmentKindSchema,
  deployment: z.string(),
  run: z.int().nullable().describe("null: belongs to the session, not to one of its starts"),
  details: z.record(z.string(), z.unknown()).describe("What is stored about it, by kind"),
  text: z.string().describe("The same in a sentence"),
});

const nearDuplicateSchema = z.object({
  uid: z.string(),
  session_id: z.string(),
  place: tracePlaceSchema,
  state: sessionStateSchema,
  created_at: epochSeconds,
  relation: z
    .enum(["same_form", "one_token"])
    .describe("same_form: differs in case, `_` or `-`, or leading zeros. one_token: one has one separated part more"),
});

export const traceSchema = z.object({
  sessions: z.array(traceSessionSchema).describe("Every session of the uid: one for each environment at most"),
  items: z.array(traceItemSchema).describe("One time line over all of them, oldest first, from stored facts only"),
  near_duplicates: z.array(nearDuplicateSchema).describe("Other uids that are easily mistaken for this one"),
  truncated: z.boolean().describe("More was stored than a time line shows; the newest is left out"),
});
export type Trace = z.output<typeof traceSchema>;

export const searchItemSchema = foundSessionSchema.extend({
  uid: z.string(),
  match: z.enum(["exact", "same_form", "prefix"]),
});
export const searchSchema = pageOf(searchItemSchema);
export type SearchPage = z.output<typeof searchSchema>;

const traceRequestSchema = z.object({
  uid: z.string().max(200).describe("The lender's identifier, byte for byte"),
});

const searchRequestSchema = z.object({
  q: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,60}$/, "takes 1 to 60 of A–Z, a–z, 0–9, _ and -")
    .describe("A uid or how it begins. Case, `_` or `-`, and leading zeros of a run of digits make no difference"),
  limit: z.int().min(1).max(1000).default(50).describe("Items of this page, at most 1000"),
  after: z.string().max(500).optional().describe("`next` of the page before"),
});

const PLACE = {
  environment_id: "env_01k0000000000000000000000a",
  environment: "production",
  deployment_id: "dep_01k0000000000000000000000a",
  deployment: "Loans",
  integration_id: "0123456789abcdef01234567",
  archived: false,
} as const;

const SESSION_EXAMPLE = {
  session_id: "ses_01k0000000000000000000000a",
  place: PLACE,
  state: "completed",
  outcome: "scored",
  simulated: false,
  run: 1,
  created_at: 1795431000,
  opened_at: 1795431600,
  ended_at: 1795431895,
  last_activity_at: 1795431895,
} as const;

const LINE = {
  session_id: SESSION_EXAMPLE.session_id,
  environment: "production",
  deployment: "Loans",
  run: 1,
} as const;

const TRACE_EXAMPLE: Trace = {
  sessions: [{ uid: "APP-4711", ...SESSION_EXAMPLE, expires_at: 1795517400, erased_at: null }],
  items: [
    { at: 1795431000, kind: "created", ...LINE, details: {}, text: "Session created" },
    {
      at: 1795431895,
      kind: "scored",
      ...LINE,
      details: { score: 38, risk_band: "LOW", score_confidence: "MEDIUM", model_version: "standard-1.0" },
      text: "Scored 38 (LOW), data confidence MEDIUM, model standard-1.0",
    },
  ],
  near_duplicates: [
    {
      uid: "app-04711",
      session_id: "ses_01k0000000000000000000000b",
      place: { ...PLACE, environment: "test", environment_id: "env_01k0000000000000000000000b" },
      state: "expired",
      created_at: 1795430000,
      relation: "same_form",
    },
  ],
  truncated: false,
};

const ANSWER = {
  status: 200,
  description: "The time line; without sessions when the uid is unknown.",
  schema: traceSchema,
  example: TRACE_EXAMPLE,
} as const;

export const TRACE_UID = defineOperation({
  id: "traceUid",
  method: "post",
  path: `${COMPANY_PATH}/trace`,
  tag: "beacon",
  summary: "Everything that happened to a uid",
  description:
    "One time line over all deployments and both environments of the company, from stored facts. Uids that are easily mistaken for it stand beside. The uid stands in the body because addresses are logged on the way. Reading a result is written to the audit log.",
  auth: "person",
  role: "viewer",
  parameters: [COMPANY_PARAMETER],
  request: { schema: traceRequestSchema, example: { uid: "APP-4711" } },
  answers: [ANSWER],
  errors: [...MEMBER_WRITE_ERRORS, "uid_invalid"],
});

export const SEARCH_UIDS = defineOperation({
  id: "searchUids",
  method: "post",
  path: `${COMPANY_PATH}/search`,
  tag: "beacon",
  summary: "Find uids by how they begin",
  description:
    "All deployments and both environments. Case, `_` or `-`, and leading zeros of a run of digits make no difference; the uid itself comes first. Erased sessions are not found.",
  auth: "person",
  role: "viewer",
  parameters: [COMPANY_PARAMETER],
  request: { schema: searchRequestSchema, example: { q: "APP-47" } },
  answers: [
    {
      status: 200,
      description: "A page of sessions.",
      schema: searchSchema,
      example: { items: [{ uid: "APP-4711", match: "prefix", ...SESSION_EXAMPLE }], next: null },
    },
  ],
  errors: [...MEMBER_WRITE_ERRORS, "query_invalid"],
});

export const TRACE_UID_BY_KEY = defineOperation({
  id: "traceUidByKey",
  method: "post",
  path: "/v1/trace",
  tag: "sessions",
  summary: "Everything that happened to a uid in the key's environment",
  description:
    "The time line of one uid from stored facts, limited to the environment of the key. Reading a result is written to the audit log.",
  auth: "api_key",
  parameters: [],
  request: { schema: traceRequestSchema, example: { uid: "APP-4711" } },
  answers: [ANSWER],
  errors: [...KEY_WRITE_ERRORS, "uid_invalid"],
});

export const TRACE_OPERATIONS: readonly Operation[] = [TRACE_UID, SEARCH_UIDS, TRACE_UID_BY_KEY];
