import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TaskInput } from "../../contract.ts";
import { replay } from "../../replay.ts";
import { cards } from "./definition.ts";
import { cardsMachine, type CardsState } from "./machine.ts";
import { planCards } from "./plan.ts";
import { CARDS_PARAMETERS } from "./spec.ts";

const seeds = fc.stringMatching(/^[0-9a-f]{32}$/);
const plans = seeds.map((seed) => planCards(seed, CARDS_PARAMETERS));
const RUNS = { numRuns: 500 };

const hex = (value: number): string => value.toString(16).padStart(32, "0");

describe("the plan", () => {
  test("is a practice round of 12 cards with 1 loss, then 6 of 32 with 1 and 2 losses in turn", () => {
    fc.assert(
      fc.property(plans, ([practice, ...rounds]) => {
        expect(practice).toMatchObject({ stimulus: "practice-0", practice: true, boxes: 12, lossCards: 1 });
        expect(rounds.map(({ boxes }) => boxes)).toEqual([32, 32, 32, 32, 32, 32]);
        const counts = rounds.map(({ lossCards }) => lossCards).join("");
        expect(["121212", "212121"]).toContain(counts);
      }),
      RUNS,
    );
  });

  test("lays exactly as many losses as are announced, on different places of the table", () => {
    fc.assert(
      fc.property(plans, (rounds) => {
        for (const { losses, lossCards, boxes } of rounds) {
          expect(new Set(losses).size).toBe(lossCards);
          expect(losses).toHaveLength(lossCards);
          for (const place of losses) expect(place >= 0 && place < boxes).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test("begins with one or with two losses equally often", () => {
    const withOne = Array.from({ length: 4_000 }, (_, seed) => planCards(hex(seed), CARDS_PARAMETERS)[1]?.lossCards);
    expect(Math.abs(withOne.filter((count) => count === 1).length - 2_000)).toBeLessThan(160);
  });

  test("is an honest shuffle: every place holds a loss equally often, and so does every pair of places", () => {
    const places = Array.from({ length: 32 }, () => 0);
    const pairs = new Map<string, number>();
    for (let seed = 0; seed < 20_000; seed += 1) {
      for (const { practice, lossCards, losses } of planCards(hex(seed), CARDS_PARAMETERS)) {
        if (practice) continue;
        for (const place of losses) places[place] = (places[place] ?? 0) + 1;
        if (lossCards === 2) pairs.set(losses.join(), (pairs.get(losses.join()) ?? 0) + 1);
      }
    }
    // χ² with 31 and 495 degrees of freedom: 5 standard deviations above their means.
    expect(chiSquare(places)).toBeLessThan(31 + 5 * Math.sqrt(62));
    expect(pairs.size).toBe(496);
    expect(chiSquare([...pairs.values()])).toBeLessThan(495 + 5 * Math.sqrt(990));
  });

  test("differs between two seeds", () => {
    fc.assert(
      fc.property(seeds, seeds, (a, b) => {
        fc.pre(a !== b);
        expect(planCards(a, CARDS_PARAMETERS)).not.toEqual(planCards(b, CARDS_PARAMETERS));
      }),
    );
  });
});

function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

const SEED = "0123456789abcdef0123456789abcdef";
const PLAN = planCards(SEED, CARDS_PARAMETERS);
const [PRACTICE, FIRST] = PLAN;
if (PRACTICE === undefined || FIRST === undefined) throw new Error("the plan has no rounds");

const safeOf = ({ boxes, losses }: { readonly boxes: number; readonly losses: readonly number[] }): string[] =>
  Array.from({ length: boxes }, (_, box) => box)
    .filter((box) => !losses.includes(box))
    .map(String);

type Step = Omit<TaskInput, "n" | "at">;
const press = (stimulus: string, choice: string): Step => ({ kind: "press", stimulus, choice });

/** One input each 100 ms. */
function played(...steps: readonly Step[]): CardsState {
  return steps.reduce<CardsState>(
    (current, step, n) => {
      const next = cardsMachine.apply(current, { n, at: 100 * (n + 1), ...step });
      if ("refused" in next) throw new Error(`${next.refused} at ${n}`);
      return next;
    },
    cardsMachine.start(SEED, CARDS_PARAMETERS),
  );
}
const next = (state: CardsState, step: Step): object =>
  cardsMachine.apply(state, { n: state.lastN + 1, at: state.lastAt + 100, ...step });

const OPENED: readonly Step[] = [
  { kind: "continue", stimulus: "intro" },
  { kind: "shown", stimulus: "practice-0" },
];
const STOPPED: readonly Step[] = [
  ...OPENED,
  press("practice-0", safeOf(PRACTICE)[0] ?? ""),
  press("practice-0", "stop"),
];

describe("the machine", () => {
  test("waits for continue, then shown, then a card or the stop of the shown round", () => {
    const begun = cardsMachine.start(SEED, CARDS_PARAMETERS);
    const refused = { refused: "not_expected" };
    expect(next(begun, { kind: "shown", stimulus: "practice-0" })).toEqual(refused);
    expect(next(played(...OPENED.slice(0, 1)), press("practice-0", "3"))).toEqual(refused);
    expect(next(played(...OPENED), press("round-0", "3"))).toEqual(refused);
    expect(next(played(...OPENED), { kind: "timeout", stimulus: "practice-0" })).toEqual(refused);
    expect(next(played(...STOPPED), press("practice-0", "3"))).toEqual(refused);
    expect(next(played(...STOPPED), { kind: "continue", stimulus: "intro" })).toEqual(refused);
  });

  test.each(["12", "-1", "1.5", "03", " 3", "3e0", "up", "NaN", "__proto__"])(
    "a card that is not on the table, %j, is malformed",
    (choice) => {
      expect(next(played(...OPENED), press("practice-0", choice))).toEqual({ refused: "malformed" });
    },
  );

  test("a card can be turned once only", () => {
    const [first = ""] = safeOf(PRACTICE);
    const turned = played(...OPENED, press("practice-0", first));
    expect(next(turned, press("practice-0", first))).toEqual({ refused: "not_expected" });
  });

  test("a safe card adds its points and the round goes on; the page is not told where the losses lie", () => {
    const [first = "", second = ""] = safeOf(PRACTICE);
    const view = cardsMachine.view(played(...OPENED, press("practice-0", second), press("practice-0", first)));
    expect(view).toEqual({
      phase: "round",
      stimulus: "practice-0",
      practice: true,
      number: 0,
      rounds: 6,
      boxes: 12,
      lossCards: 1,
      pointsPerCard: 10,
      opened: [Number(second), Number(first)],
      points: 20,
      shown: true,
    });
  });

  test("a stop keeps the points, shows where the loss lay, and announces the next round", () => {
    expect(cardsMachine.view(played(...STOPPED))).toMatchObject({
      phase: "result",
      stimulus: "after-practice-0",
      ended: "stop",
      points: 10,
      hit: null,
      losses: PRACTICE.losses,
      next: { practice: false, number: 1, boxes: 32, lossCards: FIRST.lossCards },
      total: 0,
    });
  });

  test("a loss ends the round at once and takes its points", () => {
    const losing = String(FIRST.losses[0]);
    const lost = played(
      ...STOPPED,
      { kind: "continue", stimulus: "after-practice-0" },
      { kind: "shown", stimulus: "round-0" },
      press("round-0", safeOf(FIRST)[0] ?? ""),
      press("round-0", losing),
    );
    expect(cardsMachine.view(lost)).toMatchObject({
      phase: "result",
      ended: "loss",
      hit: FIRST.losses[0],
      points: 10,
      total: 0,
    });
  });

  test("turning every safe card ends the round and keeps all points", () => {
    const all = played(
      ...STOPPED,
      { kind: "continue", stimulus: "after-practice-0" },
      { kind: "shown", stimulus: "round-0" },
      ...safeOf(FIRST).map((choice) => press("round-0", choice)),
    );
    const points = 10 * (32 - FIRST.lossCards);
    expect(cardsMachine.view(all)).toMatchObject({ phase: "result", ended: "cleared", points, total: points });
  });

  test("times run from shown to the first card and from press to press", () => {
    const times = cardsMachine.trials(played(...STOPPED)).map(({ rtMs }) => rtMs);
    expect(times).toEqual([100, 100]);
  });

  test("the outcome of any press is what the plan laid there, whatever was turned before", () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.nat(31), { minLength: 1, maxLength: 60 }), (seed, boxes) => {
        const rounds = planCards(seed, CARDS_PARAMETERS);
        let state = cardsMachine.start(seed, CARDS_PARAMETERS);
        let n = 0;
        const give = (step: Step): void => {
          const after = cardsMachine.apply(state, { n, at: n, ...step });
          n += 1;
          if (!("refused" in after)) state = after;
        };
        for (const box of boxes) {
          const view = cardsMachine.view(state);
          if (view === null) return;
          if (view.phase !== "round") give({ kind: "continue", stimulus: view.stimulus });
          else if (!view.shown) give({ kind: "shown", stimulus: view.stimulus });
          else give(press(view.stimulus, String(box)));
        }
        for (const { stimulus, choice, outcome } of cardsMachine.trials(state)) {
          const laid = rounds.find((round) => round.stimulus === stimulus)?.losses.includes(Number(choice));
          expect(outcome === "loss").toBe(laid);
        }
      }),
    );
  });

  test("a thousand random plays replay to what the phone saw", () => {
    for (let play = 0; play < 1_000; play += 1) {
      const seed = hex(play * 7 + 1);
      const options = { seed, parameters: CARDS_PARAMETERS, person: { seed: hex(play) } };
      const inputs = cards.play("random", options);
      const state = inputs.reduce<CardsState>(
        (current, input) => {
          const after = cardsMachine.apply(current, input);
          return "refused" in after ? current : after;
        },
        cardsMachine.start(seed, CARDS_PARAMETERS),
      );
      const again = replay(cards, { seed, parameters: CARDS_PARAMETERS, inputs });
      expect(again.complete).toBe(true);
      // As text: a deep comparison of a hundred trials takes ten times as long.
      expect(JSON.stringify(again.trials)).toBe(JSON.stringify(cardsMachine.trials(state)));
      expect(again.metrics).toEqual(cards.metrics(cardsMachine.trials(state)));
    }
  });
});
