import { z } from "zod";

import type { ErrorCode } from "./errors.ts";
import {
  createLinksSchema,
  extendLinksSchema,
  LINK_COUNTS,
  LINK_STATES,
  linkBatchDetailSchema,
  linkBatchSchema,
  linkMessageSchema,
  linkSchema,
  messageSchema,
  type Link,
  type LinkBatch,
  type LinkMessage,
} from "./links-shapes.ts";
import { PAGE_QUERY, pageOf } from "./paging.ts";

/** What the addresses of the lender's server and of people have in common. */

export const BATCH_ID = {
  in: "path",
  name: "batch_id",
  required: true,
  description: "A batch of links of this environment",
} as const;
export const SESSION_ID = {
  in: "path",
  name: "session_id",
  required: true,
  description: "A session of this environment; each has a link",
} as const;

export const LINK_LIST_QUERY = PAGE_QUERY.extend({
  status: z.enum(LINK_STATES).optional().describe("Only links of this status"),
});

export const CREATE_LINKS_ERRORS: readonly ErrorCode[] = [
  "link_list_invalid",
  "link_date_invalid",
  "idempotency_key_invalid",
  "idempotency_key_reused",
  "integration_mismatch",
  "deployment_archived",
  "rate_limited",
];

export const LINK_TEXTS = {
  create: {
    summary: "Make links in bulk",
    description:
      "By number, with uids that we make, or for a list of your own uids: 1 to 50 000, at most 16 MiB. Every line of a list is judged first; unless all are good, or `skip_bad` is sent, nothing is created and every problem is named with its line. " +
      "The answer comes at once; all links of the batch come into being together when its `state` becomes `ready`, and `created` shows how far it is. A batch that is cut off creates nothing and says so.",
  },
  batches: { summary: "Batches of links", description: "Newest first." },
  batch: {
    summary: "A batch of links",
    description: "How far its creation is, and how many of its links have which status.",
  },
  links: { summary: "Links of a batch", description: "In the order of the list they were made from." },
  export: {
    summary: "Links of a batch as CSV",
    description:
      "Streamed, safe to open in a spreadsheet, in the order of the list; with `channel` also the message to send. Whoever has a link can play, so the export is written to the audit log.",
  },
  sheet: {
    summary: "Links of a batch as a sheet to print",
    description:
      "PDF with a QR code for each link, its uid and address below it, and marks to cut along; A4 or Letter, at most 2000 codes in one file. A link that has ended keeps its place and shows its state instead of a code. Written to the audit log.",
  },
  message: {
    summary: "The message that brings a link",
    description:
      "A template for SMS or WhatsApp, or your own text, with the number of SMS it takes. {lender}, {link}, {minutes} and {until} are filled in. Nothing is sent.",
  },
  revokeAll: {
    summary: "Revoke all open links of a batch",
    description:
      "Each open journey ends with `application.cancelled` and the reason `LINK_REVOKED`; what has ended stays as it is. The answer comes at once; `revoking` is true until the last one ended. Repeating the call does no harm.",
  },
  extendAll: {
    summary: "Give a batch another end date",
    description: "For links that wait for their first opening; those that were opened keep their time.",
  },
  revoke: {
    summary: "Revoke a link",
    description: "The open journey ends with `application.cancelled` and the reason `LINK_REVOKED`.",
  },
  extend: { summary: "Give a link another end date", description: "For a link that waits for its first opening." },
  reissue: {
    summary: "Give a link anew",
    description:
      "A new address; the old one shows that it was replaced. An open journey goes on under the new address; one that expired, was cancelled or was left incomplete is re-opened.",
  },
  qr: { summary: "QR code of a link", description: "SVG or PNG, with the quiet zone that scanners need." },
} as const;

const BATCH: LinkBatch = {
  batch_id: "bat_01k0000000000000000000000a",
  name: "March invitations",
  state: "ready",
  source: "list",
  clock: "at_opening",
  valid_until: 1_798_022_000,
  requested: 500,
  created: 500,
  skipped: 0,
  warnings: [],
  failure: null,
  language: null,
  stakes: "high",
  created_by: "key:key_01k0000000000000000000000a",
  created_at: 1_795_430_000,
  finished_at: 1_795_430_001,
  revoked_at: null,
  revoking: false,
};
const CREATING: LinkBatch = { ...BATCH, state: "creating", created: 0, finished_at: null };

const LINK: Link = {
  session_id: "ses_01k0000000000000000000000a",
  uid: "LNK-7K3M-9X2Q-4W8Z",
  link: "https://assess.lender.example/a/7k3m9x2q4w8z",
  status: "created",
  outcome: null,
  language: null,
  run: 1,
  created_at: 1_795_430_000,
  expires_at: 1_798_022_000,
  opened_at: null,
  ended_at: null,
};

const MESSAGE: LinkMessage = {
  channel: "sms",
  language: "en",
  direction: "ltr",
  template: "{lender}: play {minutes} minutes of short games for your application, until {until}: {link}",
  example:
    "Acme: play 6 minutes of short games for your application, until 21 Dec: https://assess.lender.example/a/7k3m9x2q4w8z",
  length: { encoding: "gsm7", units: 116, segments: 1, left: 44, forced_by: [] },
};

const NO_LINKS = Object.fromEntries(LINK_COUNTS.map((state) => [state, 0]));

export const ANSWERS = {
  accepted: { status: 202, description: "The batch as it stands.", schema: linkBatchSchema, example: CREATING },
  batches: {
    status: 200,
    description: "A page of batches.",
    schema: pageOf(linkBatchSchema),
    example: { items: [BATCH], next: null },
  },
  batch: {
    status: 200,
    description: "The batch.",
    schema: linkBatchDetailSchema,
    example: { ...BATCH, links: { ...NO_LINKS, created: 420, completed: 80 }, skipped_lines: [] },
  },
  links: {
    status: 200,
    description: "A page of links.",
    schema: pageOf(linkSchema),
    example: { items: [LINK], next: null },
  },
  extended: {
    status: 200,
    description: "How many links wait until the new date.",
    schema: z.object({ extended: z.int(), batch: linkBatchSchema }),
    example: { extended: 420, batch: BATCH },
  },
  link: { status: 200, description: "The link as it stands.", schema: linkSchema, example: LINK },
  message: { status: 200, description: "The message.", schema: messageSchema, example: MESSAGE },
  csv: { status: 200, description: "The file.", contentType: "text/csv" },
  pdf: { status: 200, description: "The sheet.", contentType: "application/pdf" },
  image: { status: 200, description: "The image; a PNG with `format=png`.", contentType: "image/svg+xml" },
} as const;

export const LINK_REQUESTS = {
  create: {
    schema: createLinksSchema,
    example: { name: "March invitations", items: [{ uid: "APP-4711" }, { uid: "APP-4712", language: "es" }] },
  },
  extend: { schema: extendLinksSchema, example: { valid_until: 1_798_022_000 } },
  message: { schema: linkMessageSchema, example: { channel: "sms", language: "es" } },
} as const;
