import { describe, expect, test } from "vitest";
import type { TrialBase } from "../contract.ts";
import type { BalloonTrial } from "../balloons/v1/machine.ts";
import type { BlockTrial } from "../block_memory/v1/machine.ts";
import type { CardTrial } from "../cards/v1/machine.ts";
import type { MoneyTrial } from "../money_choices/v1/machine.ts";
import type { NumberTrial } from "../number_sense/v1/machine.ts";
import type { TapTrial } from "../quick_taps/v1/machine.ts";
import type { StatementsTrial } from "../statements/v1/machine.ts";
import type { TowerTrial } from "../tower/v1/machine.ts";
import { findTask, tasks } from "../registry.ts";
import { mean, sd } from "../statistics.ts";
import { played, seedOf } from "../testing/population.ts";

/** Who gives one content for ever, wherever it stands on the screen. */

const PEOPLE = 60;

/** Trials of each person in one task; another `attempt` is another form, on another day. */
function crowd<T extends TrialBase>(key: string, attempt = 7): readonly (readonly T[])[] {
  const definition = findTask(key, 1);
  if (definition === null) throw new Error(`${key} v1 is gone`);
  return Array.from({ length: PEOPLE }, (_, person) => {
    const play = { seed: seedOf(person, attempt), person: { seed: seedOf(person, 1) } };
    return played(definition, "straight_content", play).trials as readonly T[];
  });
}

const kinds = (values: readonly unknown[]): number => new Set(values).size;
/** What each person gave, of those who gave one thing alone. */
function only<V>(people: readonly (readonly V[])[]): readonly (V | undefined)[] {
  for (const values of people) expect(kinds(values)).toBe(1);
  return people.map(([first]) => first);
}

describe("one content", () => {
  test("money: the later sum each time or never, on both sides of the screen, and for ever", () => {
    const people = crowd<MoneyTrial>("money_choices");
    const later = only(people.map((trials) => trials.map(({ choseLater }) => choseLater)));
    expect(kinds(later)).toBe(2);
    for (const trials of people) expect(kinds(trials.map(({ choice }) => choice))).toBe(2);
    const again = only(
      crowd<MoneyTrial>("money_choices", 8).map((trials) => trials.map(({ choseLater }) => choseLater)),
    );
    expect(again).toEqual(later);
  });

  test("statements: agrees fully with each", () => {
    const steps = only(crowd<StatementsTrial>("statements").map((trials) => trials.map(({ step }) => step)));
    expect(new Set(steps)).toEqual(new Set([5]));
  });

  test("taps: the side of one shape, which is not the same side in each attempt", () => {
    const side = (attempt: number) =>
      only(crowd<TapTrial>("quick_taps", attempt).map((trials) => trials.map(({ choice }) => choice)));
    expect(side(8)).not.toEqual(side(7));
  });

  test("cards: one card, anywhere, in each round", () => {
    const people = crowd<CardTrial>("cards");
    for (const trials of people) expect(Math.max(...trials.map(({ turnedBefore }) => turnedBefore))).toBeLessThan(2);
    expect(kinds(people.flat().map(({ choice }) => choice))).toBeGreaterThan(20);
  });

  test("tower: moves of the rules alone, few of them to the goal", () => {
    const trials = crowd<TowerTrial>("tower").flat();
    expect(trials.every(({ illegal }) => illegal === 0)).toBe(true);
    expect(mean(trials.map(({ optimal }) => Number(optimal)))).toBeLessThan(0.3);
  });

  test("numbers: the tempting sum each time, or the largest", () => {
    const people = crowd<NumberTrial>("number_sense").map((trials) => trials.filter(({ practice }) => !practice));
    const largest = ({ options, choice }: NumberTrial) => options["abcd".indexOf(choice)] === Math.max(...options);
    const tempted = people.map((trials) => trials.every(({ intuitive }) => intuitive));
    for (const [person, trials] of people.entries())
      expect(tempted[person] === true || trials.every(largest)).toBe(true);
    expect(mean(tempted.map(Number))).toBeGreaterThan(0.3);
    expect(mean(tempted.map(Number))).toBeLessThan(0.7);
  });

  test("balloons: the smallest each time, or the largest", () => {
    const sizes = only(crowd<BalloonTrial>("balloons").map((trials) => trials.map(({ size }) => size)));
    expect(new Set(sizes)).toEqual(new Set([1, 20]));
  });

  test("blocks: begins with one block each time, whatever was shown", () => {
    const first = only(crowd<BlockTrial>("block_memory").map((trials) => trials.map(({ taps }) => taps.charAt(0))));
    expect(kinds(first)).toBeGreaterThan(4);
  });
});

test.each(tasks.map(({ spec }) => spec.key))("%s: within a person times vary as a hand's do", (key) => {
  const variation = crowd(key).map((trials) => {
    const times = trials.flatMap(({ rtMs }) => (rtMs === null ? [] : [rtMs]));
    return sd(times) / mean(times);
  });
  expect(mean(variation)).toBeGreaterThan(0.2);
});
