import { type PlayerName, playTask, type SandboxPlayer, type TaskInput } from "@tallystick/tasks";
import { type PlayedAttempt, scoreSession, setUp } from "@tallystick/simulation";
import { describe, expect, test } from "vitest";
import { skipUnlessPublished } from "../../tasks/src/testing/published.ts";
import type { Calculated } from "./contract.ts";
import { REAL_PEOPLE_FILES, scoreRealPeople } from "./testing/real-people.ts";
import { wireCalculated } from "./wire.ts";

/** What the whole chain (play, replay, metrics, score) does to a population of simulated and of real people. */

/** Thousands of whole sessions, on a machine that may be busy. */
const LONG_MS = 120_000;

const standard = setUp({ battery: "standard-1" });
const { definitions } = standard;

function hex(person: number, purpose: number): string {
  return `${person.toString(16).padStart(16, "0")}${purpose.toString(16).padStart(16, "a")}`;
}

function playAll(player: PlayerName | SandboxPlayer, person: number): PlayedAttempt[] {
  return definitions.map((definition, index) => {
    const seed = hex(person, 7 + index);
    return { definition, seed, inputs: playTask(definition, player, { seed, personSeed: hex(person, 1) }) };
  });
}

function scoreAll(attempts: readonly PlayedAttempt[]): Calculated {
  const { result, unfinished } = scoreSession(standard, attempts);
  expect(unfinished).toEqual([]);
  return result;
}

function population(player: PlayerName | SandboxPlayer, size: number): Calculated[] {
  return Array.from({ length: size }, (_, person) => scoreAll(playAll(player, person)));
}

function shareOf(results: readonly Calculated[], holds: (result: Calculated) => boolean): number {
  return results.filter(holds).length / results.length;
}

const costly = (result: Calculated) => result.flags.filter((flag) => flag.strength > 0).map((flag) => flag.key);

describe("data confidence", { timeout: LONG_MS }, () => {
  test("is LOW for honest applicants in at most 1 % and below HIGH in at most 8 %", () => {
    const honest = population("honest", 400);
    expect(shareOf(honest, (result) => result.score_confidence === "LOW")).toBeLessThanOrEqual(0.01);
    expect(shareOf(honest, (result) => result.score_confidence !== "HIGH")).toBeLessThanOrEqual(0.08);
  });

  test.each(["random", "straight_side", "straight_alternating", "script"] as const)(
    "is LOW for %s players in at least 97 %",
    (player) => {
      const low = shareOf(population(player, 250), (result) => result.score_confidence === "LOW");
      expect(low).toBeGreaterThanOrEqual(0.97);
    },
  );

  test("is below HIGH for half-careless players in at least 95 %", () => {
    const below = shareOf(population("careless", 200), (result) => result.score_confidence !== "HIGH");
    expect(below).toBeGreaterThanOrEqual(0.95);
  });

  test("is LOW in at most 3 % of honest applicants who are twice as undecided", () => {
    const results = Array.from({ length: 250 }, (_, person) =>
      scoreAll(
        definitions.map((definition, index) => {
          const seed = hex(person, 7 + index);
          const { parameters } = definition.spec;
          const inputs = definition.play("honest", { seed, parameters, person: { seed: hex(person, 1), noise: 2 } });
          return { definition, seed, inputs };
        }),
      ),
    );
    expect(shareOf(results, (result) => result.score_confidence === "LOW")).toBeLessThanOrEqual(0.03);
  });

  test("never judges time or position of accessible players, tells their path, and keeps their score", () => {
    for (const result of population("accessible", 150)) {
      for (const key of ["fast_responses", "regular_timing", "exact_positions", "synthetic_input"]) {
        expect(costly(result)).not.toContain(key);
      }
      expect(result.flags.map((flag) => flag.key)).toContain("accessible_path");
      expect(result.score).not.toBeNull();
      expect(result.traits.map((trait) => trait.key)).toEqual(["patience", "self_control", "optimism", "risk_taking"]);
    }
  });
});

describe("the score", { timeout: LONG_MS }, () => {
  test("spreads honest applicants over the scale: mean near 50, every fifth in its place within 6 points", () => {
    const scores = population("honest", 600).map((result) => result.score ?? NaN);
    const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
    expect(Math.abs(mean - 50)).toBeLessThan(3);
    for (let fifth = 0; fifth < 5; fifth += 1) {
      const inside = scores.filter((value) => value >= fifth * 20 && value < (fifth + 1) * 20).length / scores.length;
      expect(Math.abs(inside - 0.2)).toBeLessThan(0.06);
    }
  });

  /** Time to a first move is the one absolute time among the traits; it has no weight. */
  const withoutPlanning = ({ traits }: Calculated) => traits.filter(({ key }) => key !== "planning");

  test("and attention change for nobody when every answer comes 30, 60 or 100 ms later", () => {
    for (let person = 0; person < 80; person += 1) {
      const attempts = playAll("honest", person);
      const before = scoreAll(attempts);
      for (const delayMs of [30, 60, 100]) {
        const after = scoreAll(attempts.map((attempt) => ({ ...attempt, inputs: delayed(attempt.inputs, delayMs) })));
        expect(after.score).toBe(before.score);
        expect(withoutPlanning(after)).toEqual(withoutPlanning(before));
      }
    }
  });

  /** Answers by `delayMs` later; whatever follows moves with them. Timeouts keep their own clock: deadlines do not wait. */
  function delayed(inputs: readonly TaskInput[], delayMs: number): TaskInput[] {
    let shift = 0;
    return inputs.map((input) => {
      if (input.kind === "press") shift += delayMs;
      return { ...input, at: input.at + shift };
    });
  }

  test("comes out the same, to the last digit, when the stored inputs are scored again", () => {
    const attempts = playAll("honest", 4);
    const stored = JSON.parse(JSON.stringify(attempts.map(({ inputs }) => inputs))) as TaskInput[][];
    const again = attempts.map((attempt, index) => ({ ...attempt, inputs: stored[index] ?? [] }));
    expect(JSON.stringify(scoreAll(again))).toBe(JSON.stringify(scoreAll(attempts)));
  });
});

describe("the sandbox", { timeout: LONG_MS }, () => {
  test("over 500 uids low risk is VERY_LOW or LOW with HIGH confidence", () => {
    for (const result of population("lowrisk", 500)) {
      expect(["VERY_LOW", "LOW"]).toContain(result.risk_band);
      expect(result.score_confidence).toBe("HIGH");
    }
  });

  test("over 500 uids high risk is HIGH or VERY_HIGH with HIGH confidence and a reason", () => {
    for (const result of population("highrisk", 500)) {
      expect(["HIGH", "VERY_HIGH"]).toContain(result.risk_band);
      expect(result.score_confidence).toBe("HIGH");
      expect(result.reasons.map(({ key }) => key)).toContain("patience");
    }
  });

  test("low trust is LOW", () => {
    for (const result of population("lowtrust", 200)) expect(result.score_confidence).toBe("LOW");
  });

  test("a bot is scored, LOW, and flagged scripted_input on the wire", () => {
    for (const result of population("bot", 200)) {
      expect(result.score_confidence).toBe("LOW");
      const wire = wireCalculated(result, { traits: "scored", simulated: true });
      expect(wire?.flags.map((flag) => flag.key)).toContain("scripted_input");
    }
  });
});

describe("real people", () => {
  test("who chose and tapped honestly are LOW in at most 1 % and below HIGH in at most 8 %", (context) => {
    skipUnlessPublished(context, ...REAL_PEOPLE_FILES);
    const results = scoreRealPeople();
    expect(results.length).toBeGreaterThanOrEqual(145);
    expect(shareOf(results, (result) => result.score_confidence === "LOW")).toBeLessThanOrEqual(0.01);
    expect(shareOf(results, (result) => result.score_confidence !== "HIGH")).toBeLessThanOrEqual(0.08);
  });
});
