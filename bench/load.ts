import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Job, Measured } from "./generator.ts";

/** Runs the generator once. Throws when a request was refused: a fast refusal is no speed. */
export async function load(job: Job): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-bench-"));
  const file = join(folder, "job.json");
  writeFileSync(file, JSON.stringify(job));
  try {
    const program = join(import.meta.dirname, "generator.ts");
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", program, file]);
    const measured = JSON.parse(stdout) as Measured;
    if (measured.failed > 0) throw new Error(`${measured.failed} requests to ${job.url} failed`);
    return measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Middle value; of an even number the lower middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** The value that `share` of all values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
