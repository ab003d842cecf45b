import { parseConfig } from "../config.ts";
import type { Config } from "../config.ts";
import { AppError } from "../infra/errors.ts";
import { createLogger } from "../infra/logger.ts";
import { StartRefused } from "../infra/start-refused.ts";
import { runCommand, type AnyCommand } from "./command.ts";
import { commands } from "./commands/all.ts";
import { buildDeps, openStore } from "./deps.ts";
import { interruption } from "./interruption.ts";
import { serve, type Duties } from "./serve.ts";
import { untilInterrupted } from "./shutdown.ts";
import { processTerminal, type Terminal } from "./terminal.ts";
import { explainUnknown } from "./unknown-command.ts";

interface Service {
  readonly summary: string;
  readonly duties: Duties;
}

/** They run until they are stopped; everything else is a command that answers and ends. */
const SERVICES: Readonly<Record<string, Service>> = {
  serve: { summary: "API, applicants' pages, webhooks and sweeps in one process", duties: { api: true, worker: true } },
  api: { summary: "API and applicants' pages alone", duties: { api: true, worker: false } },
  worker: { summary: "Webhooks and sweeps alone", duties: { api: false, worker: true } },
};

/** Resolves to the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function main(argv: readonly string[]): Promise<number> {
  const terminal = processTerminal();
  try {
    return await dispatch(argv, terminal);
  } catch (error) {
    terminal.note(`${describe(error)}\n`);
    return 1;
  }
}

async function dispatch(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [word = "--help", ...rest] = argv;
  if (word === "--help" || word === "-h" || word === "help") {
    terminal.out(overview());
    return 0;
  }
  const service = SERVICES[word];
  if (service !== undefined) return runService({ name: word, ...service }, rest, terminal);
  const command = findCommand(argv);
  if (command === undefined) return unknownCommand(argv, terminal);
  const words = command.name.split(" ").length;
  return runCommand(command, argv.slice(words), {
    io: {
      out: (text) => terminal.out(text),
      note: (text) => terminal.note(text),
      osUser: terminal.osUser,
      interruption,
    },
    openDeps: async () => {
      const config = quietUnlessAsked(parseConfig(process.env));
      return buildDeps(config, { log: createLogger(config), poolSize: 2, shared: true });
    },
    openPlace: () => {
      const config = quietUnlessAsked(parseConfig(process.env));
      const log = createLogger(config);
      return { config, log, open: () => openStore(config, { log, poolSize: 2, shared: true }) };
    },
    openStop: untilInterrupted,
  });
}

async function runService(
  service: Service & { readonly name: string },
  rest: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const [word] = rest;
  if (word === "--help" || word === "-h") {
    terminal.out(
      `${service.summary}.\n\nUsage: tallystick ${service.name}\n\nSettings come from the environment; see docs/reference/configuration.md.\n\nExample:\n  PORT=8081 npx tallystick ${service.name}\n`,
    );
    return 0;
  }
  if (word !== undefined) {
    terminal.note(`"${word}" is one word too many\nUsage: tallystick ${service.name}\n`);
    return 2;
  }
  const config = parseConfig(process.env);
  return serve(terminal.isInteractive ? quietUnlessAsked(config) : config, service.duties, terminal);
}

/** Where a person reads along, a line for each request would bury what is said to them. */
function quietUnlessAsked(config: Config): Config {
  return (process.env["LOG_LEVEL"] ?? "") === "" ? { ...config, logLevel: "warn" } : config;
}

/** The longest name wins: `deployment create` before a `deployment`. */
function findCommand(argv: readonly string[]): AnyCommand | undefined {
  return commands
    .filter((command) => command.name.split(" ").every((word, index) => argv[index] === word))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
}

function unknownCommand(argv: readonly string[], terminal: Terminal): number {
  const names = [...Object.keys(SERVICES), ...commands.map((command) => command.name)];
  terminal.note(`${explainUnknown(argv, names)}\nSee: tallystick --help\n`);
  return 2;
}

function overview(): string {
  const rows = [
    ...Object.entries(SERVICES).map(([name, { summary }]) => [name, summary] as const),
    ...commands.map((command) => [command.name, command.summary] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    "Usage: tallystick <command> [options]",
    "",
    ...rows.map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "tallystick <command> --help shows the options and an example.",
    "",
  ].join("\n");
}

/** What a person can act on is told in words; anything else keeps its stack, for it is our fault. */
function describe(error: unknown): string {
  if (error instanceof StartRefused || error instanceof AppError) return error.message;
  return error instanceof Error ? `Tallystick failed: ${error.stack ?? error.message}` : String(error);
}
