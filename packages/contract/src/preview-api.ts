import { z } from "zod";

import { ENVIRONMENT_PARAMETERS, ENVIRONMENT_PATH } from "./environment-path.ts";
import { MEMBER_READ_ERRORS } from "./guard-errors.ts";
import { LANGUAGE_CODES } from "./languages.ts";
import { defineOperation } from "./operation.ts";
import { environmentSettingsSchema, USE_CASES } from "./settings.ts";

/** The applicant's pages that can be looked at before anybody gets there. */
export const PREVIEW_SCREENS = [
  "consent",
  "recorded",
  "done",
  "done_before",
  "declined",
  "withdrawn",
  "stopped",
  "expired",
  "link_replaced",
  "link_unknown",
  "staff",
] as const;
export type PreviewScreen = (typeof PREVIEW_SCREENS)[number];

const { brand, privacy_policy_url, completion_url, cancellation_url, expiry_url } = environmentSettingsSchema.shape;
const { lender_name, accent } = brand.unwrap().shape;

/** A draft in the address: absent means as saved, empty means none, anything else is judged as the setting is. */
function draft<Schema extends z.ZodType<string | null | undefined>>(setting: Schema) {
  return z
    .string()
    .transform((text, context) => {
      const parsed = setting.safeParse(text === "" ? null : text);
      if (parsed.success) return parsed.data ?? null;
      for (const { message } of parsed.error.issues) context.addIssue({ code: "custom", message });
      return z.NEVER;
    })
    .optional();
}

const AS_SAVED = "Draft of the setting; absent: as saved, empty: none";

export const PREVIEW_QUERY = z.object({
  screen: z.enum(PREVIEW_SCREENS).describe("Which page"),
  language: z.enum(LANGUAGE_CODES).optional().describe("Default the environment's first"),
  languages: z
    .string()
    .max(100)
    .refine(
      (text) => text.split(",").every((code) => (LANGUAGE_CODES as readonly string[]).includes(code)),
      `takes, with commas between: ${LANGUAGE_CODES.join(", ")}`,
    )
    .optional()
    .describe("Draft of the languages on offer, with commas between; absent: as saved"),
  lender_name: draft(lender_name).describe(`${AS_SAVED}, which shows the company's name`),
  accent: draft(accent).describe(AS_SAVED),
  privacy_policy_url: draft(privacy_policy_url).describe(AS_SAVED),
  completion_url: draft(completion_url).describe(AS_SAVED),
  cancellation_url: draft(cancellation_url).describe(AS_SAVED),
  expiry_url: draft(expiry_url).describe(AS_SAVED),
  show_completion_page: z.enum(["true", "false"]).optional().describe("Draft of the setting; absent: as saved"),
  use_case: z.enum(USE_CASES).optional().describe("Draft of the setting; absent: as saved"),
});

export const PREVIEW_SCREEN = defineOperation({
  id: "previewScreen",
  method: "get",
  path: `${ENVIRONMENT_PATH}/preview`,
  tag: "beacon",
  summary: "How an applicant's page looks",
  description:
    "The page with its real texts, in the lender's brand and the language asked for, to be shown in a frame of the dashboard. Settings that are not saved yet come in the address. Its links and buttons do nothing. Where the applicant sees no page because the browser is sent on at once, the answer says where to.",
  auth: "person",
  role: "admin",
  query: PREVIEW_QUERY,
  parameters: ENVIRONMENT_PARAMETERS,
  answers: [{ status: 200, description: "The page.", contentType: "text/html" }],
  errors: MEMBER_READ_ERRORS,
});
