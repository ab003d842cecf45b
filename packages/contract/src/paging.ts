import { z } from "zod";

const MAX_LIMIT = 1000;

/** The query of every list. */
export const PAGE_QUERY = z.object({
  limit: z.coerce
    .number("takes a whole number from 1 to 1000")
    .int("takes a whole number from 1 to 1000")
    .min(1)
    .max(MAX_LIMIT)
    .default(50)
    .describe("Items of this page, at most 1000"),
  after: z.string().max(500).optional().describe("`next` of the page before"),
});

/** `next` is null on the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe("Send it as `after` for the next page; null: this is the last"),
  });
}
