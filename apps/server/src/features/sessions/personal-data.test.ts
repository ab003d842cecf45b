import fc from "fast-check";
import { expect, test } from "vitest";

import { personalShapeOfText, personalShapeOfUid } from "./personal-data.ts";

const YEAR = 2026;

test.each([
  ["0712345678", "a phone number"],
  ["254712345678", "a phone number"],
  ["APP-254712345678", "a phone number"],
  ["0712-345-678", "a phone number"],
  ["19900512", "a birth date"],
  ["APP-1990-05-12", "a birth date"],
  ["12_05_1990-A", "a birth date"],
  ["4111111111111111", "a card number"],
  ["4111-1111-1111-1111", "a card number"],
])("%s looks like %s", (uid, shape) => {
  expect(personalShapeOfUid(uid, YEAR)).toBe(shape);
});

test.each([
  "APP-1001",
  "APP-20261123-001",
  "2026-000123",
  "LOAN-00001234567",
  "CUST_0000012345",
  "550e8400-e29b-41d4-a716-446655440000",
  "550e8400-e29b-41d4-a716-446655440000".toUpperCase(),
  "a1b2c3d4e5f60718293a",
  "12345678",
])("%s is an identifier like many", (uid) => {
  expect(personalShapeOfUid(uid, YEAR)).toBeNull();
});

test.each([
  ["ana@lender.example", "an e-mail address"],
  ["+254 712 345 678", "a phone number"],
  ["born 12/05/1990", "a birth date"],
  ["4111 1111 1111 1111", "a card number"],
])("the metadata value %s looks like %s", (text, shape) => {
  expect(personalShapeOfText(text, YEAR)).toBe(shape);
});

test.each(["branch 12", "campaign 2026-11", "agent-77", "Nairobi", "v1.2.3", "KES 1500"])(
  "the metadata value %s is harmless",
  (text) => {
    expect(personalShapeOfText(text, YEAR)).toBeNull();
  },
);

test("any text gets an answer, quickly", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      expect([null, "a phone number", "a birth date", "a card number", "an e-mail address"]).toContain(
        personalShapeOfText(text, YEAR),
      );
    }),
  );
});
