import { z } from "zod";

import { actorNameSchema } from "./actor-name.ts";
import { MEMBER_READ_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation, type Parameter } from "./operation.ts";
import { PAGE_QUERY, pageOf } from "./paging.ts";

const COMPANY: Parameter = {
  in: "path",
  name: "company_id",
  required: true,
  description: "A company you belong to",
  example: "cmp_01k0000000000000000000000a",
};

const filterMembers = {
  actor: z.string().max(200).optional().describe("Who: `user:<id>`, `key:<id>`, `cli:<os user>` or `system`"),
  action: z
    .string()
    .max(100)
    .optional()
    .describe("What: a whole action such as `deployment.created`, or its beginning such as `deployment`"),
  target_type: z.string().max(100).optional().describe("Kind of what it was done to, such as `environment`"),
  target_id: z.string().max(200).optional().describe("Id of what it was done to"),
  from: z.coerce.number().int().min(0).max(253_402_300_799).optional().describe("Not before, epoch seconds"),
  to: z.coerce.number().int().min(0).max(253_402_300_799).optional().describe("Before, epoch seconds"),
};

export const auditItemSchema = z.object({
  audit_id: z.string(),
  at: z.int().describe("Epoch seconds"),
  actor: z.string().describe("`user:<id>`, `key:<id>`, `cli:<os user>` or `system`"),
  actor_name: actorNameSchema,
  origin: z.string().nullable().describe("Address the request came from; null where there was none"),
  action: z.string(),
  target_type: z.string(),
  target_id: z.string(),
  details: z.record(z.string(), z.unknown()).describe("What changed, from and to; never a key, token or uid"),
  chain_seq: z.int().nullable().describe("Place in the chain; null for the second before it is sealed"),
  chain_hash: z.string().nullable().describe("Hash of the chain up to and with this entry"),
});

const HASH = "7c4f".repeat(16);

export const LIST_AUDIT = defineOperation({
  id: "listAudit",
  method: "get",
  path: "/beacon/api/companies/{company_id}/audit",
  tag: "beacon",
  summary: "Audit log",
  description:
    "Who did what, from where, newest first: every change, every reading of a key or an export, and of a single result.",
  auth: "person",
  role: "admin",
  parameters: [COMPANY],
  query: PAGE_QUERY.extend(filterMembers),
  answers: [
    {
      status: 200,
      description: "A page of the log.",
      schema: pageOf(auditItemSchema),
      example: {
        items: [
          {
            audit_id: "aud_01k0000000000000000000000a",
            at: 1_790_000_000,
            actor: "user:usr_01k0000000000000000000000a",
            actor_name: "Ana",
            origin: "203.0.113.9",
            action: "environment.settings_changed",
            target_type: "environment",
            target_id: "env_01k0000000000000000000000a",
            details: { environment: "test", changes: { session_hours: { from: 24, to: 48 } } },
            chain_seq: 17,
            chain_hash: HASH,
          },
        ],
        next: null,
      },
    },
  ],
  errors: MEMBER_READ_ERRORS,
});

export const EXPORT_AUDIT = defineOperation({
  id: "exportAudit",
  method: "get",
  path: "/beacon/api/companies/{company_id}/audit/export",
  tag: "beacon",
  summary: "Audit log as a file",
  description:
    "Oldest first, streamed. `csv` is safe to open in a spreadsheet; `jsonl` has on each line the entry exactly as it was hashed, and its seal. The export itself is recorded.",
  auth: "person",
  role: "admin",
  parameters: [COMPANY],
  query: z.object({
    ...filterMembers,
    format: z.enum(["csv", "jsonl"]).default("csv").describe("Form of the file"),
  }),
  answers: [{ status: 200, description: "The file.", contentType: "text/csv" }],
  errors: MEMBER_READ_ERRORS,
});

export const chainHeadSchema = z.object({
  seq: z.int().min(0).describe("Place in the chain"),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits")
    .describe("Hash of the chain up to there"),
});

export const chainReportSchema = z.object({
  ok: z.boolean(),
  problem: z
    .object({
      kind: z.string(),
      seq: z.int().nullable().describe("Place in the chain"),
      audit_id: z.string().nullable(),
      text: z.string(),
    })
    .nullable()
    .describe("The first thing that is wrong"),
  verified: z.int().describe("Entries whose hashes were calculated anew and fit"),
  head: chainHeadSchema.describe("Keep it: a later check against it shows whether the log was rewritten"),
  checkpoint: chainHeadSchema.nullable().describe("Where the chain begins once retention removed its oldest entries"),
  waiting: z.int().describe("Recorded and not yet sealed"),
  notices: z.array(z.string()),
});

export const VERIFY_AUDIT = defineOperation({
  id: "verifyAudit",
  method: "post",
  path: "/beacon/api/companies/{company_id}/audit/verify",
  tag: "beacon",
  summary: "Check that nobody altered the audit log",
  description:
    "Calculates every hash of the chain anew and names the first entry that was changed, removed, put in or moved. With `expect`, a head that was kept earlier, it also finds a log that was rewritten as a whole.",
  auth: "person",
  role: "admin",
  parameters: [COMPANY],
  request: {
    schema: z.strictObject({ expect: chainHeadSchema.optional().describe("A head you kept") }),
    example: {},
  },
  answers: [
    {
      status: 200,
      description: "What the check found.",
      schema: chainReportSchema,
      example: {
        ok: true,
        problem: null,
        verified: 17,
        head: { seq: 17, hash: HASH },
        checkpoint: null,
        waiting: 0,
        notices: [],
      },
    },
  ],
  errors: MEMBER_WRITE_ERRORS,
});

export const AUDIT_OPERATIONS: readonly Operation[] = [LIST_AUDIT, EXPORT_AUDIT, VERIFY_AUDIT];
