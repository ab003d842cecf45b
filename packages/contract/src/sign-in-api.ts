import { z } from "zod";

import { PERSON_WRITE_ERRORS, VISITOR_WRITE_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { PAGE_QUERY, pageOf } from "./paging.ts";

/** Any text: what a password must be is for those who set one. */
const givenPassword = z.string().min(1).max(1024);

const csrfToken = z.string().describe("Send it as x-csrf-token with every call that changes something");
const CSRF = "0f".repeat(32);

export const signedInSchema = z.object({
  csrf_token: csrfToken,
  second_factor_required: z.boolean().describe("POST a code to /beacon/api/sign-in/second-factor before anything else"),
  password_change_required: z
    .boolean()
    .describe("POST an own password to /beacon/api/me/password before anything else"),
});

export const SIGN_IN = defineOperation({
  id: "signIn",
  method: "post",
  path: "/beacon/api/sign-in",
  tag: "beacon",
  summary: "Sign in with e-mail address and password",
  description:
    "Sets the cookie of the sign-in, and one by which this browser is known again for 180 days: its tries are counted apart, so that nobody who guesses elsewhere can lock its owner out. A sign-in that this browser had before ends.",
  auth: "none",
  parameters: [],
  request: {
    schema: z.strictObject({ email: z.string().min(1).max(320), password: givenPassword }),
    example: { email: "ana@lender.example", password: "seven quiet tally sticks" },
  },
  answers: [
    {
      status: 200,
      description: "Signed in, at least half.",
      schema: signedInSchema,
      example: { csrf_token: CSRF, second_factor_required: true, password_change_required: false },
    },
  ],
  errors: [
    "sign_in_failed",
    "sign_in_throttled",
    "account_disabled",
    "one_time_password_expired",
    ...VISITOR_WRITE_ERRORS,
  ],
});

export const GIVE_SECOND_FACTOR = defineOperation({
  id: "giveSecondFactor",
  method: "post",
  path: "/beacon/api/sign-in/second-factor",
  tag: "beacon",
  summary: "Give the second factor",
  description:
    "The six digits of the authenticator app (each works once) or a recovery code. The cookie is replaced, and with it the csrf_token.",
  auth: "person",
  role: "signed_in",
  parameters: [],
  request: { schema: z.strictObject({ code: z.string().min(1).max(100) }), example: { code: "492039" } },
  answers: [
    {
      status: 200,
      description: "Signed in.",
      schema: signedInSchema,
      example: { csrf_token: CSRF, second_factor_required: false, password_change_required: false },
    },
  ],
  errors: ["code_wrong", "sign_in_throttled", "second_factor_given", ...PERSON_WRITE_ERRORS],
});

export const SIGN_OUT = defineOperation({
  id: "signOut",
  method: "post",
  path: "/beacon/api/sign-out",
  tag: "beacon",
  summary: "Sign out of this browser",
  description: "Ends the sign-in on the server and removes its cookie.",
  auth: "person",
  role: "signed_in",
  parameters: [],
  answers: [{ status: 204, description: "Signed out." }],
  errors: ["sign_in_required", "csrf_invalid", "internal_error", "unavailable"],
});

export const CONFIRM = defineOperation({
  id: "confirm",
  method: "post",
  path: "/beacon/api/me/confirm",
  tag: "beacon",
  summary: "Confirm that it is still you",
  description:
    "Opens for 15 minutes what is refused with 403 `reauthentication_required`: showing keys, creating a deployment, changing the second factor, ending sign-ins. Signing in counts as a confirmation; `sign_in.confirmed_until` of GET /beacon/api/me says how long it holds. Takes the password or a code; who signs in by single sign-on alone begins that once more with `confirm`. The cookie is replaced, and with it the csrf_token: go on with the one of the answer.",
  auth: "person",
  role: "signed_in",
  parameters: [],
  request: {
    schema: z.union([
      z.strictObject({ password: givenPassword }),
      z.strictObject({ code: z.string().min(1).max(100).describe("Of the authenticator app, or a recovery code") }),
    ]),
    example: { password: "seven quiet tally sticks" },
  },
  answers: [
    {
      status: 200,
      description: "Confirmed.",
      schema: z.object({ csrf_token: csrfToken, confirmed_at: z.int().describe("Epoch seconds") }),
      example: { csrf_token: CSRF, confirmed_at: 1_795_600_000 },
    },
  ],
  errors: ["password_wrong", "code_wrong", "second_factor_missing", "sign_in_throttled", ...PERSON_WRITE_ERRORS],
});

export const CHANGE_PASSWORD = defineOperation({
  id: "changePassword",
  method: "post",
  path: "/beacon/api/me/password",
  tag: "beacon",
  summary: "Change the password",
  description:
    "Takes the present password and the new one. Every other sign-in of the person ends; this one goes on with a new cookie and a new csrf_token. A mail tells of the change.",
  auth: "person",
  role: "signed_in",
  parameters: [],
  request: {
    schema: z.strictObject({ current_password: givenPassword, new_password: givenPassword }),
    example: { current_password: "seven quiet tally sticks", new_password: "eight loud counting frames" },
  },
  answers: [
    {
      status: 200,
      description: "Changed.",
      schema: z.object({ csrf_token: csrfToken, ended_sign_ins: z.int() }),
      example: { csrf_token: CSRF, ended_sign_ins: 1 },
    },
  ],
  errors: ["password_wrong", "password_weak", "sign_in_throttled", ...PERSON_WRITE_ERRORS],
});

export const signInSchema = z.object({
  sign_in_id: z.string(),
  current: z.boolean().describe("The one this request came with"),
  method: z.enum(["password", "oidc"]),
  origin: z.string().nullable().describe("Address it was made from"),
  agent: z.string().nullable().describe("Browser and system"),
  created_at: z.int().describe("Epoch seconds"),
  last_seen_at: z.int().describe("Epoch seconds, to the minute"),
  expires_at: z.int().describe("Epoch seconds; it ends earlier when it is not used for two hours"),
  second_factor_given: z.boolean(),
});

export const LIST_SIGN_INS = defineOperation({
  id: "listSignIns",
  method: "get",
  path: "/beacon/api/me/sign-ins",
  tag: "beacon",
  summary: "List one's own sign-ins",
  description: "Those that are alive, newest first.",
  auth: "person",
  role: "signed_in",
  query: PAGE_QUERY,
  parameters: [],
  answers: [
    {
      status: 200,
      description: "The sign-ins.",
      schema: pageOf(signInSchema),
      example: {
        items: [
          {
            sign_in_id: "uss_01k0000000000000000000000a",
            current: true,
            method: "password",
            origin: "192.0.2.7",
            agent: "Firefox on Linux",
            created_at: 1_795_600_000,
            last_seen_at: 1_795_603_600,
            expires_at: 1_795_643_200,
            second_factor_given: true,
          },
        ],
        next: null,
      },
    },
  ],
  errors: [
    "sign_in_required",
    "second_factor_required",
    "password_change_required",
    "query_invalid",
    "internal_error",
    "unavailable",
  ],
});

export const END_SIGN_IN = defineOperation({
  id: "endSignIn",
  method: "delete",
  path: "/beacon/api/me/sign-ins/{sign_in_id}",
  tag: "beacon",
  summary: "End one of one's own sign-ins",
  description: "It opens nothing from that moment on. Asks for a confirmation within the last 15 minutes.",
  auth: "person",
  role: "signed_in",
  parameters: [
    {
      in: "path",
      name: "sign_in_id",
      required: true,
      description: "As listed",
      example: "uss_01k0000000000000000000000a",
    },
  ],
  answers: [{ status: 204, description: "Ended." }],
  errors: ["not_found", "reauthentication_required", ...PERSON_WRITE_ERRORS],
});

export const END_OTHER_SIGN_INS = defineOperation({
  id: "endOtherSignIns",
  method: "delete",
  path: "/beacon/api/me/sign-ins",
  tag: "beacon",
  summary: "End all one's sign-ins but this one",
  description: "Asks for a confirmation within the last 15 minutes.",
  auth: "person",
  role: "signed_in",
  parameters: [],
  answers: [
    { status: 200, description: "How many ended.", schema: z.object({ ended: z.int() }), example: { ended: 2 } },
  ],
  errors: ["reauthentication_required", ...PERSON_WRITE_ERRORS],
});

export const SIGN_IN_OPERATIONS: readonly Operation[] = [
  SIGN_IN,
  GIVE_SECOND_FACTOR,
  SIGN_OUT,
  CONFIRM,
  CHANGE_PASSWORD,
  LIST_SIGN_INS,
  END_SIGN_IN,
  END_OTHER_SIGN_INS,
];
