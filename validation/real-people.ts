import { shareEstimate } from "@tallystick/simulation/statistics";
import { correlation, mean, median, medianAbsoluteDeviation, sd, share } from "@tallystick/tasks/statistics";
import { REAL_PEOPLE_FILES, scoreRealPeople } from "../packages/scoring/src/testing/real-people.ts";
import { blocksMetrics } from "../packages/tasks/src/block_memory/v1/metrics.ts";
import { meanCardsUncensored } from "../packages/tasks/src/cards/v1/metrics.ts";
import { isPlausible, lnSpread } from "../packages/tasks/src/quick_taps/v1/metrics.ts";
import {
  asBlockTrial,
  CARD_ROUNDS,
  choseLater,
  firstCorrectTimes,
  isPublished,
  moneyChoices,
  PUBLISHED_VARIABLES,
  publishedVariable,
  REFLECTION,
  reflectionAnswers,
  SPATIAL_SPAN,
  spanTrials,
  tapTrials,
  TOWER,
  towerProblems,
  wonRounds,
} from "../packages/tasks/src/testing/published.ts";
import { isOptimal, lnFirstMove } from "../packages/tasks/src/tower/v1/metrics.ts";
import { type Criterion, fixed, markdownTable, percentWithInterval } from "./criterion.ts";
import { extension } from "./studies.ts";

/** Our definitions on published trials of real people. Only figures over all of them leave this file. */

const FILES = [PUBLISHED_VARIABLES, CARD_ROUNDS, TOWER, REFLECTION, SPATIAL_SPAN, ...REAL_PEOPLE_FILES];

export interface RealPeople {
  readonly criteria: readonly Criterion[];
  /** Markdown table: our norms beside these people. */
  readonly norms: string;
}

/** Null where the data are not on this machine. */
export function realPeople(): RealPeople | null {
  if (!FILES.every(isPublished)) return null;
  return { criteria: [...agreement(), ...medians(), ...falseAlarms()], norms: normsTable() };
}

type ByPerson = ReadonlyMap<string, number>;

const mapped = <T>(people: ReadonlyMap<string, T>, value: (own: T) => number | null): ByPerson =>
  new Map(
    [...people].flatMap(([person, own]) => {
      const found = value(own);
      return found === null ? [] : [[person, found] as const];
    }),
  );

function agreement(): Criterion[] {
  const moneyShare = mapped(moneyChoices(), (rows) => share(rows.map(choseLater)));
  const optimal = mapped(towerProblems(), (problems) => problems.filter(isOptimal).length);
  const reflection = mapped(reflectionAnswers(), share);
  const span = mapped(spanTrials(), (shown) => blocksMetrics(shown.map(asBlockTrial))["span"] ?? null);
  const cards = pairs(mapped(wonRounds(), meanCardsUncensored), "columbia_card_task_hot.avg_cards_chosen");
  const r = correlation(
    cards.map(([own]) => own),
    cards.map(([, published]) => published),
  );
  return [
    exact("share of patient choices", pairs(moneyShare, "kirby.percent_patient")),
    exact("puzzles in the fewest moves", pairs(optimal, "tower_of_london.num_optimal_solutions")),
    exact("reflection, share correct", pairs(reflection, "cognitive_reflection_survey.correct_proportion")),
    exact("block span", pairs(span, "spatial_span.forward_span")),
    {
      name: "real people: mean cards without a loss, r with the published value",
      target: "≥ 0.999",
      measured: `${fixed(r, 4)}, ${String(cards.length)} people`,
      holds: r >= 0.999,
    },
  ];
}

function pairs(own: ByPerson, variable: string): (readonly [number, number])[] {
  return [...publishedVariable(variable)].flatMap(([person, published]) => {
    const value = own.get(person);
    return value === undefined ? [] : [[value, published] as const];
  });
}

function exact(name: string, both: readonly (readonly [number, number])[]): Criterion {
  const farthest = Math.max(...both.map(([own, published]) => Math.abs(own - published)));
  return {
    name: `real people: ${name}, largest difference from the published value`,
    target: "< 0.000001",
    measured: `${farthest === 0 ? "0" : farthest.toExponential(0)}, ${String(both.length)} people`,
    holds: both.length > 0 && farthest < 1e-6,
  };
}

/** Of our scored metrics on these people's trials, as far as their tasks had the same form. */
function samples(): Readonly<Record<"share" | "taps" | "tower" | "span" | "reflection", readonly number[]>> {
  return {
    share: [...moneyChoices().values()].map((rows) => share(rows.slice(0, 15).map(choseLater))),
    taps: [...tapTrials().values()].flatMap((rows) => {
      const times = firstCorrectTimes(rows).filter(isPlausible);
      return times.length < 20 ? [] : [lnSpread(times)];
    }),
    tower: [...towerProblems().values()].flatMap((problems) => {
      const value = lnFirstMove(problems.slice(0, 5).map(({ firstLiftMs }) => firstLiftMs));
      return value === null ? [] : [value];
    }),
    span: [...spanTrials().values()].flatMap((shown) => blocksMetrics(shown.map(asBlockTrial))["span"] ?? []),
    reflection: [...reflectionAnswers().values()].map(share),
  };
}

function medians(): Criterion[] {
  const { share: shares, taps, tower } = samples();
  const near = (name: string, values: readonly number[], aim: number, within: number): Criterion => ({
    name: `real people: median of ${name}`,
    target: `${fixed(aim)} ± ${String(within)}`,
    measured: `${fixed(median(values), 4)}, ${String(values.length)} people`,
    holds: Math.abs(median(values) - aim) <= within,
  });
  return [
    near("the patient share of the first 15 choices", shares, 0.4, 0.0005),
    near("ln spread of taps", taps, 4.858, 0.005),
    near("ln time to the first move", tower, 8.058, 0.0005),
  ];
}

function falseAlarms(): Criterion[] {
  const results = scoreRealPeople();
  const count = (name: string, most: number, holds: (confidence: string) => boolean): Criterion => {
    const estimate = shareEstimate(
      results.filter(({ score_confidence }) => holds(score_confidence)).length,
      results.length,
    );
    return {
      name: `real people (choices and taps): ${name}`,
      target: `≤ ${fixed(100 * most, 0)} %`,
      measured: `${percentWithInterval(estimate)}, ${String(results.length)} people`,
      holds: estimate.value <= most,
    };
  };
  return [
    count("LOW", 0.01, (confidence) => confidence === "LOW"),
    count("below HIGH", 0.08, (confidence) => confidence !== "HIGH"),
  ];
}

function normsTable(): string {
  const { share: shares, taps, tower, span, reflection } = samples();
  const norm = (trait: string) => extension.model.traits.find(({ key }) => key === trait)?.norm;
  const byMean = (name: string, trait: string, values: readonly number[]): string[] =>
    row(name, trait, ["mean", mean(values), "SD", sd(values), values.length]);
  const byMedian = (name: string, trait: string, values: readonly number[]): string[] =>
    row(name, trait, ["median", median(values), "1.4826·MAD", 1.4826 * medianAbsoluteDeviation(values), values.length]);
  function row(name: string, trait: string, own: readonly [string, number, string, number, number]): string[] {
    const [centreName, centre, scaleName, scale, n] = own;
    return [
      name,
      `${fixed(norm(trait)?.centre ?? NaN)}, ${fixed(norm(trait)?.scale ?? NaN)}`,
      norm(trait)?.status ?? "",
      `${centreName} ${fixed(centre)}, ${scaleName} ${fixed(scale)}`,
      String(n),
    ];
  }
  return markdownTable(
    ["Metric", "Norm: centre, scale", "Status", "These people", "n"],
    [
      byMean("money share, their first 15 choices (another ladder)", "patience", shares),
      byMedian("taps, ln spread in ms", "attention", taps),
      byMedian("path puzzle, mean ln first move in ms", "planning", tower),
      byMedian("block span", "memory", span),
      byMean("reflection, share correct (other problems)", "reflection", reflection),
    ],
  );
}
