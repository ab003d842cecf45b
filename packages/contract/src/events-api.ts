import { z } from "zod";

import { EVENT_EXAMPLES } from "./event-examples.ts";
import { EVENT_TYPES } from "./events.ts";
import { KEY_READ_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { PAGE_QUERY } from "./paging.ts";
import { DELIVERED, deliveryViewSchema } from "./read-shapes.ts";

const TYPE_NAMES: readonly string[] = EVENT_TYPES;

const eventItemSchema = z.object({
  event_id: z.string().describe("The `webhook-id` it is sent with"),
  cursor: z.string().describe("Send it as `after` to go on behind this event"),
  type: z.string().describe("As in the body"),
  created_at: z.int().describe("When it happened, epoch seconds"),
  session_id: z.string().nullable(),
  run: z.int().nullable().describe("Which start of the journey it tells of"),
  delivery: deliveryViewSchema.nullable().describe("null: no webhook URL was set when it happened"),
  body: z.string().nullable().describe("The webhook's body, byte for byte as it is sent; null once it was erased"),
  body_hash: z.string().describe("SHA-256 of the body, hex; stays when the body is erased"),
});
export type EventItem = z.output<typeof eventItemSchema>;

export const eventsPageSchema = z.object({
  items: z.array(eventItemSchema).describe("In the order in which they became readable"),
  next: z.string().describe("Send it as `after` next time; always given, so keep it also of an empty page"),
  has_more: z.boolean().describe("true: ask again at once. false: this is all there is now"),
});
export type EventsPage = z.output<typeof eventsPageSchema>;

const CURSOR = "WyJlbnZfMDFrIiwiNDIiLCJldnRfMDFrIl0";

export const LIST_EVENTS = defineOperation({
  id: "listEvents",
  method: "get",
  path: "/v1/events",
  tag: "results",
  summary: "Every event since a cursor",
  description:
    "What your webhook endpoint got or should have got, in one order that never changes: an event appears within a second of its commit and always behind all that could be read before, so that going on at `next` never skips one. " +
    "For catching up after an outage, or instead of webhooks. Without `after` it begins with the first event of the environment. Pages with events are written to the audit log.",
  auth: "api_key",
  parameters: [],
  query: z.object({
    after: PAGE_QUERY.shape.after.describe("`next` or a `cursor` of a page before; absent: from the first event on"),
    limit: PAGE_QUERY.shape.limit,
    type: z
      .string()
      .max(300)
      .refine(
        (text) => text.split(",").every((type) => TYPE_NAMES.includes(type)),
        `takes event types with commas between them: ${EVENT_TYPES.join(", ")}`,
      )
      .optional()
      .describe("Only these types, with commas between them"),
  }),
  answers: [
    {
      status: 200,
      description: "A page, oldest first.",
      schema: eventsPageSchema,
      example: {
        items: [
          {
            event_id: "evt_01k0000000000000000000000a",
            cursor: CURSOR,
            type: "application.expired",
            created_at: 1795431900,
            session_id: "ses_01k0000000000000000000000a",
            run: 1,
            delivery: DELIVERED,
            body: JSON.stringify(EVENT_EXAMPLES["application.expired"]),
            body_hash: "5f2b9c31d04e7a86f19c2d5be8a7034416d3c9f0a5b87e21c64d0f9382ab7e15",
          },
        ],
        next: CURSOR,
        has_more: false,
      },
    },
  ],
  errors: [...KEY_READ_ERRORS, "cursor_invalid"],
});

export const EVENT_OPERATIONS: readonly Operation[] = [LIST_EVENTS];
