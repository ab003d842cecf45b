import { z } from "zod";

import { COMPANY_PARAMETER, COMPANY_PATH, environmentKindSchema } from "./environment-path.ts";
import { environmentSettingsSchema } from "./settings.ts";

/** What the operations on deployments and on their settings have in common. */

export const settingsSchema = z
  .record(z.string(), z.unknown())
  .describe("Every setting with its value; the reference of settings says what each takes");

export const environmentSchema = z.object({
  environment_id: z.string(),
  kind: environmentKindSchema,
  integration_id: z.string(),
  api_keys: z.array(z.string()).describe("Hints of the keys alive, never a key"),
  webhook_url: z.string().nullable(),
  webhook_state: z.enum(["enabled", "disabled"]).nullable(),
  settings: settingsSchema,
});

export const DEPLOYMENT_ID = "dep_01k0000000000000000000000a";
export const ENVIRONMENT_ID = "env_01k0000000000000000000000a";
export const INTEGRATION_ID = "65f1c0ffee5eed0123456789";
export const T0 = 1_795_600_000;

export const SHOWN_ENVIRONMENT = {
  environment_id: ENVIRONMENT_ID,
  kind: "test",
  integration_id: INTEGRATION_ID,
  api_keys: ["ts_test_…x7Qa"],
  webhook_url: "https://lender.example/hooks/tallystick",
  webhook_state: "enabled",
  settings: environmentSettingsSchema.parse({ session_hours: 48 }),
};

export const DEPLOYMENT = `${COMPANY_PATH}/deployments/{deployment_id}` as const;
export const DEPLOYMENT_PARAMETERS = [
  COMPANY_PARAMETER,
  { in: "path", name: "deployment_id", required: true, description: "The deployment" },
] as const;
