import { describe, expect, test } from "vitest";
import { median, medianAbsoluteDeviation } from "../../statistics.ts";
import {
  PUBLISHED_VARIABLES,
  publishedVariable,
  skipUnlessPublished,
  TOWER,
  towerProblems,
} from "../../testing/published.ts";
import { isOptimal, lnFirstMove } from "./metrics.ts";

/** Our definitions on published data, which stand outside the repository because of their licence. */

describe("150 adults on a Tower of London at a computer", () => {
  test("lift the first disc after a median of 8.058 ln ms over problems of 2, 2, 3, 3 and 4 moves", (context) => {
    skipUnlessPublished(context, TOWER);
    const people = [...towerProblems().values()];
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
    skipUnlessPublished(context, TOWER);
    const people = [...towerProblems().values()];
    const times = people.flatMap((problems) => problems.slice(0, 5).map(({ firstLiftMs }) => firstLiftMs));
    const recorded = times.filter((timeMs) => timeMs > 0);
    expect(recorded).toHaveLength(748);
    const kept = recorded.filter((timeMs) => lnFirstMove([timeMs, timeMs, timeMs, timeMs]) !== null);
    expect(kept).toHaveLength(748);
  });

  test("solve as many of twelve problems in the fewest moves as was published for each of them", (context) => {
    skipUnlessPublished(context, TOWER, PUBLISHED_VARIABLES);
    const published = publishedVariable("tower_of_london.num_optimal_solutions");
    const people = towerProblems();
    expect(people.size).toBe(150);
    for (const [person, problems] of people) {
      expect([person, problems.filter(isOptimal).length]).toEqual([person, published.get(person)]);
    }
  });
});
