import { z } from "zod";

/** What the reading of results and of events have in common. */

const epochSeconds = z.int().describe("Epoch seconds, UTC");

export const deliveryViewSchema = z.object({
  state: z
    .enum(["pending", "held", "delivered", "dead"])
    .describe(
      "pending: will be sent or sent again. held: the endpoint is disabled. delivered: you answered 200. dead: given up after the last attempt",
    ),
  attempts: z.int().describe("Attempts so far"),
  last_status: z.int().nullable().describe("What your server answered last; null before, or without an answer"),
  delivered_at: epochSeconds.nullable(),
  next_attempt_at: epochSeconds.nullable().describe("While pending"),
});
export type DeliveryView = z.output<typeof deliveryViewSchema>;

export const DELIVERED: DeliveryView = {
  state: "delivered",
  attempts: 1,
  last_status: 200,
  delivered_at: 1795431901,
  next_attempt_at: null,
};
