import { fail } from "./errors.ts";

/** Where a list goes on, as callers hold it: opaque, so that the order may change without a word to them. */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/** null without a cursor. Throws `query_invalid` for one that no list gave with this number of parts. */
export function decodeCursor(cursor: string | undefined, length: number): readonly string[] | null {
  if (cursor === undefined) return null;
  const parts = readCursor(cursor, length);
  if (parts !== null) return parts;
  throw notOurs();
}

/** null for one that was not encoded here with this number of parts. */
export function readCursor(cursor: string, length: number): readonly string[] | null {
  const parts = parse(Buffer.from(cursor, "base64url").toString());
  const isOurs = Array.isArray(parts) && parts.length === length && parts.every((part) => typeof part === "string");
  return isOurs && !parts.some((part) => part.includes("\0")) ? parts : null;
}

/** Of lists by time: a time with its microseconds, and an id. Throws `query_invalid` for a cursor of another list. */
export function decodePlace(cursor: string | undefined): { readonly at: string; readonly id: string } | null {
  const parts = decodeCursor(cursor, 2);
  if (parts === null) return null;
  const [at = "", id = ""] = parts;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(at) && !Number.isNaN(Date.parse(at))) return { at, id };
  throw notOurs();
}

function notOurs(): Error {
  return fail("query_invalid", "after: takes the `next` of a page of this list, unchanged.");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** `rows` may hold one more than `limit`: then there is a next page, after the last row shown. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly string[],
): { readonly rows: readonly Row[]; readonly next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}
