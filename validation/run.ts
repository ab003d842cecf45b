import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { canonicalJson } from "@tallystick/scoring";
import { inWords, machine } from "../bench/machine.ts";
import { playTogether } from "./crew.ts";
import { figures } from "./figures.ts";
import { allCriteria, renderPage, type Report } from "./page.ts";
import { FULL, QUICK } from "./plan.ts";
import { realPeople } from "./real-people.ts";
import { standard } from "./studies.ts";

const USAGE = `npm run validate               about five minutes on two cores; writes docs/validation.md and docs/images/validation/
npm run validate -- --quick    a small run to see that everything works, half a minute; writes the same under artifacts/validation/
`;
const ROOT = dirname(import.meta.dirname);
const PROGRESS_EVERY_MS = 5_000;

const words = process.argv.slice(2);
if (words.length > 1 || words.some((word) => word !== "--quick")) {
  process.stdout.write(USAGE);
  process.exit(words.includes("--help") ? 0 : 2);
}
process.exitCode = await validate(words.includes("--quick"));

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

/** Resolves to the exit code: 0 written, whatever holds; 130 interrupted, and nothing written. */
async function validate(quick: boolean): Promise<number> {
  const plan = quick ? QUICK : FULL;
  const processes = availableParallelism();
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort());
  const started = performance.now();
  say(`Simulated people play in ${String(processes)} processes …`);
  let toldMs = started;
  const onProgress = (done: number, all: number): void => {
    const nowMs = performance.now();
    if (nowMs - toldMs < PROGRESS_EVERY_MS && done < all) return;
    toldMs = nowMs;
    say(`${String(Math.round((100 * done) / all))} % after ${String(Math.round((nowMs - started) / 1_000))} s`);
  };
  try {
    const results = await playTogether({ plan, processes, onProgress, signal: interrupted.signal });
    const seconds = (performance.now() - started) / 1_000;
    const at = new Date().toISOString();
    const modelHash = createHash("sha256").update(canonicalJson(standard.model)).digest("hex");
    write({ at, machine: inWords(machine()), seconds, quick, plan, results, modelHash, real: realPeople() });
    return 0;
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    say("Interrupted: nothing was written.");
    return 130;
  }
}

function write(report: Report): void {
  const folder = join(ROOT, report.quick ? "artifacts/validation" : "docs");
  const images = join(folder, "images/validation");
  mkdirSync(images, { recursive: true });
  for (const [name, figure] of Object.entries(figures(report.results)))
    writeFileSync(join(images, `${name}.svg`), figure);
  writeFileSync(join(folder, "validation.md"), renderPage(report));
  for (const { name, target, measured, holds } of allCriteria(report))
    say(`${holds ? "holds " : "MISSED"} ${name}: ${measured}, target ${target}`);
  if (report.real === null) say("The data of real people are not here (TALLYSTICK_SHARED_DATA): not compared.");
  say(`Wrote ${join(folder, "validation.md")}`);
}
