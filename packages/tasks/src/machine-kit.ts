import type { Refusal, RefusalName, TaskInput } from "./contract.ts";

/** What every machine checks before it looks at its own rules. Small: it travels to the phone with each task. */

const SOURCES = ["mouse", "touch", "pen", "keyboard", "assistive", "unknown"];
const LONGEST_MS = 86_400_000;
/** Twenty points of three numbers. */
const LONGEST_PATH = 60;

const MEMBERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  n: isCount,
  at: (value) => isCount(value) && value <= LONGEST_MS,
  kind: isShortString,
  stimulus: isShortString,
  choice: isShortString,
  source: (value) => typeof value === "string" && SOURCES.includes(value),
  dx: isFinite,
  dy: isFinite,
  path: isPath,
  trusted: isBoolean,
  down: isBoolean,
};

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
function isShortString(value: unknown): boolean {
  return typeof value === "string" && value.length > 0 && value.length <= 40;
}
function isFinite(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}
function isPath(value: unknown): boolean {
  return Array.isArray(value) && value.length <= LONGEST_PATH && value.length % 3 === 0 && value.every(isFinite);
}
function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}

export function refuse(refused: RefusalName): Refusal {
  return { refused };
}

/** Where the inputs stand: part of every machine's state. */
export interface Cursor {
  /** `n` of the last accepted input, −1 before the first. */
  readonly lastN: number;
  /** `at` of the last accepted input, ms. */
  readonly lastAt: number;
}

/**
 * Form and order of an input, whatever the task. Numbers may skip (a refused input keeps its own), never go back.
 * Returns the refusal, or null when the input may be judged by the task's rules.
 */
export function refuseForm(cursor: Cursor, input: TaskInput): Refusal | null {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return refuse("malformed");
  for (const [name, value] of Object.entries(input)) {
    const check = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
    if (check === undefined || !check(value)) return refuse("malformed");
  }
  if (input.n === undefined || input.at === undefined || input.kind === undefined) return refuse("malformed");
  if (input.n <= cursor.lastN || input.at < cursor.lastAt) return refuse("out_of_order");
  return null;
}
