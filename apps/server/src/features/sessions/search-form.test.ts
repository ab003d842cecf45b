import fc from "fast-check";
import { expect, test } from "vitest";

import { canonicalUid, searchForm } from "./uid.ts";

const UID = fc.stringMatching(/^[A-Za-z0-9_-]{5,60}$/);

test("a uid is found by every one of its beginnings, in any case and with _ or -", () => {
  fc.assert(
    fc.property(UID, fc.nat(), (uid, cut) => {
      const beginning = uid.slice(0, 1 + (cut % uid.length));
      for (const typed of [beginning, beginning.toUpperCase(), beginning.replaceAll("-", "_")]) {
        expect(canonicalUid(uid).startsWith(searchForm(typed)), `${typed} of ${uid}`).toBe(true);
      }
    }),
  );
});

test("a beginning that is no beginning is not found", () => {
  expect(canonicalUid("APP-4711").startsWith(searchForm("APP-48"))).toBe(false);
  expect(canonicalUid("APP-4711").startsWith(searchForm("PP-47"))).toBe(false);
});
