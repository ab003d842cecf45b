import fc from "fast-check";
import { expect, test } from "vitest";

import { compactForm } from "./compact-form.ts";

const space = fc.stringMatching(/^[ \t\n\r]{0,3}$/);

/** The text and the same text with white space wherever JSON allows it. */
const spaced = fc.tuple(fc.json({ maxDepth: 3 }), fc.infiniteStream(space)).map(([json, spaces]) => {
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g) ?? [];
  const next = (): string => spaces.next().value ?? "";
  return { compact: tokens.join(""), loose: next() + tokens.map((token) => token + next()).join("") };
});

test("white space outside strings goes, everything else stays byte for byte", () => {
  fc.assert(
    fc.property(spaced, ({ compact, loose }) => {
      expect(compactForm(loose)).toBe(compact);
      expect(JSON.parse(compactForm(loose))).toEqual(JSON.parse(loose));
    }),
  );
});

test("compacting twice changes nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(compactForm(compactForm(text))).toBe(compactForm(text));
    }),
  );
});

test.each([
  ['{"b" : 1, "a" : 2}', '{"b":1,"a":2}'],
  [String.raw`{ "uid" : "Caf\u00e9 \" , 1" }`, String.raw`{"uid":"Caf\u00e9 \" , 1"}`],
  [String.raw`{"a": "ends with \\" , "b": " x "}`, String.raw`{"a":"ends with \\","b":" x "}`],
  ['{"n": 1.0e+2,\r\n\t"m": -0}', '{"n":1.0e+2,"m":-0}'],
  ['{"a": "\u00a0"}', '{"a":"\u00a0"}'],
])("%j keeps escapes, order and number forms", (text, compact) => {
  expect(compactForm(text)).toBe(compact);
});
