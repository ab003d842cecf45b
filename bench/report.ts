import type { Latency } from "./cases/finish-webhook.ts";
import type { HttpCase } from "./cases/http.ts";
import type { RescoreMeasured } from "./cases/rescore.ts";
import type { Timed } from "./cases/replay-score.ts";
import { inWords, type Machine } from "./machine.ts";

export interface Report {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly quick: boolean;
  readonly machine: Machine;
  readonly http: readonly HttpCase[];
  readonly replay: Timed;
  readonly rescore: RescoreMeasured;
  readonly finish: Latency;
}

const TARGETS: Readonly<Record<string, string>> = { "create-session": "≥ 60 %", "append-batch": "≥ 60 %" };

/** The page docs/performance.md. */
export function renderReport(report: Report): string {
  const { machine, replay, finish } = report;
  return `# Performance

Written by \`npm run bench\` on ${report.at.slice(0, 10)}: ${inWords(machine)}.
Server, PostgreSQL (embedded, \`fsync\` on), baseline, receiver and load generator shared this machine.

## Requests

The baseline is Fastify with one prepared \`INSERT\` of a row as wide as a session, the same connection pool, the same database (\`bench/baseline.ts\`).
32 connections; the middle one of ${report.http[0]?.rounds.length ?? 0} rounds, measured in turn.

| Case | Requests/s | Of the baseline | Target | p50 | p99 |
|---|---:|---:|---|---:|---:|
${httpRows(report.http)}

What each request costs beyond the baseline's one row and one index: \`create-session\` judges the uid, checks the key against
credentials at most a second old, asks whether the uid was erased, inserts a session (five indexes) and its
short link in one statement, and signs a token.
\`append-batch\` reads 20 inputs (about 2 kB), checks the journey's credential, epoch and number, hashes and stores them.

## Scoring

| What | Median | p99 | Target |
|---|---:|---:|---|
| Replay, metrics and score of a full session (${replay.sessions} sessions of \`standard-1\`) | ${ms(replay.medianMs)} | ${ms(replay.p99Ms)} | ≤ 2 ms median, ≤ 5 ms p99 |
| \`finish\` sent → score webhook received (${finish.finishes} at ${finish.perSecond}/s) | ${ms(finish.p50Ms)} | ${ms(finish.p99Ms)} | ≤ 30 ms median, ≤ 150 ms p99 |

${rescoreText(report.rescore)}`;
}

/** The last part of the section about scoring. */
function rescoreText(measured: RescoreMeasured): string {
  const { sessions, battery, inputsMiB, writeSeconds, resumeSeconds, checkSeconds } = measured;
  const row = (what: string, seconds: number, target: string): string =>
    `| ${what} | ${seconds.toFixed(1)} s | ${Math.round(sessions / seconds)} | ${target} |`;
  return `Scoring again (\`tallystick rescore\`) ${sessions.toLocaleString("en")} finished sessions of \`${battery}\` with ${inputsMiB.toFixed(0)} MiB of raw inputs, on one thread:

| What | Time | Sessions/s | Target |
|---|---:|---:|---|
${row("`--model`: a result of another model added beside each", writeSeconds, "≥ 167/s (10,000 in ≤ 60 s)")}
${row("The same once more: everything is there and passed over", resumeSeconds, "")}
${row("Without `--model`: each result compared", checkSeconds, "≥ 167/s (10,000 in ≤ 60 s)")}
`;
}

function httpRows(cases: readonly HttpCase[]): string {
  const baseline = cases.find(({ name }) => name === "baseline")?.requestsPerSecond ?? Number.NaN;
  return cases
    .map(({ name, requestsPerSecond, p50Ms, p99Ms }) => {
      const ratio = name === "baseline" ? "" : `${Math.round((100 * requestsPerSecond) / baseline)} %`;
      return `| ${name} | ${requestsPerSecond} | ${ratio} | ${TARGETS[name] ?? ""} | ${ms(p50Ms)} | ${ms(p99Ms)} |`;
    })
    .join("\n");
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}
