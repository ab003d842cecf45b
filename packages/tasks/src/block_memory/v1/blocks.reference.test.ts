import { describe, expect, test } from "vitest";
import { median, medianAbsoluteDeviation } from "../../statistics.ts";
import {
  asBlockTrial,
  PUBLISHED_VARIABLES,
  publishedVariable,
  skipUnlessPublished,
  SPATIAL_SPAN,
  spanTrials,
} from "../../testing/published.ts";
import { blocksMetrics } from "./metrics.ts";
import { nextStaircase } from "./staircase.ts";

/** Our definitions on published data, which stand outside the repository because of their licences. */

describe("522 adults", () => {
  test("have the published spatial_span.forward_span to 1e-6, with the median and the spread of the norms", (context) => {
    skipUnlessPublished(context, SPATIAL_SPAN, PUBLISHED_VARIABLES);
    const people = spanTrials();
    const values = publishedVariable("spatial_span.forward_span");
    expect([people.size, values.size]).toEqual([522, 522]);
    const spans = [...people].map(([person, shown]) => {
      const span = blocksMetrics(shown.map(asBlockTrial))["span"] ?? NaN;
      expect(Math.abs(span - (values.get(person) ?? NaN))).toBeLessThan(1e-6);
      return span;
    });
    expect(median(spans)).toBeCloseTo(5.9, 6);
    expect(medianAbsoluteDeviation(spans)).toBeCloseTo(0.6, 6);
  });

  test("walked our staircase: every one of their next lengths is the one we would have shown", (context) => {
    skipUnlessPublished(context, SPATIAL_SPAN);
    // Their board had 25 fields and no lower bound but 1; the rule is the same.
    const rule = { shortest: 1, longest: 25, wrongsToFall: 2 };
    let steps = 0;
    for (const shown of spanTrials().values()) {
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
