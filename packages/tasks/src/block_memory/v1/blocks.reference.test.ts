import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test, type TestContext } from "vitest";
import type { BlockTrial } from "./machine.ts";
import { blocksMetrics } from "./metrics.ts";
import { median, medianAbsoluteDeviation } from "../../statistics.ts";
import { nextStaircase } from "./staircase.ts";

/** Our definitions on published data, which stand outside the repository because of their licences. */

const data =
  process.env["TALLYSTICK_SHARED_DATA"] ?? fileURLToPath(new URL("../../../../../../shared/data", import.meta.url));

function lines(context: TestContext, path: string): string[] {
  const file = `${data}/${path}`;
  if (!existsSync(file)) {
    const reason = `skipped: reference data ${path} is not on this machine (TALLYSTICK_SHARED_DATA names its folder)`;
    process.stderr.write(`${reason}\n`);
    context.skip(reason);
  }
  return readFileSync(file, "utf8").trim().split(/\r?\n/);
}

interface Shown {
  readonly length: number;
  readonly correct: boolean;
}

/** Forward trials by person. The lists of blocks hold commas: the length stands before them, the outcome after. */
function forwardTrials(context: TestContext): ReadonlyMap<string, Shown[]> {
  const people = new Map<string, Shown[]>();
  for (const line of lines(context, "sro/spatial_span.t1.csv").slice(1)) {
    const cells = line.split(",");
    const [person = "", condition] = cells;
    if (condition !== "forward") continue;
    const shown = { length: Number(cells[2]), correct: cells.at(-2) === "1" };
    people.set(person, [...(people.get(person) ?? []), shown]);
  }
  return people;
}

function published(context: TestContext, variable: string): ReadonlyMap<string, number> {
  const [head = "", ...rows] = lines(context, "sro/published_variables.t1.csv").map((line) => line.split(","));
  const column = head.indexOf(variable);
  expect(column).toBeGreaterThan(0);
  return new Map(rows.flatMap((cells) => (cells[column] === "" ? [] : [[cells[0] ?? "", Number(cells[column])]])));
}

function asTrial({ length, correct }: Shown, index: number): BlockTrial {
  const sequence = "0".repeat(length);
  const same = { sequence, taps: sequence, form: "lit", shownAt: 0, source: "mouse", restarts: 0 } as const;
  return { stimulus: `trial-${String(index)}`, practice: false, rtMs: null, length, correct, ...same };
}

describe("522 adults", () => {
  test("have the published spatial_span.forward_span to 1e-6, with the median and the spread of the norms", (context) => {
    const people = forwardTrials(context);
    const values = published(context, "spatial_span.forward_span");
    expect([people.size, values.size]).toEqual([522, 522]);
    const spans = [...people].map(([person, shown]) => {
      const span = blocksMetrics(shown.map(asTrial))["span"] ?? NaN;
      expect(Math.abs(span - (values.get(person) ?? NaN))).toBeLessThan(1e-6);
      return span;
    });
    expect(median(spans)).toBeCloseTo(5.9, 6);
    expect(medianAbsoluteDeviation(spans)).toBeCloseTo(0.6, 6);
  });

  test("walked our staircase: every one of their next lengths is the one we would have shown", (context) => {
    // Their board had 25 fields and no lower bound but 1; the rule is the same.
    const rule = { shortest: 1, longest: 25, wrongsToFall: 2 };
    let steps = 0;
    for (const shown of forwardTrials(context).values()) {
      let at = { length: 3, wrongs: 0 };
      for (const { length, correct } of shown) {
        expect(length).toBe(at.length);
        at = nextStaircase(at, correct, rule);
        steps += 1;
      }
    }
    expect(steps).toBe(522 * 14);
  });
});
