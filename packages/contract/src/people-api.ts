import { z } from "zod";

import { defineOperation, type Operation } from "./operation.ts";
import { SECOND_FACTOR_OPERATIONS } from "./second-factor-api.ts";
import { SIGN_IN_OPERATIONS } from "./sign-in-api.ts";

export const roleSchema = z.enum(["admin", "viewer"]).describe("Admins may change things, viewers may read results");

export const meSchema = z.object({
  user_id: z.string(),
  email: z.string(),
  name: z.string(),
  csrf_token: z.string().describe("Send it as x-csrf-token with every call that changes something"),
  has_password: z.boolean().describe("false: signs in by single sign-on alone"),
  second_factor: z.boolean().describe("The person has a second factor"),
  recovery_codes_left: z.int().describe("Unused recovery codes; make new ones before there are none"),
  second_factor_required: z.boolean().describe("It was not given yet for this sign-in; until then nothing else works"),
  password_change_required: z.boolean().describe("The password was given by somebody else and must be changed"),
  companies: z.array(z.object({ company_id: z.string(), name: z.string(), role: roleSchema })),
});

export const GET_ME = defineOperation({
  id: "getMe",
  method: "get",
  path: "/beacon/api/me",
  tag: "beacon",
  summary: "Who is signed in",
  description: "The person, the companies they belong to, and the token that every changing call carries.",
  auth: "person",
  role: "signed_in",
  parameters: [],
  answers: [
    {
      status: 200,
      description: "The person.",
      schema: meSchema,
      example: {
        user_id: "usr_01k0000000000000000000000a",
        email: "ana@lender.example",
        name: "Ana",
        csrf_token: "0f".repeat(32),
        has_password: true,
        second_factor: true,
        recovery_codes_left: 10,
        second_factor_required: false,
        password_change_required: false,
        companies: [{ company_id: "cmp_01k0000000000000000000000a", name: "Acme Lending", role: "admin" }],
      },
    },
  ],
  errors: ["sign_in_required", "internal_error", "unavailable"],
});

export const PEOPLE_OPERATIONS: readonly Operation[] = [GET_ME, ...SIGN_IN_OPERATIONS, ...SECOND_FACTOR_OPERATIONS];
