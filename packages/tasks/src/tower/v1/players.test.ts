import { describe, expect, test } from "vitest";
import type { Metrics, PlayerName, PlayerPerson } from "../../contract.ts";
import { PLAYER_NAMES } from "../../contract.ts";
import { median } from "../../statistics.ts";
import { tower } from "./definition.ts";
import { towerMachine, type TowerState } from "./machine.ts";
import { TOWER_PARAMETERS as parameters } from "./spec.ts";

/** Thousands of whole attempts, on a machine that may be busy. */
const LONG_MS = 120_000;

const hex = (person: number, purpose: number): string =>
  person.toString(16).padStart(16, "0") + purpose.toString(16).padStart(16, "a");
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
function sd(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

interface Played {
  readonly metrics: Metrics;
  readonly seconds: number;
  readonly outcomes: ReadonlySet<string>;
}

function play(player: PlayerName, seed: string, person: PlayerPerson): Played {
  const inputs = tower.play(player, { seed, parameters, person });
  const state = inputs.reduce(
    (before: TowerState, input) => {
      const next = towerMachine.apply(before, input);
      if ("refused" in next) throw new Error(next.refused);
      return next;
    },
    towerMachine.start(seed, parameters),
  );
  const trials = towerMachine.trials(state);
  const outcomes = new Set(trials.map(({ outcome }) => outcome));
  return { metrics: tower.metrics(trials), seconds: (inputs.at(-1)?.at ?? 0) / 1_000, outcomes };
}

const crowd = (player: PlayerName, size: number): Played[] =>
  Array.from({ length: size }, (_, person) => play(player, hex(person, 7), { seed: hex(person, 1) }));
const values = (played: readonly Played[], name: string): number[] =>
  played.flatMap(({ metrics }) => metrics[name] ?? []);

describe("honest players", { timeout: LONG_MS }, () => {
  const honest = crowd("honest", 1_000);

  test("lift the first disc after 8.10 ln ms in the mean, sd .31, and solve 4.27 of 5 as quickly as can be", () => {
    const firsts = values(honest, "ln_first_move");
    expect(firsts.length).toBeGreaterThanOrEqual(990);
    expect(Math.abs(mean(firsts) - 8.1)).toBeLessThan(0.03);
    expect(Math.abs(sd(firsts) - 0.31)).toBeLessThan(0.02);
    const optimal = values(honest, "optimal_count");
    expect(Math.abs(mean(optimal) - 4.27)).toBeLessThan(0.1);
    expect(Math.abs(sd(optimal) - 0.99)).toBeLessThan(0.1);
  });

  test("take about a minute: median 55 to 65 s, nine of ten 45 to 80 s", () => {
    const seconds = honest.map((played) => played.seconds);
    expect(median(seconds)).toBeGreaterThan(55);
    expect(median(seconds)).toBeLessThan(65);
    expect(seconds.filter((value) => value >= 45 && value <= 80).length).toBeGreaterThanOrEqual(900);
  });

  test("take as long whatever the seed: the means of one population over 20 seeds lie within .05 sd of their mean", () => {
    // The same thousand people on the same day; only the problems differ.
    const means = Array.from({ length: 20 }, (_, seed) =>
      mean(
        values(
          Array.from({ length: 1_000 }, (_person, person) =>
            play("honest", hex(seed, 9), { seed: hex(person, 1), day: hex(person, 50) }),
          ),
          "ln_first_move",
        ),
      ),
    );
    for (const value of means) expect(Math.abs(value - mean(means)) / 0.31).toBeLessThanOrEqual(0.05);
  });

  test("with more planning think longer before the first move and find more shortest ways", () => {
    const standing = (planning: number): Played[] =>
      Array.from({ length: 300 }, (_, person) =>
        play("honest", hex(person, 7), { seed: hex(person, 1), latent: { planning } }),
      );
    const [low, high] = [standing(-1.5), standing(1.5)];
    expect(mean(values(high, "ln_first_move")) - mean(values(low, "ln_first_move"))).toBeGreaterThan(0.5);
    expect(mean(values(high, "optimal_count")) - mean(values(low, "optimal_count"))).toBeGreaterThan(0.2);
  });
});

describe("the other players", { timeout: LONG_MS }, () => {
  test("come to an end within five minutes, each of them", () => {
    for (const player of PLAYER_NAMES) {
      for (const { seconds } of crowd(player, 60)) expect(seconds).toBeLessThan(300);
    }
  });

  test("who press without looking solve little; a script and an assistant solve all in the fewest moves", () => {
    for (const player of ["random", "straight_side", "straight_alternating"] as const) {
      expect(mean(values(crowd(player, 60), "optimal_count"))).toBeLessThan(1);
    }
    for (const player of ["script", "assistant"] as const) {
      expect(new Set(values(crowd(player, 60), "optimal_count"))).toEqual(new Set([5]));
    }
  });

  test("who are away in the middle of a problem may run into its deadline and lose nothing else", () => {
    const away = crowd("interrupted", 100);
    expect(away.filter(({ outcomes }) => outcomes.has("timeout")).length).toBeGreaterThan(20);
    expect(values(away, "ln_first_move")).toHaveLength(100);
  });

  test("with assistive technology play untimed: counts, no times", () => {
    for (const { metrics, outcomes } of crowd("accessible", 60)) {
      expect(metrics["ln_first_move"]).toBeNull();
      expect(metrics["solved_count"]).toBeGreaterThanOrEqual(3);
      expect(outcomes.has("timeout")).toBe(false);
    }
  });
});
