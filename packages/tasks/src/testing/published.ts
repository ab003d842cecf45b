import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BlockTrial } from "../block_memory/v1/machine.ts";

/**
 * Published data of real people, which stand outside the repository because of their licences: who has them names their
 * folder in TALLYSTICK_SHARED_DATA. For tests and the validation; nothing of a single person leaves either.
 */

const folder =
  process.env["TALLYSTICK_SHARED_DATA"] ?? fileURLToPath(new URL("../../../../../shared/data", import.meta.url));

export type Row = Readonly<Record<string, string>>;

export function isPublished(path: string): boolean {
  return existsSync(`${folder}/${path}`);
}

/** What a test does where a file is missing: says so aloud and skips. */
interface Skipping {
  skip(reason: string): never;
}

export function skipUnlessPublished(context: Skipping, ...paths: readonly string[]): void {
  const missing = paths.find((path) => !isPublished(path));
  if (missing === undefined) return;
  const reason = `skipped: reference data ${missing} is not on this machine (TALLYSTICK_SHARED_DATA names its folder)`;
  process.stderr.write(`${reason}\n`);
  context.skip(reason);
}

function linesOf(path: string): string[] {
  return readFileSync(`${folder}/${path}`, "utf8").trim().split(/\r?\n/);
}

/** Rows of a CSV file without quoted cells, by column name. */
export function readRows(path: string): Row[] {
  const [head = "", ...lines] = linesOf(path);
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, index) => [names[index] ?? "", cell])));
}

export function groupBy(rows: readonly Row[], column: string): ReadonlyMap<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = row[column] ?? "";
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

export const PUBLISHED_VARIABLES = "sro/published_variables.t1.csv";

/** A published variable by person; people without a value are left out. */
export function publishedVariable(name: string): ReadonlyMap<string, number> {
  const values = readRows(PUBLISHED_VARIABLES).map((row) => [row[""] ?? "", row[name] ?? ""] as const);
  return new Map(values.flatMap(([person, value]) => (value === "" ? [] : [[person, Number(value)] as const])));
}

export const KIRBY = "sro/kirby.t1.csv";

/** Choices between a smaller sum now and a larger one later, in the order they were put. */
export function moneyChoices(): ReadonlyMap<string, Row[]> {
  return groupBy(readRows(KIRBY), "worker_id");
}

export const choseLater = (row: Row): boolean => row["patient1_impatient0"] === "1";

export const CHOICE_TIMES = "sro/choice_reaction_time.t1.csv";

export function tapTrials(): ReadonlyMap<string, Row[]> {
  return groupBy(readRows(CHOICE_TIMES), "worker_id");
}

/** Times of the correct answers among the first 40, ms. */
export function firstCorrectTimes(rows: readonly Row[]): number[] {
  return rows
    .slice(0, 40)
    .filter((row) => row["correct"] === "1")
    .map((row) => Number(row["rt"]));
}

export const CARD_ROUNDS = "sro/columbia_card_task_hot_rounds.t1.csv";

/** Rounds that were arranged to be won: nothing cut them short but the person. */
export function wonRounds(): ReadonlyMap<string, { readonly cards: number; readonly lost: boolean }[]> {
  const people = [...groupBy(readRows(CARD_ROUNDS), "worker_id")];
  return new Map(
    people.map(([person, rounds]) => [
      person,
      rounds
        .filter((round) => round["round_type"] === "rigged_win")
        .map((round) => ({ cards: Number(round["n_cards"]), lost: round["hit_loss"] === "1" })),
    ]),
  );
}

export const TOWER = "sro/tower_of_london.t1.csv";

export interface PublishedProblem {
  /** Time of the first lift (`to_hand`), as recorded; −1 when none came. */
  readonly firstLiftMs: number;
  readonly minMoves: number;
  readonly moves: number;
  readonly solved: boolean;
}

/** Lifts and put-downs of one problem, then a `feedback` row with its outcome. */
export function towerProblems(): ReadonlyMap<string, PublishedProblem[]> {
  const people = new Map<string, PublishedProblem[]>();
  let first: Row | undefined;
  for (const row of readRows(TOWER)) {
    if (row["trial_id"] !== "feedback") {
      first ??= row;
      continue;
    }
    const person = row["worker_id"] ?? "";
    const problem: PublishedProblem = {
      firstLiftMs: Number(first?.["rt"] ?? -1),
      minMoves: Number(row["min_moves"]),
      moves: Number(row["num_moves_made"]),
      solved: Number(row["correct"]) === 1,
    };
    people.set(person, [...(people.get(person) ?? []), problem]);
    first = undefined;
  }
  return people;
}

export const REFLECTION = "sro/cognitive_reflection_survey.t1.csv";

/** Whether each problem whose tempting answer is wrong was solved. */
export function reflectionAnswers(): ReadonlyMap<string, boolean[]> {
  const people = [...groupBy(readRows(REFLECTION), "worker_id")];
  return new Map(people.map(([person, rows]) => [person, rows.map((row) => Number(row["correct"]) === 1)]));
}

export const SPATIAL_SPAN = "sro/spatial_span.t1.csv";

export interface PublishedSpan {
  readonly length: number;
  readonly correct: boolean;
}

/** Forward trials by person. The lists of blocks hold commas: the length stands before them, the outcome after. */
export function spanTrials(): ReadonlyMap<string, PublishedSpan[]> {
  const people = new Map<string, PublishedSpan[]>();
  for (const line of linesOf(SPATIAL_SPAN).slice(1)) {
    const cells = line.split(",");
    const [person = "", condition] = cells;
    if (condition !== "forward") continue;
    const shown = { length: Number(cells[2]), correct: cells.at(-2) === "1" };
    people.set(person, [...(people.get(person) ?? []), shown]);
  }
  return people;
}

/** In the shape of ours, as far as the span depends on it. */
export function asBlockTrial({ length, correct }: PublishedSpan, index: number): BlockTrial {
  const sequence = "0".repeat(length);
  const same = { sequence, taps: sequence, form: "lit", shownAt: 0, source: "mouse", restarts: 0 } as const;
  return { stimulus: `trial-${String(index)}`, practice: false, rtMs: null, length, correct, ...same };
}
