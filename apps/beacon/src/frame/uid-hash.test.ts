import { expect, test } from "vitest";

import { readUidHash, writeUidHash } from "./uid-hash.ts";

test("a uid comes back from the address as it went in, whatever it is made of", () => {
  for (const uid of ["APP-4711", "a_b-C", "with blank & = # %"]) expect(readUidHash(writeUidHash(uid))).toBe(uid);
});

test("an address without a uid, or with an empty one, names none", () => {
  for (const hash of ["", "content", "uid=", "uid=%20", "other=1"]) expect(readUidHash(hash)).toBeUndefined();
  expect(writeUidHash(undefined)).toBe("");
});
