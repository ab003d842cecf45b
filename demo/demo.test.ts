import { expect, test } from "vitest";
import { parseOptions } from "./options.ts";
import type { DemoResult } from "./play.ts";
import { formatTable } from "./table.ts";

test.each([
  [[], { applicants: 5, json: false }],
  [["--applicants", "20", "--json"], { applicants: 20, json: true }],
  [["--json", "--applicants=3"], { applicants: 3, json: true }],
])("%j is understood", (words, options) => {
  expect(parseOptions(words)).toEqual(options);
});

test.each([
  [["--applicants"]],
  [["--applicants", "0"]],
  [["--applicants", "2.5"]],
  [["--applicants", "many"]],
  [["--x"]],
])("%j is refused with a sentence", (words) => {
  expect(() => parseOptions(words)).toThrow(/--applicants|Unknown option/);
});

test("help is no error", () => {
  expect(parseOptions(["--help"])).toBeNull();
});

test("the table has a line for each result, and says why one could not be verified", () => {
  const good: DemoResult = {
    uid: "DEMO-0001",
    session_id: "ses_1",
    person: "honest",
    verified: true,
    score: 36,
    risk_band: "LOW",
    score_confidence: "HIGH",
    trust_score: 100,
    flags: [],
    latency_ms: 12,
    problem: null,
  };
  const bad: DemoResult = {
    ...good,
    uid: "DEMO-0002",
    verified: false,
    score: null,
    latency_ms: null,
    problem: "no answer",
  };
  const lines = formatTable([good, bad]).split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/DEMO-0001 .*36 .*LOW .*HIGH .*12 ms .*yes/);
  expect(lines[2]).toMatch(/DEMO-0002 .*NO: no answer/);
});
