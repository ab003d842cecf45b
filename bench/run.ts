import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { measureFinish } from "./cases/finish-webhook.ts";
import { measureHttp } from "./cases/http.ts";
import { measureLinks } from "./cases/links.ts";
import { measureReplay } from "./cases/replay-score.ts";
import { measureRescore } from "./cases/rescore.ts";
import { linksSectionOf, type LinksReport, renderLinks } from "./links-report.ts";
import { machine } from "./machine.ts";
import { type Report, renderReport } from "./report.ts";
import { openBench } from "./world.ts";

const USAGE = `npm run bench               all cases, about six minutes; writes bench/results/ and docs/performance.md
npm run bench -- --quick    the same with short rounds, under two minutes; writes bench/results/ only
npm run bench -- --links    50 000 links made, exported and revoked, about three minutes; writes bench/results/ and their part of docs/performance.md
`;

const FULL = { rounds: 3, durationSeconds: 15, replays: 2000, finishes: 400, rescored: 10_000 };
const QUICK = { rounds: 1, durationSeconds: 8, replays: 500, finishes: 160, rescored: 1000 };
const PER_SECOND = 20;
const LINKS = 50_000;
const ROOT = dirname(import.meta.dirname);
const PAGE = join(ROOT, "docs/performance.md");

const words = process.argv.slice(2);
if (words.length > 1 || words.some((word) => word !== "--quick" && word !== "--links")) {
  process.stdout.write(USAGE);
  process.exit(words.includes("--help") ? 0 : 2);
}
await (words.includes("--links") ? runLinks() : runRequests(words.includes("--quick")));

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
    if (!quick) writeFileSync(PAGE, `${text}${linksSectionOf(readFileSync(PAGE, "utf8"))}`);
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
    const page = readFileSync(PAGE, "utf8");
    writeFileSync(PAGE, `${page.slice(0, page.length - linksSectionOf(page).length)}${text}`);
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
