import { createPrng } from "../prng.ts";

/**
 * Draws for simulated applicants. exp and ln are built from `+ − × ÷`, so that the same simulated applicant gives the
 * same answers on every engine: a sandbox uid must score alike on each installation.
 */
export interface Draws {
  /** Uniform in (0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Exponential with mean 1. */
  exponential(): number;
  chance(probability: number): boolean;
  /** Uniform integer, both ends included. */
  between(low: number, high: number): number;
}

const LN2 = 0.6931471805599453;

/** e^x for |x| up to a few hundred, relative error < 1e-14. */
export function exp(x: number): number {
  const doublings = Math.round(x / LN2);
  const rest = x - doublings * LN2;
  let term = 1;
  let sum = 1;
  for (let power = 1; power <= 16; power += 1) {
    term *= rest / power;
    sum += term;
  }
  for (let step = 0; step < doublings; step += 1) sum *= 2;
  for (let step = 0; step > doublings; step -= 1) sum /= 2;
  return sum;
}

/** Natural logarithm of x > 0: halvings into [0.75, 1.5), then 2·atanh((m − 1)/(m + 1)). */
export function ln(x: number): number {
  let mantissa = x;
  let doublings = 0;
  for (; mantissa >= 1.5; doublings += 1) mantissa /= 2;
  for (; mantissa < 0.75; doublings -= 1) mantissa *= 2;
  const ratio = (mantissa - 1) / (mantissa + 1);
  let power = ratio;
  let sum = 0;
  for (let odd = 1; odd <= 41; odd += 2) {
    sum += power / odd;
    power *= ratio * ratio;
  }
  return doublings * LN2 + 2 * sum;
}

export function logistic(x: number): number {
  if (x > 40) return 1;
  return x < -40 ? 0 : 1 / (1 + exp(-x));
}

/** Seeds in order give one new seed: a person, an attempt and a purpose together name one stream. */
function join(seeds: readonly string[]): string {
  return seeds.reduce((joined, seed) => {
    const [left, right] = [createPrng(joined), createPrng(seed)];
    const word = (): string =>
      ((left.next() ^ Math.imul(right.next(), 0x9e3779b1)) >>> 0).toString(16).padStart(8, "0");
    return word() + word() + word() + word();
  }, "");
}

const PURPOSES = { person: "1", day: "2", hand: "3", population: "4" } as const;

export function createDraws(purpose: keyof typeof PURPOSES, ...seeds: readonly string[]): Draws {
  const stream = createPrng(join([PURPOSES[purpose], ...seeds]));
  const uniform = (): number => (stream.next() + 0.5) / 4_294_967_296;
  /** Polar method (Marsaglia & Bray 1964), one of the pair. */
  const normal = (): number => {
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * ln(square)) / square);
    }
  };
  return {
    uniform,
    normal,
    exponential: () => -ln(uniform()),
    chance: (probability) => uniform() < probability,
    between: (low, high) => low + Math.floor(uniform() * (high - low + 1)),
  };
}
