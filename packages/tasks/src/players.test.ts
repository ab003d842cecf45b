import { describe, expect, test } from "vitest";
import type { AnyTaskDefinition, PlayerPerson } from "./contract.ts";
import { PLAYER_NAMES } from "./contract.ts";
import { exp, ln } from "./players/random.ts";
import { findTask, tasks } from "./registry.ts";
import { replay } from "./replay.ts";

/** Simulated applicants vary as people do: a stable part, the day, and the single answer. */

/** Thousands of whole attempts, on a machine that may be busy. */
const LONG_MS = 120_000;

const hex = (person: number, purpose: number): string =>
  person.toString(16).padStart(16, "0") + purpose.toString(16).padStart(16, "a");

function task(key: string): AnyTaskDefinition {
  const found = findTask(key, 1);
  if (found === null) throw new Error(`${key} v1 is gone`);
  return found;
}

function metric(definition: AnyTaskDefinition, name: string, play: { seed: string; person: PlayerPerson }): number {
  const { parameters } = definition.spec;
  const inputs = definition.play("honest", { ...play, parameters });
  return replay(definition, { seed: play.seed, parameters, inputs }).metrics[name] ?? NaN;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
function sd(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}
function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return mean(a.map((value, index) => (value - meanA) * ((b[index] ?? NaN) - meanB))) / (sd(a) * sd(b));
}

/** Sampling alone moves a correlation of .7 by .01 (standard deviation) with so many. */
const PEOPLE = 2_400;

describe.each([
  ["money_choices", "share_later", 0.76, 0.16],
  ["quick_taps", "ln_spread", 0.61, 0.26],
  ["block_memory", "span", 0.59, 0.1],
  ["statements", "self_control", 0.75, 0.08],
  ["statements", "sense_of_control", 0.7, 0.05],
  ["tower", "ln_first_move", 0.53, 0.31],
])("%s, %s", { timeout: LONG_MS }, (key, name, trait, day) => {
  const definition = task(key);
  const attempt = (person: number): string => hex(person, 7);
  const played = (seedOf: (person: number) => string, day?: (person: number) => string): number[] =>
    Array.from({ length: PEOPLE }, (_, person) => {
      const who = { seed: hex(person, 1), ...(day === undefined ? {} : { day: day(person) }) };
      return metric(definition, name, { seed: seedOf(person), person: who });
    });
  const first = played(attempt);

  test("two days of the same people correlate as the trait's share of the variance, within .03", () => {
    const otherDay = played((person) => hex(person, 8));
    expect(Math.abs(correlation(first, otherDay) - trait)).toBeLessThanOrEqual(0.03);
  });

  test("two attempts on one day correlate as trait and day together, within .03", () => {
    const sameDay = played((person) => hex(person, 8), attempt);
    expect(Math.abs(correlation(first, sameDay) - trait - day)).toBeLessThanOrEqual(0.03);
  });
});

test(
  "the same person on the same day gets a money share that varies by at most .07 over 200 seeds",
  { timeout: LONG_MS },
  () => {
    const money = task("money_choices");
    const spreads = Array.from({ length: 8 }, (_, person) => {
      const who = { seed: hex(person, 1), day: hex(person, 50) };
      return sd(
        Array.from({ length: 200 }, (_seed, round) =>
          metric(money, "share_later", { seed: hex(round, 9), person: who }),
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
      metric(money, "share_later", { seed: hex(person, 7), person: { seed: hex(person, 1) } }),
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
            seed: hex(1, 7),
            parameters: definition.spec.parameters,
            person: { seed: hex(person, 1) },
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
