import { z } from "zod";

import { COMPANY_PARAMETER, COMPANY_PATH } from "./environment-path.ts";
import { MEMBER_READ_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { LANGUAGE_CODES } from "./languages.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { USE_CASES } from "./settings.ts";

/** A company itself, and what the forms of its settings offer. */

const taskSchema = z.object({
  key: z.string(),
  version: z.int(),
  title: z.string(),
  planned_seconds: z.int().describe("How long it takes most people"),
});

const batterySchema = z.object({
  version: z.string().describe("What the setting `battery` takes"),
  title: z.string(),
  preview: z.boolean().describe("true: for trying out, not for decisions"),
  tasks: z.array(taskSchema).describe("In the order they are played; `tasks_off` takes their keys"),
  planned_minutes: z.int().describe("With all its tasks, rounded up"),
  default_model: z.string().describe("Scores it while `model_version` is null"),
});

const modelSchema = z.object({
  version: z.string().describe("What the setting `model_version` takes"),
  title: z.string(),
  origin: z.enum(["shipped", "local"]).describe("shipped: with the software; local: the company's own"),
  preview: z.boolean(),
  calibrated: z.boolean().describe("true: fitted to repayments, so that a score has a probability"),
  norms: z.enum(["provisional", "local"]).describe("local: measured on the company's own applicants"),
  batteries: z.array(z.string()).describe("What it can score"),
});

const languageSchema = z.object({
  code: z.enum(LANGUAGE_CODES),
  name: z.string().describe("As its own readers write it"),
  english_name: z.string(),
  direction: z.enum(["ltr", "rtl"]),
  reviewed: z.boolean().describe("false: no native reader has vouched for it yet"),
});

const useCaseSchema = z.object({ key: z.enum(USE_CASES), title: z.string(), meaning: z.string() });

const settingSchema = z.object({
  name: z.string(),
  meaning: z.string(),
  why: z.string().describe("Why it takes what it takes"),
  example: z.string().describe("A value that works, as JSON"),
  default: z.unknown().describe("While nobody chose; null: none"),
});

export const choicesSchema = z.object({
  batteries: z.array(batterySchema),
  models: z.array(modelSchema),
  languages: z.array(languageSchema),
  use_cases: z.array(useCaseSchema),
  risk_band_cutoffs: z.array(z.int()).length(4).describe("The default between the five bands"),
  settings: z.array(settingSchema).describe("Every setting, and webhook_url, with the words that explain it"),
});
export type Choices = z.infer<typeof choicesSchema>;

export const LIST_CHOICES = defineOperation({
  id: "listChoices",
  method: "get",
  path: `${COMPANY_PATH}/choices`,
  tag: "beacon",
  summary: "What a form of settings offers",
  description:
    "Batteries with their tasks, the scoring models the company can use, languages, use cases, and for every setting the words that explain it. Changes only with the software, and when a model is imported.",
  auth: "person",
  role: "viewer",
  parameters: [COMPANY_PARAMETER],
  answers: [
    {
      status: 200,
      description: "The choices.",
      schema: choicesSchema,
      example: {
        batteries: [
          {
            version: "preview-1",
            title: "Preview: patience and attention",
            preview: true,
            tasks: [{ key: "quick_taps", version: 1, title: "Quick taps", planned_seconds: 75 }],
            planned_minutes: 2,
            default_model: "preview-1.1",
          },
        ],
        models: [
          {
            version: "standard-1.0",
            title: "Standard",
            origin: "shipped",
            preview: false,
            calibrated: false,
            norms: "provisional",
            batteries: ["standard-1", "extended-1"],
          },
        ],
        languages: [{ code: "es", name: "Español", english_name: "Spanish", direction: "ltr", reviewed: false }],
        use_cases: [
          {
            key: "remote_own_device",
            title: "On their own device",
            meaning: "People get a link and play on their own phone; they can come back to it.",
          },
        ],
        risk_band_cutoffs: [20, 40, 60, 80],
        settings: [
          {
            name: "session_hours",
            meaning: "How long a session stays open, hours",
            why: "When they are over the link leads to the expiry page, and the uid is used up until it is re-opened",
            example: "48",
            default: 24,
          },
        ],
      },
    },
  ],
  errors: MEMBER_READ_ERRORS,
});

const companySchema = z.object({ company_id: z.string(), name: z.string() });

export const RENAME_COMPANY = defineOperation({
  id: "renameCompany",
  method: "post",
  path: `${COMPANY_PATH}/rename`,
  tag: "beacon",
  summary: "Rename the company",
  description:
    "Applicants read the name wherever an environment's `brand.lender_name` is null, and people in Beacon and in mails. Ids, keys and links stay.",
  auth: "person",
  role: "admin",
  parameters: [COMPANY_PARAMETER],
  request: {
    schema: z.strictObject({ name: z.string().describe("1 to 100 characters on one line") }),
    example: { name: "Acme Lending" },
  },
  answers: [
    {
      status: 200,
      description: "The company as it is called now.",
      schema: companySchema,
      example: { company_id: "cmp_01k0000000000000000000000a", name: "Acme Lending" },
    },
  ],
  errors: [...MEMBER_WRITE_ERRORS, "setting_invalid"],
});

export const COMPANY_OPERATIONS: readonly Operation[] = [LIST_CHOICES, RENAME_COMPANY];
