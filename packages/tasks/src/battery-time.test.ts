import { expect, test } from "vitest";
import { findBattery, findTask } from "./registry.ts";
import { played, seedOf } from "./testing/population.ts";

/** About 110 words at 220 a minute, and the decision. */
const CONSENT_MS = 35_000;
/** A sentence and a button. */
const BETWEEN_MS = 4_000;
const PEOPLE = 300;

test("nine honest people of ten finish standard-1 in 5 to 7 minutes, consent, practice and pauses included", () => {
  const tasks = findBattery("standard-1")?.tasks.map(({ key, version }) => findTask(key, version)) ?? [];
  const minutes = Array.from({ length: PEOPLE }, (_, person) => {
    const playing = tasks.map((definition, index) => {
      if (definition === null) throw new Error("a task of standard-1 is gone");
      const who = { seed: seedOf(person, 1), day: seedOf(person, 2) };
      return played(definition, "honest", { seed: seedOf(person, 10 + index), person: who }).endMs;
    });
    const pauses = CONSENT_MS + BETWEEN_MS * (tasks.length - 1);
    return playing.reduce((sum, ms) => sum + ms, pauses) / 60_000;
  });
  expect(tasks).toHaveLength(5);
  const within = minutes.filter((taken) => taken >= 5 && taken <= 7).length / PEOPLE;
  expect(within).toBeGreaterThanOrEqual(0.9);
  expect(Math.max(...minutes)).toBeLessThan(9);
});
