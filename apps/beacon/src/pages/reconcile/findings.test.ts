import { FINDINGS as OF_THE_CONTRACT, RECONCILE } from "@tallystick/contract";
import { expect, test } from "vitest";

import { countUids, countOf, FINDING_NAMES, type Report } from "./findings.ts";

test("every finding the server may give has its words here, and no other", () => {
  expect(FINDING_NAMES.toSorted()).toEqual(OF_THE_CONTRACT.toSorted());
});

test("the counts are those of the report", () => {
  const report = structuredClone(RECONCILE.answers[0].example) as unknown as Report;
  expect([countOf(report, "differs"), countOf(report, "missing"), countOf(report, "erased")]).toEqual([1, 1, 0]);
});

test("neither blank lines nor the header count as uids", () => {
  expect(countUids("")).toBe(0);
  expect(countUids("uid\r\nAPP-1\r\n\r\n  \nAPP-2")).toBe(2);
  expect(countUids('score;"UID"\n1;APP-1')).toBe(1);
  expect(countUids("APP-uid\nuid-22")).toBe(2);
});
