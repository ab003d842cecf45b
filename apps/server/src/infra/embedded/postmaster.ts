import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";

/** What `postmaster.pid` in the data folder says. */
export interface Postmaster {
  readonly pid: number;
  readonly socketFolder: string;
}

const run = promisify(execFile);

/** The postmaster of this data folder if its process is alive, whoever started it. */
export async function findPostmaster(data: string): Promise<Postmaster | null> {
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return null;
  return (await looksLikePostgres(pid)) ? { pid, socketFolder: lines[4] ?? "" } : null;
}

/** A lock file outlives a crash of the machine, and its number may then belong to any other program. */
export async function namesForeignProcess(lockFile: string): Promise<boolean> {
  const text = await readFile(lockFile, "utf8").catch(() => "");
  const pid = Math.abs(Number(text.split("\n")[0]));
  return Number.isInteger(pid) && pid > 1 && isAlive(pid) && !(await looksLikePostgres(pid));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function looksLikePostgres(pid: number): Promise<boolean> {
  const fromProc = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => null);
  if (fromProc !== null) return fromProc.includes("postgres");
  const listed = await run("ps", ["-p", String(pid), "-o", "command="]).catch(() => null);
  return listed === null || listed.stdout.includes("postgres");
}

/** Fast shutdown, then immediate shutdown (the write-ahead log makes it safe), then the end. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const [signal, patienceMs] of [
    ["SIGINT", 20_000],
    ["SIGQUIT", 5_000],
    ["SIGKILL", 5_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    if (await isGone(pid, patienceMs)) return;
  }
}

async function isGone(pid: number, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    if (!isAlive(pid)) return true;
    await wait(20);
  }
  return false;
}
