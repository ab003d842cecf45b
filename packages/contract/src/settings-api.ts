import { z } from "zod";

import { actorNameSchema } from "./actor-name.ts";
import {
  DEPLOYMENT,
  DEPLOYMENT_PARAMETERS,
  environmentSchema,
  settingsSchema,
  SHOWN_ENVIRONMENT,
  T0,
} from "./deployment-shapes.ts";
import {
  COMPANY_PARAMETER,
  ENVIRONMENT_PARAMETERS,
  ENVIRONMENT_PATH,
  environmentKindSchema,
} from "./environment-path.ts";
import type { ErrorCode } from "./errors.ts";
import { MEMBER_READ_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { pageOf, PAGE_QUERY } from "./paging.ts";

const diffSchema = z.object({
  setting: z.string(),
  from: z.unknown().describe("What the target has now"),
  to: z.unknown().describe("What it would have"),
});

const historyEntrySchema = z.object({
  change_id: z.string(),
  environment: environmentKindSchema,
  setting: z.string(),
  from: z.unknown(),
  to: z.unknown(),
  actor: z.string(),
  actor_name: actorNameSchema,
  at: z.int().describe("Epoch seconds"),
});

const WRITE: readonly ErrorCode[] = [...MEMBER_WRITE_ERRORS, "deployment_unknown"];

export const CHANGE_SETTINGS = defineOperation({
  id: "changeSettings",
  method: "patch",
  path: `${ENVIRONMENT_PATH}/settings`,
  tag: "beacon",
  summary: "Change settings of one environment",
  description:
    "Members given replace the stored ones, `brand` and `money_unit` are merged, null clears. The other environment never changes. Every change is kept in the history and the audit log.",
  auth: "person",
  role: "admin",
  parameters: ENVIRONMENT_PARAMETERS,
  request: {
    schema: z.strictObject({
      settings: settingsSchema.optional(),
      webhook_url: z.string().nullable().optional().describe("null takes it away; setting it again enables it"),
    }),
    example: { settings: { session_hours: 48, completion_url: "myapp://done?source=games" } },
  },
  answers: [
    {
      status: 200,
      description: "What changed, and the environment as it is now.",
      schema: z.object({
        changed: z.array(z.string()),
        warnings: z
          .array(z.object({ code: z.enum(["accent_repaired"]), detail: z.string() }))
          .describe("Things to look at that did not stop the change: a colour that is shown otherwise, and as what"),
        environment: environmentSchema,
      }),
      example: { changed: ["session_hours"], warnings: [], environment: SHOWN_ENVIRONMENT },
    },
  ],
  errors: [...WRITE, "setting_invalid", "deployment_archived"],
});

export const LIST_SETTING_CHANGES = defineOperation({
  id: "listSettingChanges",
  method: "get",
  path: `${ENVIRONMENT_PATH}/setting-changes`,
  tag: "beacon",
  summary: "History of an environment's settings",
  description:
    "Newest first: who changed what, when, from what to what. Query strings of the webhook URL are hidden, because they may hold a secret; a mark that follows from the whole URL shows whether two are the same.",
  auth: "person",
  role: "admin",
  query: PAGE_QUERY.extend({
    setting: z.string().max(100).optional().describe("Only this setting"),
  }),
  parameters: ENVIRONMENT_PARAMETERS,
  answers: [
    {
      status: 200,
      description: "A page of changes.",
      schema: pageOf(historyEntrySchema),
      example: {
        items: [
          {
            change_id: "chg_01k0000000000000000000000a",
            environment: "test",
            setting: "session_hours",
            from: 24,
            to: 48,
            actor: "user:usr_01k0000000000000000000000a",
            actor_name: "Ana",
            at: T0,
          },
        ],
        next: null,
      },
    },
  ],
  errors: MEMBER_READ_ERRORS,
});

export const PREVIEW_COPY = defineOperation({
  id: "previewCopy",
  method: "get",
  path: `${DEPLOYMENT}/copy-preview`,
  tag: "beacon",
  summary: "What copying settings would change",
  description:
    "Compares the environment `from` with the other one. Never part of it: Integration IDs, keys, webhook secrets. The webhook URL only when asked for. Apply it with the `version` of the answer.",
  auth: "person",
  role: "admin",
  query: z.object({
    from: environmentKindSchema.default("test"),
    webhook_url: z.enum(["no", "yes"]).default("no").describe("yes: copy the webhook URL too"),
  }),
  parameters: DEPLOYMENT_PARAMETERS,
  answers: [
    {
      status: 200,
      description: "The differences.",
      schema: z.object({
        from: environmentKindSchema,
        to: environmentKindSchema,
        changes: z.array(diffSchema),
        version: z.string(),
      }),
      example: {
        from: "test",
        to: "production",
        changes: [{ setting: "session_hours", from: 24, to: 48 }],
        version: "9f86d081884c7d659a2feaa0c55ad015",
      },
    },
  ],
  errors: [...MEMBER_READ_ERRORS, "deployment_unknown", "deployment_archived"],
});

export const APPLY_COPY = defineOperation({
  id: "applyCopy",
  method: "post",
  path: `${DEPLOYMENT}/copy`,
  tag: "beacon",
  summary: "Copy settings to the other environment",
  description: "Applies exactly the preview whose version is given; refused when either side changed since.",
  auth: "person",
  role: "admin",
  parameters: DEPLOYMENT_PARAMETERS,
  request: {
    schema: z.strictObject({
      from: environmentKindSchema.default("test"),
      webhook_url: z.boolean().default(false),
      version: z.string().min(1).max(200),
    }),
    example: { from: "test", webhook_url: false, version: "9f86d081884c7d659a2feaa0c55ad015" },
  },
  answers: [
    {
      status: 200,
      description: "What changed in the target.",
      schema: z.object({ to: environmentKindSchema, changed: z.array(z.string()) }),
      example: { to: "production", changed: ["session_hours"] },
    },
  ],
  errors: [...WRITE, "setting_invalid", "deployment_archived", "copy_outdated"],
});

const logoSchema = z.object({
  id: z.string(),
  width: z.int(),
  height: z.int(),
  format: z.enum(["png", "svg"]),
  url: z.string().describe("Where applicants' browsers get it; what an address shows never changes"),
});
const LOGO_ID = "5d41402abc4b2a76b9719d911017c592";

export const UPLOAD_LOGO = defineOperation({
  id: "uploadLogo",
  method: "put",
  path: `${ENVIRONMENT_PATH}/logo`,
  tag: "beacon",
  summary: "Set the logo",
  description:
    "A PNG of at most 256 KiB and 1024 pixels on the longer side, not interlaced; or an SVG of at most 64 KiB made of shapes, paths and gradients. It is written anew, so nothing but the picture is kept: no script, no style sheet, no text, no reference out of the file. Take it away by setting `brand.logo` to null.",
  auth: "person",
  role: "admin",
  parameters: ENVIRONMENT_PARAMETERS,
  request: {
    schema: z.strictObject({ image: z.base64().min(1).describe("The PNG or SVG file in base64") }),
    example: {
      image: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    },
  },
  answers: [
    {
      status: 200,
      description: "The logo in force.",
      schema: logoSchema,
      example: {
        id: LOGO_ID,
        width: 240,
        height: 80,
        format: "png",
        url: `https://games.lender.example/brand/cmp_01k0000000000000000000000a/${LOGO_ID}.png`,
      },
    },
  ],
  errors: [...WRITE, "logo_invalid", "deployment_archived"],
});

export const GET_LOGO = defineOperation({
  id: "getLogo",
  method: "get",
  path: "/brand/{company_id}/{file}",
  tag: "journey",
  summary: "A lender's logo",
  description: "For applicants' browsers. May be kept for a year: another picture has another address.",
  auth: "none",
  parameters: [
    COMPANY_PARAMETER,
    {
      in: "path",
      name: "file",
      required: true,
      description: "`<id>.png` or `<id>.svg`, as it was uploaded",
      example: `${LOGO_ID}.png`,
    },
  ],
  answers: [{ status: 200, description: "The picture: image/png or image/svg+xml.", contentType: "image/png" }],
  errors: ["not_found", "internal_error", "unavailable"],
});

export const SETTING_OPERATIONS: readonly Operation[] = [
  CHANGE_SETTINGS,
  LIST_SETTING_CHANGES,
  PREVIEW_COPY,
  APPLY_COPY,
  UPLOAD_LOGO,
  GET_LOGO,
];
