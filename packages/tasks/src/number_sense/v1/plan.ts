import { createPrng, type Prng } from "../../prng.ts";
import type { NumberParameters } from "./spec.ts";

export type Choice = "a" | "b" | "c" | "d";
export const CHOICES: readonly Choice[] = ["a", "b", "c", "d"];

export type Template = "change" | "rise_fall" | "before_sale" | "hire_fee" | "bus_stops" | "day_pay" | "box_days";

/** What a problem says and what it offers. Sums in money units; the page multiplies by the session's factor. */
export interface NumberQuestion {
  readonly template: Template;
  /** Sums that stand in the text, by the name of their place. */
  readonly sums: Readonly<Record<string, number>>;
  /** Per cents and numbers of days in the text, by the name of their place. */
  readonly counts: Readonly<Record<string, number>>;
  /** The four answers in the order of the buttons a to d. */
  readonly options: readonly number[];
}

export interface NumberProblem extends NumberQuestion {
  readonly stimulus: string;
  readonly practice: boolean;
  readonly right: Choice;
  /** The answer that comes to mind first; null in practice, where nothing tempts. */
  readonly tempting: Choice | null;
}

interface Draft extends Omit<NumberQuestion, "options"> {
  readonly right: number;
  readonly tempting: number;
}

type DraftOf = (prng: Prng, parameters: NumberParameters) => Draft;

const within = (prng: Prng, range: readonly [number, number]): number => prng.between(range[0], range[1]);

function drawPrice(prng: Prng, parameters: NumberParameters): { price: number; percent: number } {
  const [price, percent] = parameters.prices[prng.between(0, parameters.prices.length - 1)] ?? [100, 20];
  return { price, percent };
}

/** Up and down by the same per cent ends below the start: the fall is taken from the higher price. */
const riseFall: DraftOf = (prng, parameters) => {
  const { price, percent } = drawPrice(prng, parameters);
  const right = Math.round((price * (100 - percent) * (100 + percent)) / 10_000);
  return { template: "rise_fall", sums: { price }, counts: { percent }, right, tempting: price };
};

/** Adding the per cent to the lower price does not lead back to the higher one. */
const beforeSale: DraftOf = (prng, parameters) => {
  const { price: right, percent } = drawPrice(prng, parameters);
  const price = Math.round((right * (100 - percent)) / 100);
  const tempting = Math.round((price * (100 + percent)) / 100);
  return { template: "before_sale", sums: { price }, counts: { percent }, right, tempting };
};

/** Twice the hours is not twice the price: the fee is paid once. */
const hireFee: DraftOf = (prng, parameters) => {
  const fee = within(prng, parameters.hireFees);
  const price = fee + 2 * within(prng, parameters.hourPrices);
  return { template: "hire_fee", sums: { fee, price }, counts: {}, right: 2 * price - fee, tempting: 2 * price };
};

/** From the first stop to the third are two stretches, to the sixth five: not double. */
const busStops: DraftOf = (prng, parameters) => {
  const stretch = within(prng, parameters.stretchFares);
  const price = 2 * stretch;
  return { template: "bus_stops", sums: { price }, counts: {}, right: 5 * stretch, tempting: 2 * price };
};

/** Four days at the lower pay weigh more than two at the higher: the mean of the two pays is too much. */
const dayPay: DraftOf = (prng, parameters) => {
  const low = within(prng, parameters.lowPays);
  const step = within(prng, parameters.paySteps);
  const sums = { low, high: low + 6 * step };
  return { template: "day_pay", sums, counts: {}, right: low + 2 * step, tempting: low + 3 * step };
};

/** From day 6 to day 15 are ten days, not nine. */
const boxDays: DraftOf = (prng, parameters) => {
  const sum = within(prng, parameters.dailySums);
  const first = within(prng, parameters.firstDays);
  const days = within(prng, parameters.dayCounts);
  const counts = { first, last: first + days - 1 };
  return { template: "box_days", sums: { sum }, counts, right: days * sum, tempting: (days - 1) * sum };
};

/**
 * One problem of each family in every attempt, so that all forms are made alike. In each family the first has its right
 * answer below the tempting one, the second above.
 */
export const FAMILIES: readonly (readonly [DraftOf, DraftOf])[] = [
  [riseFall, beforeSale],
  [hireFee, busStops],
  [dayPay, boxDays],
];

function place(prng: Prng, sums: readonly number[], wanted: { right: number; tempting: number | null }) {
  const options = prng.shuffle(sums);
  const choiceOf = (sum: number | null): Choice | null =>
    CHOICES[options.findIndex((option) => option === sum)] ?? null;
  return { options, right: choiceOf(wanted.right) ?? "a", tempting: choiceOf(wanted.tempting) };
}

/**
 * Four sums at equal distances. Right and tempting are neighbours and stand at the lower or the upper end of the four by
 * a coin: the sums alone do not tell which is which, and no rank among them is right more often than another.
 */
function offer(prng: Prng, draft: Draft): NumberQuestion & Pick<NumberProblem, "right" | "tempting"> {
  const { right, tempting, ...text } = draft;
  const low = Math.min(right, tempting);
  const step = Math.max(right, tempting) - low;
  const lowest = prng.between(0, 1) === 0 ? low : low - 2 * step;
  const sums = [0, 1, 2, 3].map((index) => lowest + index * step);
  return { ...text, ...place(prng, sums, { right, tempting }) };
}

/** Change from a note: one step, and nothing that tempts. */
function drawPractice(prng: Prng, parameters: NumberParameters): NumberProblem {
  const price = within(prng, parameters.practicePrices);
  const right = parameters.practiceNote - price;
  const lowest = right - 2 * prng.between(0, 3);
  const sums = [0, 2, 4, 6].map((more) => lowest + more);
  return {
    stimulus: "practice-0",
    practice: true,
    template: "change",
    sums: { price, note: parameters.practiceNote },
    counts: {},
    ...place(prng, sums, { right, tempting: null }),
  };
}

/** All problems of an attempt in the order shown, practice first. */
export function planNumbers(seed: string, parameters: NumberParameters): NumberProblem[] {
  const prng = createPrng(seed);
  const practice = drawPractice(prng, parameters);
  const drafts = FAMILIES.map((family) => family[prng.between(0, 1)] ?? family[0]);
  const problems = prng.shuffle(drafts).map((draft, index) => ({
    stimulus: `item-${index}`,
    practice: false,
    ...offer(prng, draft(prng, parameters)),
  }));
  return [practice, ...problems];
}
