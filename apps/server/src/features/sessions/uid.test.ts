import { UID_PATTERN } from "@tallystick/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { AppError } from "../../infra/errors.ts";
import { canonicalUid, checkUidForm, checkUidReserved, simPrefixOf } from "./uid.ts";

function answerTo(uid: string): { code: string; detail: string } | null {
  try {
    checkUidForm(uid);
    return null;
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, detail: error.message };
    throw error;
  }
}

describe("the form of a uid", () => {
  test("any string is either in the documented form or refused with uid_invalid", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.stringMatching(/^[A-Za-z0-9_-]{0,70}$/)),
        (uid) => {
          const answer = answerTo(uid);
          if (UID_PATTERN.test(uid)) expect(answer).toBeNull();
          else expect(answer?.code).toBe("uid_invalid");
        },
      ),
    );
  });

  test.each([
    ["APP", "uid has 3 characters; it must have 5 to 60"],
    ["A", "uid has 1 character; it must have 5 to 60"],
    ["", "uid has 0 characters; it must have 5 to 60"],
    ["A".repeat(61), "uid has 61 characters; it must have 5 to 60"],
    ["APP 1001", "uid has a space at position 4; it may hold A–Z, a–z, 0–9, _ and - only"],
    ["APP-1001\n", "uid has a line break at position 9; it may hold A–Z, a–z, 0–9, _ and - only"],
    ["ana@lender.example", 'uid has "@" at position 4; it may hold A–Z, a–z, 0–9, _ and - only'],
    ["Peña-1001", 'uid has "ñ" (U+00F1) at position 3; it may hold A–Z, a–z, 0–9, _ and - only'],
    ["APP\u0000001", "uid has the character U+0000 at position 4; it may hold A–Z, a–z, 0–9, _ and - only"],
    ["APP\u200b1001", "uid has the character U+200B at position 4; it may hold A–Z, a–z, 0–9, _ and - only"],
    ["АPP-1001", 'uid has "А" (U+0410) at position 1; it may hold A–Z, a–z, 0–9, _ and - only'],
  ])("%j is refused with its length or first wrong character", (uid, detail) => {
    expect(answerTo(uid)).toEqual({ code: "uid_invalid", detail });
  });
});

describe("reserved uids", () => {
  test.each(["SIM-LOWRISK-1", "SIM-ANYTHING", "TEST-WEBHOOK-00000"])(
    "%s is refused in Production, not in Test",
    (uid) => {
      expect(() => checkUidReserved(uid, "production")).toThrow(expect.objectContaining({ code: "uid_reserved" }));
      expect(() => checkUidReserved(uid, "test")).not.toThrow();
    },
  );

  test.each(["SIMON-1001", "sim-lowrisk-1", "APP-SIM-1", "TEST-1001"])("%s is nobody's", (uid) => {
    expect(() => checkUidReserved(uid, "production")).not.toThrow();
    expect(simPrefixOf(uid, "test")).toBeNull();
  });

  test("a simulated applicant answers in Test only", () => {
    expect(simPrefixOf("SIM-BOT-1", "test")).toBe("SIM-BOT-");
    expect(simPrefixOf("SIM-BOT-1", "production")).toBeNull();
  });
});

describe("the canonical form", () => {
  test.each([
    ["APP-1001", "app-1001"],
    ["app_1001", "app-1001"],
    ["App-001001", "app-1001"],
    ["A00B010", "a0b10"],
    ["00000", "0"],
  ])("%s becomes %s", (uid, canonical) => {
    expect(canonicalUid(uid)).toBe(canonical);
  });

  test("is its own canonical form, and neighbours in a series stay apart", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{5,60}$/), (uid) => {
        expect(canonicalUid(canonicalUid(uid))).toBe(canonicalUid(uid));
      }),
    );
    expect(canonicalUid("APP-1001")).not.toBe(canonicalUid("APP-1002"));
  });
});
