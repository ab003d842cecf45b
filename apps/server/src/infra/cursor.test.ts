import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { cutPage, decodeCursor, encodeCursor } from "./cursor.ts";

describe("a cursor", () => {
  test("gives back what it was made of, whatever that is", () => {
    const part = fc.string().filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), (parts) => {
        expect(decodeCursor(encodeCursor(parts), parts.length)).toEqual(parts);
      }),
    );
  });

  test("that nobody gave out is refused in words, never read as something else", () => {
    const made = fc.oneof(fc.string(), fc.base64String(), fc.constant(encodeCursor(["a", "b"])));
    fc.assert(
      fc.property(made, (text) => {
        try {
          expect(decodeCursor(text, 1)?.length).toBe(1);
        } catch (error) {
          expect(error).toMatchObject({ code: "query_invalid" });
        }
      }),
    );
  });

  test("names the last row shown when more follow, and nothing on the last page", () => {
    const keyOf = (row: number) => [String(row)];
    expect(cutPage([1, 2, 3], 2, keyOf)).toEqual({ rows: [1, 2], next: encodeCursor(["2"]) });
    expect(cutPage([1, 2], 2, keyOf)).toEqual({ rows: [1, 2], next: null });
    expect(cutPage([], 2, keyOf)).toEqual({ rows: [], next: null });
  });
});
