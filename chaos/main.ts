import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { type ChaosOptions, PAGE_ROUNDS, readOptions, usage } from "./options.ts";
import { renderReport, summary } from "./report.ts";
import { isClean, runChaos } from "./run.ts";

const ROOT = dirname(import.meta.dirname);
const PAGE = join(ROOT, "docs/reliability.md");
const EVIDENCE = join(ROOT, "artifacts/chaos");

process.exitCode = await main();

async function main(): Promise<number> {
  let options: ChaosOptions | "help";
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 2;
  }
  if (options === "help") {
    process.stdout.write(usage());
    return 0;
  }
  return run(options);
}

async function run(options: ChaosOptions): Promise<number> {
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => abort.abort());
  const report = await runChaos({ ...options, evidenceDir: EVIDENCE, signal: abort.signal, say });
  if (report.rounds >= PAGE_ROUNDS && report.isWhole) writeFileSync(PAGE, renderReport(report));
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : summary(report));
  return isClean(report) ? 0 : 1;
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
