import fc from "fast-check";
import { expect, test } from "vitest";
import { betweenKey, minutesLeft } from "./between-words.ts";

const lengths = fc.array(fc.record({ seconds: fc.integer({ min: 20, max: 200 }) }), { minLength: 2, maxLength: 9 });

test("no sentence comes twice in a row, and only the last says that one is left", () => {
  fc.assert(
    fc.property(lengths, (tasks) => {
      const said = tasks.slice(1).map((_, index) => betweenKey(tasks, index + 1));
      said.forEach((key, index) => {
        expect(key).not.toBe(said[index + 1]);
        expect(key === "between.last").toBe(index === said.length - 1);
      });
    }),
  );
});

test("half is said where about half of the time is behind, once at most", () => {
  fc.assert(
    fc.property(lengths, (tasks) => {
      const total = tasks.reduce((sum, { seconds }) => sum + seconds, 0);
      const halves = tasks
        .slice(1)
        .flatMap((_, index) => (betweenKey(tasks, index + 1) === "between.half" ? [index + 1] : []));
      expect(halves.length).toBeLessThanOrEqual(1);
      for (const done of halves) {
        const share = tasks.slice(0, done).reduce((sum, { seconds }) => sum + seconds, 0) / total;
        expect(Math.abs(share - 0.5)).toBeLessThanOrEqual(0.121);
      }
    }),
  );
});

test("five games of a minute each: a breath, rest, half where it is nearest, the last", () => {
  const five = Array.from({ length: 5 }, () => ({ seconds: 60 }));
  expect([1, 2, 3, 4].map((done) => betweenKey(five, done))).toEqual([
    "between.first",
    "between.more",
    "between.half",
    "between.last",
  ]);
});

test("the minutes left are those of the games to come, never none", () => {
  const tasks = [{ seconds: 55 }, { seconds: 130 }, { seconds: 20 }];
  expect([0, 1, 2].map((done) => minutesLeft(tasks, done))).toEqual([3, 3, 1]);
});
