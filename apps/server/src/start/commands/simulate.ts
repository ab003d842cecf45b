import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

import {
  type LineFormat,
  namedPopulation,
  type Population,
  POPULATION_NAMES,
  readPopulation,
  setUp,
  type SimulationOrder,
} from "@tallystick/simulation";

import { type CommandAnswer, type CommandArgs, type CommandIo, type StoreCommand, UsageError } from "../command.ts";
import { type Simulated, simulateToFile } from "../simulate-file.ts";
import { readNumber } from "./read-options.ts";

const MOST_SESSIONS = 10_000_000;
const MOST_THREADS = 64;
const MOST_NOISE = 10;
const PROGRESS_EVERY_MS = 2_000;

/** Beside the bundle, where `npm run build` puts it. */
const WORKER_FILE = new URL("./simulate-worker.mjs", import.meta.url);

export const simulateCommand: StoreCommand = {
  name: "simulate",
  summary: "Let simulated people play a battery and write their sessions to a file; needs no database",
  positionals: [],
  options: {
    population: {
      type: "string",
      value: "NAME|FILE.json",
      description: `${POPULATION_NAMES.join(", ")}, or a file with members and their shares`,
      required: true,
    },
    sessions: { type: "string", value: "N", description: "how many sessions, one for each person", required: true },
    out: { type: "string", value: "FILE", description: "where to: FILE.csv or FILE.jsonl", required: true },
    battery: { type: "string", value: "VERSION", description: "what is played; default standard-1" },
    off: { type: "string", value: "KEY,KEY", description: "tasks of the battery that are switched off" },
    model: { type: "string", value: "VERSION", description: "what it is scored with; default the battery's" },
    seed: { type: "string", value: "TEXT", description: "the same text gives the same file; default tallystick" },
    noise: { type: "string", value: "X", description: "factor on everybody's indecision, 0 to 10; default 1" },
    threads: { type: "string", value: "N", description: "default one for each core; the file is the same" },
    force: { type: "boolean", description: "overwrite FILE" },
  },
  example: "npx tallystick simulate --population mixed --sessions 1000 --out mixed.csv",
  runOnStore: async (_place, args, io) => simulate(args, io),
};

async function simulate(args: CommandArgs, io: CommandIo): Promise<CommandAnswer> {
  const order = readOrder(args);
  const sessions = readNumber(args, "sessions", { least: 1, most: MOST_SESSIONS }) ?? 1;
  const threads = readNumber(args, "threads", { least: 1, most: MOST_THREADS }) ?? availableParallelism();
  const path = args.text("out") ?? "";
  const progress = progressTo(io, sessions);
  const simulated = await untilInterrupted((signal) =>
    simulateToFile({
      order,
      sessions,
      path,
      force: args.flag("force"),
      threads,
      workerFile: WORKER_FILE,
      signal,
      onProgress: progress,
    }),
  );
  return answer({ order, sessions, path, simulated });
}

function readOrder(args: CommandArgs): SimulationOrder {
  const out = args.text("out") ?? "";
  const population = populationFrom(args.text("population") ?? "");
  const model = args.text("model");
  const off = args.text("off");
  const setup = {
    battery: args.text("battery") ?? "standard-1",
    ...(model === undefined ? {} : { model }),
    ...(off === undefined ? {} : { off: off.split(",") }),
  };
  orUsageError("", () => setUp(setup));
  return { population, setup, format: formatOf(out), seed: args.text("seed") ?? "tallystick", noise: readNoise(args) };
}

function formatOf(path: string): LineFormat {
  if (path.endsWith(".csv")) return "csv";
  if (path.endsWith(".jsonl")) return "jsonl";
  throw new UsageError("--out takes a name that ends in .csv or .jsonl");
}

function readNoise(args: CommandArgs): number {
  const text = args.text("noise") ?? "1";
  const noise = /^\d{1,2}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (noise >= 0 && noise <= MOST_NOISE) return noise;
  throw new UsageError(`--noise takes a number from 0 to ${String(MOST_NOISE)}, such as 1.5`);
}

function populationFrom(name: string): Population {
  if (!name.endsWith(".json")) {
    const named = namedPopulation(name);
    if (named !== null) return named;
    throw new UsageError(`--population takes ${POPULATION_NAMES.join(", ")} or the name of a .json file`);
  }
  return orUsageError(`${name}: `, () => readPopulation(readJson(name)));
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`${path} can not be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(`${path} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What the simulation finds wrong with its names and numbers is the command line's fault. */
function orUsageError<T>(place: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`${place}${error.message}`);
    throw error;
  }
}

function progressTo(io: CommandIo, sessions: number): (written: number) => void {
  const started = performance.now();
  let toldMs = started;
  return (written) => {
    const nowMs = performance.now();
    if (nowMs - toldMs < PROGRESS_EVERY_MS) return;
    toldMs = nowMs;
    const perSecond = Math.round((1_000 * written) / (nowMs - started));
    io.note(`${String(written)} of ${String(sessions)} sessions, ${String(perSecond)} a second\n`);
  };
}

/** The first Ctrl-C ends the run in good order; a second one ends the process. */
async function untilInterrupted<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, stop);
  try {
    return await run(interrupted.signal);
  } finally {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.off(name, stop);
  }
}

interface Done {
  readonly order: SimulationOrder;
  readonly sessions: number;
  readonly path: string;
  readonly simulated: Simulated;
}

function answer({ order, sessions, path, simulated: { written, sha256 } }: Done): CommandAnswer {
  const { battery, model } = setUp(order.setup);
  const whole = written === sessions;
  const told = whole
    ? `${String(written)} sessions`
    : `Interrupted: ${String(written)} of ${String(sessions)} sessions, all of them complete,`;
  return {
    json: {
      file: path,
      sessions: written,
      asked: sessions,
      population: order.population.name,
      seed: order.seed,
      battery: battery.version,
      model: model.version,
      sha256,
    },
    text: `${told} are in ${path} (population ${order.population.name}, seed ${order.seed}, ${battery.version}, ${model.version}).\n`,
    exitCode: whole ? 0 : 1,
  };
}
