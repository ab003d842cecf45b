import { describe, expect, test } from "vitest";
import type { CardOutcome, CardTrial } from "./machine.ts";
import { cardsMetrics } from "./metrics.ts";

interface Round {
  readonly cards: number;
  readonly end: "stop" | "loss" | "last_safe" | "open";
  readonly lossCards?: number;
}

/** The presses of rounds in which `cards` safe cards are turned before the end. */
function trialsOf(rounds: readonly Round[], facts: Partial<CardTrial> = {}): CardTrial[] {
  return rounds.flatMap(({ cards, end, lossCards = 1 }, index) => {
    const outcomes: CardOutcome[] = Array.from({ length: end === "last_safe" ? cards - 1 : cards }, () => "safe");
    if (end !== "open") outcomes.push(end);
    return outcomes.map((outcome, turnedBefore): CardTrial => ({
      stimulus: `round-${index}`,
      practice: false,
      rtMs: 400,
      choice: outcome === "stop" ? "stop" : String(turnedBefore),
      outcome,
      turnedBefore,
      boxes: 32,
      lossCards,
      source: "touch",
      ...facts,
    }));
  });
}
const six = (round: Round): Round[] => Array.from({ length: 6 }, () => round);

describe("the metrics", () => {
  test("cards turned are exposure, stops are events, a lost round adds its cards and no event", () => {
    const rounds: Round[] = [
      ...six({ cards: 12, end: "stop" }).slice(2),
      { cards: 5, end: "loss" },
      { cards: 7, end: "loss" },
    ];
    const metrics = cardsMetrics(trialsOf(rounds));
    expect(metrics["ln_dared"]).toBeCloseTo(Math.log((48 + 12 + 24) / (4 + 2)), 6);
    expect(metrics["mean_cards_uncensored"]).toBe(12);
    expect(metrics["rounds_lost"]).toBe(2);
  });

  test("turning every safe card counts as a stop", () => {
    const rounds: Round[] = [...six({ cards: 0, end: "stop" }).slice(1), { cards: 31, end: "last_safe" }];
    const metrics = cardsMetrics(trialsOf(rounds));
    expect(metrics["ln_dared"]).toBeCloseTo(Math.log((31 + 24) / (6 + 2)), 6);
    expect(metrics["rounds_lost"]).toBe(0);
    expect(metrics["mean_cards_uncensored"]).toBeCloseTo(31 / 6, 6);
  });

  test("one who never turns a card and one who always loses have a value, and no mean where no round was stopped", () => {
    const timid = cardsMetrics(trialsOf(six({ cards: 0, end: "stop" })));
    const lost = cardsMetrics(trialsOf(six({ cards: 10, end: "loss" })));
    expect(timid["ln_dared"]).toBeCloseTo(Math.log(24 / 8), 6);
    expect(lost["ln_dared"]).toBeCloseTo(Math.log(84 / 2), 6);
    expect(lost["mean_cards_uncensored"]).toBeNull();
  });

  test("a round left open leaves no scored metric and no evidence", () => {
    const rounds: Round[] = [...six({ cards: 12, end: "stop" }).slice(1), { cards: 12, end: "open" }];
    const metrics = cardsMetrics(trialsOf(rounds));
    for (const name of ["ln_dared", "mean_cards_uncensored", "rounds_lost", "losses_expected", "loss_z"]) {
      expect(metrics[name]).toBeNull();
    }
  });

  test("expected losses are the announced chances of the turns made", () => {
    const metrics = cardsMetrics(trialsOf([...six({ cards: 10, end: "stop" }).slice(1), { cards: 3, end: "loss" }]));
    const chances = [
      ...Array.from({ length: 50 }, (_, turn) => 1 / (32 - (turn % 10))),
      1 / 32,
      1 / 31,
      1 / 30,
      1 / 29,
    ];
    const expected = chances.reduce((sum, chance) => sum + chance, 0);
    const sd = Math.sqrt(chances.reduce((sum, chance) => sum + chance * (1 - chance), 0));
    expect(metrics["losses_expected"]).toBeCloseTo(expected, 6);
    expect(metrics["loss_z"]).toBeCloseTo((expected - 1) / sd, 5);
  });

  test("under 24 turns there is no evidence of foresight either way", () => {
    expect(cardsMetrics(trialsOf(six({ cards: 3, end: "stop" })))["loss_z"]).toBeNull();
    expect(cardsMetrics(trialsOf(six({ cards: 4, end: "stop" })))["loss_z"]).not.toBeNull();
  });

  test("practice counts for nothing", () => {
    const rounds = six({ cards: 12, end: "stop" });
    const practice = trialsOf([{ cards: 9, end: "loss" }], { practice: true, rtMs: 9_000 });
    expect(cardsMetrics([...practice, ...trialsOf(rounds)])).toEqual(cardsMetrics(trialsOf(rounds)));
  });

  test("times count for pointers only, from 8 presses on", () => {
    const rounds = six({ cards: 4, end: "stop" });
    expect(cardsMetrics(trialsOf(rounds))["median_rt_ms"]).toBe(400);
    expect(cardsMetrics(trialsOf(rounds, { source: "keyboard" }))["median_rt_ms"]).toBeNull();
    expect(cardsMetrics(trialsOf(rounds, { source: "assistive" }))["ln_dared"]).not.toBeNull();
    expect(cardsMetrics(trialsOf(six({ cards: 0, end: "stop" })))["median_rt_ms"]).toBeNull();
  });
});
