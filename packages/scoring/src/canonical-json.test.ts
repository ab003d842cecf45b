import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

test("equal data give equal bytes, in whatever order their members were set", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (members) => {
      const turned = Object.fromEntries(Object.entries(members).reverse());
      expect(canonicalJson(turned)).toBe(canonicalJson(members));
    }),
  );
});

test("reads back as the same data", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("orders members by code unit, leaves absent ones out and knows no negative zero", () => {
  expect(canonicalJson({ b: -0, a: [1, undefined], B: undefined, ä: "x" })).toBe('{"a":[1,null],"b":0,"ä":"x"}');
});

test.each([[NaN], [Infinity], [1n], [() => 1], [undefined], [Symbol("s")]])(
  "refuses what JSON can not carry: %s",
  (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  },
);
