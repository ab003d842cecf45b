import { z } from "zod";

import { ENTRY_OPERATIONS } from "./entry-api.ts";
import { MEMBER_READ_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { INVITATION_OPERATIONS } from "./invitations-api.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { PAGE_QUERY, pageOf } from "./paging.ts";
import { roleSchema } from "./people-api.ts";

const COMPANY = {
  in: "path",
  name: "company_id",
  required: true,
  description: "The company",
  example: "cmp_01k0000000000000000000000a",
} as const;

const USER = {
  in: "path",
  name: "user_id",
  required: true,
  description: "The member",
  example: "usr_01k0000000000000000000000a",
} as const;

export const memberSchema = z.object({
  user_id: z.string(),
  email: z.string(),
  name: z.string(),
  role: roleSchema,
  joined_at: z.int().describe("Epoch seconds"),
  last_seen_at: z.int().nullable().describe("Epoch seconds; null: never signed in"),
  second_factor: z.boolean().describe("Has a second factor"),
  disabled: z.boolean().describe("Switched off by the operator: can not sign in"),
});

const MEMBER = {
  user_id: "usr_01k0000000000000000000000a",
  email: "ana@lender.example",
  name: "Ana",
  role: "admin",
  joined_at: 1_795_600_000,
  last_seen_at: 1_795_610_000,
  second_factor: true,
  disabled: false,
} as const;

export const LIST_MEMBERS = defineOperation({
  id: "listMembers",
  method: "get",
  path: "/beacon/api/companies/{company_id}/members",
  tag: "beacon",
  summary: "List the members of a company",
  description: "Everybody who may sign in to the company, in the order of joining.",
  auth: "person",
  role: "admin",
  query: PAGE_QUERY,
  parameters: [COMPANY],
  answers: [
    {
      status: 200,
      description: "The members.",
      schema: pageOf(memberSchema),
      example: { items: [MEMBER], next: null },
    },
  ],
  errors: MEMBER_READ_ERRORS,
});

export const CHANGE_MEMBER_ROLE = defineOperation({
  id: "changeMemberRole",
  method: "patch",
  path: "/beacon/api/companies/{company_id}/members/{user_id}",
  tag: "beacon",
  summary: "Make a member admin or viewer",
  description: "Takes effect with the member's next request. The last admin stays one: 409 `last_admin`.",
  auth: "person",
  role: "admin",
  parameters: [COMPANY, USER],
  request: { schema: z.strictObject({ role: roleSchema }), example: { role: "viewer" } },
  answers: [
    {
      status: 200,
      description: "The member as it is now.",
      schema: memberSchema,
      example: { ...MEMBER, role: "viewer" },
    },
  ],
  errors: [...MEMBER_WRITE_ERRORS, "last_admin"],
});

export const REMOVE_MEMBER = defineOperation({
  id: "removeMember",
  method: "delete",
  path: "/beacon/api/companies/{company_id}/members/{user_id}",
  tag: "beacon",
  summary: "Remove a member",
  description:
    "Ends the access at once. Open invitations of the same address are withdrawn too. What the member did stays in the audit log. The last admin can not be removed: 409 `last_admin`.",
  auth: "person",
  role: "admin",
  parameters: [COMPANY, USER],
  answers: [{ status: 204, description: "Removed." }],
  errors: [...MEMBER_WRITE_ERRORS, "last_admin"],
});

export const TEAM_OPERATIONS: readonly Operation[] = [
  LIST_MEMBERS,
  CHANGE_MEMBER_ROLE,
  REMOVE_MEMBER,
  ...INVITATION_OPERATIONS,
  ...ENTRY_OPERATIONS,
];
