import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measureFind } from "./cases/find.ts";
import { measureMonitoring } from "./cases/monitoring.ts";
import { measurePages } from "./cases/pages.ts";
import { measurePeople } from "./cases/people.ts";
import { measureRead } from "./cases/read.ts";
import { measureReconcile } from "./cases/reconcile.ts";
import { openCrowd } from "./crowd.ts";
import { machine } from "./machine.ts";
import { renderMillion, type MillionReport } from "./million-report.ts";

const USAGE = `npm run bench:million        a million sessions, about ten minutes and 10 GB; writes bench/results/ and docs/performance-million.md
  --sessions N    so many instead; then docs/ stays as it is
  --folder DIR    keep the database there, and use it again the next time
  --seed N        another population
`;
const FULL = 1_000_000;

const { values } = parseArgs({
  options: {
    sessions: { type: "string", default: String(FULL) },
    folder: { type: "string" },
    seed: { type: "string", default: "7" },
    help: { type: "boolean", short: "h" },
  },
});
const sessions = Number(values.sessions);
const seed = Number(values.seed);
if (values.help === true || !Number.isInteger(sessions) || sessions < 1_000 || !Number.isInteger(seed)) {
  process.stdout.write(USAGE);
  process.exit(values.help === true ? 0 : 2);
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

const crowd = await openCrowd({ sessions, seed, folder: values.folder ?? null, say });
try {
  say("Trace and search …");
  const find = await measureFind(crowd, { calls: 2_000 });
  say("Results and events …");
  const read = await measureRead(crowd, { calls: 2_000 });
  say("Home and Monitoring …");
  const monitored = await measureMonitoring(crowd, { calls: 60 });
  say("Results for people …");
  const people = await measurePeople(crowd, { calls: 1_000 });
  say("Pages in a browser …");
  const pages = await measurePages(crowd, { loads: 20 });
  say("Reconcile …");
  const reconciled = await measureReconcile(crowd, { lines: Math.min(50_000, sessions) });
  save({
    at: new Date().toISOString(),
    sessions,
    filledInSeconds: crowd.filledInSeconds,
    machine: machine(),
    find,
    read,
    monitored,
    people,
    pages,
    reconciled,
  });
} finally {
  await crowd.close();
}

function save(report: MillionReport): void {
  const root = join(import.meta.dirname, "..");
  const folder = join(root, "bench/results");
  mkdirSync(folder, { recursive: true });
  const name = `${report.at.replaceAll(":", "-").slice(0, 19)}-million.json`;
  writeFileSync(join(folder, name), `${JSON.stringify(report, null, 2)}\n`);
  const text = renderMillion(report);
  if (report.sessions === FULL) writeFileSync(join(root, "docs/performance-million.md"), text);
  process.stdout.write(text);
}
