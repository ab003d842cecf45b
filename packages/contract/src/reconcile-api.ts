import { z } from "zod";

import { COMPANY_PARAMETER, COMPANY_PATH } from "./environment-path.ts";
import { KEY_WRITE_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { sessionStateSchema, tracePlaceSchema } from "./trace-api.ts";

/** Lines of one list at most. */
export const MAX_RECONCILE_LINES = 50_000;

export const FINDINGS = [
  "matched",
  "differs",
  "never_finished",
  "wrong_place",
  "near_miss",
  "duplicate_in_list",
  "erased",
  "missing",
  "invalid_uid",
] as const;
export type Finding = (typeof FINDINGS)[number];

const epochSeconds = z.int().min(0).max(253_402_300_799).describe("Epoch seconds, UTC");

export const reconcileRowSchema = z.object({
  uid: z.string().max(500),
  score: z.number().nullable().optional().describe("The score you hold; absent: not compared"),
  risk_band: z.string().max(40).nullable().optional().describe("The band you hold; absent: not compared"),
  state: z.string().max(40).nullable().optional().describe("The state you hold; absent: not compared"),
  integration_id: z.string().max(200).nullable().optional().describe("Where you believe it is; absent: the list's"),
});
export type ReconcileRow = z.output<typeof reconcileRowSchema>;

const requestSchema = z.object({
  rows: z.array(reconcileRowSchema).optional().describe("The list, at most 50 000; or `csv`"),
  csv: z
    .string()
    .optional()
    .describe(
      "The list as CSV: a header with `uid` and, if you like, score, risk_band, state, integration_id; or `rows`",
    ),
  integration_id: z
    .string()
    .max(200)
    .optional()
    .describe("Where the list's sessions should be. By key: the key's own. For people: absent means anywhere"),
  finished_from: epochSeconds
    .optional()
    .describe("With it, ours that finished since then and are not in the list are told"),
  finished_to: epochSeconds.optional().describe("End of that range, default now"),
  include_matched: z.boolean().default(false).describe("List the lines that match, too"),
  format: z.enum(["json", "csv"]).default("json").describe("Of the answer"),
});
export type ReconcileRequest = z.output<typeof requestSchema>;

const foundSchema = z.object({
  uid: z.string(),
  session_id: z.string(),
  place: tracePlaceSchema,
  state: sessionStateSchema,
});

const lineSchema = z.object({
  line: z.int().describe("1 is the first line of the list; in a CSV the header counts"),
  uid: z.string(),
  finding: z.enum(FINDINGS),
  text: z.string().describe("The finding in a sentence"),
  sessions: z.array(foundSchema).describe("What the line was matched with, or what is near"),
  differences: z.array(
    z.object({
      member: z.enum(["score", "risk_band", "state"]),
      yours: z.union([z.string(), z.number()]),
      ours: z.union([z.string(), z.number()]).nullable(),
    }),
  ),
});
export type ReconcileLine = z.output<typeof lineSchema>;

const notInListSchema = z.object({
  uid: z.string(),
  session_id: z.string(),
  place: tracePlaceSchema,
  finished_at: epochSeconds,
});

export const reconcileSchema = z.object({
  summary: z
    .object({
      lines: z.int(),
      ...Object.fromEntries(FINDINGS.map((finding) => [finding, z.int()])),
      not_in_list: z.int().nullable().describe("null: no range was asked for"),
    })
    .describe("How many lines each finding has; every line has exactly one"),
  lines: z.array(lineSchema).describe("Lines with something to look at, in the order of the list"),
  not_in_list: z
    .array(notInListSchema)
    .describe("Finished in the range and not in the list, newest first, at most 10 000"),
  not_in_list_complete: z.boolean().describe("false: there are more than are listed"),
});

export interface ReconcileReport {
  readonly summary: Readonly<Record<Finding, number>> & { readonly lines: number; readonly not_in_list: number | null };
  readonly lines: readonly ReconcileLine[];
  readonly not_in_list: readonly z.output<typeof notInListSchema>[];
  readonly not_in_list_complete: boolean;
}

const PLACE = {
  environment_id: "env_01k0000000000000000000000a",
  environment: "production",
  deployment_id: "dep_01k0000000000000000000000a",
  deployment: "Loans",
  integration_id: "0123456789abcdef01234567",
  archived: false,
} as const;

const EXAMPLE: ReconcileReport = {
  summary: {
    lines: 3,
    matched: 1,
    differs: 1,
    never_finished: 0,
    wrong_place: 0,
    near_miss: 0,
    duplicate_in_list: 0,
    erased: 0,
    missing: 1,
    invalid_uid: 0,
    not_in_list: null,
  },
  lines: [
    {
      line: 2,
      uid: "APP-4711",
      finding: "differs",
      text: "score: yours 83, ours 38",
      sessions: [{ uid: "APP-4711", session_id: "ses_01k0000000000000000000000a", place: PLACE, state: "completed" }],
      differences: [{ member: "score", yours: 83, ours: 38 }],
    },
    {
      line: 3,
      uid: "APP-4713",
      finding: "missing",
      text: "No session has this uid, nor one that is easily mistaken for it",
      sessions: [],
      differences: [],
    },
  ],
  not_in_list: [],
  not_in_list_complete: true,
};

const SAID =
  "Each line gets one finding: `matched`, `differs` (score, band or state are not what was sent), `never_finished`, `wrong_place` (another deployment or environment), `near_miss` (a uid that differs in case, `_`, leading zeros or one separated part), `duplicate_in_list`, `erased`, `missing`, `invalid_uid`. With a range, what finished here and is not in the list is told too. Written to the audit log as an export.";

const ANSWERS = [
  {
    status: 200,
    description: "The report; with `format: csv` the same as CSV.",
    schema: reconcileSchema,
    example: EXAMPLE,
  },
] as const;

const REQUEST = {
  schema: requestSchema,
  example: { rows: [{ uid: "APP-4710" }, { uid: "APP-4711", score: 83 }, { uid: "APP-4713" }] },
} as const;

export const RECONCILE = defineOperation({
  id: "reconcile",
  method: "post",
  path: `${COMPANY_PATH}/reconcile`,
  tag: "beacon",
  summary: "Compare the lender's own list of uids with ours",
  description: `Looks into all deployments and both environments. ${SAID}`,
  auth: "person",
  role: "admin",
  parameters: [COMPANY_PARAMETER],
  request: REQUEST,
  answers: ANSWERS,
  errors: [...MEMBER_WRITE_ERRORS, "list_invalid", "list_too_long"],
});

export const RECONCILE_BY_KEY = defineOperation({
  id: "reconcileByKey",
  method: "post",
  path: "/v1/reconcile",
  tag: "reconcile",
  summary: "Compare your own list of uids with ours",
  description: `Sessions should be in the key's environment. A Test key also looks into the Test environments of the other deployments, a Production key into everything. ${SAID}`,
  auth: "api_key",
  parameters: [],
  request: REQUEST,
  answers: ANSWERS,
  errors: [...KEY_WRITE_ERRORS, "list_invalid", "list_too_long"],
});

export const RECONCILE_OPERATIONS: readonly Operation[] = [RECONCILE, RECONCILE_BY_KEY];
