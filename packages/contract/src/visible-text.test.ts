import { expect, test } from "vitest";

import { VISIBLE_TEXT } from "./visible-text.ts";

test.each(["Préstamos 2026", "नमस्ते", "ශ්\u200dරී ලංකා", "می\u200cخواهم", "قرض"])("%j is what it looks like", (text) => {
  expect(VISIBLE_TEXT.test(text)).toBe(true);
});

test.each([
  "a\nb",
  "a\u0000b",
  "Loans\u202eevil",
  "Lo\u200bans",
  "\u2066Loans",
  "Lo\u00adans",
  "Loans\ufeff",
  "a\u2028b",
])("%j is not", (text) => {
  expect(VISIBLE_TEXT.test(text)).toBe(false);
});
