/**
 * What a vitest report counts as passed, failed and skipped; `exitCode` is the run's. Nothing that went wrong may
 * vanish: a file that failed to load has no tests to count, so it counts as one failed test, and so does a run that
 * left no report (null), found no test, or failed outside any test.
 */
export function countTests(report, exitCode) {
  if (report === null) {
    return {
      passed: 0,
      failed: 1,
      skipped: 0,
      note: `the test run ended with exit code ${exitCode} and left no report`,
    };
  }
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
  if (counts.passed + counts.failed + counts.skipped === 0) return { ...counts, failed: 1, note: "no test was found" };
  if (exitCode !== 0 && counts.failed === 0)
    return { ...counts, failed: 1, note: "an error outside any test; see above" };
  return counts;
}
