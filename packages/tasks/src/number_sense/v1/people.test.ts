import { describe, expect, test } from "vitest";
import { PLAYER_NAMES } from "../../contract.ts";
import { findTask } from "../../registry.ts";
import { correlation, mean, median, sd, share } from "../../statistics.ts";
import { played, seedOf, threeAttempts } from "../../testing/population.ts";
import { REFLECTION, reflectionAnswers, skipUnlessPublished } from "../../testing/published.ts";
import type { NumberTrial } from "./machine.ts";

/** Thousands of whole attempts, on a machine that may be busy. */
const LONG_MS = 120_000;
/** Standard error of their correlations: .013. */
const PEOPLE = 3_000;

const task = findTask("number_sense", 1)!;
const honest = (person: number, purpose: number) =>
  played(task, "honest", { seed: seedOf(person, purpose), person: { seed: seedOf(person, 1) } });

describe("honest people", { timeout: LONG_MS }, () => {
  const { first, sameDay, otherDay } = threeAttempts(task, "share_correct", PEOPLE);

  // .51 of what decides each answer is the person; a share of three answers that are right or wrong carries it to .57.
  test("are alike on two days at .57 within .03, and no more alike within a day", () => {
    expect(Math.abs(correlation(first, otherDay) - 0.57)).toBeLessThanOrEqual(0.03);
    expect(Math.abs(correlation(first, sameDay) - 0.57)).toBeLessThanOrEqual(0.03);
  });

  test("solve .579 of the problems, and their shares spread by .331, both as measured", () => {
    expect(Math.abs(mean(first) - 0.579)).toBeLessThan(0.02);
    expect(Math.abs(sd(first) - 0.331)).toBeLessThan(0.01);
  });

  test("solve each family as often as people solved one of three problems, within .04", () => {
    const solved = new Map<string, number[]>();
    for (let person = 0; person < PEOPLE; person += 1) {
      for (const { template, correct } of (honest(person, 7).trials as readonly NumberTrial[]).slice(1))
        solved.set(template, [...(solved.get(template) ?? []), Number(correct)]);
    }
    for (const [measured, ...templates] of [
      [0.418, "rise_fall", "before_sale"],
      [0.837, "hire_fee", "bus_stops"],
      [0.483, "day_pay", "box_days"],
    ] as const) {
      // About 1 500 answers each: a standard error of .013 at most.
      for (const template of templates)
        expect(Math.abs(mean(solved.get(template) ?? []) - measured), template).toBeLessThan(0.04);
    }
  });

  test("solve none, one, two and all three as often as 522 people did, within .05", (context) => {
    skipUnlessPublished(context, REFLECTION);
    const measured = [...reflectionAnswers().values()].map((solved) => share(solved.slice(0, 3)));
    expect(measured).toHaveLength(522);
    expect([mean(measured), sd(measured)].map((value) => value.toFixed(3))).toEqual(["0.579", "0.331"]);
    for (const count of [0, 1, 2, 3]) {
      const among = (shares: readonly number[]) => share(shares.map((value) => Math.round(3 * value) === count));
      expect(Math.abs(among(first) - among(measured)), `${count} of 3`).toBeLessThan(0.05);
    }
  });

  test("find every make-up of problems equally hard, within .08", () => {
    const shares = new Map<string, number[]>();
    for (let person = 0; person < PEOPLE; person += 1) {
      const { trials, metrics } = honest(person, 7);
      const templates = (trials as readonly NumberTrial[]).slice(1).map((trial) => trial.template);
      const makeUp = templates.sort().join(" ");
      shares.set(makeUp, [...(shares.get(makeUp) ?? []), metrics["share_correct"] ?? NaN]);
    }
    expect(shares.size).toBe(8);
    for (const some of shares.values())
      expect(Math.abs(mean(some) - mean([...shares.values()].flat()))).toBeLessThan(0.08);
  });

  test("average the same over 20 sets of forms: within .05 standard deviations of each other's centre", () => {
    const people = 600;
    const means = Array.from({ length: 20 }, (_, form) =>
      mean(
        Array.from({ length: people }, (_person, person) => {
          const play = { seed: seedOf(form, 9), person: { seed: seedOf(person, 1), day: seedOf(person, 50) } };
          return played(task, "honest", play).metrics["share_correct"] ?? NaN;
        }),
      ),
    );
    for (const one of means) expect(Math.abs(one - mean(means)) / sd(first)).toBeLessThanOrEqual(0.05);
  });

  test("need about a minute, reading included", () => {
    const times = Array.from({ length: 300 }, (_, person) => honest(person, 7).endMs);
    expect(median(times)).toBeGreaterThan(40_000);
    expect(median(times)).toBeLessThan(65_000);
  });
});

describe("other ways to play", () => {
  const shares = (player: (typeof PLAYER_NAMES)[number], metric = "share_correct"): (number | null)[] =>
    Array.from({ length: 400 }, (_, person) => {
      const play = { seed: seedOf(person, 7), person: { seed: seedOf(person, 1) } };
      return played(task, player, play).metrics[metric] ?? null;
    });

  test("an intuitive player has nothing right on any form, a reflective one everything", () => {
    expect(new Set(shares("fast"))).toEqual(new Set([0]));
    expect(new Set(shares("fast", "share_intuitive"))).toEqual(new Set([1]));
    expect(new Set(shares("assistant"))).toEqual(new Set([1]));
    expect(new Set(shares("script"))).toEqual(new Set([1]));
  });

  test.each(["random", "straight_side", "straight_alternating"] as const)("%s has a quarter right", (player) => {
    expect(Math.abs(mean(shares(player).map(Number)) - 0.25)).toBeLessThan(0.04);
  });

  test("by assistive technology people solve as many problems, and no times are kept", () => {
    expect(Math.abs(mean(shares("accessible").map(Number)) - 0.579)).toBeLessThan(0.06);
    expect(new Set(shares("accessible", "median_rt_ms"))).toEqual(new Set([null]));
  });
});
