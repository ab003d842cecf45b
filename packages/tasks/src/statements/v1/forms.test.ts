import { describe, expect, test } from "vitest";
import type { PlayerName, PlayerPerson } from "../../contract.ts";
import { createDraws } from "../../players/random.ts";
import { replay } from "../../replay.ts";
import { statements } from "./definition.ts";
import { planStatements } from "./plan.ts";
import { STATEMENTS_PARAMETERS } from "./spec.ts";

/** Parallel forms, and how simulated applicants come out of them. */

const LONG_MS = 120_000;
const parameters = STATEMENTS_PARAMETERS;
const hex = (person: number, purpose: number): string =>
  person.toString(16).padStart(16, "0") + purpose.toString(16).padStart(16, "a");
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
function sd(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

interface Outcome {
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number;
}

function play(name: PlayerName, seed: string, person: PlayerPerson): Outcome {
  const inputs = statements.play(name, { seed, parameters, person });
  const { metrics } = replay(statements, { seed, parameters, inputs });
  const measured = Object.entries(metrics).map(([key, value]) => [key, value ?? NaN] as const);
  return { metrics: Object.fromEntries(measured), seconds: (inputs.at(-1)?.at ?? NaN) / 1_000 };
}

const of = (outcomes: readonly Outcome[], metric: string): number[] =>
  outcomes.map(({ metrics }) => metrics[metric] ?? NaN);
const crowd = (name: PlayerName, people: number): Outcome[] =>
  Array.from({ length: people }, (_, person) => play(name, hex(person, 7), { seed: hex(person, 1) }));

describe("forms of different seeds", () => {
  const forms = Array.from({ length: 8_000 }, (_, seed) => planStatements(hex(seed, 9), parameters));
  const times = (count: (form: (typeof forms)[number]) => number): number => mean(forms.map(count));

  test("each statement of a pool counts in half of them and comes back reversed in one of eight", () => {
    const pools = [parameters.selfControl, parameters.senseOfControl];
    for (const statement of pools.flatMap((pool) => [...pool.agree, ...pool.disagree])) {
      const counts = times((form) => Number(form.some((item) => item.statement === statement)));
      const copied = times((form) => Number(form.some((item) => item.copyOf === statement)));
      // Four standard errors of 8 000 forms.
      expect(Math.abs(counts - 1 / 2), statement).toBeLessThan(0.0224);
      expect(Math.abs(copied - 1 / 8), statement).toBeLessThan(0.0148);
    }
  });

  test("give neither trait, nor either side, the earlier places", () => {
    const place = (kept: (item: (typeof forms)[number][number]) => boolean): number =>
      times((form) => mean(form.flatMap((item, index) => (kept(item) ? [index] : []))));
    const bySide = place((item) => item.keyed === "agree") - place((item) => item.keyed === "disagree");
    const byTrait = place((item) => item.trait === "self_control") - place((item) => item.trait === "sense_of_control");
    expect(Math.abs(bySide)).toBeLessThan(0.1);
    expect(Math.abs(byTrait)).toBeLessThan(0.1);
  });

  test(
    "20 of them given to the same people differ by less than .05 sd in mean and by less than 5 % in spread",
    { timeout: LONG_MS },
    () => {
      const byForm = Array.from({ length: 20 }, (_, form) =>
        Array.from({ length: 1_600 }, (_person, person) =>
          play("honest", hex(form, 9), { seed: hex(person, 1), day: hex(person, 7) }),
        ),
      );
      for (const [metric, norm] of [
        ["self_control", 0.8],
        ["sense_of_control", 0.7],
      ] as const) {
        const values = byForm.map((outcomes) => of(outcomes, metric));
        const overall = mean(values.flat());
        const spread = mean(values.map(sd));
        for (const form of values) {
          expect(Math.abs(mean(form) - overall) / norm, metric).toBeLessThan(0.05);
          expect(Math.abs(sd(form) / spread - 1), metric).toBeLessThan(0.05);
        }
      }
    },
  );

  test("statements that differ in ease by .2 steps would move a form by less than .1 sd", () => {
    const draws = createDraws("hand", hex(1, 1));
    const pool = [...parameters.selfControl.agree, ...parameters.selfControl.disagree];
    const formSpreads = Array.from({ length: 40 }, () => {
      const ease = new Map<string, number>(pool.map((statement) => [statement, 0.2 * draws.normal()]));
      return sd(
        forms
          .slice(0, 400)
          .map((form) => mean(form.flatMap((item) => (item.kind === "copy" ? [] : (ease.get(item.statement) ?? []))))),
      );
    });
    expect(mean(formSpreads) / 0.8).toBeLessThan(0.1);
    expect(mean(formSpreads) / 0.8).toBeGreaterThan(0.05);
  });
});

describe("simulated applicants", { timeout: LONG_MS }, () => {
  const honest = crowd("honest", 3_000);

  test.each([
    ["self_control", 3.7, 0.8],
    ["sense_of_control", 3.6, 0.7],
  ])("honest people meet the assumed norms of %s: mean %d, standard deviation %d", (metric, centre, spread) => {
    expect(Math.abs(mean(of(honest, metric)) - centre)).toBeLessThan(0.04);
    expect(Math.abs(sd(of(honest, metric)) - spread)).toBeLessThan(0.03);
  });

  test("their two metrics correlate .45, as the composite of the model counts on", () => {
    const [a, b] = [of(honest, "self_control"), of(honest, "sense_of_control")];
    const products = a.map((value, index) => (value - mean(a)) * ((b[index] ?? NaN) - mean(b)));
    expect(Math.abs(mean(products) / (sd(a) * sd(b)) - 0.45)).toBeLessThan(0.04);
  });

  test("honest people fail fewer than 1 % of the infrequency statements and are about .6 steps from their copies", () => {
    expect(mean(of(honest, "infrequency_failed")) / 2).toBeLessThan(0.01);
    expect(Math.abs(mean(of(honest, "mirror_distance")) - 0.6)).toBeLessThan(0.05);
    expect(mean(of(honest, "mirror_distance").map((far) => Number(far > 1.5)))).toBeLessThan(0.02);
  });

  test("honest people need 60 to 85 seconds on average, and none of their answers is fast", () => {
    const seconds = mean(honest.map((outcome) => outcome.seconds));
    expect(seconds).toBeGreaterThan(60);
    expect(seconds).toBeLessThan(85);
    expect(Math.max(...of(honest, "fast_share"))).toBe(0);
  });

  test("a standing that is given moves its own trait alone", () => {
    const given = (latent: Readonly<Record<string, number>>): readonly number[] => {
      const outcomes = Array.from({ length: 400 }, (_, person) =>
        play("honest", hex(person, 7), { seed: hex(person, 1), latent }),
      );
      return [mean(of(outcomes, "self_control")), mean(of(outcomes, "sense_of_control"))];
    };
    const [middle, high] = [given({ self_control: 0, optimism: 0 }), given({ self_control: 1, optimism: 0 })];
    expect((high[0] ?? 0) - (middle[0] ?? 0)).toBeGreaterThan(0.5);
    expect(high[1]).toBe(middle[1]);
  });

  test("who presses one step all the way is in no doubt, whatever the step", () => {
    const straight = crowd("straight_side", 200);
    expect(new Set(of(straight, "longest_same"))).toEqual(new Set([12]));
    expect(Math.min(...of(straight, "infrequency_failed"))).toBeGreaterThanOrEqual(1);
    expect(Math.max(...of(honest, "longest_same"))).toBeLessThan(9);
  });

  test("assistive technology has no times, and the same answers as fingers", () => {
    const [finger, assisted] = (["honest", "accessible"] as const).map((name) => crowd(name, 400));
    expect(of(assisted ?? [], "fast_share").every(Number.isNaN)).toBe(true);
    const difference = mean(of(assisted ?? [], "self_control")) - mean(of(finger ?? [], "self_control"));
    expect(Math.abs(difference)).toBeLessThan(0.06);
  });
});
