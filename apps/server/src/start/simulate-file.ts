import { createHash } from "node:crypto";
import { closeSync, existsSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

import { headOf, linesOf, type SimulationOrder } from "@tallystick/simulation";

import { UsageError } from "./command.ts";
import type { Block, PlayedBlock } from "./simulate-worker.ts";

/** Sessions that one message to a thread asks for: an eighth of a second of work. */
const BLOCK_SESSIONS = 50;

export interface SimulateOptions {
  readonly order: SimulationOrder;
  readonly sessions: number;
  readonly path: string;
  /** Overwrite a file of this name. */
  readonly force: boolean;
  /** 1: in this thread. */
  readonly threads: number;
  /** The built `simulate-worker`; needed for more than one thread. */
  readonly workerFile: URL;
  /** Ends the run early; what was written stays. */
  readonly signal: AbortSignal;
  readonly onProgress: (written: number) => void;
}

export interface Simulated {
  /** Sessions in the file: all, or as many as there were when the run was ended. */
  readonly written: number;
  /** Of the file. */
  readonly sha256: string;
}

/**
 * Writes sessions to a file (0600) in the order of their numbers, so that it is the same whatever the number of threads;
 * at every moment it holds complete lines. Throws UsageError when the file exists or can not be made.
 */
export async function simulateToFile(options: SimulateOptions): Promise<Simulated> {
  const threads = Math.min(options.threads, Math.ceil(options.sessions / BLOCK_SESSIONS));
  if (threads > 1 && !existsSync(options.workerFile))
    throw new UsageError(
      `${fileURLToPath(options.workerFile)} is missing: npm run build makes it, or take --threads 1`,
    );
  const file = openFile(options);
  try {
    file.append(headOf(options.order), 0);
    if (threads > 1) await playInThreads(options, threads, file);
    else await playHere(options, file);
    return file.end();
  } finally {
    file.close();
  }
}

interface LinesFile {
  append(text: string, sessions: number): void;
  readonly written: () => number;
  end(): Simulated;
  close(): void;
}

function openFile({ path, force, onProgress }: SimulateOptions): LinesFile {
  const descriptor = openOrRefuse(path, force);
  const hash = createHash("sha256");
  let bytes = 0;
  let written = 0;
  return {
    written: () => written,
    append: (text, sessions) => {
      const data = Buffer.from(text);
      try {
        for (let done = 0; done < data.length;) done += writeSync(descriptor, data, done);
      } catch (error) {
        // A full disk leaves half a line.
        ftruncateSync(descriptor, bytes);
        throw error;
      }
      hash.update(data);
      bytes += data.length;
      written += sessions;
      onProgress(written);
    },
    end: () => ({ written, sha256: hash.digest("hex") }),
    close: () => closeSync(descriptor),
  };
}

function openOrRefuse(path: string, force: boolean): number {
  try {
    return openSync(path, force ? "w" : "wx", 0o600);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST")
      throw new UsageError(`${path} exists already; give another name, or --force to overwrite it`);
    throw new UsageError(`${path} can not be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const blockFrom = (from: number, sessions: number): Block => ({ from, to: Math.min(from + BLOCK_SESSIONS, sessions) });

async function playHere({ order, sessions, signal }: SimulateOptions, file: LinesFile): Promise<void> {
  const lines = linesOf(order);
  for (let next = 0; next < sessions && !signal.aborted; next += BLOCK_SESSIONS) {
    const { from, to } = blockFrom(next, sessions);
    file.append(lines(from, to), to - from);
    // So that a Ctrl-C is heard.
    await setImmediate();
  }
}

async function playInThreads(options: SimulateOptions, threads: number, file: LinesFile): Promise<void> {
  const { order, sessions, signal, workerFile } = options;
  const waiting = new Map<number, string>();
  let next = 0;
  const workers = Array.from({ length: threads }, () => new Worker(workerFile, { workerData: order }));
  const hand = (worker: Worker): void => {
    if (next >= sessions) return;
    worker.postMessage(blockFrom(next, sessions));
    next += BLOCK_SESSIONS;
  };
  const finished = new Promise<void>((resolve, reject) => {
    const take = ({ from, lines }: PlayedBlock): void => {
      waiting.set(from, lines);
      writeInOrder(waiting, sessions, file);
      if (file.written() >= sessions) resolve();
    };
    for (const worker of workers) {
      worker.on("message", (played: PlayedBlock) => {
        if (signal.aborted) return;
        try {
          take(played);
          hand(worker);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
      worker.once("error", reject);
    }
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  try {
    for (const worker of workers) hand(worker);
    await finished;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** A thread may be ahead of another: its lines wait for those before them. */
function writeInOrder(waiting: Map<number, string>, sessions: number, file: LinesFile): void {
  for (let lines = waiting.get(file.written()); lines !== undefined; lines = waiting.get(file.written())) {
    const { from, to } = blockFrom(file.written(), sessions);
    waiting.delete(from);
    file.append(lines, to - from);
  }
}
