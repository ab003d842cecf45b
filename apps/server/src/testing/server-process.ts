import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { projectRoot } from "../infra/places.ts";

/** A real server in a process of its own, started by the program people start. */
export interface ServerProcess {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly url: string;
  /** Everything it has written so far, both streams. */
  output(): string;
  /** Sends the signal and resolves to the exit code, or null when the signal itself ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const PROGRAM = join(projectRoot(), "bin", "tallystick.mjs");

/** A data folder that root's PostgreSQL user can reach too. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "ts-kill-"));
  await chmod(path, 0o711);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

function environment(dataDir: string, extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, DATABASE_URL: "", TALLYSTICK_SECRET: "", PORT: "0", TALLYSTICK_DATA: dataDir, ...extra };
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly parameters?: readonly string[];
  /** Through npm, as people start it; the process is then npm's. */
  readonly throughNpm?: boolean;
}

/** Resolves when the server says where it listens; throws with its output when it ends before. */
export async function startServer(dataDir: string, options: StartOptions = {}): Promise<ServerProcess> {
  const [command, first] = options.throughNpm === true ? ["npm", "start"] : [process.execPath, PROGRAM];
  const rest = options.throughNpm === true ? [] : (options.parameters ?? ["serve"]);
  const child = spawn(command, [first, ...rest], {
    cwd: projectRoot(),
    env: environment(dataDir, options.env ?? {}),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a process group of its own, to which a Ctrl-C can be sent
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
  const exit = once(child, "exit") as Promise<[number | null]>;
  const url = await until("the server listens", () => {
    const found = /running at (http:\S+)/.exec(output)?.[1];
    if (found === undefined && child.exitCode !== null) throw new Error(`The server ended early:\n${output}`);
    return Promise.resolve(found);
  });
  return {
    pid: child.pid!,
    child,
    url,
    output: () => output,
    end: async (signal) => {
      child.kill(signal);
      return (await exit)[0];
    },
  };
}

/** Runs the program to its end. */
export async function runProgram(
  dataDir: string,
  parameters: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [PROGRAM, ...parameters], {
    env: environment(dataDir, env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

/** The embedded PostgreSQL's process, as its own lock file names it. */
export async function postmasterPid(dataDir: string): Promise<number> {
  return Number((await readFile(join(dataDir, "postgres", "data", "postmaster.pid"), "utf8")).split("\n")[0]);
}

/** Polls until the answer is neither undefined, null nor false. Throws after 60 s. */
export async function until<T>(what: string, look: () => Promise<T | undefined | null | false>): Promise<T> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    await wait(25);
  }
  throw new Error(`Waited a minute in vain until ${what}`);
}

/** The status of GET `path`, or 0 while nobody listens. */
export async function statusOf(url: string, path: string): Promise<number> {
  try {
    const answer = await fetch(url + path, { redirect: "manual" });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}
