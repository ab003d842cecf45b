import { z } from "zod";

import { actorNameSchema } from "./actor-name.ts";
import { KEY_READ_ERRORS, KEY_WRITE_ERRORS, MEMBER_READ_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation, type Parameter } from "./operation.ts";
import { PAGE_QUERY, pageOf } from "./paging.ts";
import { sessionNameSchema } from "./sessions-api.ts";

const COMPANY: Parameter = {
  in: "path",
  name: "company_id",
  required: true,
  description: "A company you belong to",
  example: "cmp_01k0000000000000000000000a",
};
const ENVIRONMENT: Parameter = {
  in: "path",
  name: "environment_id",
  required: true,
  description: "An environment of the company",
  example: "env_01k0000000000000000000000a",
};

const seconds = z.int().describe("Epoch seconds");

export const erasureSchema = z.object({
  erasure_id: z.string(),
  session_id: z.string(),
  environment_id: z.string(),
  state: z
    .enum(["requested", "running", "done", "held"])
    .describe(
      "requested, running: out of sight already, content goes within a minute. held: a legal hold is in force; it begins by itself when that is released",
    ),
  requested_by: z.string(),
  requested_at: seconds,
  finished_at: seconds.nullable(),
  removed: z.record(z.string(), z.int()).describe("Rows removed or emptied so far, by kind"),
});
export type ErasureView = z.infer<typeof erasureSchema>;

/** For admins; a lender's server is told no names of people. */
export const namedErasureSchema = erasureSchema.extend({ requested_by_name: actorNameSchema });
export type NamedErasure = z.infer<typeof namedErasureSchema>;

const ERASURE: ErasureView = {
  erasure_id: "era_01k0000000000000000000000a",
  session_id: "ses_01k0000000000000000000000a",
  environment_id: "env_01k0000000000000000000000a",
  state: "requested",
  requested_by: "key:key_01k0000000000000000000000a",
  requested_at: 1_795_430_000,
  finished_at: null,
  removed: {},
};
const DONE: ErasureView = {
  ...ERASURE,
  state: "done",
  finished_at: 1_795_430_052,
  removed: { events: 2, deliveries: 0, inputs: 14, conflicts: 0, results: 1, facts: 3, attempts: 2 },
};

const NAMED: NamedErasure = {
  ...ERASURE,
  requested_by: "user:usr_01k0000000000000000000000a",
  requested_by_name: "Ana",
};

const WHAT_GOES =
  "At once the journey is out of sight: its links show the page for unknown ones, reading answers as if it had never been. An open one is first cancelled, with its event. Within a minute inputs, results, event bodies, metadata, device data and the answers of your own server are removed, and the uid is replaced by a keyed hash. " +
  "The uid stays used up in this environment. What stays: that a session existed, when it began and ended, and its consent. Asking again answers how far it has come.";

export const ERASE_SESSION = defineOperation({
  id: "eraseSession",
  method: "post",
  path: "/v1/erasures",
  tag: "sessions",
  summary: "Erase a person's journey",
  description: `By uid or session id, in the environment of the key. ${WHAT_GOES}`,
  auth: "api_key",
  parameters: [],
  request: { schema: sessionNameSchema, example: { uid: "APP-4711" } },
  answers: [{ status: 202, description: "The erasure.", schema: erasureSchema, example: ERASURE }],
  errors: [...KEY_WRITE_ERRORS, "session_unknown"],
});

export const GET_ERASURE = defineOperation({
  id: "getErasure",
  method: "get",
  path: "/v1/erasures/{erasure_id}",
  tag: "sessions",
  summary: "How far an erasure has come",
  description: "Of a session of the key's environment.",
  auth: "api_key",
  parameters: [
    {
      in: "path",
      name: "erasure_id",
      required: true,
      description: "As the request answered it",
      example: ERASURE.erasure_id,
    },
  ],
  answers: [{ status: 200, description: "The erasure.", schema: erasureSchema, example: DONE }],
  errors: [...KEY_READ_ERRORS, "erasure_unknown"],
});

export const ERASE_SESSION_AS_PERSON = defineOperation({
  id: "eraseSessionAsPerson",
  method: "post",
  path: "/beacon/api/companies/{company_id}/environments/{environment_id}/erasures",
  tag: "beacon",
  summary: "Erase a person's journey",
  description: `By uid or session id, in this environment. ${WHAT_GOES}`,
  auth: "person",
  role: "admin",
  parameters: [COMPANY, ENVIRONMENT],
  request: { schema: sessionNameSchema, example: { uid: "APP-4711" } },
  answers: [{ status: 202, description: "The erasure.", schema: namedErasureSchema, example: NAMED }],
  errors: [...MEMBER_WRITE_ERRORS, "session_unknown"],
});

export const LIST_ERASURES = defineOperation({
  id: "listErasures",
  method: "get",
  path: "/beacon/api/companies/{company_id}/erasures",
  tag: "beacon",
  summary: "Erasures, newest first",
  description: "Of all environments of the company, with how far each has come. The uids are not here: they are gone.",
  auth: "person",
  role: "admin",
  parameters: [COMPANY],
  query: PAGE_QUERY,
  answers: [
    {
      status: 200,
      description: "A page.",
      schema: pageOf(namedErasureSchema),
      example: { items: [{ ...DONE, requested_by_name: null }], next: null },
    },
  ],
  errors: MEMBER_READ_ERRORS,
});

export const holdSchema = z.object({
  hold_id: z.string(),
  session_id: z.string().nullable().describe("null: everything of the company"),
  reason: z.string(),
  placed_by: z.string(),
  placed_by_name: actorNameSchema,
  placed_at: seconds,
  released_by: z.string().nullable(),
  released_by_name: actorNameSchema,
  released_at: seconds.nullable(),
});
export type NamedHold = z.infer<typeof holdSchema>;
/** As the operator has it on the command line. */
export type HoldView = Omit<NamedHold, "placed_by_name" | "released_by_name">;

const HOLD: NamedHold = {
  hold_id: "hld_01k0000000000000000000000a",
  session_id: "ses_01k0000000000000000000000a",
  reason: "Complaint 2026-118, until the ombudsman has decided",
  placed_by: "user:usr_01k0000000000000000000000a",
  placed_by_name: "Ana",
  placed_at: 1_795_430_000,
  released_by: null,
  released_by_name: null,
  released_at: null,
};

export const PLACE_HOLD = defineOperation({
  id: "placeHold",
  method: "post",
  path: "/beacon/api/companies/{company_id}/holds",
  tag: "beacon",
  summary: "Place a legal hold",
  description:
    "While it is in force nothing of the session, or with session_id null nothing of the company, is erased or removed by retention. An erasure that is asked for waits, and begins when the last hold is released.",
  auth: "person",
  role: "admin",
  parameters: [COMPANY],
  request: {
    schema: z.strictObject({
      session_id: z.string().max(100).nullable().describe("null: everything of the company"),
      reason: z
        .string()
        .trim()
        .min(1, "says why the data must be kept")
        .max(500)
        .describe("Why, for whoever releases it; no personal data"),
    }),
    example: { session_id: HOLD.session_id, reason: HOLD.reason },
  },
  answers: [{ status: 201, description: "The hold.", schema: holdSchema, example: HOLD }],
  errors: [...MEMBER_WRITE_ERRORS, "session_unknown"],
});

export const RELEASE_HOLD = defineOperation({
  id: "releaseHold",
  method: "post",
  path: "/beacon/api/companies/{company_id}/holds/{hold_id}/release",
  tag: "beacon",
  summary: "Release a legal hold",
  description: "Erasures that waited for it begin, and retention goes on. Releasing twice answers the same.",
  auth: "person",
  role: "admin",
  parameters: [
    COMPANY,
    { in: "path", name: "hold_id", required: true, description: "A hold of the company", example: HOLD.hold_id },
  ],
  answers: [
    {
      status: 200,
      description: "The hold, released.",
      schema: holdSchema,
      example: {
        ...HOLD,
        released_by: "user:usr_01k0000000000000000000000b",
        released_by_name: "Ben",
        released_at: 1_795_990_000,
      },
    },
  ],
  errors: [...MEMBER_WRITE_ERRORS, "hold_unknown"],
});

export const LIST_HOLDS = defineOperation({
  id: "listHolds",
  method: "get",
  path: "/beacon/api/companies/{company_id}/holds",
  tag: "beacon",
  summary: "Legal holds, newest first",
  description: "Those in force; with `all=true` also the released ones.",
  auth: "person",
  role: "admin",
  parameters: [COMPANY],
  query: PAGE_QUERY.extend({
    all: z.enum(["true", "false"]).default("false").describe("true: also those that were released"),
  }),
  answers: [
    { status: 200, description: "A page.", schema: pageOf(holdSchema), example: { items: [HOLD], next: null } },
  ],
  errors: MEMBER_READ_ERRORS,
});

const auditDays = z
  .int("takes a whole number of days from 90 to 36500, or null to keep it")
  .min(90, "takes a whole number of days from 90 to 36500, or null to keep it")
  .max(36_500, "takes a whole number of days from 90 to 36500, or null to keep it")
  .nullable()
  .describe("Days the audit log is kept; null, the default, for ever: it is small, and it proves all the rest");

export const companyRetentionSchema = z.object({ audit_days: auditDays });

const KEPT = {
  status: 200,
  description: "As it is now.",
  schema: companyRetentionSchema,
  example: { audit_days: null },
};

export const GET_COMPANY_RETENTION = defineOperation({
  id: "getCompanyRetention",
  method: "get",
  path: "/beacon/api/companies/{company_id}/retention",
  tag: "beacon",
  summary: "How long the company's audit log is kept",
  description: "What else is kept how long is a setting of each environment: `retention`.",
  auth: "person",
  role: "viewer",
  parameters: [COMPANY],
  answers: [KEPT],
  errors: MEMBER_READ_ERRORS,
});

export const SET_COMPANY_RETENTION = defineOperation({
  id: "setCompanyRetention",
  method: "put",
  path: "/beacon/api/companies/{company_id}/retention",
  tag: "beacon",
  summary: "Set how long the audit log is kept",
  description: "Older entries are removed from the beginning of the chain; a checkpoint keeps the rest verifiable.",
  auth: "person",
  role: "admin",
  parameters: [COMPANY],
  request: { schema: z.strictObject({ audit_days: auditDays }), example: { audit_days: 3650 } },
  answers: [{ ...KEPT, example: { audit_days: 3650 } }],
  errors: MEMBER_WRITE_ERRORS,
});

export const RETENTION_OPERATIONS: readonly Operation[] = [
  ERASE_SESSION,
  GET_ERASURE,
  ERASE_SESSION_AS_PERSON,
  LIST_ERASURES,
  PLACE_HOLD,
  RELEASE_HOLD,
  LIST_HOLDS,
  GET_COMPANY_RETENTION,
  SET_COMPANY_RETENTION,
];
