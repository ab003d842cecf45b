import { expect, test } from "vitest";

import { explainUnknown } from "./unknown-command.ts";

const NAMES = ["serve", "key list", "key show", "keys", "deployment list"];

test.each([
  [["key"], '"key" is the first word of several commands: key list, key show'],
  [["key", "--json"], '"key" is the first word of several commands: key list, key show'],
  [["deploymnet", "list"], 'There is no command "deploymnet list"; did you mean "deployment list"?'],
  [["frobnicate", "--json"], 'There is no command "frobnicate"'],
  [["--json"], "Name a command before --json"],
])("%j is told %s", (argv, text) => {
  expect(explainUnknown(argv, NAMES)).toBe(text);
});
