import { expect, test } from "vitest";
import { replay } from "../../replay.ts";
import { findTask } from "../../registry.ts";
import { BLOCKS_PARAMETERS } from "./spec.ts";

/** Parallel forms: an attempt is no easier or harder than another. */

const hex = (number: number, purpose: number): string =>
  number.toString(16).padStart(16, "0") + purpose.toString(16).padStart(16, "a");

test("20 attempts are equally hard: the same 250 people's mean spans lie within .05 sd", { timeout: 120_000 }, () => {
  const parameters = BLOCKS_PARAMETERS;
  const definition = findTask("block_memory", 1);
  if (definition === null) throw new Error("block_memory v1 is gone");
  const spans = (attempt: number): number[] =>
    Array.from({ length: 250 }, (_, person) => {
      const seed = hex(attempt, 90);
      // Less noise in the single answer leaves more of what the attempt itself adds.
      const who = { seed: hex(person, 1), day: hex(person, 3), noise: 0.25 };
      const inputs = definition.play("honest", { seed, parameters, person: who });
      return replay(definition, { seed, parameters, inputs }).metrics["span"] ?? NaN;
    });
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const rounds = Array.from({ length: 20 }, (_, attempt) => spans(attempt));
  const centre = mean(rounds.flat());
  const sd = Math.sqrt(mean(rounds.flat().map((span) => (span - centre) ** 2)));
  const offs = rounds.map((round) => Math.abs(mean(round) - centre) / sd);
  expect(sd).toBeGreaterThan(0.5);
  expect(Math.max(...offs)).toBeLessThanOrEqual(0.05);
});
