import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { measureFinish } from "./cases/finish-webhook.ts";
import { measureHttp } from "./cases/http.ts";
import { measureReplay } from "./cases/replay-score.ts";
import { type Report, renderReport } from "./report.ts";
import { openBench } from "./world.ts";

const USAGE = `npm run bench               all cases, about four minutes; writes bench/results/ and docs/performance.md
npm run bench -- --quick    the same with short rounds, under two minutes; writes bench/results/ only
`;

const FULL = { rounds: 3, durationSeconds: 15, replays: 2000, finishes: 400 };
const QUICK = { rounds: 1, durationSeconds: 8, replays: 500, finishes: 160 };
const PER_SECOND = 20;

const words = process.argv.slice(2);
if (words.some((word) => word !== "--quick")) {
  process.stdout.write(USAGE);
  process.exit(words.includes("--help") ? 0 : 2);
}
const quick = words.includes("--quick");
const { rounds, durationSeconds, replays, finishes } = quick ? QUICK : FULL;

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

say("Replay and score …");
const replay = measureReplay(replays);
say("Starting a server …");
const bench = await openBench();
try {
  say(`Finish to webhook, ${finishes} finishes at ${PER_SECOND}/s …`);
  const finish = await measureFinish(bench, { finishes, perSecond: PER_SECOND });
  say(`Baseline, sessions, batches: ${rounds} × ${durationSeconds} s each …`);
  const http = await measureHttp(bench, { rounds, durationSeconds });
  const report: Report = { at: new Date().toISOString(), quick, machine: machine(), http, replay, finish };
  save(report);
} finally {
  await bench.close();
}

function machine(): Report["machine"] {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  };
}

function save(report: Report): void {
  const root = dirname(import.meta.dirname);
  const file = join(
    root,
    "bench/results",
    `${report.at.replaceAll(":", "-").slice(0, 19)}${quick ? "-quick" : ""}.json`,
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  const text = renderReport(report);
  if (!quick) writeFileSync(join(root, "docs/performance.md"), text);
  process.stdout.write(text);
}
