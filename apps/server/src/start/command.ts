import { parseArgs } from "node:util";

import type { Config } from "../config.ts";
import { AppError } from "../infra/errors.ts";
import type { Deps } from "../infra/deps.ts";
import type { Logger } from "../infra/logger.ts";
import { StartRefused } from "../infra/start-refused.ts";
import type { OpenStore } from "./deps.ts";

/** An option of a command; `--json` and `--help` exist on every command and are not listed. */
export interface CommandOption {
  readonly type: "string" | "boolean";
  /** Placeholder of the value in the help, e.g. `URL`. */
  readonly value?: string;
  readonly description: string;
  readonly required?: true;
}

export interface CommandArgs {
  readonly positionals: readonly string[];
  /** The value of a string option, or undefined when it was not given. */
  text(option: string): string | undefined;
  flag(option: string): boolean;
}

/** What the outside world is to a command. */
export interface CommandIo {
  /** Standard output: the answer, nothing else. */
  out(text: string): void;
  /** Standard error: progress, notices and errors. */
  note(text: string): void;
  /** Name of the operating system's user, for the audit log (`cli:<user>`). */
  readonly osUser: string;
  /** From the first call on, Ctrl-C asks by this signal instead of killing. Absent: nobody asks. */
  readonly interruption?: () => AbortSignal;
}

/** `json` is printed as the one document of `--json`, `text` otherwise. */
export interface CommandAnswer {
  readonly json: unknown;
  readonly text: string;
  /** Default 0; 1 where the answer itself is bad news a script must notice. */
  readonly exitCode?: 0 | 1;
}

interface CommandForm {
  /** As typed, e.g. `deployment create`. */
  readonly name: string;
  readonly summary: string;
  /** Names of the required positional arguments, in order. */
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, CommandOption>>;
  /** A whole line that works when pasted. */
  readonly example: string;
}

/** What nearly every command is: it works on a migrated database with the keys open. */
export interface Command extends CommandForm {
  run(deps: Deps, args: CommandArgs, io: CommandIo): Promise<CommandAnswer>;
}

/** Works on the database as a whole, which may be empty or of another release, or on no database at all. */
export interface StoreCommand extends CommandForm {
  runOnStore(place: StorePlace, args: CommandArgs, io: CommandIo): Promise<CommandAnswer>;
}

export interface StorePlace {
  readonly config: Config;
  readonly log: Logger;
  /** Starts or reaches the database; whoever runs the command closes it. */
  open(): Promise<OpenStore>;
}

/** Speaks with a server elsewhere, over HTTP alone: no database and no keys are opened. May run until it is stopped. */
export interface RemoteCommand extends CommandForm {
  runRemote(args: CommandArgs, io: CommandIo, stop: AbortSignal): Promise<CommandAnswer>;
}

export type AnyCommand = Command | StoreCommand | RemoteCommand;

/** The command line itself is wrong: exit code 2, and the usage is shown. */
export class UsageError extends Error {}

export interface RunCommandOptions {
  readonly io: CommandIo;
  /** Called only when the arguments are right, so that `--help` never starts a database. */
  readonly openDeps: () => Promise<{ readonly deps: Deps; readonly close: () => Promise<void> }>;
  /** For store commands. */
  readonly openPlace?: () => StorePlace;
  /** For remote commands: aborted when they should end. */
  readonly openStop?: () => AbortSignal;
}

/** Parses, runs and prints. Returns the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function runCommand(
  command: AnyCommand,
  argv: readonly string[],
  options: RunCommandOptions,
): Promise<number> {
  const { io } = options;
  try {
    const parsed = parseCommand(command, argv);
    if (parsed === "help") {
      io.out(helpText(command));
      return 0;
    }
    const answer = await runParsed(command, parsed.args, options);
    io.out(parsed.json ? `${JSON.stringify(answer.json)}\n` : answer.text);
    return answer.exitCode ?? 0;
  } catch (error) {
    io.note(`${describe(error)}\n`);
    if (!(error instanceof UsageError)) return 1;
    io.note(`Usage: ${usageLine(command)}\nSee: tallystick ${command.name} --help\n`);
    return 2;
  }
}

function runParsed(command: AnyCommand, args: CommandArgs, options: RunCommandOptions): Promise<CommandAnswer> {
  if ("run" in command) return onDeps(command, args, options);
  if ("runOnStore" in command) return onStore(command, args, options);
  return command.runRemote(args, options.io, options.openStop?.() ?? new AbortController().signal);
}

async function onDeps(command: Command, args: CommandArgs, options: RunCommandOptions): Promise<CommandAnswer> {
  const { deps, close } = await options.openDeps();
  try {
    return await command.run(deps, args, options.io);
  } finally {
    await close();
  }
}

async function onStore(command: StoreCommand, args: CommandArgs, options: RunCommandOptions): Promise<CommandAnswer> {
  const place = options.openPlace?.();
  if (place === undefined) throw new Error(`${command.name} needs a database to work on as a whole`);
  let opened: OpenStore | null = null;
  const open = async (): Promise<OpenStore> => (opened = await place.open());
  try {
    return await command.runOnStore({ ...place, open }, args, options.io);
  } finally {
    // Assigned inside `open`, which the checker does not follow.
    await (opened as OpenStore | null)?.close();
  }
}

/** The nearest of `candidates`, or undefined when none is near enough to be meant. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** The text of `--help`: summary, usage, options with their meaning, an example. */
export function helpText(command: CommandForm): string {
  const rows = [
    ...Object.entries(command.options).map(
      ([name, option]) =>
        [`--${name}${option.type === "string" ? ` ${option.value ?? "VALUE"}` : ""}`, describeOption(option)] as const,
    ),
    ["--json", "print exactly one JSON document"] as const,
    ["--help", "show this text"] as const,
  ];
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    command.summary,
    "",
    `Usage: ${usageLine(command)}`,
    "",
    "Options:",
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    "",
    "Example:",
    `  ${command.example}`,
    "",
  ].join("\n");
}

interface Parsed {
  readonly args: CommandArgs;
  readonly json: boolean;
}

function parseCommand(command: CommandForm, argv: readonly string[]): Parsed | "help" {
  // parseArgs would read "--name --json" as the value "--json"; tokens let us say what is missing instead.
  const names = [...Object.keys(command.options), "json", "help"];
  const parsed = parseArgs({
    args: [...argv],
    options: {
      ...Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }])),
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  if (parsed.values["help"] === true) return "help";
  for (const token of parsed.tokens) {
    if (token.kind !== "option") continue;
    if (!names.includes(token.name)) throw unknownOption(token.rawName, names);
    checkValue(command.options[token.name], token);
  }
  const missing = Object.entries(command.options).find(([name, o]) => o.required && parsed.values[name] === undefined);
  if (missing) throw new UsageError(`--${missing[0]} is missing: ${missing[1].description}`);
  checkPositionals(command, parsed.positionals);
  return { json: parsed.values["json"] === true, args: readArgs(parsed.positionals, parsed.values) };
}

function checkValue(
  option: CommandOption | undefined,
  token: { readonly rawName: string; readonly value?: string | undefined; readonly inlineValue?: boolean | undefined },
): void {
  if (option?.type === "string") {
    if (token.value === undefined || (!token.inlineValue && token.value.startsWith("--"))) {
      throw new UsageError(`${token.rawName} needs a value (${option.value ?? "VALUE"})`);
    }
  } else if (token.value !== undefined) {
    throw new UsageError(`${token.rawName} takes no value`);
  }
}

function checkPositionals(command: CommandForm, given: readonly string[]): void {
  const wanted = command.positionals;
  const missing = wanted[given.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing`);
  const extra = given[wanted.length];
  if (extra !== undefined) {
    const text = `"${extra}" is one word too many`;
    throw new UsageError(
      wanted.length ? `${text}; only ${wanted.join(" ")} is taken` : `${text}; put names with spaces in quotes`,
    );
  }
}

function readArgs(positionals: readonly string[], values: Readonly<Record<string, unknown>>): CommandArgs {
  return {
    positionals,
    text: (option) => {
      const value = values[option];
      return typeof value === "string" ? value : undefined;
    },
    flag: (option) => values[option] === true,
  };
}

function unknownOption(rawName: string, names: readonly string[]): UsageError {
  const near = suggest(rawName.replace(/^-+/, ""), names);
  return new UsageError(`There is no option ${rawName}${near ? `; did you mean --${near}?` : ""}`);
}

function usageLine(command: CommandForm): string {
  const required = Object.entries(command.options)
    .filter(([, option]) => option.required)
    .map(([name, option]) => (option.type === "boolean" ? `--${name}` : `--${name} ${option.value ?? "VALUE"}`));
  return ["tallystick", command.name, ...command.positionals, ...required, "[options]"].join(" ");
}

function describeOption(option: CommandOption): string {
  return option.required ? `${option.description} (required)` : option.description;
}

function describe(error: unknown): string {
  if (error instanceof AppError || error instanceof UsageError || error instanceof StartRefused) return error.message;
  // An operator at a terminal needs the reason; a stack would bury it.
  return `Failed: ${error instanceof Error ? error.message : String(error)}`;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(swap, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
