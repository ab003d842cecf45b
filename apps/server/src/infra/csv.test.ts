import { expect, test } from "vitest";

import { csvLine } from "./csv.ts";

test("cells are quoted where they must be, and no other", () => {
  expect(csvLine(["a", 'say "hi"', "x,y", "two\nlines", 1.5, null, " padded"])).toBe(
    'a,"say ""hi""","x,y","two\nlines",1.5,," padded"\r\n',
  );
});

test("no cell of text can be run as a formula, and numbers stay numbers", () => {
  for (const formula of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(1)"]) {
    expect(csvLine([formula])).toMatch(/^"?'/);
  }
  expect(csvLine([-5])).toBe("-5\r\n");
});
