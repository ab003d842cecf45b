import { expect, test } from "vitest";
import { countTests, type VitestReport } from "./count-tests.mjs";

const report: VitestReport = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  testResults: [{ status: "passed", assertionResults: [{ status: "passed" }] }],
};

test("a green run counts as it is", () => {
  expect(countTests(report, 0)).toEqual({ passed: 3, failed: 0, skipped: 1 });
});

test("a file that could not be loaded counts as a failed test", () => {
  const broken = { ...report, testResults: [...report.testResults, { status: "failed", assertionResults: [] }] };
  expect(countTests(broken, 1)).toMatchObject({ passed: 3, failed: 1 });
});

test("a failed test is not counted twice", () => {
  const failed = {
    ...report,
    numFailedTests: 1,
    testResults: [{ status: "failed", assertionResults: [{ status: "failed" }] }],
  };
  expect(countTests(failed, 1)).toMatchObject({ passed: 3, failed: 1 });
});

test("a run without a report, without a test, or with an error outside any test has failed", () => {
  expect(countTests(null, 137).failed).toBe(1);
  const empty = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, testResults: [] };
  expect(countTests(empty, 0).failed).toBe(1);
  expect(countTests(report, 1).failed).toBe(1);
});
