import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test, type TestContext } from "vitest";
import { median, medianAbsoluteDeviation } from "../../statistics.ts";
import { isOptimal, lnFirstMove } from "./metrics.ts";

/** Our definitions on published data, which stand outside the repository because of their licence. */

const data =
  process.env["TALLYSTICK_SHARED_DATA"] ?? fileURLToPath(new URL("../../../../../../shared/data", import.meta.url));

type Row = Readonly<Record<string, string>>;

function read(context: TestContext, path: string): Row[] {
  const file = `${data}/${path}`;
  if (!existsSync(file)) {
    const reason = `skipped: reference data ${path} is not on this machine (TALLYSTICK_SHARED_DATA names its folder)`;
    process.stderr.write(`${reason}\n`);
    context.skip(reason);
  }
  const [head = "", ...lines] = readFileSync(file, "utf8").trim().split(/\r?\n/);
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, index) => [names[index] ?? "", cell])));
}

interface Problem {
  /** Time of the first lift (`to_hand`), as recorded; −1 when none came. */
  readonly firstLiftMs: number;
  readonly minMoves: number;
  readonly moves: number;
  readonly solved: boolean;
}

/** Lifts and put-downs of one problem, then a `feedback` row with its outcome. */
function problemsByPerson(rows: readonly Row[]): ReadonlyMap<string, Problem[]> {
  const people = new Map<string, Problem[]>();
  let first: Row | undefined;
  for (const row of rows) {
    if (row["trial_id"] !== "feedback") {
      first ??= row;
      continue;
    }
    const person = row["worker_id"] ?? "";
    const problem: Problem = {
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

describe("150 adults on a Tower of London at a computer", () => {
  test("lift the first disc after a median of 8.058 ln ms over problems of 2, 2, 3, 3 and 4 moves", (context) => {
    const people = [...problemsByPerson(read(context, "sro/tower_of_london.t1.csv")).values()];
    expect(people).toHaveLength(150);
    for (const problems of people) {
      expect(problems.slice(0, 5).map(({ minMoves }) => minMoves)).toEqual([2, 2, 3, 3, 4]);
    }
    const means = people.flatMap((problems) => {
      const mean = lnFirstMove(problems.slice(0, 5).map(({ firstLiftMs }) => firstLiftMs));
      return mean === null ? [] : [mean];
    });
    expect(means).toHaveLength(150);
    expect(median(means).toFixed(3)).toBe("8.058");
    expect(medianAbsoluteDeviation(means).toFixed(3)).toBe("0.221");
  });

  test("lose none of their 748 times to the limits of what is plausible", (context) => {
    const people = [...problemsByPerson(read(context, "sro/tower_of_london.t1.csv")).values()];
    const times = people.flatMap((problems) => problems.slice(0, 5).map(({ firstLiftMs }) => firstLiftMs));
    const recorded = times.filter((timeMs) => timeMs > 0);
    expect(recorded).toHaveLength(748);
    const kept = recorded.filter((timeMs) => lnFirstMove([timeMs, timeMs, timeMs, timeMs]) !== null);
    expect(kept).toHaveLength(748);
  });

  test("solve as many of twelve problems in the fewest moves as was published for each of them", (context) => {
    const published = new Map(
      read(context, "sro/published_variables.t1.csv").map((row) => [
        row[""] ?? "",
        row["tower_of_london.num_optimal_solutions"] ?? "",
      ]),
    );
    const people = problemsByPerson(read(context, "sro/tower_of_london.t1.csv"));
    expect(people.size).toBe(150);
    for (const [person, problems] of people) {
      expect([person, problems.filter(isOptimal).length]).toEqual([person, Number(published.get(person))]);
    }
  });
});
