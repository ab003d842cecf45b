import { z } from "zod";

import {
  DEPLOYMENT,
  DEPLOYMENT_ID,
  DEPLOYMENT_PARAMETERS,
  ENVIRONMENT_ID,
  environmentSchema,
  INTEGRATION_ID,
  SHOWN_ENVIRONMENT,
  T0,
} from "./deployment-shapes.ts";
import { COMPANY_PARAMETER, COMPANY_PATH, environmentKindSchema } from "./environment-path.ts";
import type { ErrorCode } from "./errors.ts";
import { MEMBER_READ_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { KEY_OPERATIONS } from "./keys-api.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { SETTING_OPERATIONS } from "./settings-api.ts";

const adviceSchema = z
  .object({ code: z.string(), detail: z.string() })
  .describe("Advice: nothing was refused because of it");

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

const shownDeploymentSchema = deploymentSchema.extend({ environments: z.array(environmentSchema) });

const createdEnvironmentSchema = z.object({
  environment_id: z.string(),
  integration_id: z.string(),
  api_key: z.string().describe("The whole key, in this answer only"),
  webhook_secret: z.string().describe("The whole secret, in this answer only"),
});

const renamedSchema = z.object({ deployment_id: z.string(), name: z.string(), advice: z.array(adviceSchema) });
const archivedSchema = z.object({ deployment_id: z.string(), archived_at: z.int().nullable() });

const LISTED = {
  deployment_id: DEPLOYMENT_ID,
  name: "Personal loans",
  created_at: T0,
  archived_at: null,
  environments: [{ environment_id: ENVIRONMENT_ID, kind: "test", integration_id: INTEGRATION_ID }],
};
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
    "Makes both environments with their Integration IDs, keys and webhook secrets. Needs a confirmation within the last 15 minutes, because the answer shows the keys. Advice about the name refuses nothing.",
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

export const DEPLOYMENT_OPERATIONS: readonly Operation[] = [
  LIST_DEPLOYMENTS,
  CREATE_DEPLOYMENT,
  GET_DEPLOYMENT,
  RENAME_DEPLOYMENT,
  ARCHIVE_DEPLOYMENT,
  UNARCHIVE_DEPLOYMENT,
  ...SETTING_OPERATIONS,
  ...KEY_OPERATIONS,
];
