import { expect, test } from "vitest";

import type { Receipt } from "./history.ts";
import { recoveries } from "./recovery.ts";
import { renderReport } from "./report.ts";
import type { Round } from "./rounds.ts";
import type { ChaosReport } from "./run.ts";

const receipt = (uid: string, atMs: number, answered: number | null): Receipt => ({
  environmentId: "env_1",
  atMs,
  headers: {},
  body: JSON.stringify({ uid, event: { type: "psychometric_score.complete" } }),
  answered,
});
const round = (faults: readonly string[], struckAtMs: number, uids: readonly string[]): Round => ({
  faults,
  struckAtMs,
  tookMs: 1,
  firstAfter: uids[0] ?? "",
  uids,
});

const ROUNDS = [
  round(["api-killed"], 1_000, ["A", "B"]),
  round(["api-killed"], 2_000, ["C"]),
  round(["api-killed"], 3_000, ["D"]),
  round(["api-killed", "disk-full"], 4_000, ["E"]),
  round(["clock-jumps"], 5_000, ["F"]),
];
const RECEIPTS = [
  receipt("A", 1_100, 500),
  receipt("A", 1_700, 200),
  receipt("B", 9_000, 200),
  receipt("B", 9_900, 200),
  receipt("C", 2_100, 200),
  receipt("D", 2_900, 200),
  receipt("E", 60_000, 200),
  receipt("F", 5_100, null),
];

test("recovery runs from the harm to the first 200, of whoever came next and of all; pairs of faults do not count", () => {
  expect(recoveries(ROUNDS, RECEIPTS)).toEqual([
    {
      fault: "api-killed",
      rounds: 3,
      next: { medianMs: 100, worstMs: 700 },
      last: { medianMs: 100, worstMs: 8_000 },
    },
    {
      fault: "clock-jumps",
      rounds: 1,
      next: { medianMs: Number.POSITIVE_INFINITY, worstMs: Number.POSITIVE_INFINITY },
      last: { medianMs: Number.POSITIVE_INFINITY, worstMs: Number.POSITIVE_INFINITY },
    },
  ]);
});

test("the page tells what was found and what was not: violations by name, skipped faults with their reason", () => {
  const report: ChaosReport = {
    at: "2026-11-27T04:00:00.000Z",
    machine: { processor: "P", cores: 2, memoryGiB: 24, node: "20.20.2", platform: "linux x64" },
    seed: 7,
    rounds: 5,
    isWhole: true,
    seconds: 9,
    byFault: { "api-killed": 4 },
    skipped: { "disk-full": "no disk here" },
    counts: { acknowledged: 6, results: 5, receipts: 8, repeated: 1, attempts: 8, late: 0 },
    violations: [{ rule: "nothing acknowledged is missing", what: "APP-1: the session is missing" }],
    problems: ["worker-1 ended by itself with 1"],
    recovery: recoveries(ROUNDS, RECEIPTS),
  };
  const page = renderReport(report);
  for (const text of [
    "npm run chaos -- --rounds 5 --seed 7` on 2026-11-27: P, 2 cores",
    "- nothing acknowledged is missing: APP-1: the session is missing",
    "- worker-1 ended by itself with 1",
    "| `disk-full` | not here: no disk here |",
    "| `api-killed` | 4 |",
    "| `api-killed` | 3 | 0.1 s | 0.7 s | 0.1 s | 8.0 s |",
    "| `clock-jumps` | 1 | never |",
  ]) {
    expect(page).toContain(text);
  }
});
