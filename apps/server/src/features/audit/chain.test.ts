import fc from "fast-check";
import { expect, test } from "vitest";

import { canonicalJson, chainHash, entryHash, GENESIS, type SealedEntry } from "./chain.ts";

const ENTRY: SealedEntry = {
  companyId: "cmp_1",
  auditId: "aud_1",
  actor: "cli:ana",
  origin: null,
  action: "company.created",
  targetType: "company",
  targetId: "cmp_1",
  details: { name: "Acme", ä: [1, { b: 2, a: null }] },
  at: "2026-01-31T09:00:00.123456Z",
};

test("the hash of an entry is the one the guide describes, so that an auditor can calculate it", () => {
  // Calculated by another program (json.dumps with sorted keys, sha256).
  expect(entryHash(ENTRY)).toBe("932507641154505899fa0fe775e384e8916d0ca6a7abf50c9894d0072ac0be11");
  expect(chainHash(GENESIS, entryHash(ENTRY))).toBe("e4dcb84f3736f094803bb19c2843b8f40b57751ec2397e2a860de0a6d8e1f812");
});

test("any change of any member changes the hash", () => {
  const changed: readonly SealedEntry[] = [
    { ...ENTRY, companyId: "cmp_2" },
    { ...ENTRY, auditId: "aud_2" },
    { ...ENTRY, actor: "system" },
    { ...ENTRY, origin: "127.0.0.1" },
    { ...ENTRY, action: "company.renamed" },
    { ...ENTRY, targetType: "deployment" },
    { ...ENTRY, targetId: "cmp_3" },
    { ...ENTRY, details: { name: "Acme" } },
    { ...ENTRY, at: "2026-01-31T09:00:00.123457Z" },
  ];
  const hashes = new Set([ENTRY, ...changed].map(entryHash));
  expect(hashes.size).toBe(changed.length + 1);
});

test("canonical JSON is the same for every order of members, parses back, and tells different values apart", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).toReversed());
      expect(canonicalJson(turned)).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
