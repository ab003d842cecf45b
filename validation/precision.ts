import { LATENT_RELIABILITY, LATENTS, type Latent, OBSERVED_CORRELATIONS } from "@tallystick/simulation";
import {
  correlationEstimate,
  deciles,
  type Estimate,
  meanEstimate,
  scoreTenths,
  sdEstimate,
  shareEstimate,
  splitHalf,
} from "@tallystick/simulation/statistics";
import { mean } from "@tallystick/tasks/statistics";
import { type Criterion, fixed, markdownTable, percentWithInterval, withInterval } from "./criterion.ts";
import { extension, type MeasuredPerson, type Results, standard } from "./studies.ts";

/** Share of the day in each metric's variance, beside the person's; null where it was assumed and not fitted. */
const DAY_SHARES: Readonly<Record<Latent, number | null>> = {
  patience: 0.16,
  self_control: 0.08,
  optimism: 0.05,
  attention: 0.26,
  risk_taking: 0.3,
  planning: 0.31,
  reflection: null,
  memory: null,
};

export interface TraitPrecision {
  readonly trait: Latent;
  /** Correlation of the true standing with z', both in the favourable direction. */
  readonly recovery: Estimate;
  readonly retest: Estimate;
  readonly sameDay: Estimate;
  /** Person's share of the variance, and with the day's; the latter null where it was not fitted. */
  readonly traitShare: number;
  readonly withDay: number | null;
  readonly stenMean: Estimate;
  readonly stenSd: Estimate;
}

export function traitPrecision(results: Results): TraitPrecision[] {
  return LATENTS.map((trait) => {
    const inStandard = standard.definitions.some(({ spec }) => metricOf(trait)?.startsWith(`${spec.key}.`));
    const people = (inStandard ? results.people : results.extension).filter(({ first, sameDay, otherDay }) =>
      [first, sameDay, otherDay].every((z) => z[trait] !== undefined),
    );
    const column = (value: (person: MeasuredPerson) => number | undefined): number[] =>
      people.map((person) => value(person) ?? NaN);
    const sign = modelTrait(trait)?.favourable ?? 1;
    const first = column((person) => person.first[trait]);
    const stens = column((person) => person.stens[trait]);
    const day = DAY_SHARES[trait];
    return {
      trait,
      recovery: correlationEstimate(
        column(({ latent }) => latent[trait]),
        first.map((z) => sign * z),
      ),
      retest: correlationEstimate(
        first,
        column((person) => person.otherDay[trait]),
      ),
      sameDay: correlationEstimate(
        first,
        column((person) => person.sameDay[trait]),
      ),
      traitShare: LATENT_RELIABILITY[trait],
      withDay: day === null ? null : LATENT_RELIABILITY[trait] + day,
      stenMean: meanEstimate(stens),
      stenSd: sdEstimate(stens),
    };
  });
}

const modelTrait = (trait: string) => extension.model.traits.find(({ key }) => key === trait);
const metricOf = (trait: string) => modelTrait(trait)?.metric;

const SHARE_WITHIN = 0.03;

export function precisionCriteria(results: Results): Criterion[] {
  const traits = traitPrecision(results);
  return [
    ...traits.flatMap(({ trait, retest, sameDay, traitShare, withDay }): Criterion[] =>
      withDay === null
        ? []
        : [
            near(`${trait}: two days agree as the person's share`, traitShare, retest),
            near(`${trait}: two attempts of a day agree as person and day`, withDay, sameDay),
          ],
    ),
    ...coverageCriteria(results),
    ...traits.flatMap(({ trait, stenMean, stenSd }) => [
      limits(`${trait}: mean of the stens`, [5.4, 5.6], stenMean, 2),
      limits(`${trait}: standard deviation of the stens`, [1.9, 2.1], stenSd, 2),
    ]),
    tenthsCriterion(results),
    ...repeatedCriteria(results),
  ];
}

function near(name: string, aim: number, estimate: Estimate): Criterion {
  return {
    name,
    target: `${fixed(aim, 2)} ± ${fixed(SHARE_WITHIN, 2)}`,
    measured: withInterval(estimate),
    holds: Math.abs(estimate.value - aim) <= SHARE_WITHIN,
  };
}

function limits(name: string, [low, high]: readonly [number, number], estimate: Estimate, digits: number): Criterion {
  return {
    name,
    target: `${fixed(low, 1)} to ${fixed(high, 1)}`,
    measured: withInterval(estimate, digits),
    holds: estimate.value >= low && estimate.value <= high,
  };
}

export function coverage(
  results: Results,
  band: "plain" | "kelley",
): { readonly trait: string; readonly covered: Estimate }[] {
  return standard.model.traits.flatMap(({ key }) => {
    const shares = results.days.flatMap((person) => (person[band][key] === undefined ? [] : [person[band][key]]));
    return shares.length < 2 ? [] : [{ trait: key, covered: meanEstimate(shares) }];
  });
}

function coverageCriteria(results: Results): Criterion[] {
  return coverage(results, "plain").map(({ trait, covered }) => ({
    name: `${trait}: the 80 % band holds the truth`,
    target: "80 ± 2 %",
    measured: percentWithInterval(covered),
    holds: Math.abs(covered.value - 0.8) <= 0.02,
  }));
}

export function scoresOf(results: Results): number[] {
  return results.people.flatMap(({ score }) => (score === null ? [] : [score]));
}

function tenthsCriterion(results: Results): Criterion {
  const scores = scoresOf(results);
  const tenths = scoreTenths(scores);
  const farthest = tenths.reduce(
    (worst, share) => (Math.abs(share - 0.1) > Math.abs(worst - 0.1) ? share : worst),
    0.1,
  );
  const estimate = shareEstimate(farthest * scores.length, scores.length);
  return {
    name: "each tenth of the scale holds a tenth of a fresh population (the one farthest off)",
    target: "10 ± 1.5 %",
    measured: percentWithInterval(estimate),
    holds: Math.abs(farthest - 0.1) <= 0.015,
  };
}

function repeatedCriteria(results: Results): Criterion[] {
  const most = (name: string, limit: number, values: readonly number[]): Criterion => ({
    name,
    target: `≤ ${fixed(limit, 2)}`,
    measured: withInterval(meanEstimate(values)),
    holds: mean(values) <= limit,
  });
  return [
    most(
      "same person and day, other seeds: standard deviation of the money share",
      0.07,
      results.seeds.map(({ moneyShare }) => moneyShare),
    ),
    most(
      "same person and day, other seeds: standard deviation of ln cards dared",
      0.26,
      results.seeds.map(({ lnDared }) => lnDared),
    ),
  ];
}

export function recoveryTable(results: Results): string {
  return markdownTable(
    ["Trait", "Truth with z'", "√ of the person's share", "Two days", "Person's share", "Same day", "Person and day"],
    traitPrecision(results).map(({ trait, recovery, retest, sameDay, traitShare, withDay }) => [
      `\`${trait}\``,
      withInterval(recovery),
      fixed(Math.sqrt(traitShare), 2),
      withInterval(retest),
      fixed(traitShare, 2),
      withInterval(sameDay),
      withDay === null ? "not fitted" : fixed(withDay, 2),
    ]),
  );
}

/** Stepped up to the whole by Spearman and Brown. */
export function moneySplitHalf(results: Results): number {
  const halves = results.people.flatMap(({ moneyHalves }) => (moneyHalves === null ? [] : [moneyHalves]));
  return splitHalf(
    halves.map(([first]) => first),
    halves.map(([, second]) => second),
  );
}

export function coverageTable(results: Results): string {
  const kelley = new Map(coverage(results, "kelley").map(({ trait, covered }) => [trait, covered]));
  return markdownTable(
    ["Trait", "z' ± 1.28·√(1 − r)", "r·z' ± 1.28·√(r(1 − r))"],
    coverage(results, "plain").map(({ trait, covered }) => {
      const other = kelley.get(trait);
      return [`\`${trait}\``, percentWithInterval(covered), other === undefined ? "" : percentWithInterval(other)];
    }),
  );
}

export function correlationTable(results: Results): string {
  const rows = OBSERVED_CORRELATIONS.filter(({ a, b }) =>
    results.people.some(({ first }) => first[a] !== undefined && first[b] !== undefined),
  ).map(({ a, b, rho }) => {
    const both = results.people.filter(({ first }) => first[a] !== undefined && first[b] !== undefined);
    const estimate = correlationEstimate(
      both.map(({ first }) => first[a] ?? NaN),
      both.map(({ first }) => first[b] ?? NaN),
    );
    return [`\`${a}\` and \`${b}\``, fixed(rho, 2), withInterval(estimate)];
  });
  return markdownTable(["Pair", "Asked for", "Observed z'"], rows);
}

/** Nine scores between ten equal parts of the people. */
export const scoreDeciles = (results: Results): string =>
  deciles(scoresOf(results))
    .map((value) => fixed(value, 0))
    .join(", ");
