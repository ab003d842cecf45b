import { decodeCursor, encodeCursor } from "../../infra/cursor.ts";
import { fail } from "../../infra/errors.ts";
import type { Lane } from "./lanes-store.ts";
import type { ReadKey } from "./page-store.ts";

/** Where a list of results goes on. */

export function cursorOf(lane: Lane, { key, sessionId }: ReadKey): string {
  return encodeCursor([lane, key, sessionId]);
}

export function isByTime(lane: Lane): boolean {
  return lane === "created" || lane === "completed";
}

/** A cursor of a list in another order leads nowhere in this one, and a made-up time would be an error of the statement. */
export function keyOf(cursor: string | undefined, lane: Lane): ReadKey | null {
  const parts = decodeCursor(cursor, 3);
  if (parts === null) return null;
  const [from = "", key = "", sessionId = ""] = parts;
  if (from === lane && (!isByTime(lane) || isTime(key))) return { key, sessionId };
  throw fail("query_invalid", "after: takes the `next` of a page of this list with the same filters, unchanged.");
}

/** Date.parse alone takes the 30th of February, and the year 0, which PostgreSQL does not have. */
function isTime(text: string): boolean {
  const match = /^(?!0000)(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{6}Z$/.exec(text);
  const ms = Date.parse(`${match?.[1] ?? ""}Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(match?.[1] ?? "");
}
