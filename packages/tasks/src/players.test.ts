import { describe, expect, test } from "vitest";
import type { AnyTaskDefinition, PlayerPerson } from "./contract.ts";
import { PLAYER_NAMES } from "./contract.ts";
import { exp, ln } from "./players/random.ts";
import { findTask, tasks } from "./registry.ts";
import { correlation, mean, sd } from "./statistics.ts";
import { played, seedOf, threeAttempts } from "./testing/population.ts";

/** Simulated applicants vary as people do: a stable part, the day, and the single answer. */

/** Thousands of whole attempts, on a machine that may be busy. */
const LONG_MS = 120_000;

function task(key: string): AnyTaskDefinition {
  const found = findTask(key, 1);
  if (found === null) throw new Error(`${key} v1 is gone`);
  return found;
}

function metric(definition: AnyTaskDefinition, name: string, play: { seed: string; person: PlayerPerson }): number {
  return played(definition, "honest", play).metrics[name] ?? NaN;
}

/** Sampling alone moves a correlation of .7 by .01 (standard deviation) with so many, one of .5 by .015. */
const PEOPLE = 2_400;

describe.each([
  ["money_choices", "share_later", 0.76, 0.16],
  ["quick_taps", "ln_spread", 0.61, 0.26],
  ["block_memory", "span", 0.59, 0.1],
  ["statements", "self_control", 0.75, 0.08],
  ["statements", "sense_of_control", 0.7, 0.05],
  ["tower", "ln_first_move", 0.53, 0.31],
  ["cards", "ln_dared", 0.5, 0.3],
])("%s, %s", { timeout: LONG_MS }, (key, name, trait, day) => {
  const { first, sameDay, otherDay } = threeAttempts(task(key), name, PEOPLE);

  test("two days of the same people correlate as the trait's share of the variance, within .03", () => {
    expect(Math.abs(correlation(first, otherDay) - trait)).toBeLessThanOrEqual(0.03);
  });

  test("two attempts on one day correlate as trait and day together, within .03", () => {
    expect(Math.abs(correlation(first, sameDay) - trait - day)).toBeLessThanOrEqual(0.03);
  });
});

test.each([
  ["money_choices", "share_later"],
  ["quick_taps", "ln_spread"],
])(
  "%s: 20 forms given to the same people differ by less than .05 sd in the mean of %s",
  { timeout: LONG_MS },
  (key, name) => {
    const definition = task(key);
    const forms = Array.from({ length: 20 }, (_, form) =>
      Array.from({ length: 800 }, (_person, person) => {
        const who = { seed: seedOf(person, 1), day: seedOf(person, 50) };
        return metric(definition, name, { seed: seedOf(form, 9), person: who });
      }),
    );
    const all = forms.flat();
    const farthest = Math.max(...forms.map((form) => Math.abs(mean(form) - mean(all))));
    expect(farthest / sd(all)).toBeLessThan(0.05);
  },
);

test(
  "the same person on the same day gets a money share that varies by at most .07 over 200 seeds",
  { timeout: LONG_MS },
  () => {
    const money = task("money_choices");
    const spreads = Array.from({ length: 8 }, (_, person) => {
      const who = { seed: seedOf(person, 1), day: seedOf(person, 50) };
      return sd(
        Array.from({ length: 200 }, (_seed, round) =>
          metric(money, "share_later", { seed: seedOf(round, 9), person: who }),
        ),
      );
    });
    expect(mean(spreads)).toBeLessThanOrEqual(0.07);
  },
);

test(
  "honest people meet the norms of the money share: mean .514, standard deviation .242",
  { timeout: LONG_MS },
  () => {
    const money = task("money_choices");
    const shares = Array.from({ length: 1_200 }, (_, person) =>
      metric(money, "share_later", { seed: seedOf(person, 7), person: { seed: seedOf(person, 1) } }),
    );
    expect(Math.abs(mean(shares) - 0.514)).toBeLessThan(0.015);
    expect(Math.abs(sd(shares) - 0.242)).toBeLessThan(0.015);
  },
);

test("a player is fixed by its seeds: the same answers at each call, others for another person", () => {
  for (const definition of tasks) {
    for (const player of PLAYER_NAMES) {
      const play = (person: number) =>
        JSON.stringify(
          definition.play(player, {
            seed: seedOf(1, 7),
            parameters: definition.spec.parameters,
            person: { seed: seedOf(person, 1) },
          }),
        );
      expect(play(1)).toBe(play(1));
      expect(play(1)).not.toBe(play(2));
    }
  }
});

test("the players' exp and ln agree with the engine's to 1e-13", () => {
  for (let x = -20; x <= 20; x += 0.37) {
    expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(1e-13);
    expect(Math.abs(ln(Math.exp(x)) - x)).toBeLessThan(1e-12);
  }
});
