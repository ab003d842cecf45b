import { FINDINGS as OF_THE_CONTRACT, RECONCILE } from "@tallystick/contract";
import { expect, test } from "vitest";

import { countLines, countOf, FINDING_NAMES, type Report } from "./findings.ts";

test("every finding the server may give has its words here, and no other", () => {
  expect(FINDING_NAMES.toSorted()).toEqual(OF_THE_CONTRACT.toSorted());
});

test("the counts are those of the report", () => {
  const report = RECONCILE.answers[0].example as Report;
  expect([countOf(report, "differs"), countOf(report, "missing"), countOf(report, "erased")]).toEqual([1, 1, 0]);
});

test("blank lines are no lines of a list", () => {
  expect(countLines("")).toBe(0);
  expect(countLines("uid\r\nAPP-1\r\n\r\n  \nAPP-2")).toBe(3);
});
