import { z } from "zod";

import { MEMBER_READ_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { PAGE_QUERY, pageOf } from "./paging.ts";
import { roleSchema } from "./people-api.ts";
import { NOT_VISIBLE, VISIBLE_TEXT } from "./visible-text.ts";

const COMPANY = {
  in: "path",
  name: "company_id",
  required: true,
  description: "The company",
  example: "cmp_01k0000000000000000000000a",
} as const;

const INVITATION_ID = {
  in: "path",
  name: "invitation_id",
  required: true,
  description: "The invitation",
  example: "inv_01k0000000000000000000000a",
} as const;

/** RFC 5321 allows no longer path. */
const MAX_EMAIL_CHARACTERS = 254;

export const emailSchema = z
  .string()
  .trim()
  .max(MAX_EMAIL_CHARACTERS)
  .pipe(z.email("is no e-mail address such as ana@lender.example"))
  .describe("E-mail address");

/** 32 random bytes in base64url; anything else was cut off on the way. */
export const mailTokenSchema = z.string().max(200).describe("What stands behind # in the link of the mail");

/** A person's name: one line. */
export const personNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(VISIBLE_TEXT, NOT_VISIBLE)
  .describe("How colleagues see the person");

export const passwordSchema = z.string().min(1).max(1024).describe("At least 12 characters");

const replaceSchema = z
  .boolean()
  .optional()
  .describe(
    "true: whoever is signed in in this browser is signed out. Without it nobody is, and the answer names them",
  );

export const invitationSchema = z.object({
  invitation_id: z.string(),
  email: z.string(),
  role: roleSchema,
  state: z.enum(["open", "expired", "accepted", "revoked"]),
  invited_by: z.string().describe("`user:<user id>` or `cli:<account on the server>`"),
  created_at: z.int().describe("Epoch seconds"),
  expires_at: z.int().describe("Epoch seconds; 24 hours after it was last sent"),
  mail: z
    .enum(["sent", "outbox", "failed"])
    .optional()
    .describe(
      "After sending: `outbox` says that no mail server is set and the operator reads it with `tallystick outbox show`; `failed` that it can be sent again",
    ),
});

const INVITATION = {
  invitation_id: "inv_01k0000000000000000000000a",
  email: "ben@lender.example",
  role: "viewer",
  state: "open",
  invited_by: "user:usr_01k0000000000000000000000a",
  created_at: 1_795_600_000,
  expires_at: 1_795_686_400,
} as const;

const SENT = { ...INVITATION, mail: "sent" } as const;
const TOKEN = "x".repeat(43);

export const LIST_INVITATIONS = defineOperation({
  id: "listInvitations",
  method: "get",
  path: "/beacon/api/companies/{company_id}/invitations",
  tag: "beacon",
  summary: "List invitations",
  description: "Newest first, also those that were accepted, withdrawn or ran out.",
  auth: "person",
  role: "admin",
  query: PAGE_QUERY,
  parameters: [COMPANY],
  answers: [
    {
      status: 200,
      description: "The invitations.",
      schema: pageOf(invitationSchema),
      example: { items: [INVITATION], next: null },
    },
  ],
  errors: MEMBER_READ_ERRORS,
});

export const CREATE_INVITATION = defineOperation({
  id: "createInvitation",
  method: "post",
  path: "/beacon/api/companies/{company_id}/invitations",
  tag: "beacon",
  summary: "Invite somebody",
  description:
    "Sends a mail with a link that is valid for 24 hours and can be used once. The link is in the mail only: an answer that held it would let the admin join under somebody else's name.",
  auth: "person",
  role: "admin",
  parameters: [COMPANY],
  request: {
    schema: z.strictObject({ email: emailSchema, role: roleSchema }),
    example: { email: "ben@lender.example", role: "viewer" },
  },
  answers: [
    { status: 201, description: "Invited; `mail` says whether it left.", schema: invitationSchema, example: SENT },
  ],
  errors: [...MEMBER_WRITE_ERRORS, "already_member", "invitation_open", "rate_limited"],
});

export const RESEND_INVITATION = defineOperation({
  id: "resendInvitation",
  method: "post",
  path: "/beacon/api/companies/{company_id}/invitations/{invitation_id}/resend",
  tag: "beacon",
  summary: "Send an invitation again",
  description: "A new link for another 24 hours, also for one that ran out. The link of the earlier mail ends with it.",
  auth: "person",
  role: "admin",
  parameters: [COMPANY, INVITATION_ID],
  answers: [{ status: 200, description: "Sent again.", schema: invitationSchema, example: SENT }],
  errors: [...MEMBER_WRITE_ERRORS, "already_member", "invitation_closed", "invitation_open", "rate_limited"],
});

export const REVOKE_INVITATION = defineOperation({
  id: "revokeInvitation",
  method: "delete",
  path: "/beacon/api/companies/{company_id}/invitations/{invitation_id}",
  tag: "beacon",
  summary: "Withdraw an invitation",
  description: "The link of the mail ends at once.",
  auth: "person",
  role: "admin",
  parameters: [COMPANY, INVITATION_ID],
  answers: [{ status: 204, description: "Withdrawn, or withdrawn before." }],
  errors: [...MEMBER_WRITE_ERRORS, "invitation_closed"],
});

const signedInAsSchema = z.object({ email: z.string(), name: z.string() });

export const LOOK_INVITATION = defineOperation({
  id: "lookInvitation",
  method: "post",
  path: "/beacon/api/invitations/look",
  tag: "beacon",
  summary: "What an invitation offers",
  description:
    "Changes nothing, however often. The token stands behind # in the link of the mail: no server and no scanner of links ever gets it with a GET.",
  auth: "none",
  parameters: [],
  request: { schema: z.strictObject({ token: mailTokenSchema }), example: { token: TOKEN } },
  answers: [
    {
      status: 200,
      description: "The invitation, and who is signed in in this browser.",
      schema: z.object({
        company_id: z.string(),
        company_name: z.string(),
        email: z.string(),
        role: roleSchema,
        expires_at: z.int().describe("Epoch seconds"),
        account: z
          .enum(["new", "existing"])
          .describe("new: accept with name and password. existing: accept signed in, or with the password"),
        signed_in_as: signedInAsSchema.nullable().describe("Who is signed in in this browser"),
        signed_in_as_invited: z.boolean().describe("That is the one who is invited"),
      }),
      example: {
        company_id: "cmp_01k0000000000000000000000a",
        company_name: "Lender Ltd",
        email: "ben@lender.example",
        role: "viewer",
        expires_at: 1_795_686_400,
        account: "new",
        signed_in_as: { email: "ana@lender.example", name: "Ana" },
        signed_in_as_invited: false,
      },
    },
  ],
  errors: [
    "csrf_invalid",
    "invitation_unknown",
    "invitation_expired",
    "invitation_used",
    "payload_too_large",
    "unsupported_media_type",
    "body_invalid",
    "internal_error",
    "unavailable",
  ],
});

export const ACCEPT_INVITATION = defineOperation({
  id: "acceptInvitation",
  method: "post",
  path: "/beacon/api/invitations/accept",
  tag: "beacon",
  summary: "Accept an invitation",
  description:
    "Somebody new sends name and password. Somebody with an account sends the password, or is signed in (then with x-csrf-token). While another person is signed in in this browser, nothing happens: 409 `signed_in_as_other` names them, and `replace_sign_in: true` signs them out. Sets the cookie of the sign-in.",
  auth: "none",
  parameters: [],
  request: {
    schema: z.strictObject({
      token: mailTokenSchema,
      name: personNameSchema.optional(),
      password: passwordSchema.optional(),
      replace_sign_in: replaceSchema,
    }),
    example: { token: TOKEN, name: "Ben", password: "seven quiet tally sticks" },
  },
  answers: [
    {
      status: 200,
      description: "Member now, and signed in.",
      schema: z.object({
        company_id: z.string(),
        role: roleSchema,
        csrf_token: z.string().describe("Send it as x-csrf-token with every call that changes something"),
        second_factor_required: z.boolean().describe("The second factor is still to be given"),
      }),
      example: {
        company_id: "cmp_01k0000000000000000000000a",
        role: "viewer",
        csrf_token: "0f".repeat(32),
        second_factor_required: false,
      },
    },
  ],
  errors: [
    "csrf_invalid",
    "invitation_unknown",
    "invitation_expired",
    "invitation_used",
    "signed_in_as_other",
    "account_exists",
    "account_disabled",
    "password_weak",
    "password_wrong",
    "sign_in_throttled",
    "one_time_password_expired",
    "payload_too_large",
    "unsupported_media_type",
    "body_invalid",
    "internal_error",
    "unavailable",
  ],
});

export const INVITATION_OPERATIONS: readonly Operation[] = [
  LIST_INVITATIONS,
  CREATE_INVITATION,
  RESEND_INVITATION,
  REVOKE_INVITATION,
  LOOK_INVITATION,
  ACCEPT_INVITATION,
];
