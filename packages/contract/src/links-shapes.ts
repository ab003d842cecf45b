import { z } from "zod";

import { LANGUAGE_CODES, SHEET_LANGUAGES } from "./languages.ts";
import { NOT_VISIBLE, VISIBLE_TEXT } from "./visible-text.ts";

/** Links made in bulk, as they go over the wire to a lender's server and to people alike. */

export const MAX_LINKS = 50_000;
export const MAX_SHEET_CODES = 2_000;

const seconds = z.int().describe("Epoch seconds");

export const LINK_CLOCKS = ["at_opening", "at_creation"] as const;
export const LINK_STATES = [
  "created",
  "opened",
  "in_progress",
  "completed",
  "cancelled",
  "incomplete",
  "expired",
] as const;
/** What the links of a batch are counted by: of an erased one nothing is left but that it was. */
export const LINK_COUNTS = [...LINK_STATES, "erased"] as const;
export const MESSAGE_CHANNELS = ["sms", "whatsapp"] as const;
export type MessageChannel = (typeof MESSAGE_CHANNELS)[number];

const validUntil = z.int().min(0).max(253_402_300_799);

const linkItemSchema = z.strictObject({
  uid: z.string().max(200).describe("Your identifier, judged as at session creation"),
  language: z.string().max(20).optional().describe("Language this applicant starts in, if the environment offers it"),
  metadata: z
    .record(z.string().min(1).max(40), z.string().max(200))
    .refine((value) => Object.keys(value).length <= 20, "takes at most 20 pairs")
    .optional()
    .describe("Up to 20 pairs of your own, echoed in every event"),
});

export const createLinksSchema = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .regex(VISIBLE_TEXT, NOT_VISIBLE)
      .describe("For people; shown wherever the batch is listed"),
    integration_id: z
      .string()
      .min(1)
      .optional()
      .describe("With a key: refused unless it names the key's environment, so that no batch lands in the wrong one"),
    count: z
      .int()
      .min(1)
      .max(MAX_LINKS)
      .optional()
      .describe("So many links with uids that we make, LNK-XXXX-XXXX-XXXX"),
    items: z
      .array(linkItemSchema)
      .min(1)
      .max(MAX_LINKS)
      .optional()
      .describe("Your own uids; line numbers count from 1"),
    csv: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Your own uids as the text of a CSV file: a column uid, optionally language and metadata.<name>; or one uid on each line",
      ),
    skip_bad: z
      .boolean()
      .default(false)
      .describe("true: leave out lines that can not be used, instead of refusing all"),
    clock: z
      .enum(LINK_CLOCKS)
      .default("at_opening")
      .describe("When the time of a journey starts: when its link is first opened, or now"),
    valid_until: validUntil
      .optional()
      .describe("With at_opening: until when a link may wait for its opening, epoch seconds; default 30 days ahead"),
    language: z.string().max(20).optional().describe("For links that name none of their own"),
    stakes: z.enum(["high", "low"]).default("high").describe("low: a pilot with volunteers"),
  })
  .refine(
    ({ count, items, csv }) => [count, items, csv].filter((given) => given !== undefined).length === 1,
    "send one of count, items and csv",
  )
  .refine(
    ({ clock, valid_until }) => clock === "at_opening" || valid_until === undefined,
    "valid_until goes with clock at_opening; at_creation ends after the environment's session_hours",
  );
export type CreateLinks = z.output<typeof createLinksSchema>;

const batchMembers = {
  batch_id: z.string(),
  name: z.string(),
  state: z
    .enum(["creating", "ready", "failed"])
    .describe("All links of a batch come into being at once, when it becomes ready; a failed batch has none"),
  source: z.enum(["count", "list"]),
  clock: z.enum(LINK_CLOCKS),
  valid_until: seconds.describe("End of links that nobody opened, epoch seconds"),
  requested: z.int().describe("Links asked for"),
  created: z.int().describe("Links made; while creating, how far it is"),
  skipped: z.int().describe("Lines left out"),
  warnings: z
    .array(z.object({ code: z.string(), count: z.int(), line: z.int(), detail: z.string() }))
    .describe(
      "What was noticed and did not stop the creation, by code: how many lines, and the first of them; line 0 without a list",
    ),
  failure: z.string().nullable().describe("Why it failed, and the way out"),
  language: z.string().nullable(),
  stakes: z.enum(["high", "low"]),
  created_by: z.string().describe("`user:<id>`, `key:<id>` or `cli:<os user>`"),
  created_at: seconds,
  finished_at: seconds.nullable(),
  revoked_at: seconds.nullable().describe("When all its open links were revoked"),
  revoking: z.boolean().describe("Links of it are still being ended"),
};
export const linkBatchSchema = z.object(batchMembers);
export type LinkBatch = z.infer<typeof linkBatchSchema>;

export const linkBatchDetailSchema = z.object({
  ...batchMembers,
  links: z.object(Object.fromEntries(LINK_COUNTS.map((state) => [state, z.int()]))).describe("Links by status"),
  skipped_lines: z
    .array(z.object({ line: z.int(), code: z.string() }))
    .describe("Lines left out, at most 1000 of them"),
});
export type LinkBatchDetail = z.infer<typeof linkBatchDetailSchema>;

export const linkSchema = z.object({
  session_id: z.string(),
  uid: z.string(),
  link: z.string().describe("Short URL of the journey; whoever has it can play"),
  status: z.enum(LINK_STATES).describe("An end that is due is shown before it was written"),
  outcome: z.enum(["scored", "unscorable"]).nullable(),
  language: z.string().nullable(),
  run: z.int(),
  created_at: seconds,
  expires_at: seconds.describe("End of the journey once its time runs; before, how long the link waits"),
  opened_at: seconds.nullable(),
  ended_at: seconds.nullable(),
});
export type Link = z.infer<typeof linkSchema>;

export const extendLinksSchema = z.strictObject({ valid_until: validUntil.describe("New end date, epoch seconds") });

export const linkMessageSchema = z.strictObject({
  channel: z.enum(MESSAGE_CHANNELS).default("sms"),
  language: z.enum(LANGUAGE_CODES).default("en").describe("Of the template and of the date"),
  text: z.string().max(2000).optional().describe("Your own text instead of the template; it needs {link}"),
});

export const messageSchema = z.object({
  channel: z.enum(MESSAGE_CHANNELS),
  language: z.enum(LANGUAGE_CODES),
  direction: z.enum(["ltr", "rtl"]),
  template: z.string().describe("With {lender}, {link}, {minutes} and {until}"),
  example: z.string().describe("As the first link of the batch would read"),
  length: z.object({
    encoding: z.enum(["gsm7", "ucs2"]).describe("gsm7: the letters every phone knows; one other letter makes it ucs2"),
    units: z.int().describe("Septets, or 16-bit units"),
    segments: z.int().describe("SMS that are sent and billed for it"),
    left: z.int().describe("Units left in the last of them"),
    forced_by: z.array(z.string()).describe("Letters that make it ucs2"),
  }),
});
export type LinkMessage = z.infer<typeof messageSchema>;

/** Query strings hold text only; a flag is `true` or `false`. */
export const EXPORT_QUERY = z.object({
  status: z.enum(LINK_STATES).optional().describe("Only links of this status"),
  channel: z.enum(MESSAGE_CHANNELS).optional().describe("Adds a column message with the template filled in"),
  language: z.enum(LANGUAGE_CODES).default("en").describe("Of the message"),
});

export const SHEET_QUERY = z.object({
  paper: z.enum(["a4", "letter"]).default("a4"),
  from: z.coerce.number().int().min(1).max(MAX_LINKS).default(1).describe("First link of the sheet, counted from 1"),
  count: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_SHEET_CODES)
    .default(MAX_SHEET_CODES)
    .describe("So many codes, at most 2000 in one file"),
  language: z.enum(SHEET_LANGUAGES).default("en").describe("Of the line below each code"),
});

export const QR_QUERY = z.object({
  format: z.enum(["svg", "png"]).default("svg"),
  scale: z.coerce.number().int().min(1).max(40).default(8).describe("Pixels of a module in a PNG"),
});
