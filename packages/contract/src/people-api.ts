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
  sign_in: z
    .object({
      sign_in_id: z.string(),
      method: z.enum(["password", "oidc"]).describe("How it began"),
      created_at: z.int().describe("Epoch seconds"),
      expires_at: z.int().describe("Epoch seconds; it ends earlier when it is not used for two hours"),
      confirmed_until: z
        .int()
        .nullable()
        .describe(
          "Epoch seconds; what asks for a confirmation (`reauthentication_required`) is open until then. null: confirm first",
        ),
    })
    .describe("The sign-in of this browser"),
  companies: z.array(z.object({ company_id: z.string(), name: z.string(), role: roleSchema })),
  installation: z
    .object({
      public_url: z.string().describe("Origin under which applicants and lenders' servers come"),
      beacon_url: z.string().describe("Origin of this dashboard"),
      docs_url: z.string().describe("The documentation"),
      mail: z
        .enum(["smtp", "outbox"])
        .describe("outbox: no mail server is set; the operator hands mails on with `tallystick outbox list`"),
      single_sign_on: z.object({ name: z.string() }).nullable().describe("null: no identity provider is set up"),
    })
    .describe("What the page has to know of this server"),
});

export const GET_ME = defineOperation({
  id: "getMe",
  method: "get",
  path: "/beacon/api/me",
  tag: "beacon",
  summary: "Who is signed in",
  description:
    "The person, the companies they belong to, this sign-in, and what the page has to know of the server. A page that was loaded anew gets its `csrf_token` here.",
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
        sign_in: {
          sign_in_id: "uss_01k0000000000000000000000a",
          method: "password",
          created_at: 1_795_600_000,
          expires_at: 1_795_643_200,
          confirmed_until: 1_795_600_900,
        },
        companies: [{ company_id: "cmp_01k0000000000000000000000a", name: "Acme Lending", role: "admin" }],
        installation: {
          public_url: "https://play.lender.example",
          beacon_url: "https://beacon.lender.example",
          docs_url: "https://play.lender.example/docs",
          mail: "smtp",
          single_sign_on: { name: "Lender login" },
        },
      },
    },
  ],
  errors: ["sign_in_required", "internal_error", "unavailable"],
});

export const PEOPLE_OPERATIONS: readonly Operation[] = [GET_ME, ...SIGN_IN_OPERATIONS, ...SECOND_FACTOR_OPERATIONS];
