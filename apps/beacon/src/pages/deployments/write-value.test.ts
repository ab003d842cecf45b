import { expect, test } from "vitest";

import { writeValue } from "./write-value.ts";

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
