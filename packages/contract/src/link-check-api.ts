import { z } from "zod";

import { ENVIRONMENT_PARAMETERS, ENVIRONMENT_PATH } from "./environment-path.ts";
import { MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { LANGUAGE_CODES } from "./languages.ts";
import { createLinksSchema, LINK_STATES } from "./links-shapes.ts";
import { defineOperation, type Operation } from "./operation.ts";

/** A list of uids judged line by line before links are made of it. */

/** Lines shown in one answer: those that are refused come first, then those with something to look at. */
export const MAX_CHECK_LINES = 2000;

const usedSchema = z.object({
  session_id: z.string().nullable().describe("null: it was erased"),
  state: z.enum([...LINK_STATES, "erased"]).describe("An end that is due is shown before it was written"),
  created_at: z.int().nullable().describe("Epoch seconds"),
  reopenable: z.boolean().describe("true: it ended without a result and can be re-opened instead"),
});

const nearSchema = z.object({
  uid: z.string(),
  relation: z
    .enum(["same_form", "one_token"])
    .describe("same_form: equal but for case, _ and leading zeros; one_token: one has one separated part more"),
  line: z.int().nullable().describe("The other line of this list; null: a session that exists"),
  session_id: z.string().nullable(),
  state: z.enum(LINK_STATES).nullable().describe("Of that session"),
});

const checkedLineSchema = z.object({
  line: z.int().describe("Of the file, counted from 1; of items, their number"),
  uid: z.string().describe("As it was given, at most its first 200 characters"),
  verdict: z
    .enum(["ok", "notice", "refused"])
    .describe("notice: a link can be made, and there is something to look at first"),
  code: z.string().nullable().describe("Why it is refused; null: it is not"),
  detail: z.string().nullable().describe("What is wrong with it"),
  mend: z.string().nullable().describe("The way to mend it"),
  language: z.string().nullable().describe("It starts in; null: the environment's first"),
  notices: z.array(z.object({ code: z.string(), detail: z.string() })),
  used: usedSchema.nullable().describe("With uid_already_used: the session there is"),
  near: z.array(nearSchema).describe("Uids that people mistake for it, at most five; accepted all the same"),
});
export type CheckedLine = z.infer<typeof checkedLineSchema>;

export const linkListReportSchema = z.object({
  requested: z.int().describe("Lines, or the count asked for"),
  ok: z.int(),
  notice: z.int(),
  refused: z.int(),
  near: z.int().describe("Lines that are easily mistaken for another line or session"),
  creatable: z
    .enum(["all", "with_skip_bad", "none"])
    .describe("What creating would do now: make all links, make the good ones with skip_bad, or nothing"),
  by_code: z
    .array(
      z.object({
        code: z.string(),
        refuses: z.boolean(),
        count: z.int().describe("Lines"),
        line: z.int().describe("The first of them; 0 without a list"),
        detail: z.string().describe("Of the first"),
        mend: z.string(),
      }),
    )
    .describe("Refusals first, then notices; the most frequent first"),
  lines: z
    .array(checkedLineSchema)
    .describe("In the order of the list, at most 2000: refused ones are taken first, then notices, then the rest"),
  left_off: z.int().describe("Lines that are counted above and not shown"),
  valid_until: z.int().describe("Epoch seconds; until when links would wait"),
  link: z
    .object({
      characters: z.int().describe("Of one link; each has as many"),
      language: z.enum(LANGUAGE_CODES),
      example: z.string().describe("The SMS with a made-up link"),
      encoding: z.enum(["gsm7", "ucs2"]),
      units: z.int().describe("Septets, or 16-bit units"),
      segments: z.int().describe("SMS billed for each person"),
      left: z.int().describe("Units left in the last of them"),
    })
    .describe("What sending costs, by the SMS template of the language that the batch starts in"),
});
export type LinkListReport = z.infer<typeof linkListReportSchema>;

export const CHECK_LINK_LIST = defineOperation({
  id: "checkLinkList",
  method: "post",
  path: `${ENVIRONMENT_PATH}/link-batches/check`,
  tag: "beacon",
  summary: "Judge a list of uids without making links",
  description:
    "Takes what making links takes, creates nothing and judges every line as the creation would: what is wrong, how to mend it, what is used already and in which state, what is easily mistaken. A file that can not be read as a list is refused as there.",
  auth: "person",
  role: "admin",
  parameters: ENVIRONMENT_PARAMETERS,
  request: {
    schema: createLinksSchema,
    example: { name: "March invitations", items: [{ uid: "APP-4711" }, { uid: "APP 4712" }] },
  },
  answers: [
    {
      status: 200,
      description: "The report.",
      schema: linkListReportSchema,
      example: {
        requested: 2,
        ok: 1,
        notice: 0,
        refused: 1,
        near: 0,
        creatable: "with_skip_bad",
        by_code: [
          {
            code: "uid_invalid",
            refuses: true,
            count: 1,
            line: 2,
            detail: "uid has a space at position 4; it may hold A–Z, a–z, 0–9, _ and - only",
            mend: "Use 5 to 60 characters of A–Z, a–z, 0–9, _ and -.",
          },
        ],
        lines: [
          {
            line: 1,
            uid: "APP-4711",
            verdict: "ok",
            code: null,
            detail: null,
            mend: null,
            language: null,
            notices: [],
            used: null,
            near: [],
          },
          {
            line: 2,
            uid: "APP 4712",
            verdict: "refused",
            code: "uid_invalid",
            detail: "uid has a space at position 4; it may hold A–Z, a–z, 0–9, _ and - only",
            mend: "Use 5 to 60 characters of A–Z, a–z, 0–9, _ and -.",
            language: null,
            notices: [],
            used: null,
            near: [],
          },
        ],
        left_off: 0,
        valid_until: 1_798_022_000,
        link: {
          characters: 43,
          language: "en",
          example:
            "Acme: please play a few short games for your application (6 min): https://play.lender.example/a/000000000000",
          encoding: "gsm7",
          units: 109,
          segments: 1,
          left: 51,
        },
      },
    },
  ],
  errors: [
    ...MEMBER_WRITE_ERRORS,
    "link_list_invalid",
    "link_date_invalid",
    "integration_mismatch",
    "deployment_archived",
    "rate_limited",
  ],
});

export const LINK_CHECK_OPERATIONS: readonly Operation[] = [CHECK_LINK_LIST];
