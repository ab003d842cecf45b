import { createDraws, type PlayerPerson, type Seed } from "@tallystick/tasks";
import { cholesky, correlated, correlationMatrix, type TraitCorrelation } from "./correlate.ts";
import { drawSeed, seedOfNumber, seedOfText } from "./seed.ts";

/**
 * The traits people are drawn with, and the share of the variance of each observed metric that is the stable person:
 * its retest reliability. Fitted or assumed as the tasks' players say.
 */
export const LATENT_RELIABILITY = {
  patience: 0.76,
  self_control: 0.75,
  optimism: 0.7,
  attention: 0.61,
  risk_taking: 0.5,
  planning: 0.53,
  // As its players keep it; the same problems given twice showed .64 (decision 23).
  reflection: 0.57,
  memory: 0.59,
} as const;

export type Latent = keyof typeof LATENT_RELIABILITY;
export const LATENTS = Object.keys(LATENT_RELIABILITY) as readonly Latent[];

/** Part of a population: who plays, how many of them, and what they are called in a report. */
export interface Member {
  /** A player of the tasks or an attacker, by name. */
  readonly player: string;
  /** 0–1; those of a population add up to 1. */
  readonly share: number;
  /** Label for reports alone, e.g. a language; nothing else depends on it. */
  readonly group: string;
  /** Factor on choice noise, lapses, errors and the mood of the day; 1 = as people are. */
  readonly noise: number;
}

export interface Population {
  readonly name: string;
  readonly members: readonly Member[];
  /**
   * Correlations of **observed** z' in the favourable direction, as a norm group shows them. People are drawn with the
   * latent ones, which are higher: observed / sqrt(r_a·r_b) (Spearman 1904), r being `LATENT_RELIABILITY`.
   */
  readonly correlations: readonly TraitCorrelation[];
}

/** One simulated person; `seed` fixes whatever else is drawn for it. */
export interface Person {
  /** From 0. */
  readonly index: number;
  readonly uid: string;
  readonly player: string;
  readonly group: string;
  readonly noise: number;
  readonly seed: Seed;
  /** Standard normal, in the favourable direction: risk taking is favourable when it is low. */
  readonly latent: Readonly<Record<Latent, number>>;
}

/** As observed: see docs/model-card.md, whose composite counts on the first three. */
export const OBSERVED_CORRELATIONS: readonly TraitCorrelation[] = [
  { a: "patience", b: "self_control", rho: 0.06 },
  { a: "patience", b: "optimism", rho: 0.12 },
  { a: "self_control", b: "optimism", rho: 0.45 },
  { a: "patience", b: "reflection", rho: 0.24 },
];

/** Observed to latent: what unreliable measures hide of a correlation is given back. */
export function latentCorrelations(observed: readonly TraitCorrelation[]): TraitCorrelation[] {
  return observed.map(({ a, b, rho }) => ({ a, b, rho: rho / Math.sqrt(reliability(a) * reliability(b)) }));
}

const reliability = (name: string): number => LATENT_RELIABILITY[name as Latent];

/** The lower triangle people are drawn with. Throws RangeError when no people can have such correlations. */
export function latentTriangle(observed: readonly TraitCorrelation[]): number[][] {
  const lower = cholesky(correlationMatrix(LATENTS, latentCorrelations(observed)));
  if (lower === null) {
    throw new RangeError(
      "the correlations contradict each other: corrected for unreliability they are no positive definite matrix",
    );
  }
  return lower;
}

/**
 * The people of a population, by number from 0. Person i is the same whatever the others are and however many there are.
 * `noise` multiplies each member's own. Throws RangeError on contradictory correlations.
 */
export function peopleOf(population: Population, seed: string, noise = 1): (index: number) => Person {
  const lower = latentTriangle(population.correlations);
  const populationSeed = seedOfText(seed);
  return (index) => {
    const draws = createDraws("population", populationSeed, seedOfNumber(index));
    const member = memberAt(population.members, draws.uniform());
    const normals = correlated(
      lower,
      LATENTS.map(() => draws.normal()),
    );
    return {
      index,
      uid: `SIM-${String(index + 1).padStart(7, "0")}`,
      player: member.player,
      group: member.group,
      noise: member.noise * noise,
      seed: drawSeed(draws),
      latent: Object.fromEntries(LATENTS.map((name, at) => [name, normals[at] ?? NaN])) as Record<Latent, number>,
    };
  };
}

function memberAt(members: readonly Member[], place: number): Member {
  let reached = 0;
  for (const member of members) {
    reached += member.share;
    if (place < reached) return member;
  }
  const last = members.at(-1);
  if (last === undefined) throw new RangeError("a population needs somebody in it");
  return last;
}

/**
 * The person as a player takes it. Players count `risk_taking` in the direction of its name, so it is turned round.
 * `day`: how the person stands that day; two sessions of one day share it.
 */
export function asPlayer(person: Person, day: Seed): PlayerPerson {
  const { seed, noise, latent } = person;
  return { seed, noise, day, latent: { ...latent, risk_taking: -latent.risk_taking } };
}
