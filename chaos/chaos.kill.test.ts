import { expect, test } from "vitest";

import { FAULTS } from "./faults/all.ts";
import { GROUPS } from "./faults/fault.ts";
import { runChaos } from "./run.ts";

/** One of each group, the one that asks most of it and is soon over. `npm run chaos` deals them all, many times. */
const CHOSEN = [
  "worker-killed",
  "killed-before-the-outcome-commits",
  "postgres-killed",
  "receiver-answers-500",
  "receiver-answer-lost",
  "clock-jumps",
  "disk-full",
  "serve-killed",
  "api-key-changed",
];

test("a fault of each group, in the middle of finishing applicants: nothing acknowledged is lost or doubled", async () => {
  const faults = FAULTS.filter(({ name }) => CHOSEN.includes(name));
  expect(faults.map(({ group }) => group).toSorted()).toEqual(GROUPS.toSorted());
  const report = await runChaos({
    rounds: faults.length,
    seed: 1,
    faults,
    evidenceDir: null,
    signal: new AbortController().signal,
    say: (sentence) => {
      if (sentence.startsWith("SKIPPED")) console.warn(sentence);
    },
  });
  expect(report.problems).toEqual([]);
  expect(report.violations).toEqual([]);
  expect(report.rounds).toBe(faults.length);
  expect(report.counts.results).toBeGreaterThanOrEqual(faults.length * 5);
});
