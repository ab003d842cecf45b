import { describe, expect, test } from "vitest";
import { PLAYER_NAMES } from "../../contract.ts";
import { findTask } from "../../registry.ts";
import { correlation, mean, median, sd, share } from "../../statistics.ts";
import { played, seedOf, threeAttempts } from "../../testing/population.ts";
import type { BalloonTrial } from "./machine.ts";
import { balloonMetrics } from "./metrics.ts";

/** Thousands of whole attempts, on a machine that may be busy. */
const LONG_MS = 120_000;
/** Standard error of their correlations: .008. */
const PEOPLE = 6_000;

const task = findTask("balloons", 1)!;
const honest = (person: number, purpose: number) =>
  played(task, "honest", { seed: seedOf(person, purpose), person: { seed: seedOf(person, 1) } });

describe("honest people", { timeout: LONG_MS }, () => {
  const { first, sameDay, otherDay } = threeAttempts(task, "mean_size", PEOPLE);

  test("are alike on two days as the trait's share, .60 within .03", () => {
    expect(Math.abs(correlation(first, otherDay) - 0.6)).toBeLessThanOrEqual(0.03);
  });

  test("are alike in two attempts of one day as trait and day together, .80 within .03", () => {
    expect(Math.abs(correlation(first, sameDay) - 0.8)).toBeLessThanOrEqual(0.03);
  });

  test("choose 9.0 on average, spread by 2.2 without a long tail: the plain mean serves, no logarithm is needed", () => {
    expect(Math.abs(mean(first) - 9)).toBeLessThan(0.15);
    expect(Math.abs(sd(first) - 2.2)).toBeLessThan(0.1);
    const skewness = mean(first.map((size) => ((size - mean(first)) / sd(first)) ** 3));
    expect(Math.abs(skewness)).toBeLessThan(0.15);
  });

  test("average the same over 20 seeds: within .05 standard deviations of their common mean", () => {
    const people = 600;
    const means = Array.from({ length: 20 }, (_, form) =>
      mean(
        Array.from({ length: people }, (_person, person) => {
          const play = { seed: seedOf(form, 9), person: { seed: seedOf(person, 1), day: seedOf(person, 50) } };
          return played(task, "honest", play).metrics["mean_size"] ?? NaN;
        }),
      ),
    );
    for (const one of means) expect(Math.abs(one - mean(means)) / sd(first)).toBeLessThanOrEqual(0.05);
  });

  test("do not see the limits: foresight has mean 0 and standard deviation 1, above 4 for fewer than 1 in 200", () => {
    const z = Array.from({ length: PEOPLE }, (_, person) => honest(person, 7).metrics["foresight_z"] ?? NaN);
    expect(Math.abs(mean(z))).toBeLessThan(0.06);
    expect(Math.abs(sd(z) - 1)).toBeLessThan(0.05);
    expect(share(z.map((value) => value > 4))).toBeLessThan(0.005);
  });

  test("need about a minute, reading included", () => {
    const times = Array.from({ length: 300 }, (_, person) => honest(person, 7).endMs);
    expect(median(times)).toBeGreaterThan(50_000);
    expect(median(times)).toBeLessThan(75_000);
  });
});

describe("other ways to play", () => {
  const measured = (player: (typeof PLAYER_NAMES)[number], metric: string): (number | null)[] =>
    Array.from({ length: 300 }, (_, person) => {
      const play = { seed: seedOf(person, 7), person: { seed: seedOf(person, 1) } };
      return played(task, player, play).metrics[metric] ?? null;
    });

  test("someone who sees half of the limits is found: foresight above 4 in more than 9 of 10", () => {
    const found = Array.from({ length: 300 }, (_, person) => {
      const trials = honest(person, 7).trials as readonly BalloonTrial[];
      const peeked = trials.map((trial, index) => ({ ...trial, size: index % 2 === 0 ? trial.limit : trial.size }));
      return (balloonMetrics(peeked)["foresight_z"] ?? 0) > 4;
    });
    expect(share(found)).toBeGreaterThan(0.9);
  });

  test("one size each time has no spread; assistants and scripts play for the best size", () => {
    expect(new Set(measured("straight_side", "sd_size"))).toEqual(new Set([0]));
    expect(new Set(measured("assistant", "mean_size"))).toEqual(new Set([10]));
    expect(new Set(measured("script", "mean_size"))).toEqual(new Set([10]));
  });

  test("who presses at random spreads as evenly drawn sizes do", () => {
    expect(Math.abs(mean(measured("random", "sd_size").map(Number)) - Math.sqrt(33.25))).toBeLessThan(0.3);
  });

  test("by assistive technology sizes are measured and times are not", () => {
    expect(Math.abs(mean(measured("accessible", "mean_size").map(Number)) - 9)).toBeLessThan(0.4);
    expect(new Set(measured("accessible", "median_rt_ms"))).toEqual(new Set([null]));
  });
});
