import { z } from "zod";

import { emailSchema, mailTokenSchema, passwordSchema } from "./invitations-api.ts";
import { defineOperation, type Operation } from "./operation.ts";
import type { ErrorCode } from "./errors.ts";

const TOKEN = "x".repeat(43);

const VISITOR_ERRORS: readonly ErrorCode[] = [
  "csrf_invalid",
  "payload_too_large",
  "unsupported_media_type",
  "body_invalid",
  "internal_error",
  "unavailable",
];

const PERSON_ERRORS: readonly ErrorCode[] = [
  "sign_in_required",
  "second_factor_required",
  "password_change_required",
  "internal_error",
  "unavailable",
];

const urlSchema = z.object({ url: z.string().describe("Where the browser goes next: the identity provider") });
const URL_EXAMPLE = { url: "https://login.lender.example/authorize?client_id=tallystick&state=…" };

export const REQUEST_PASSWORD_RESET = defineOperation({
  id: "requestPasswordReset",
  method: "post",
  path: "/beacon/api/password-reset",
  tag: "beacon",
  summary: "Ask for a mail with a link for a new password",
  description:
    "Answered alike, and equally fast, whether the address has an account or not. The link is valid for one hour and works once. At most three mails an hour go to one address.",
  auth: "none",
  parameters: [],
  request: { schema: z.strictObject({ email: emailSchema }), example: { email: "ana@lender.example" } },
  answers: [{ status: 202, description: "If the address has an account, a mail is on its way." }],
  errors: [...VISITOR_ERRORS, "rate_limited"],
});

export const LOOK_PASSWORD_RESET = defineOperation({
  id: "lookPasswordReset",
  method: "post",
  path: "/beacon/api/password-reset/look",
  tag: "beacon",
  summary: "Whose password a link sets",
  description: "Changes nothing, however often.",
  auth: "none",
  parameters: [],
  request: { schema: z.strictObject({ token: mailTokenSchema }), example: { token: TOKEN } },
  answers: [
    {
      status: 200,
      description: "The link is good.",
      schema: z.object({ email: z.string(), expires_at: z.int().describe("Epoch seconds") }),
      example: { email: "ana@lender.example", expires_at: 1_795_603_600 },
    },
  ],
  errors: [...VISITOR_ERRORS, "reset_invalid"],
});

export const FINISH_PASSWORD_RESET = defineOperation({
  id: "finishPasswordReset",
  method: "post",
  path: "/beacon/api/password-reset/finish",
  tag: "beacon",
  summary: "Set a new password by the link of a mail",
  description:
    "Ends every sign-in of the person and every other link for a new password. The second factor stays as it is: sign in afterwards, with it. A mail tells the person.",
  auth: "none",
  parameters: [],
  request: {
    schema: z.strictObject({ token: mailTokenSchema, password: passwordSchema }),
    example: { token: TOKEN, password: "seven quiet tally sticks" },
  },
  answers: [{ status: 204, description: "Set. Sign in with it." }],
  errors: [...VISITOR_ERRORS, "reset_invalid", "password_weak"],
});

export const LIST_SIGN_IN_WAYS = defineOperation({
  id: "listSignInWays",
  method: "get",
  path: "/beacon/api/sign-in/ways",
  tag: "beacon",
  summary: "How people can sign in here",
  description: "What a sign-in page offers.",
  auth: "none",
  parameters: [],
  answers: [
    {
      status: 200,
      description: "The ways.",
      schema: z.object({
        password: z.literal(true),
        oidc: z.object({ name: z.string() }).nullable().describe("null: no identity provider is set up"),
      }),
      example: { password: true, oidc: { name: "Lender login" } },
    },
  ],
  errors: ["internal_error", "unavailable"],
});

export const START_SINGLE_SIGN_ON = defineOperation({
  id: "startSingleSignOn",
  method: "post",
  path: "/beacon/api/sign-in/oidc/start",
  tag: "beacon",
  summary: "Begin to sign in with the identity provider",
  description:
    "Sets a short-lived cookie and answers where the browser goes. With the token of an invitation it is accepted on the way back, provided the provider vouches for the invited address. Nobody gets an account without an invitation.",
  auth: "none",
  parameters: [],
  request: {
    schema: z.strictObject({
      invitation_token: mailTokenSchema.optional(),
      replace_sign_in: z
        .boolean()
        .optional()
        .describe("true: whoever is signed in in this browser is signed out when it succeeds"),
      confirm: z
        .boolean()
        .optional()
        .describe("true: the provider asks the person again. Counts where password or code are asked for once more"),
    }),
    example: {},
  },
  answers: [{ status: 200, description: "Go there.", schema: urlSchema, example: URL_EXAMPLE }],
  errors: [
    ...VISITOR_ERRORS,
    "oidc_not_configured",
    "oidc_unavailable",
    "signed_in_as_other",
    "invitation_unknown",
    "invitation_expired",
    "invitation_used",
  ],
});

export const FINISH_SINGLE_SIGN_ON = defineOperation({
  id: "finishSingleSignOn",
  method: "get",
  path: "/beacon/api/sign-in/oidc/callback",
  tag: "beacon",
  summary: "Where the identity provider sends the browser back to",
  description:
    "Register this address at the provider. Goes through only in the browser that began, within ten minutes, once.",
  auth: "none",
  parameters: [
    { in: "query", name: "code", required: false, description: "Of the provider" },
    { in: "query", name: "state", required: true, description: "As it was sent to the provider" },
  ],
  answers: [
    {
      status: 303,
      description: "Signed in, or linked: to the dashboard.",
      headers: { Location: "The dashboard" },
    },
  ],
  errors: [
    "oidc_not_configured",
    "oidc_unavailable",
    "oidc_state_invalid",
    "oidc_refused",
    "oidc_not_linked",
    "oidc_email_mismatch",
    "oidc_identity_taken",
    "account_disabled",
    "sign_in_required",
    "invitation_unknown",
    "invitation_expired",
    "invitation_used",
    "account_exists",
    "internal_error",
    "unavailable",
  ],
});

const identitySchema = z.object({
  identity_id: z.string(),
  issuer: z.string(),
  linked_at: z.int().describe("Epoch seconds"),
});

export const LIST_IDENTITIES = defineOperation({
  id: "listIdentities",
  method: "get",
  path: "/beacon/api/me/identities",
  tag: "beacon",
  summary: "List the accounts elsewhere that open the own one",
  description: "Identity providers that the person is linked with.",
  auth: "person",
  role: "signed_in",
  parameters: [],
  answers: [
    {
      status: 200,
      description: "The links.",
      schema: z.object({ items: z.array(identitySchema) }),
      example: {
        items: [
          {
            identity_id: "0f1e2d3c4b5a69788796a5b4",
            issuer: "https://login.lender.example",
            linked_at: 1_795_600_000,
          },
        ],
      },
    },
  ],
  errors: PERSON_ERRORS,
});

export const LINK_IDENTITY = defineOperation({
  id: "linkIdentity",
  method: "post",
  path: "/beacon/api/me/identities",
  tag: "beacon",
  summary: "Link the own account with the identity provider",
  description:
    "Only for who has given password or code within the last 15 minutes. Answers where the browser goes; on the way back the link is made, and a mail tells the person.",
  auth: "person",
  role: "signed_in",
  parameters: [],
  answers: [{ status: 200, description: "Go there.", schema: urlSchema, example: URL_EXAMPLE }],
  errors: [...PERSON_ERRORS, "csrf_invalid", "reauthentication_required", "oidc_not_configured", "oidc_unavailable"],
});

export const UNLINK_IDENTITY = defineOperation({
  id: "unlinkIdentity",
  method: "delete",
  path: "/beacon/api/me/identities/{identity_id}",
  tag: "beacon",
  summary: "Undo the link with an identity provider",
  description:
    "Only for who has given password or code within the last 15 minutes, and has a password to come in with.",
  auth: "person",
  role: "signed_in",
  parameters: [
    {
      in: "path",
      name: "identity_id",
      required: true,
      description: "The link",
      example: "0f1e2d3c4b5a69788796a5b4",
    },
  ],
  answers: [{ status: 204, description: "Undone." }],
  errors: [...PERSON_ERRORS, "csrf_invalid", "reauthentication_required", "not_found", "last_way_in"],
});

export const ENTRY_OPERATIONS: readonly Operation[] = [
  REQUEST_PASSWORD_RESET,
  LOOK_PASSWORD_RESET,
  FINISH_PASSWORD_RESET,
  LIST_SIGN_IN_WAYS,
  START_SINGLE_SIGN_ON,
  FINISH_SINGLE_SIGN_ON,
  LIST_IDENTITIES,
  LINK_IDENTITY,
  UNLINK_IDENTITY,
];
