import { z } from "zod";

import { ENVIRONMENT_PARAMETERS, ENVIRONMENT_PATH } from "./environment-path.ts";
import type { ErrorCode } from "./errors.ts";
import { MEMBER_READ_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation } from "./operation.ts";

/** Longest overlap of a rotation, hours: seven days. */
export const MAX_OVERLAP_HOURS = 168;
export const DEFAULT_OVERLAP_HOURS = 24;

const overlapHoursSchema = z.int().min(1).max(MAX_OVERLAP_HOURS);
const rotationSchema = z
  .strictObject({
    overlap_hours: overlapHoursSchema
      .optional()
      .describe(`How long the old one stays valid beside the new, hours; default ${DEFAULT_OVERLAP_HOURS}`),
    compromised: z.boolean().default(false).describe("true: every older one ends at once, without an overlap"),
  })
  .refine(
    (wish) => !wish.compromised || wish.overlap_hours === undefined,
    "takes either overlap_hours or compromised: what leaked has no overlap",
  );

const keySchema = z.object({
  key_id: z.string(),
  hint: z.string().describe("Prefix and last four characters"),
  status: z
    .enum(["current", "retiring", "next", "retired", "revoked"])
    .describe(
      "current: the only one; during an overlap `retiring` still signs X-Signature and `next` X-Signature-Next; retired and revoked ones are refused",
    ),
  created_at: z.int().describe("Epoch seconds"),
  last_used_at: z.int().nullable().describe("Epoch seconds, to the minute; null: never used"),
  retires_at: z.int().nullable().describe("Epoch seconds; end of its overlap"),
  revoked_at: z.int().nullable().describe("Epoch seconds"),
});

const secretSchema = z.object({
  secret_id: z.string(),
  hint: z.string(),
  status: z.enum(["current", "retiring", "retired"]).describe("current and retiring ones sign"),
  created_at: z.int().describe("Epoch seconds"),
  retires_at: z.int().nullable().describe("Epoch seconds; end of its overlap"),
});

const endsSchema = z.object({
  key_id: z.string(),
  ends_at: z.int().describe("Epoch seconds; from then on it is refused"),
});

const KEY_ID = "key_01k0000000000000000000000a";
const SECRET_ID = "sec_01k0000000000000000000000a";
const T0 = 1_795_600_000;
const KEY = {
  key_id: KEY_ID,
  hint: "ts_test_…x7Qa",
  status: "current",
  created_at: T0,
  last_used_at: T0 + 3600,
  retires_at: null,
  revoked_at: null,
};
const SECRET = { secret_id: SECRET_ID, hint: "whsec_…Qa4=", status: "current", created_at: T0, retires_at: null };
const ROTATION = { schema: rotationSchema, example: { overlap_hours: 24 } };
const REVEALING: readonly ErrorCode[] = [...MEMBER_WRITE_ERRORS, "reauthentication_required"];

const KEY_PARAMETERS = [
  ...ENVIRONMENT_PARAMETERS,
  { in: "path", name: "key_id", required: true, description: "The key" },
] as const;
const SECRET_PARAMETERS = [
  ...ENVIRONMENT_PARAMETERS,
  { in: "path", name: "secret_id", required: true, description: "The webhook secret" },
] as const;

export const LIST_API_KEYS = defineOperation({
  id: "listApiKeys",
  method: "get",
  path: `${ENVIRONMENT_PATH}/keys`,
  tag: "beacon",
  summary: "List API keys of an environment",
  description: "Newest first, at most 100, ended ones too. Never shows a key.",
  auth: "person",
  role: "admin",
  parameters: ENVIRONMENT_PARAMETERS,
  answers: [
    {
      status: 200,
      description: "The keys.",
      schema: z.object({ items: z.array(keySchema) }),
      example: { items: [KEY] },
    },
  ],
  errors: MEMBER_READ_ERRORS,
});

export const REVEAL_API_KEY = defineOperation({
  id: "revealApiKey",
  method: "post",
  path: `${ENVIRONMENT_PATH}/keys/{key_id}/reveal`,
  tag: "beacon",
  summary: "Show a whole API key",
  description:
    "Needs a confirmation within the last 15 minutes, or it is refused with 403 `reauthentication_required`: confirm, then send it again. Each reading is in the audit log. Only a key that is alive is shown.",
  auth: "person",
  role: "admin",
  parameters: KEY_PARAMETERS,
  answers: [
    {
      status: 200,
      description: "The key.",
      schema: z.object({ key_id: z.string(), api_key: z.string() }),
      example: { key_id: KEY_ID, api_key: `ts_test_${"0".repeat(43)}` },
    },
  ],
  errors: [...REVEALING, "key_not_alive"],
});

export const ROTATE_API_KEY = defineOperation({
  id: "rotateApiKey",
  method: "post",
  path: `${ENVIRONMENT_PATH}/keys/rotate`,
  tag: "beacon",
  summary: "Make a new API key",
  description:
    "Both keys are accepted during the overlap; webhooks carry `X-Signature` by the old and `X-Signature-Next` by the new one. At its end the old key is refused and `X-Signature` is the new one's. At most two keys are alive. With `compromised` every older key ends at once.",
  auth: "person",
  role: "admin",
  parameters: ENVIRONMENT_PARAMETERS,
  request: ROTATION,
  answers: [
    {
      status: 201,
      description: "The new key, whole.",
      schema: z.object({ key_id: z.string(), api_key: z.string(), ending: z.array(endsSchema) }),
      example: {
        key_id: "key_01k0000000000000000000000b",
        api_key: `ts_test_${"1".repeat(43)}`,
        ending: [{ key_id: KEY_ID, ends_at: T0 + 86_400 }],
      },
    },
  ],
  errors: [...REVEALING, "key_rotation_running"],
});

export const REVOKE_API_KEY = defineOperation({
  id: "revokeApiKey",
  method: "post",
  path: `${ENVIRONMENT_PATH}/keys/{key_id}/revoke`,
  tag: "beacon",
  summary: "End an API key now",
  description:
    "Every process refuses it within a second. Of two keys either may be revoked: the other is then the only one and has no end. The only one can not be; rotate it with `compromised`.",
  auth: "person",
  role: "admin",
  parameters: KEY_PARAMETERS,
  answers: [
    {
      status: 200,
      description: "The key as it is now.",
      schema: keySchema,
      example: { ...KEY, status: "revoked", revoked_at: T0 },
    },
  ],
  errors: [...MEMBER_WRITE_ERRORS, "key_is_last", "key_not_alive"],
});

export const LIST_WEBHOOK_SECRETS = defineOperation({
  id: "listWebhookSecrets",
  method: "get",
  path: `${ENVIRONMENT_PATH}/webhook-secrets`,
  tag: "beacon",
  summary: "List webhook secrets of an environment",
  description: "What signs `webhook-signature`, newest first, at most 100. Never shows a secret.",
  auth: "person",
  role: "admin",
  parameters: ENVIRONMENT_PARAMETERS,
  answers: [
    {
      status: 200,
      description: "The secrets.",
      schema: z.object({ items: z.array(secretSchema) }),
      example: { items: [SECRET] },
    },
  ],
  errors: MEMBER_READ_ERRORS,
});

export const REVEAL_WEBHOOK_SECRET = defineOperation({
  id: "revealWebhookSecret",
  method: "post",
  path: `${ENVIRONMENT_PATH}/webhook-secrets/{secret_id}/reveal`,
  tag: "beacon",
  summary: "Show a whole webhook secret",
  description:
    "Needs a confirmation within the last 15 minutes, as showing a key does. Each reading is in the audit log.",
  auth: "person",
  role: "admin",
  parameters: SECRET_PARAMETERS,
  answers: [
    {
      status: 200,
      description: "The secret.",
      schema: z.object({ secret_id: z.string(), webhook_secret: z.string() }),
      example: { secret_id: SECRET_ID, webhook_secret: `whsec_${"A".repeat(43)}=` },
    },
  ],
  errors: [...REVEALING, "key_not_alive"],
});

export const ROTATE_WEBHOOK_SECRET = defineOperation({
  id: "rotateWebhookSecret",
  method: "post",
  path: `${ENVIRONMENT_PATH}/webhook-secrets/rotate`,
  tag: "beacon",
  summary: "Make a new webhook secret",
  description:
    "During the overlap `webhook-signature` carries a signature of each, so a receiver may hold either. At most two sign. With `compromised` every older one ends at once.",
  auth: "person",
  role: "admin",
  parameters: ENVIRONMENT_PARAMETERS,
  request: ROTATION,
  answers: [
    {
      status: 201,
      description: "The new secret, whole.",
      schema: z.object({
        secret_id: z.string(),
        webhook_secret: z.string(),
        ending: z.array(z.object({ secret_id: z.string(), ends_at: z.int() })),
      }),
      example: {
        secret_id: "sec_01k0000000000000000000000b",
        webhook_secret: `whsec_${"B".repeat(43)}=`,
        ending: [{ secret_id: SECRET_ID, ends_at: T0 + 86_400 }],
      },
    },
  ],
  errors: [...REVEALING, "key_rotation_running"],
});

export const REVOKE_WEBHOOK_SECRET = defineOperation({
  id: "revokeWebhookSecret",
  method: "post",
  path: `${ENVIRONMENT_PATH}/webhook-secrets/{secret_id}/revoke`,
  tag: "beacon",
  summary: "End a webhook secret now",
  description: "It signs nothing within a second. The only one can not be ended; rotate it with `compromised`.",
  auth: "person",
  role: "admin",
  parameters: SECRET_PARAMETERS,
  answers: [
    {
      status: 200,
      description: "The secret as it is now.",
      schema: secretSchema,
      example: { ...SECRET, status: "retired", retires_at: T0 },
    },
  ],
  errors: [...MEMBER_WRITE_ERRORS, "key_is_last", "key_not_alive"],
});

export const ROTATE_TOKEN_KEY = defineOperation({
  id: "rotateTokenKey",
  method: "post",
  path: `${ENVIRONMENT_PATH}/token-keys/rotate`,
  tag: "beacon",
  summary: "Make a new key for links",
  description:
    "Signs the access tokens in links and the applicants' cookies. New ones are signed by the new key at once, links in the field stay valid. With `compromised` every older key ends: long links and open pages die, short links (`/a/…`) still work, and `POST tokens` hands out fresh tokens.",
  auth: "person",
  role: "admin",
  parameters: ENVIRONMENT_PARAMETERS,
  request: {
    schema: z.strictObject({ compromised: z.boolean().default(false) }),
    example: { compromised: false },
  },
  answers: [
    {
      status: 201,
      description: "The new key's id; the key itself is never shown.",
      schema: z.object({ kid: z.string(), ended: z.int().describe("How many older keys ended") }),
      example: { kid: "kid_01k0000000000000000000000b", ended: 0 },
    },
  ],
  errors: MEMBER_WRITE_ERRORS,
});

export const KEY_OPERATIONS: readonly Operation[] = [
  LIST_API_KEYS,
  REVEAL_API_KEY,
  ROTATE_API_KEY,
  REVOKE_API_KEY,
  LIST_WEBHOOK_SECRETS,
  REVEAL_WEBHOOK_SECRET,
  ROTATE_WEBHOOK_SECRET,
  REVOKE_WEBHOOK_SECRET,
  ROTATE_TOKEN_KEY,
];
