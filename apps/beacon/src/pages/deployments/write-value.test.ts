import { expect, test } from "vitest";

import { writeChange, writeValue } from "./write-value.ts";

test.each([
  [null, "none"],
  [true, "yes"],
  [24, "24"],
  ["", "empty"],
  [["es", "en"], "es, en"],
  [[], "none"],
  [{ lender_name: "Acme", accent: null, logo: { id: "x" } }, "lender name Acme, accent none, logo set"],
])("%j reads as people would say it", (value, text) => {
  expect(writeValue(value)).toBe(text);
});

test("of a setting with members only those that changed are written, in the same order on both sides", () => {
  const before = { accent: null, lender_name: "Acme", logo: null };
  expect(writeChange(before, { lender_name: "Acme", logo: null, accent: "#1a5fb4" })).toEqual([
    "accent none",
    "accent #1a5fb4",
  ]);
  expect(writeChange(24, 48)).toEqual(["24", "48"]);
});
