import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { measureFinish } from "./cases/finish-webhook.ts";
import { measureHttp } from "./cases/http.ts";
import { measureLinks } from "./cases/links.ts";
import { measureReplay } from "./cases/replay-score.ts";
import { measureRescore } from "./cases/rescore.ts";
import { measureWebhooks } from "./cases/webhooks.ts";
import { type LinksReport, renderLinks } from "./links-report.ts";
import { machine } from "./machine.ts";
import { writeFullRun, writeSection } from "./page.ts";
import { type Report, renderReport } from "./report.ts";
import { renderWebhooks, type WebhooksReport } from "./webhooks-report.ts";
import { openBench } from "./world.ts";

const USAGE = `npm run bench               all cases, about six minutes; writes bench/results/ and docs/performance.md
npm run bench -- --quick    the same with short rounds, under two minutes; writes bench/results/ only
npm run bench -- --links    50 000 links made, exported and revoked, about three minutes; writes bench/results/ and their part of docs/performance.md
npm run bench -- --webhooks 60 000 webhooks to one endpoint, alone and beside a hundred silent ones, about five minutes; writes bench/results/ and their part of docs/performance.md
`;

const FULL = { rounds: 3, durationSeconds: 15, replays: 2000, finishes: 400, rescored: 10_000 };
const QUICK = { rounds: 1, durationSeconds: 8, replays: 500, finishes: 160, rescored: 1000 };
const PER_SECOND = 20;
const LINKS = 50_000;
const ROOT = dirname(import.meta.dirname);
const WEBHOOKS = { webhooks: 60_000, rounds: 3 };

const RUNS: Readonly<Record<string, () => Promise<void>>> = {
  "": () => runRequests(false),
  "--quick": () => runRequests(true),
  "--links": runLinks,
  "--webhooks": runWebhooks,
};
const words = process.argv.slice(2);
const run = words.length > 1 ? undefined : RUNS[words[0] ?? ""];
if (run === undefined) {
  process.stdout.write(USAGE);
  process.exit(words.includes("--help") ? 0 : 2);
}
await run();

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

async function runRequests(quick: boolean): Promise<void> {
  const { rounds, durationSeconds, replays, finishes, rescored } = quick ? QUICK : FULL;
  say("Replay and score …");
  const replay = measureReplay(replays);
  say(`Scoring ${rescored} finished sessions again …`);
  const rescore = await measureRescore(rescored);
  say("Starting a server …");
  const bench = await openBench();
  try {
    say(`Finish to webhook, ${finishes} finishes at ${PER_SECOND}/s …`);
    const finish = await measureFinish(bench, { finishes, perSecond: PER_SECOND });
    say(`Baseline, sessions, batches: ${rounds} × ${durationSeconds} s each …`);
    const http = await measureHttp(bench, { rounds, durationSeconds });
    const report: Report = { at: new Date().toISOString(), quick, machine: machine(), http, replay, rescore, finish };
    saveResult(report, quick ? "-quick" : "");
    const text = renderReport(report);
    if (!quick) writeFullRun(text);
    process.stdout.write(text);
  } finally {
    await bench.close();
  }
}

async function runLinks(): Promise<void> {
  say("Starting a server …");
  const bench = await openBench();
  try {
    say(`${LINKS} links …`);
    const measured = await measureLinks(bench, LINKS);
    const report: LinksReport = { at: new Date().toISOString(), machine: machine(), measured };
    saveResult(report, "-links");
    const text = renderLinks(report);
    writeSection("## Links in bulk", text);
    process.stdout.write(text);
  } finally {
    await bench.close();
  }
}

async function runWebhooks(): Promise<void> {
  say("Starting a server …");
  const bench = await openBench();
  try {
    say(`${WEBHOOKS.rounds} × ${WEBHOOKS.webhooks} webhooks, three ways …`);
    const measured = await measureWebhooks(bench, WEBHOOKS);
    const report: WebhooksReport = { at: new Date().toISOString(), machine: machine(), measured };
    saveResult(report, "-webhooks");
    const text = renderWebhooks(report);
    writeSection("## Webhooks", text);
    process.stdout.write(text);
  } finally {
    await bench.close();
  }
}

function saveResult(report: { readonly at: string }, kind: string): void {
  const folder = join(ROOT, "bench/results");
  mkdirSync(folder, { recursive: true });
  const name = `${report.at.replaceAll(":", "-").slice(0, 19)}${kind}.json`;
  writeFileSync(join(folder, name), `${JSON.stringify(report, null, 2)}\n`);
}
