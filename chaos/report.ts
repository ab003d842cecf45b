import { inWords } from "../bench/machine.ts";
import { RULE_NAMES } from "./checker.ts";
import { FAULTS } from "./faults/all.ts";
import type { Fault, FaultGroup } from "./faults/fault.ts";
import type { Recovery } from "./recovery.ts";
import type { ChaosReport } from "./run.ts";

const TITLES: Readonly<Record<FaultGroup, string>> = {
  processes: "A process dies or sleeps",
  moments: "A process dies at the worst moment",
  database: "The database",
  disk: "The disk",
  receivers: "A receiver misbehaves",
  network: "The network swallows packets",
  clock: "A clock jumps",
  whole: "One `serve` instead of many processes",
  keys: "Keys change in the middle of it",
};

/** Whose recovery is told in the page: faults of our own side. What a receiver does wrong lasts as long as it does it. */
const OWN: readonly FaultGroup[] = ["processes", "moments", "database", "disk", "clock", "whole"];
const TARGET_MS = 15_000;

/** The page docs/reliability.md. */
export function renderReport(report: ChaosReport): string {
  const { counts } = report;
  return `# Results that always arrive

What was acknowledged is not lost: not by a crash, a restart, a dead receiver or a full disk. This page says for each fault
what happens and why nothing is lost, and what a run found that brings them all about.

Written by \`npm run chaos -- --rounds ${report.rounds} --seed ${report.seed}\` on ${report.at.slice(0, 10)}: ${inWords(report.machine)}.
One \`api\` and two \`worker\` processes, afterwards one \`serve\` for all, PostgreSQL (embedded, \`fsync\` on), four receivers, the applicants
and the harness shared this machine${placeNote(report)}.

## What was found

| | |
|---|---:|
| Rounds, each with one fault or two in the middle of finishing applicants | ${report.rounds} |
| Finishes and sandbox sessions that the API acknowledged | ${counts.acknowledged} |
| Results in the database for them | ${counts.results} |
| Webhooks that the receivers got whole | ${counts.receipts} |
| of which had been accepted before and came again, under the same \`webhook-id\` | ${counts.repeated} |
| Attempts recorded | ${counts.attempts} |
| of which came in when another worker held the lease, and changed nothing | ${counts.late} |
| **Violations of the rules below** | **${report.violations.length}** |
| Processes that ended by themselves, journeys never answered, work never done | ${report.problems.length} |
${problemLines(report)}
A receiver gets an event at least once, and more than once when its answer was lost or whoever should have recorded it died:
[remember \`webhook-id\`](guides/webhooks.md).

The rules, judged over all that was acknowledged, received and stored (\`chaos/checker.ts\`; its test plants a violation of each):

${RULE_NAMES.map((rule) => `- ${rule}`).join("\n")}

## How soon results arrive again

From the harm to the receiver's 200, in rounds with that fault alone. *Next*: of an applicant who finished right after it,
${TARGET_MS / 1000} s at most are wanted. *All*: of the last of those who finished around it. What a dead or cut-off worker had claimed is sent
by another when its lease of 12 s ends; that is the long tail.

| Fault | Rounds | Next, median | Next, worst | All, median | All, worst |
|---|---:|---:|---:|---:|---:|
${recoveryRows(report.recovery)}

Two processes that share no memory tell each other of new work through the database: a \`worker\` beside an \`api\` looks once a
second. Within one \`serve\` it is told at once ([performance](performance.md)).

## Fault by fault

${sections(report)}

## How it is measured

Applicants play the battery \`preview-1\` over HTTP and repeat each call until it is answered, as the page does; some sessions
have sandbox uids, which a worker plays. Retries that would be minutes or hours away fall due at once at the end of a round, as
if that time had passed; leases keep their time. The supervisor of the processes starts them again after 0.1 s; that of PostgreSQL is the server's own. The named
moments are real ones: a receiver that kills the worker whose request it holds, a lock in PostgreSQL before which a commit waits.
What \`serve\` does with its own PostgreSQL under it is shown by \`acceptance/crash.kill.test.ts\` and
\`apps/server/src/start/serve.kill.test.ts\`. Not shown: the loss of power. A killed process leaves
what it wrote to the system, a machine without power does not; there \`fsync\`, which is on, has to hold.

\`npm run chaos -- --help\` lists the faults and options; \`npm test\` plays one round of each group.
`;
}

/** For people at a terminal. */
export function summary(report: ChaosReport): string {
  const { rounds, seconds, counts, violations, problems, recovery } = report;
  return [
    `${rounds} rounds in ${seconds} s, seed ${report.seed}: ${counts.acknowledged} acknowledged, ${counts.results} results, ${counts.receipts} webhooks received (${counts.repeated} again), ${violations.length} violations, ${problems.length} problems`,
    ...violations.map(({ rule, what }) => `VIOLATION: ${rule}: ${what}`),
    ...problems.map((problem) => `PROBLEM: ${problem}`),
    ...recovery.map(
      ({ fault, rounds: times, next, last }) =>
        `  ${fault.padEnd(46)}${times} × next ${seconds1(next.medianMs)}, worst ${seconds1(next.worstMs)}; all ${seconds1(last.medianMs)}, worst ${seconds1(last.worstMs)}`,
    ),
    "",
  ].join("\n");
}

function placeNote({ skipped }: ChaosReport): string {
  return "disk-full" in skipped ? "" : "; the data folder lay on a memory disk of its own, so that it could be filled";
}

function problemLines({ violations, problems }: ChaosReport): string {
  const lines = [...violations.map(({ rule, what }) => `${rule}: ${what}`), ...problems];
  return lines.length === 0 ? "" : `\n${lines.map((line) => `- ${line}`).join("\n")}\n`;
}

function recoveryRows(recovery: readonly Recovery[]): string {
  const byName = new Map(recovery.map((row) => [row.fault, row]));
  return FAULTS.filter(({ group, name }) => OWN.includes(group) || name.includes("-database-"))
    .flatMap(({ name }) => byName.get(name) ?? [])
    .map(({ fault, rounds, next, last }) => {
      const cells = [next.medianMs, next.worstMs, last.medianMs, last.worstMs].map(seconds1);
      return `| \`${fault}\` | ${rounds} | ${cells.join(" | ")} |`;
    })
    .join("\n");
}

function sections(report: ChaosReport): string {
  return Object.entries(TITLES)
    .map(([group, title]) => {
      const faults = FAULTS.filter((fault) => fault.group === group);
      return `### ${title}\n\n| Fault | Times | What is done | Why nothing is lost |\n|---|---:|---|---|\n${faults.map((fault) => faultRow(fault, report)).join("\n")}`;
    })
    .join("\n\n");
}

function faultRow({ name, does, because }: Fault, { byFault, skipped }: ChaosReport): string {
  const times = skipped[name] === undefined ? String(byFault[name] ?? 0) : `not here: ${skipped[name]}`;
  return `| \`${name}\` | ${times} | ${does} | ${because} |`;
}

function seconds1(ms: number): string {
  return Number.isFinite(ms) ? `${(ms / 1000).toFixed(1)} s` : "never";
}
