import { z } from "zod";

import type { ErrorCode } from "./errors.ts";
import { KEY_WRITE_ERRORS, MEMBER_READ_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { warningSchema } from "./lender-api.ts";
import { defineOperation, type Operation, type Parameter } from "./operation.ts";

/** A session by the lender's identifier or by ours; exactly one of them. */
export const sessionNameSchema = z
  .strictObject({
    uid: z.string().max(200).optional().describe("Your identifier, in the environment of the key"),
    session_id: z.string().max(100).optional().describe("Ours, as creation answered it"),
  })
  .refine(
    ({ uid, session_id }) => (uid === undefined) !== (session_id === undefined),
    "send either uid or session_id, one of them",
  );
export type SessionName = z.infer<typeof sessionNameSchema>;

const seconds = z.int().describe("Epoch seconds");

const endedRunSchema = z.object({
  run: z.int().describe("1 is the first"),
  state: z.enum(["expired", "cancelled", "incomplete"]),
  reasons: z.array(z.string()),
  opened_at: seconds.nullable(),
  consented_at: seconds.nullable(),
  ended_at: seconds.nullable(),
  reopened_at: seconds.describe("When the next run replaced it"),
});

const nearDuplicateSchema = z.object({
  uid: z.string(),
  session_id: z.string(),
  environment_id: z.string(),
  same_environment: z.boolean(),
  relation: z
    .enum(["same_form", "one_token"])
    .describe("same_form: equal but for case, _ and leading zeros; one_token: one has one separated part more"),
  state: z.string(),
  created_at: seconds,
});

export const sessionViewSchema = z.object({
  session_id: z.string(),
  uid: z.string().describe("Byte for byte as you gave it"),
  integration_id: z.string(),
  state: z
    .enum(["created", "opened", "in_progress", "completed", "cancelled", "incomplete", "expired"])
    .describe("An end that is due is shown before it was written"),
  outcome: z.enum(["scored", "unscorable"]).nullable().describe("Of a completed journey"),
  reasons: z.array(z.string()).describe("Why it ended, where an end has reasons"),
  run: z.int().describe("Rises with every re-open"),
  clock: z
    .enum(["running", "at_token", "at_opening"])
    .describe(
      "running: expires_at is fixed. at_token, at_opening: the next POST tokens (or opening), or the next opening, starts it; until then expires_at says how long the link waits",
    ),
  simulated: z.boolean(),
  language: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  created_at: seconds,
  expires_at: seconds,
  opened_at: seconds.nullable().describe("First opening of this run"),
  consented_at: seconds.nullable(),
  ended_at: seconds.nullable(),
  last_activity_at: seconds.nullable().describe("When the applicant last sent something, or the session last changed"),
  link: z.string().describe("Short URL of the journey; a re-open does not change it"),
  can_reopen: z.boolean(),
  can_cancel: z.boolean(),
  warnings: z.array(warningSchema).describe("What was noticed about the uid and metadata at creation"),
  earlier_runs: z.array(endedRunSchema).describe("Runs before this one, oldest first"),
  near_duplicates: z
    .array(nearDuplicateSchema)
    .describe("Sessions whose uid is easily mistaken for this one, at most 20"),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

const EXAMPLE: SessionView = {
  session_id: "ses_01k0000000000000000000000a",
  uid: "APP-4711",
  integration_id: "0123456789abcdef01234567",
  state: "created",
  outcome: null,
  reasons: [],
  run: 2,
  clock: "at_token",
  simulated: false,
  language: "en",
  metadata: { branch: "north" },
  created_at: 1795430000,
  expires_at: 1796124800,
  opened_at: null,
  consented_at: null,
  ended_at: null,
  last_activity_at: 1795520000,
  link: "https://assess.lender.example/a/7k3m9x2q4w8z",
  can_reopen: false,
  can_cancel: true,
  warnings: [],
  earlier_runs: [
    {
      run: 1,
      state: "expired",
      reasons: [],
      opened_at: 1795431000,
      consented_at: 1795431020,
      ended_at: 1795517000,
      reopened_at: 1795520000,
    },
  ],
  near_duplicates: [],
};

const CANCELLED: SessionView = {
  ...EXAMPLE,
  state: "cancelled",
  reasons: ["CANCELLED_BY_LENDER"],
  ended_at: 1795521000,
  can_reopen: true,
  can_cancel: false,
};

const LENDER_ERRORS: readonly ErrorCode[] = [...KEY_WRITE_ERRORS, "session_unknown"];

const byKey = { tag: "sessions", auth: "api_key", method: "post", parameters: [] } as const;
const naming = { schema: sessionNameSchema, example: { uid: "APP-4711" } } as const;

export const SESSION_STATUS = defineOperation({
  ...byKey,
  id: "sessionStatus",
  path: "/v1/sessions-management/status",
  summary: "Where a session stands",
  description:
    "By uid or session id, in the environment of the key. Changes nothing. The uid stands in the body, because proxies write addresses into their logs.",
  request: naming,
  answers: [{ status: 200, description: "The session.", schema: sessionViewSchema, example: EXAMPLE }],
  errors: LENDER_ERRORS,
});

export const REOPEN_SESSION = defineOperation({
  ...byKey,
  id: "reopenSession",
  path: "/v1/sessions-management/reopen",
  summary: "Let the same applicant start again",
  description:
    "For a journey that expired, was cancelled or was left incomplete. All tasks start over with new seeds; tokens handed out before lead to a page that says the link was replaced, the short link stays valid. " +
    "The clock starts with the next `POST tokens` or, for a generated link, with the next opening; until then the link waits for a week at least. " +
    "What the earlier run sent stays stored and counts as a repeated attempt. Repeating the call before the journey is opened answers the same.",
  request: naming,
  answers: [
    { status: 200, description: "The session, with its new run.", schema: sessionViewSchema, example: EXAMPLE },
  ],
  errors: [...LENDER_ERRORS, "session_not_reopenable", "deployment_archived"],
});

export const CANCEL_SESSION = defineOperation({
  ...byKey,
  id: "cancelSession",
  path: "/v1/sessions-management/cancel",
  summary: "End a journey that is still open",
  description:
    "Sends `application.cancelled` with `CANCELLED_BY_LENDER`. Of a cancellation and a finish at once, the one that is committed first wins; the other is told. Repeating the call answers the same.",
  request: naming,
  answers: [{ status: 200, description: "The session, cancelled.", schema: sessionViewSchema, example: CANCELLED }],
  errors: [...LENDER_ERRORS, "session_not_cancellable"],
});

const place = (name: string, description: string): Parameter => ({ in: "path", name, required: true, description });
const PLACE: readonly Parameter[] = [
  place("company_id", "A company you belong to"),
  place("environment_id", "One of its environments"),
  place("session_id", "A session of this environment"),
];
const byPerson = { tag: "beacon", auth: "person", parameters: PLACE } as const;

export const GET_SESSION = defineOperation({
  ...byPerson,
  id: "getSession",
  method: "get",
  path: "/beacon/api/companies/{company_id}/environments/{environment_id}/sessions/{session_id}",
  role: "viewer",
  summary: "Where a session stands",
  description: "With the runs before this one and near duplicates in all environments of the company.",
  answers: [{ status: 200, description: "The session.", schema: sessionViewSchema, example: EXAMPLE }],
  errors: [...MEMBER_READ_ERRORS, "session_unknown"],
});

export const REOPEN_SESSION_AS_PERSON = defineOperation({
  ...byPerson,
  id: "reopenSessionAsPerson",
  method: "post",
  path: "/beacon/api/companies/{company_id}/environments/{environment_id}/sessions/{session_id}/reopen",
  role: "admin",
  summary: "Let the same applicant start again",
  description: "As the lender's server does with `/v1/sessions-management/reopen`.",
  answers: [
    { status: 200, description: "The session, with its new run.", schema: sessionViewSchema, example: EXAMPLE },
  ],
  errors: [...MEMBER_WRITE_ERRORS, "session_unknown", "session_not_reopenable", "deployment_archived"],
});

export const CANCEL_SESSION_AS_PERSON = defineOperation({
  ...byPerson,
  id: "cancelSessionAsPerson",
  method: "post",
  path: "/beacon/api/companies/{company_id}/environments/{environment_id}/sessions/{session_id}/cancel",
  role: "admin",
  summary: "End a journey that is still open",
  description: "As the lender's server does with `/v1/sessions-management/cancel`.",
  answers: [{ status: 200, description: "The session, cancelled.", schema: sessionViewSchema, example: CANCELLED }],
  errors: [...MEMBER_WRITE_ERRORS, "session_unknown", "session_not_cancellable"],
});

export const SESSION_OPERATIONS: readonly Operation[] = [
  SESSION_STATUS,
  REOPEN_SESSION,
  CANCEL_SESSION,
  GET_SESSION,
  REOPEN_SESSION_AS_PERSON,
  CANCEL_SESSION_AS_PERSON,
];
