import { z } from "zod";

import type { Answer } from "./operation.ts";

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

/** Of every answer to a known API key. */
export const RATE_LIMIT_HEADERS = {
  "RateLimit-Policy": 'How many calls fit into which window, e.g. `"api";q=200;w=4`: 200 in 4 seconds',
  RateLimit: 'What is left and in how many seconds all of it is back, e.g. `"api";r=199;t=1`',
} as const satisfies NonNullable<Answer["headers"]>;
