import fc from "fast-check";
import { expect, test } from "vitest";

import { AppError } from "./errors.ts";
import { decodeBody, parseJson } from "./json-body.ts";
import { findJsonFault } from "./json-fault.ts";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test("a fault is found exactly where the engine's own parser refuses", () => {
  const damaged = fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([json, at, insert]) => {
    const position = at % (json.length + 1);
    return json.slice(0, position) + insert + json.slice(position + 1);
  });
  const lookalike = fc.stringMatching(/^[[\]{}:,"'\\ \n0-9.eE+trufalsn-]{0,20}$/);
  fc.assert(
    fc.property(fc.oneof(damaged, lookalike, fc.json(), fc.string()), (text) => {
      expect(findJsonFault(text) === null).toBe(isJson(text));
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['{"uid": "APP-1001",}', "line 1, column 20: no comma may stand before the closing }"],
  ["{'uid': 1}", "line 1, column 2: text needs double quotes"],
  ['{"uid": APP}', "line 1, column 9: a value is expected"],
  ['{"uid" "x"}', "line 1, column 8: a colon is expected"],
  ['{"a": 1\n "b": 2}', "line 2, column 2: a comma or } is expected"],
  ['{"uid": "APP-1', "line 1, column 9: the string that begins here has no closing quote"],
  [
    '{"uid": "a\nb"}',
    "line 1, column 11: a line break or control character inside a string must be written as an escape",
  ],
  [String.raw`{"uid": "a\x"}`, "line 1, column 11: this is no escape that JSON knows"],
  ['{"a": 1} x', "line 1, column 10: the JSON value ended before this character"],
  ['{"a": 01}', "line 1, column 7: a value is expected"],
  ['{"a": ', "line 1, column 7: the text ends here, but a value is expected"],
  ["[1, 2", "line 1, column 6: the text ends here, but a comma or ] is expected"],
  ["{uid: 1}", "line 1, column 2: a member name in double quotes is expected"],
])("%j is explained with its place", (text, reason) => {
  expect(() => parseJson(text)).toThrow(new AppError("body_invalid", `The body is not valid JSON: ${reason}.`));
});

test("an empty body and broken UTF-8 are named as such", () => {
  expect(() => parseJson(" \n")).toThrow("The body is empty; send a JSON object.");
  expect(() => decodeBody(Buffer.from([0x22, 0xff, 0x22]))).toThrow("The body is not UTF-8 text");
});

test("a body nested as deep as it is long is still explained", () => {
  const detail = `The body is not valid JSON: line 1, column 65537: the text ends here, but a value is expected.`;
  expect(() => parseJson("[".repeat(65_536))).toThrow(detail);
});
