import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const ROOT = dirname(import.meta.dirname);
const PROGRAM = join(ROOT, "bin", "tallystick.mjs");
const RESTART_MS = 100;
const STOP_MS = 30_000;

export type Duty = "api" | "worker" | "serve";

export interface ServiceOptions {
  readonly name: string;
  readonly duty: Duty;
  readonly environment: Readonly<Record<string, string>>;
  /** What it says is appended here. */
  readonly logFile: string;
  /** It ended although nobody had killed it. */
  readonly onSurprise: (sentence: string) => void;
}

/** `tallystick api`, `worker` or `serve`, started again whenever it ends, as a supervisor would. */
export interface Service {
  readonly name: string;
  /** SIGKILL; the supervisor starts it again. */
  kill(): void;
  /** SIGSTOP until `resume`; a killed one comes back awake. */
  pause(): void;
  resume(): void;
  isPaused(): boolean;
  /** SIGTERM, not started again. Resolves when it has ended. */
  stop(): Promise<void>;
}

export function startService(options: ServiceOptions): Service {
  let child = launch(options);
  let isStopping = false;
  let isPaused = false;
  const expected = new WeakSet<ChildProcess>();
  const watch = (watched: ChildProcess): void => {
    watched.once("exit", (code, signal) => {
      if (isStopping) return;
      if (!expected.has(watched)) options.onSurprise(`${options.name} ended by itself with ${code ?? signal}`);
      setTimeout(() => {
        if (isStopping) return;
        child = launch(options);
        isPaused = false;
        watch(child);
      }, RESTART_MS);
    });
  };
  watch(child);
  return {
    name: options.name,
    kill() {
      expected.add(child);
      child.kill("SIGKILL");
    },
    pause() {
      isPaused = child.kill("SIGSTOP");
    },
    resume() {
      child.kill("SIGCONT");
      isPaused = false;
    },
    isPaused: () => isPaused,
    async stop() {
      isStopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      const impatient = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await ended;
      clearTimeout(impatient);
    },
  };
}

function launch({ duty, environment, logFile }: ServiceOptions): ChildProcess {
  const log = openSync(logFile, "a");
  try {
    // A group of its own: a Ctrl-C reaches the harness alone, which then stops everything in good order.
    const options = { cwd: ROOT, env: environment, detached: true };
    return spawn(process.execPath, [PROGRAM, duty], { ...options, stdio: ["ignore", log, log] });
  } finally {
    closeSync(log);
  }
}

/** Throws after a minute. */
export async function untilReady(baseUrl: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const answer = await fetch(`${baseUrl}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    await delay(50);
  }
  throw new Error(`${baseUrl} is not ready after a minute`);
}
