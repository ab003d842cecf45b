import { z } from "zod";

import { LANGUAGE_CODES } from "./languages.ts";

/** Settings of one environment. Absent members take the default; `null` clears. */

const REFUSED_SCHEMES = new Set([
  "javascript",
  "data",
  "vbscript",
  "blob",
  "file",
  "filesystem",
  "about",
  "view-source",
]);

/** Kept verbatim (query strings, custom schemes); only its scheme is judged. */
export const redirectUrlSchema = z
  .string()
  .max(2000)
  .refine(
    (value) => /^[a-z][a-z0-9+.-]*:\S+$/i.test(value),
    "must be an absolute URL such as https://lender.example/done or myapp://done",
  )
  .refine(
    (value) => !REFUSED_SCHEMES.has(value.slice(0, value.indexOf(":")).toLowerCase()),
    "uses a scheme that can run code in the applicant's browser",
  );

const httpUrlSchema = z
  .string()
  .max(2000)
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), "must be an http or https URL");

const frameAncestorSchema = z
  .string()
  .regex(/^https?:\/\/[^\s/;,'"]+$/, "must be an origin such as https://lender.example");

/** Whole days; null keeps for ever. A week at least where something may still be on its way for three days. */
function retentionDays(least: number) {
  const words = `takes a whole number of days from ${least} to 36500, or null to keep it`;
  return z.int(words).min(least, words).max(36_500, words).nullable();
}

/** Of the longer side of a logo. */
export const MAX_LOGO_PIXELS = 1024;

export const USE_CASES = ["remote_own_device", "in_branch_shared_device"] as const;

export const environmentSettingsSchema = z.strictObject({
  session_hours: z.int().min(1).max(10_000).default(24).describe("How long a session stays open, hours"),
  use_case: z
    .enum(USE_CASES)
    .default("remote_own_device")
    .describe(
      "Where people play: on their own device, or on a shared one in a branch, which keeps nothing of them and has a staff screen under /kiosk/<Integration ID>",
    ),
  languages: z
    .array(z.enum(LANGUAGE_CODES))
    .min(1)
    .default(["en"])
    .describe("Offered to the applicant; the first is the default"),
  brand: z
    .strictObject({
      lender_name: z
        .string()
        .min(1)
        .max(60)
        .nullable()
        .default(null)
        .describe("Shown to applicants; null = the company's name"),
      accent: z
        .string()
        .regex(/^#[0-9a-f]{6}$/i, "must be a colour such as #1a5fb4")
        .nullable()
        .default(null)
        .describe(
          "Colour of buttons, such as #1a5fb4; where it can not be told from the page it is shown darker or lighter",
        ),
      logo: z
        .strictObject({
          id: z.string().regex(/^[0-9a-f]{32}$/, "must be the id that uploading a logo gave"),
          width: z.int().min(1).max(MAX_LOGO_PIXELS),
          height: z.int().min(1).max(MAX_LOGO_PIXELS),
          format: z.enum(["png", "svg"]).default("png"),
        })
        .nullable()
        .default(null)
        .describe("Shown above the lender's name; uploaded as a PNG or SVG, null = none"),
    })
    .prefault({})
    .describe("How the applicant's pages look"),
  privacy_policy_url: httpUrlSchema.nullable().default(null).describe("Linked on the consent screen; http or https"),
  completion_url: redirectUrlSchema
    .nullable()
    .default(null)
    .describe(
      "Where a completed journey leads; kept verbatim. On a shared device after the page that asks for it back",
    ),
  cancellation_url: redirectUrlSchema.nullable().default(null).describe("Where a declined or cancelled journey leads"),
  expiry_url: redirectUrlSchema.nullable().default(null).describe("Where an expired journey leads"),
  show_completion_page: z
    .boolean()
    .default(true)
    .describe("true: page with a button and a 3 s redirect; false: redirect at once"),
  frame_ancestors: z
    .array(frameAncestorSchema)
    .max(20)
    .default([])
    .describe("Origins that may show the journey in a frame; none by default"),
  risk_band_cutoffs: z
    .tuple([z.int(), z.int(), z.int(), z.int()])
    .refine(([a, b, c, d]) => 0 < a && a < b && b < c && c < d && d < 100, "must rise between 1 and 99")
    .default([20, 40, 60, 80])
    .describe("Rising cut-offs between the five risk bands"),
  battery: z.string().default("standard-1").describe("Which tasks are played"),
  tasks_off: z.array(z.string()).default([]).describe("Tasks of the battery that are switched off"),
  model_version: z.string().nullable().default(null).describe("null = the battery's default model"),
  traits: z.enum(["scored", "all"]).default("scored").describe("Which traits go out on the wire"),
  personal_data_check: z
    .enum(["warn", "strict"])
    .default("warn")
    .describe("What happens to a uid that looks like personal data: accepted with a warning, or refused"),
  money_unit: z
    .strictObject({
      symbol: z.string().max(6).default("").describe("Shown beside sums"),
      factor: z.number().positive().max(1_000_000).default(1).describe("Sums of the task are multiplied by it"),
    })
    .prefault({})
    .describe("How sums are shown: 55 units should be about a third of a day's median earnings"),
  retention: z
    .strictObject({
      inputs_days: retentionDays(1)
        .default(760)
        .describe(
          "What the phone sent, task by task. Default 25 months: so long a refused applicant may ask for the reasons (US Regulation B), and so long a score can be calculated again",
        ),
      results_days: retentionDays(7)
        .default(1825)
        .describe(
          "Scores, the bodies of events, what you added as metadata, the kind of device. Default five years: so long repayments are compared with scores, and so long many laws want credit decisions to be explained",
        ),
      deliveries_days: retentionDays(7)
        .default(180)
        .describe(
          "The log of attempts to deliver, with your server's answers, of replays and of notices about the endpoint. Default half a year: so that a reconciliation after the end of a quarter still finds it",
        ),
    })
    .prefault({})
    .describe(
      "Days after the end of a session (for deliveries: after they were made) until the data is removed; null keeps it",
    ),
});
export type EnvironmentSettings = z.infer<typeof environmentSettingsSchema>;

export const webhookUrlSchema = httpUrlSchema.refine(
  // Every refinement runs, also after one that failed.
  (value) => !URL.canParse(value) || (new URL(value).username === "" && new URL(value).password === ""),
  "must not contain credentials",
);
