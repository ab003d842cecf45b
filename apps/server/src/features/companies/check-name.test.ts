import { expect, test } from "vitest";

import { checkName } from "./service.ts";

test("a name is taken without the spaces around it, in any script", () => {
  expect(checkName("  Préstamos ශ්\u200dරී ", "deployment")).toBe("Préstamos ශ්\u200dරී");
});

test.each([
  ["", /is empty/],
  [" \u00a0 ", /is empty/],
  ["x".repeat(101), /101 characters; at most 100/],
  ["Loans\nTest", /holds a character that can not be seen: U\+000A at position 6/],
  ["Loans \u202etseT", /U\+202E at position 7/],
  ["Lo\u200bans", /U\+200B at position 3/],
  ["\u200d", /is empty/],
])("the name %j is refused with the reason", (name, reason) => {
  expect(() => checkName(name, "deployment")).toThrow(reason);
});
