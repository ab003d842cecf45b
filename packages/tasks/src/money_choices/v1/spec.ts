import type { TaskSpec } from "../../contract.ts";

export interface MoneyParameters {
  /** Discount rate per day at which the two sums are worth the same, by rung, rising. */
  readonly rungs: readonly number[];
  /** Days until the later sum: lowest and highest, by rung. */
  readonly delays: readonly (readonly [number, number])[];
  /** Lowest and highest later sum, units; rungs cycle through these sizes. */
  readonly sums: readonly (readonly [number, number])[];
  /** The k of the rounded sums over the rung's k must lie between these. */
  readonly ratioLow: number;
  readonly ratioHigh: number;
  /** Longest run of later sums on one side. */
  readonly longestRun: number;
  /** Positions (from 1) among the scored items at which the first rung and the dominated check may stand. */
  readonly firstRungs: readonly [number, number];
  readonly dominatedAt: readonly [number, number];
}

export const MONEY_PARAMETERS: MoneyParameters = {
  // .0004 · 1.749^i, tabulated: a machine may not use powers.
  rungs: [0.0004, 0.0007, 0.0012, 0.0021, 0.0037, 0.0065, 0.0114, 0.02, 0.035, 0.061, 0.107, 0.187, 0.327, 0.572, 1.0],
  delays: [
    [170, 190],
    [140, 160],
    [110, 130],
    [85, 95],
    [70, 80],
    [55, 65],
    [40, 50],
    [28, 35],
    [20, 25],
    [14, 18],
    [12, 15],
    [9, 11],
    [6, 8],
    [5, 6],
    [3, 4],
  ],
  sums: [
    [25, 35],
    [50, 60],
    [75, 85],
  ],
  ratioLow: 0.887,
  ratioHigh: 1.127,
  longestRun: 3,
  firstRungs: [6, 10],
  dominatedAt: [6, 11],
};

export const moneySpec: TaskSpec<MoneyParameters> = {
  key: "money_choices",
  version: 1,
  title: "Now or later",
  paradigm:
    "Intertemporal choice: a smaller sum today or a larger one later, on a ladder of fifteen discount rates. The ladder " +
    "follows the monetary-choice questionnaire of Kirby, Petry & Bickel (1999, J. Exp. Psychol. Gen. 128:78); hyperbolic " +
    "value V = A/(1 + kD) after Mazur (1987). Sums, delays, sides and order are drawn anew for every applicant.",
  durationSeconds: 55,
  parameters: MONEY_PARAMETERS,
  parameterDictionary: [
    {
      name: "rungs",
      type: "number",
      unit: "1/day",
      range: "0.0004–1",
      description: "Fifteen indifference rates k, one scored item each.",
    },
    { name: "delays", type: "integer", unit: "days", range: "3–190", description: "Range of the delay, by rung." },
    {
      name: "sums",
      type: "integer",
      unit: "money units",
      range: "25–85",
      description: "Ranges of the later sum: small, medium, large in turn along the rungs.",
    },
    {
      name: "ratioLow",
      type: "number",
      range: "0.887",
      description: "Least k of the rounded sums over the k of the rung; else drawn again.",
    },
    { name: "ratioHigh", type: "number", range: "1.127", description: "Greatest such ratio." },
    {
      name: "longestRun",
      type: "integer",
      range: "3",
      description: "Most items in a row with the later sum on one side.",
    },
    {
      name: "firstRungs",
      type: "integer",
      range: "6–10",
      description: "Rungs (from 1) out of which the first item is taken.",
    },
    {
      name: "dominatedAt",
      type: "integer",
      range: "6–11",
      description: "Positions (from 1) at which the dominated check may stand.",
    },
  ],
  inputDictionary: [
    {
      name: "kind",
      type: "string",
      range: "continue | shown | press",
      description: "continue: leaves an instruction; shown: the stimulus is on the screen; press: a sum was chosen.",
    },
    {
      name: "stimulus",
      type: "string",
      range: "intro, main, practice-0…1, item-0…15",
      description: "What the input belongs to.",
    },
    { name: "choice", type: "string", range: "left | right", description: "Chosen side, with press." },
  ],
  trialDictionary: [
    { name: "stimulus", type: "string", description: "practice-0…1 or item-0…15, in the order shown." },
    { name: "practice", type: "boolean", description: "True for the two practice items." },
    { name: "rtMs", type: "integer", unit: "ms", description: "From shown to press." },
    {
      name: "kind",
      type: "string",
      range: "practice | ladder | dominated",
      description: "dominated: more today against less later.",
    },
    { name: "rung", type: "integer", range: "1–15 or null", description: "Rung of the ladder." },
    { name: "today", type: "integer", unit: "money units", description: "Sum today." },
    { name: "later", type: "integer", unit: "money units", description: "Sum later." },
    { name: "delayDays", type: "integer", unit: "days", description: "Delay of the later sum." },
    { name: "laterSide", type: "string", range: "left | right", description: "Where the later sum stood." },
    { name: "choice", type: "string", range: "left | right", description: "Side pressed." },
    { name: "choseLater", type: "boolean", description: "True when the later sum was taken." },
    { name: "source", type: "string", description: "How the answer was given." },
  ],
  metricDictionary: [
    {
      name: "share_later",
      type: "number",
      range: "0–1",
      description: "Share of larger-later choices among the 15 ladder items.",
      missing: "Any ladder item unanswered.",
      source: "Kirby et al. 1999; Myerson, Baumgarten & Green 2014 (proportion measure).",
    },
    {
      name: "ln_k",
      type: "number",
      unit: "ln(1/day)",
      description: "Log of the discount rate that agrees with most choices, from the sums as shown.",
      missing: "Any ladder item unanswered.",
      source: "Kirby et al. 1999: geometric mean of the two adjacent rates at the best cut; ties by geometric mean.",
    },
    {
      name: "consistency_errors",
      type: "integer",
      range: "0–7",
      description: "Ladder choices that disagree with the best k (for data confidence).",
      missing: "Any ladder item unanswered.",
      source: "Kirby et al. 1999 (consistency).",
    },
    {
      name: "dominated_failed",
      type: "integer",
      range: "0 | 1",
      description: "1 when less later was taken instead of more today.",
      missing: "The check was not answered.",
      source: "Own check of effort.",
    },
    {
      name: "fast_share",
      type: "number",
      range: "0–1",
      description: "Share of the ladder and dominated choices given by pointer in under 500 ms.",
      missing: "Fewer than 8 of them by pointer.",
      source: "Own measure of effort.",
    },
    {
      name: "median_rt_ms",
      type: "number",
      unit: "ms",
      description: "Median response time of the ladder choices given by pointer (shown only).",
      missing: "Fewer than 8 by pointer.",
      source: "Descriptive.",
    },
  ],
};
