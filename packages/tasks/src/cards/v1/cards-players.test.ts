import { describe, expect, test } from "vitest";
import type { PlayerName, PlayerPerson, TaskInput } from "../../contract.ts";
import { mean, median, medianAbsoluteDeviation, quantile, sd } from "../../statistics.ts";
import { cards } from "./definition.ts";
import { cardsMachine, type CardsState } from "./machine.ts";
import { cardsMetrics } from "./metrics.ts";
import { planCards } from "./plan.ts";
import { CARDS_PARAMETERS } from "./spec.ts";

/** Thousands of whole attempts, on a machine that may be busy. */
const LONG_MS = 120_000;

const hex = (person: number, purpose: number): string =>
  person.toString(16).padStart(16, "0") + purpose.toString(16).padStart(16, "a");

const play = (player: PlayerName, seed: string, person: PlayerPerson): readonly TaskInput[] =>
  cards.play(player, { seed, parameters: CARDS_PARAMETERS, person });
function measure(seed: string, inputs: readonly TaskInput[]): ReturnType<typeof cardsMetrics> {
  const end = inputs.reduce<CardsState>(
    (state, input) => {
      const after = cardsMachine.apply(state, input);
      if ("refused" in after) throw new Error(after.refused);
      return after;
    },
    cardsMachine.start(seed, CARDS_PARAMETERS),
  );
  return cardsMetrics(cardsMachine.trials(end));
}
const dared = (seed: string, person: PlayerPerson): number =>
  measure(seed, play("honest", seed, person))["ln_dared"] ?? NaN;

describe("a population of honest applicants", { timeout: LONG_MS }, () => {
  const plays = Array.from({ length: 2_000 }, (_, person) => {
    const seed = hex(person, 7);
    const inputs = play("honest", seed, { seed: hex(person, 1) });
    return { metrics: measure(seed, inputs), seconds: (inputs.at(-1)?.at ?? NaN) / 1_000 };
  });

  test("meets the norms of ln_dared: median 2.741 and MAD .328, each within .05", () => {
    const values = plays.map(({ metrics }) => metrics["ln_dared"] ?? NaN);
    expect(Math.abs(median(values) - 2.741)).toBeLessThan(0.05);
    expect(Math.abs(medianAbsoluteDeviation(values) - 0.328)).toBeLessThan(0.05);
  });

  test("plays for 70 to 110 seconds, one in a hundred a little shorter or longer", () => {
    const seconds = plays.map((played) => played.seconds);
    expect(seconds.filter((value) => value >= 70 && value <= 110).length).toBeGreaterThanOrEqual(0.99 * plays.length);
    expect(Math.min(...seconds)).toBeGreaterThan(60);
    expect(Math.max(...seconds)).toBeLessThan(125);
  });

  test("avoids losses as chance does: loss_z is about 0 with deviation 1, above 2 in fewer than 1 in 100", () => {
    const evidence = plays.flatMap(({ metrics }) => {
      const z = metrics["loss_z"] ?? null;
      return z === null ? [] : [z];
    });
    expect(evidence.length).toBeGreaterThan(1_800);
    expect(Math.abs(mean(evidence))).toBeLessThan(0.15);
    expect(Math.abs(sd(evidence) - 1)).toBeLessThan(0.15);
    expect(evidence.filter((z) => z > 2).length).toBeLessThan(0.01 * evidence.length);
  });
});

test(
  "the same person on the same day gets an ln_dared that varies by at most .26 over 200 seeds",
  { timeout: LONG_MS },
  () => {
    const spreads = Array.from({ length: 8 }, (_, person) => {
      const who = { seed: hex(person, 1), day: hex(person, 50) };
      return sd(Array.from({ length: 200 }, (_seed, round) => dared(hex(round, 9), who)));
    });
    expect(mean(spreads)).toBeLessThanOrEqual(0.26);
  },
);

test(
  "forms are equally hard: 800 people have the same mean on each of 20 seeds within .05 sd",
  { timeout: LONG_MS },
  () => {
    const byPerson = Array.from({ length: 800 }, (_, person) =>
      Array.from({ length: 20 }, (_seed, form) => dared(hex(form, 77), { seed: hex(person, 1), day: hex(person, 50) })),
    );
    const spread = sd(byPerson.map(([first = NaN]) => first));
    const means = Array.from({ length: 20 }, (_, form) => mean(byPerson.map((values) => values[form] ?? NaN)));
    for (const value of means) expect(Math.abs(value - mean(means))).toBeLessThanOrEqual(0.05 * spread);
  },
);

test("risk taking as given moves the metric: two sd apart are more than one apart in ln_dared's deviation", () => {
  const at = (latent: number): number =>
    mean(
      Array.from({ length: 60 }, (_, person) =>
        dared(hex(person, 7), { seed: hex(person, 1), latent: { risk_taking: latent } }),
      ),
    );
  expect(at(1) - at(-1)).toBeGreaterThan(0.5);
});

test("once a finger is going, cards follow each other in 250 to 600 ms", () => {
  for (let person = 0; person < 50; person += 1) {
    let turned = false;
    let before = 0;
    for (const { kind, choice, at } of play("honest", hex(person, 7), { seed: hex(person, 1) })) {
      const turns = kind === "press" && choice !== "stop";
      if (turned && turns) expect(at - before >= 250 && at - before <= 600).toBe(true);
      turned = turns;
      before = at;
    }
  }
});

/** Reads the shuffle out of the page and never turns a loss, for `cards` cards in each round. */
function seer(seed: string, turns: number): ReturnType<typeof cardsMetrics> {
  const inputs: TaskInput[] = [];
  const give = (input: Omit<TaskInput, "n" | "at">): void => {
    inputs.push({ n: inputs.length, at: 400 * inputs.length, ...input });
  };
  give({ kind: "continue", stimulus: "intro" });
  for (const { stimulus, boxes, losses } of planCards(seed, CARDS_PARAMETERS)) {
    give({ kind: "shown", stimulus });
    const safe = Array.from({ length: boxes }, (_, box) => box).filter((box) => !losses.includes(box));
    for (const box of safe.slice(0, turns)) give({ kind: "press", stimulus, choice: String(box) });
    if (safe.length > turns) give({ kind: "press", stimulus, choice: "stop" });
    give({ kind: "continue", stimulus: `after-${stimulus}` });
  }
  return measure(seed, inputs);
}

test("who reads the hidden cards stands out: above the 99.9th hundredth of honest people with 15 cards a round, far above with 25", () => {
  const honest = Array.from({ length: 1_000 }, (_, person) => {
    const seed = hex(person, 7);
    return measure(seed, play("honest", seed, { seed: hex(person, 1) }))["loss_z"] ?? 0;
  });
  const limit = quantile(honest, 0.999);
  for (let form = 0; form < 50; form += 1) {
    expect(seer(hex(form, 9), 15)["loss_z"]).toBeGreaterThan(limit);
    expect(seer(hex(form, 9), 25)["loss_z"]).toBeGreaterThan(3.5);
  }
});
