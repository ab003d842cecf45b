import fc from "fast-check";
import { expect, test } from "vitest";

import { parseKeyRing } from "./key-ring.ts";
import { createSecrets } from "./secrets.ts";

const key = (fill: number): string => Buffer.alloc(32, fill).toString("base64");
const material = { pepper: Buffer.alloc(32, 1), seedKey: Buffer.alloc(32, 2) };
const old = createSecrets({ ring: parseKeyRing(`1:${key(1)}`), ...material });
const rotated = createSecrets({ ring: parseKeyRing(`2:${key(2)},1:${key(1)}`), ...material });
const foreign = createSecrets({ ring: parseKeyRing(`1:${key(3)}`), ...material });

test("what was encrypted can be decrypted in its context, and reads as nothing else", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (text, context, other) => {
      const ciphertext = old.encrypt(text, context);
      expect(old.decrypt(ciphertext, context)).toBe(text);
      if (other !== context) expect(() => old.decrypt(ciphertext, other)).toThrow(/authenticate/);
    }),
  );
});

test("the same text never encrypts to the same letters twice", () => {
  expect(old.encrypt("text", "c")).not.toBe(old.encrypt("text", "c"));
});

test("one altered bit anywhere is noticed", () => {
  const [id = "", data = ""] = old.encrypt("text", "c").split(":");
  const bytes = Buffer.from(data, "base64");
  for (let i = 0; i < bytes.length; i++) {
    const altered = Buffer.from(bytes);
    altered[i] = (altered[i] ?? 0) ^ 1;
    expect(() => old.decrypt(`${id}:${altered.toString("base64")}`, "c")).toThrow(/authenticate/);
  }
  for (const broken of ["", "1", "1:", ":", "1:AAAA", "9:AAAA"]) expect(() => old.decrypt(broken, "c")).toThrow(Error);
});

test("after a rotation the first key encrypts and the old one still decrypts", () => {
  expect(rotated.decrypt(old.encrypt("text", "c"), "c")).toBe("text");
  const fresh = rotated.encrypt("text", "c");
  expect(fresh).toMatch(/^2:/);
  expect(() => old.decrypt(fresh, "c")).toThrow(/no key "2"/);
});

test("another ring with the same number opens nothing", () => {
  expect(() => foreign.decrypt(old.encrypt("text", "c"), "c")).toThrow(/authenticate/);
});

test("rotating the ring changes no look-up and no seed", () => {
  expect(rotated.lookupHash("value")).toBe(old.lookupHash("value"));
  expect(rotated.deriveSeed(["a", "b"])).toBe(old.deriveSeed(["a", "b"]));
});

test("different parts give different seeds, even where their texts join to the same", () => {
  expect(old.deriveSeed(["ab", "c"])).not.toBe(old.deriveSeed(["a", "bc"]));
  expect(old.deriveSeed(["abc"])).not.toBe(old.deriveSeed(["abc", ""]));
  expect(old.deriveSeed(["é", "b"])).toMatch(/^[0-9a-f]{32}$/);
});

test.each(["", "1:", "0:" + key(1), "x:" + key(1), "1:" + key(1).slice(4), `1:${key(1)},`, `1:${key(1)},1:${key(2)}`])(
  "the ring %j is refused with a way out and without a key in the text",
  (text) => {
    expect(() => parseKeyRing(text)).toThrow(/TALLYSTICK_SECRET/);
    try {
      parseKeyRing(text);
    } catch (error) {
      expect(String(error)).not.toContain(key(1).slice(4));
    }
  },
);
