import { parseArgs } from "node:util";

import { FAULTS } from "./faults/all.ts";
import type { Fault } from "./faults/fault.ts";

const USAGE = `npm run chaos    breaks everything while applicants finish, then proves that nothing was lost; writes docs/reliability.md
  --rounds N        so many rounds, about 3 s each (default 200); fewer than 60 leave the page as it is
  --seed N          the same seed deals the same faults, in the same order but for one that waits for another to pass (default 1)
  --only NAMES      these faults alone, separated by commas; leaves the page as it is
  --json            print the report as one JSON document
Ctrl-C ends after the round under way and reports what was done. Exit code 1: something was lost or went wrong.

Faults:
${FAULTS.map(({ name, does }) => `  ${name.padEnd(44)}${does}`).join("\n")}
`;
const DEFAULT_ROUNDS = 200;
/** From so many on every fault has come at least twice: enough to be told in the page. */
export const PAGE_ROUNDS = 60;

export interface ChaosOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly faults: readonly Fault[];
  readonly json: boolean;
}

/** Throws an Error in words. `help`: the usage was asked for. */
export function readOptions(argv: readonly string[]): ChaosOptions | "help" {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      rounds: { type: "string", default: String(DEFAULT_ROUNDS) },
      seed: { type: "string", default: "1" },
      only: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  return {
    rounds: readNumber("--rounds", values.rounds, 100_000),
    seed: readNumber("--seed", values.seed, 0xffff_ffff),
    faults: values.only === undefined ? FAULTS : readFaults(values.only),
    json: values.json,
  };
}

export function usage(): string {
  return USAGE;
}

function readNumber(option: string, text: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new Error(`${option} takes a whole number from 1 to ${most}`);
  }
  return value;
}

function readFaults(text: string): Fault[] {
  return text.split(",").map((name) => {
    const fault = FAULTS.find((candidate) => candidate.name === name.trim());
    if (fault === undefined) throw new Error(`There is no fault "${name}". See npm run chaos -- --help`);
    return fault;
  });
}
