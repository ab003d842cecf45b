import { type ChildProcess, execFile, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

const root = dirname(dirname(import.meta.dirname));
const program = join(root, "bin", "tallystick.mjs");
const READY_MS = 90_000;
const STOP_MS = 20_000;

export interface ServerOptions {
  /** Kept when given; else a fresh folder that `remove` deletes. */
  readonly dataDir?: string;
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly onOutput?: (text: string) => void;
  /** Writes what the server says to this file instead of reading it; `output()` is then empty. */
  readonly outputFile?: string;
}

export interface ServerProcess {
  readonly baseUrl: string;
  readonly port: number;
  readonly dataDir: string;
  readonly pid: number;
  /** Everything the process wrote so far. */
  output(): string;
  /** Runs a command beside the server and returns its one JSON document. */
  cli(parameters: readonly string[]): Promise<unknown>;
  /** SIGKILL, nothing is tidied up. */
  kill(): Promise<void>;
  /** SIGTERM, waits until everything has ended. */
  stop(): Promise<void>;
  /** Stops and deletes the data folder, unless it was given. */
  remove(): Promise<void>;
}

/** Starts `tallystick serve` as a process of its own and waits until it is ready. Throws with its output if it is not. */
export async function startServer(options: ServerOptions = {}): Promise<ServerProcess> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "tallystick-"));
  const port = options.port ?? (await freePort());
  const environment = serverEnvironment(dataDir, port, options.environment);
  let output = "";
  const file = options.outputFile === undefined ? null : openSync(options.outputFile, "a");
  // A group of its own: Ctrl-C reaches this process first, which then stops the server in good order.
  const child = spawn(process.execPath, [program, "serve"], {
    cwd: root,
    env: environment,
    stdio: ["ignore", file ?? "pipe", file ?? "pipe"],
    detached: true,
  });
  if (file !== null) closeSync(file);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      options.onOutput?.(chunk.toString("utf8"));
    });
  }
  const baseUrl = `http://127.0.0.1:${port}`;
  const server: ServerProcess = {
    baseUrl,
    port,
    dataDir,
    pid: child.pid ?? 0,
    output: () => output,
    cli: (parameters) => runCommand(parameters, environment),
    kill: () => end(child, "SIGKILL"),
    stop: () => end(child, "SIGTERM"),
    async remove() {
      await end(child, "SIGTERM");
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
  try {
    await waitUntilReady(baseUrl, child);
  } catch (error) {
    await server.remove();
    const said = options.outputFile === undefined ? output : readFileSync(options.outputFile, "utf8");
    throw new Error(`The server did not become ready.\n${said}`, { cause: error });
  }
  return server;
}

function serverEnvironment(
  dataDir: string,
  port: number,
  more: Readonly<Record<string, string>> = {},
): Record<string, string | undefined> {
  const { DATABASE_URL: _database, TALLYSTICK_SECRET: _secret, ...inherited } = process.env;
  return {
    ...inherited,
    PORT: String(port),
    HOST: "127.0.0.1",
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    TALLYSTICK_DATA: dataDir,
    LOG_LEVEL: "info",
    ...more,
  };
}

async function waitUntilReady(baseUrl: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`It ended with ${child.exitCode ?? child.signalCode}`);
    try {
      const answer = await fetch(`${baseUrl}/readyz`, { signal: AbortSignal.timeout(2000) });
      await answer.arrayBuffer();
      if (answer.status === 200) return;
    } catch {
      // Not listening yet.
    }
    await delay(50);
  }
  throw new Error(`No answer of /readyz within ${READY_MS / 1000} s`);
}

/** Runs one command of the CLI with `--json`; throws with what it said when it fails. */
export async function runCommand(
  parameters: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<unknown> {
  const options = { cwd: root, env: environment, maxBuffer: 16 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...parameters, "--json"], options);
  return JSON.parse(stdout) as unknown;
}

async function end(child: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill(signal);
  const impatient = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(impatient);
}

/** A TCP port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return port;
}
