import { createPrng, type Prng } from "../../prng.ts";
import type { MoneyParameters } from "./spec.ts";

export type Side = "left" | "right";

export interface MoneyItem {
  readonly stimulus: string;
  readonly kind: "practice" | "ladder" | "dominated";
  /** 1–15; null outside the ladder. */
  readonly rung: number | null;
  readonly today: number;
  readonly later: number;
  readonly delayDays: number;
  readonly laterSide: Side;
}

type Offer = Pick<MoneyItem, "kind" | "rung" | "today" | "later" | "delayDays">;

/** Every redraw ends: with the shipped parameters far fewer are needed, with others the last draw stands. */
const MOST_DRAWS = 2_000;
/** Least number of items whose later sum stands where it stood before. */
const FEWEST_REPEATS = 3;

function redraw<T>(draw: () => T, good: (value: T) => boolean): T {
  let value = draw();
  for (let tries = 1; tries < MOST_DRAWS && !good(value); tries += 1) value = draw();
  return value;
}

/** One offer for each rung, in rising order; no pair of sums twice. */
function drawLadder(prng: Prng, parameters: MoneyParameters): Offer[] {
  const taken = new Set<string>();
  return parameters.rungs.map((k, index) => {
    const sums = parameters.sums[index % parameters.sums.length] ?? [1, 1];
    const days = parameters.delays[index] ?? [1, 1];
    const draw = (): Offer => {
      const later = prng.between(sums[0], sums[1]);
      const delayDays = prng.between(days[0], days[1]);
      const today = Math.round(later / (1 + k * delayDays));
      return { kind: "ladder", rung: index + 1, today, later, delayDays };
    };
    const offer = redraw(draw, ({ today, later, delayDays }) => {
      const ratio = (later / today - 1) / delayDays / k;
      return ratio >= parameters.ratioLow && ratio <= parameters.ratioHigh && !taken.has(`${today}/${later}`);
    });
    taken.add(`${offer.today}/${offer.later}`);
    return offer;
  });
}

function drawOrder(prng: Prng, offers: readonly Offer[], firstRungs: readonly [number, number]): Offer[] {
  const rung = (offer: Offer | undefined): number => offer?.rung ?? 0;
  return redraw(
    () => prng.shuffle(offers),
    (order) =>
      rung(order[0]) >= firstRungs[0] &&
      rung(order[0]) <= firstRungs[1] &&
      order.every((offer, index) => {
        const step = rung(offer) - rung(order[index - 1]);
        return index === 0 || step > 1 || step < -1;
      }),
  );
}

/** Someone who always waits, or never, must not look as if pressing one side, or the sides in turn. */
function sidesVary(sides: readonly Side[], longest: number): boolean {
  let run = 0;
  let repeats = 0;
  for (let index = 0; index < sides.length; index += 1) {
    const repeated = index > 0 && sides[index] === sides[index - 1];
    run = repeated ? run + 1 : 1;
    repeats += repeated ? 1 : 0;
    if (run > longest) return false;
  }
  return repeats >= FEWEST_REPEATS;
}

/** Sides of the later sum: half of the ladder each (7 and 8 of 15), the check at `checkIndex` by a coin of its own. */
function drawSides(prng: Prng, ladderSize: number, options: { checkIndex: number; longest: number }): Side[] {
  const lefts = Math.floor(ladderSize / 2) + prng.between(0, ladderSize % 2);
  const halves = Array.from({ length: ladderSize }, (_, index): Side => (index < lefts ? "left" : "right"));
  const draw = (): Side[] => {
    const sides = prng.shuffle(halves);
    sides.splice(options.checkIndex, 0, prng.between(0, 1) === 0 ? "left" : "right");
    return sides;
  };
  return redraw(draw, (sides) => sidesVary(sides, options.longest));
}

/** Two easy ones, one that most people wait for and one that most do not, on different sides. */
function drawPractice(prng: Prng): MoneyItem[] {
  const worthIt: Offer = {
    kind: "practice",
    rung: null,
    today: prng.between(10, 14),
    later: prng.between(62, 68),
    delayDays: prng.between(5, 8),
  };
  const notWorthIt: Offer = {
    kind: "practice",
    rung: null,
    today: prng.between(44, 47),
    later: prng.between(48, 49),
    delayDays: prng.between(150, 180),
  };
  const firstSide: Side = prng.between(0, 1) === 0 ? "left" : "right";
  const otherSide: Side = firstSide === "left" ? "right" : "left";
  return prng.shuffle([worthIt, notWorthIt]).map((offer, index) => ({
    ...offer,
    stimulus: `practice-${index}`,
    laterSide: index === 0 ? firstSide : otherSide,
  }));
}

/** All items of an attempt, practice first, in the order shown. */
export function planMoney(seed: string, parameters: MoneyParameters): MoneyItem[] {
  const prng = createPrng(seed);
  const practice = drawPractice(prng);
  const order = drawOrder(prng, drawLadder(prng, parameters), parameters.firstRungs);
  const checkIndex = prng.between(parameters.dominatedAt[0], parameters.dominatedAt[1]) - 1;
  const today = prng.between(61, 72);
  const dominated: Offer = {
    kind: "dominated",
    rung: null,
    today,
    later: today - prng.between(12, 22),
    delayDays: prng.between(20, 60),
  };
  const sides = drawSides(prng, order.length, { checkIndex, longest: parameters.longestRun });
  order.splice(checkIndex, 0, dominated);
  const items = order.map((offer, index) => ({
    ...offer,
    stimulus: `item-${index}`,
    laterSide: sides[index] ?? "left",
  }));
  return [...practice, ...items];
}
