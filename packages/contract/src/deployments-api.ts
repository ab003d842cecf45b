import { z } from "zod";

import {
  COMPANY_PARAMETER,
  COMPANY_PATH,
  ENVIRONMENT_PARAMETERS,
  ENVIRONMENT_PATH,
  environmentKindSchema,
} from "./environment-path.ts";
import type { ErrorCode } from "./errors.ts";
import { MEMBER_READ_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { environmentSettingsSchema } from "./settings.ts";

const adviceSchema = z
  .object({ code: z.string(), detail: z.string() })
  .describe("Advice: nothing was refused because of it");

const settingsSchema = z
  .record(z.string(), z.unknown())
  .describe("Every setting with its value; the reference of settings says what each takes");

const listedEnvironmentSchema = z.object({
  environment_id: z.string(),
  kind: environmentKindSchema,
  integration_id: z.string().nullable().describe("For admins; null for viewers"),
});

const deploymentSchema = z.object({
  deployment_id: z.string(),
  name: z.string(),
  created_at: z.int().describe("Epoch seconds"),
  archived_at: z.int().nullable().describe("Epoch seconds; null: in use"),
  environments: z.array(listedEnvironmentSchema),
});

const environmentSchema = z.object({
  environment_id: z.string(),
  kind: environmentKindSchema,
  integration_id: z.string(),
  api_keys: z.array(z.string()).describe("Hints of the keys alive, never a key"),
  webhook_url: z.string().nullable(),
  webhook_state: z.enum(["enabled", "disabled"]).nullable(),
  settings: settingsSchema,
});

const shownDeploymentSchema = deploymentSchema.extend({ environments: z.array(environmentSchema) });

const createdEnvironmentSchema = z.object({
  environment_id: z.string(),
  integration_id: z.string(),
  api_key: z.string().describe("The whole key, in this answer only"),
  webhook_secret: z.string().describe("The whole secret, in this answer only"),
});

const renamedSchema = z.object({ deployment_id: z.string(), name: z.string(), advice: z.array(adviceSchema) });
const archivedSchema = z.object({ deployment_id: z.string(), archived_at: z.int().nullable() });

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
  at: z.int().describe("Epoch seconds"),
});

const DEPLOYMENT_ID = "dep_01k0000000000000000000000a";
const ENVIRONMENT_ID = "env_01k0000000000000000000000a";
const INTEGRATION_ID = "65f1c0ffee5eed0123456789";
const T0 = 1_795_600_000;

const LISTED = {
  deployment_id: DEPLOYMENT_ID,
  name: "Personal loans",
  created_at: T0,
  archived_at: null,
  environments: [{ environment_id: ENVIRONMENT_ID, kind: "test", integration_id: INTEGRATION_ID }],
};
const SHOWN_ENVIRONMENT = {
  environment_id: ENVIRONMENT_ID,
  kind: "test",
  integration_id: INTEGRATION_ID,
  api_keys: ["ts_test_…x7Qa"],
  webhook_url: "https://lender.example/hooks/tallystick",
  webhook_state: "enabled",
  settings: environmentSettingsSchema.parse({ session_hours: 48 }),
};

const DEPLOYMENT = `${COMPANY_PATH}/deployments/{deployment_id}` as const;
const DEPLOYMENT_PARAMETERS = [
  COMPANY_PARAMETER,
  { in: "path", name: "deployment_id", required: true, description: "The deployment" },
] as const;
const WRITE: readonly ErrorCode[] = [...MEMBER_WRITE_ERRORS, "deployment_unknown"];

export const LIST_DEPLOYMENTS = defineOperation({
  id: "listDeployments",
  method: "get",
  path: `${COMPANY_PATH}/deployments`,
  tag: "beacon",
  summary: "List deployments",
  description: "Oldest first, at most 1000. Archived ones only when asked for.",
  auth: "person",
  role: "viewer",
  query: z.object({
    archived: z.enum(["no", "yes", "all"]).default("no").describe("no: in use; yes: archived; all: both"),
  }),
  parameters: [COMPANY_PARAMETER],
  answers: [
    {
      status: 200,
      description: "The deployments.",
      schema: z.object({ items: z.array(deploymentSchema) }),
      example: { items: [LISTED] },
    },
  ],
  errors: MEMBER_READ_ERRORS,
});

export const CREATE_DEPLOYMENT = defineOperation({
  id: "createDeployment",
  method: "post",
  path: `${COMPANY_PATH}/deployments`,
  tag: "beacon",
  summary: "Create a deployment",
  description:
    "Makes both environments with their Integration IDs, keys and webhook secrets. Needs a recent confirmation, because the answer shows the keys. Advice about the name refuses nothing.",
  auth: "person",
  role: "admin",
  parameters: [COMPANY_PARAMETER],
  request: {
    schema: z.strictObject({ name: z.string().describe("What people call it; one of its kind in the company") }),
    example: { name: "Personal loans" },
  },
  answers: [
    {
      status: 201,
      description: "The deployment with its keys.",
      schema: z.object({
        deployment_id: z.string(),
        name: z.string(),
        test: createdEnvironmentSchema,
        production: createdEnvironmentSchema,
        advice: z.array(adviceSchema),
      }),
      example: {
        deployment_id: DEPLOYMENT_ID,
        name: "Personal loans",
        test: {
          environment_id: ENVIRONMENT_ID,
          integration_id: INTEGRATION_ID,
          api_key: `ts_test_${"0".repeat(43)}`,
          webhook_secret: `whsec_${"A".repeat(43)}=`,
        },
        production: {
          environment_id: "env_01k0000000000000000000000b",
          integration_id: "65f1c0ffee5eed9876543210",
          api_key: `ts_live_${"0".repeat(43)}`,
          webhook_secret: `whsec_${"B".repeat(43)}=`,
        },
        advice: [],
      },
    },
  ],
  errors: [...MEMBER_WRITE_ERRORS, "reauthentication_required", "setting_invalid", "deployment_name_taken"],
});

export const GET_DEPLOYMENT = defineOperation({
  id: "getDeployment",
  method: "get",
  path: DEPLOYMENT,
  tag: "beacon",
  summary: "Show a deployment",
  description: "Both environments with all their settings. Keys are shown as hints.",
  auth: "person",
  role: "admin",
  parameters: DEPLOYMENT_PARAMETERS,
  answers: [
    {
      status: 200,
      description: "The deployment.",
      schema: shownDeploymentSchema,
      example: { ...LISTED, environments: [SHOWN_ENVIRONMENT] },
    },
  ],
  errors: [...MEMBER_READ_ERRORS, "deployment_unknown"],
});

export const RENAME_DEPLOYMENT = defineOperation({
  id: "renameDeployment",
  method: "post",
  path: `${DEPLOYMENT}/rename`,
  tag: "beacon",
  summary: "Rename a deployment",
  description: "The name is for people; ids and keys stay.",
  auth: "person",
  role: "admin",
  parameters: DEPLOYMENT_PARAMETERS,
  request: { schema: z.strictObject({ name: z.string() }), example: { name: "Salary advance" } },
  answers: [
    {
      status: 200,
      description: "The new name, with advice.",
      schema: renamedSchema,
      example: {
        deployment_id: DEPLOYMENT_ID,
        name: "Salary advance",
        advice: [
          {
            code: "name_like_another",
            detail: '"Salary advance" is easily taken for "Salary advances"; a difference of a whole word is seen.',
          },
        ],
      },
    },
  ],
  errors: [...WRITE, "setting_invalid", "deployment_name_taken"],
});

export const ARCHIVE_DEPLOYMENT = defineOperation({
  id: "archiveDeployment",
  method: "post",
  path: `${DEPLOYMENT}/archive`,
  tag: "beacon",
  summary: "Archive a deployment",
  description:
    "From within a second on, both environments refuse new sessions with `deployment_archived`. Open journeys can be finished, webhooks go on, results stay. Nothing is deleted. Doing it twice changes nothing.",
  auth: "person",
  role: "admin",
  parameters: DEPLOYMENT_PARAMETERS,
  answers: [
    {
      status: 200,
      description: "Archived.",
      schema: archivedSchema,
      example: { deployment_id: DEPLOYMENT_ID, archived_at: T0 },
    },
  ],
  errors: WRITE,
});

export const UNARCHIVE_DEPLOYMENT = defineOperation({
  id: "unarchiveDeployment",
  method: "post",
  path: `${DEPLOYMENT}/unarchive`,
  tag: "beacon",
  summary: "Take a deployment out of the archive",
  description: "Both environments accept new sessions again, with the same ids and keys.",
  auth: "person",
  role: "admin",
  parameters: DEPLOYMENT_PARAMETERS,
  answers: [
    {
      status: 200,
      description: "In use again.",
      schema: archivedSchema,
      example: { deployment_id: DEPLOYMENT_ID, archived_at: null },
    },
  ],
  errors: WRITE,
});

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
      schema: z.object({ changed: z.array(z.string()), environment: environmentSchema }),
      example: { changed: ["session_hours"], environment: SHOWN_ENVIRONMENT },
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
  query: z.object({
    setting: z.string().max(100).optional().describe("Only this setting"),
    limit: z.coerce.number().int().min(1).max(1000).default(50),
    after: z.string().max(200).optional().describe("`next` of the page before"),
  }),
  parameters: ENVIRONMENT_PARAMETERS,
  answers: [
    {
      status: 200,
      description: "A page of changes.",
      schema: z.object({ items: z.array(historyEntrySchema), next: z.string().nullable() }),
      example: {
        items: [
          {
            change_id: "chg_01k0000000000000000000000a",
            environment: "test",
            setting: "session_hours",
            from: 24,
            to: 48,
            actor: "user:usr_01k0000000000000000000000a",
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

export const DEPLOYMENT_OPERATIONS: readonly Operation[] = [];
