import type { TaskSpec } from "../../contract.ts";

type Range = readonly [number, number];

export interface NumberParameters {
  /** Price (money units) and per cent, of the two problems with per cents. */
  readonly prices: readonly (readonly [number, number])[];
  /** What hiring costs once, and for each hour. */
  readonly hireFees: Range;
  readonly hourPrices: Range;
  /** From one bus stop to the next. */
  readonly stretchFares: Range;
  /** The lower pay of a day, and a sixth of what the higher is above it. */
  readonly lowPays: Range;
  readonly paySteps: Range;
  /** Put aside each day, from which day of the month, and on how many days. */
  readonly dailySums: Range;
  readonly firstDays: Range;
  readonly dayCounts: Range;
  readonly practiceNote: number;
  readonly practicePrices: Range;
}

export const NUMBER_PARAMETERS: NumberParameters = {
  // Every sum that follows from these is whole: a fifth or a tenth of them, twice over.
  prices: [
    [50, 20],
    [75, 20],
    [100, 20],
    [125, 20],
    [150, 20],
    [175, 20],
    [200, 20],
    [100, 10],
    [200, 10],
  ],
  hireFees: [3, 6],
  hourPrices: [7, 12],
  stretchFares: [3, 12],
  lowPays: [30, 60],
  paySteps: [2, 5],
  dailySums: [3, 9],
  firstDays: [3, 9],
  dayCounts: [7, 12],
  practiceNote: 20,
  practicePrices: [5, 12],
};

const units = (name: string, range: string, description: string) =>
  ({ name, type: "integer", unit: "money units", range, description }) as const;

export const numberSpec: TaskSpec<NumberParameters> = {
  key: "number_sense",
  version: 1,
  title: "Number sense",
  paradigm:
    "Cognitive reflection: short problems whose first answer is tempting and wrong (Frederick 2005, J. Econ. Perspect. " +
    "19:25). The problems are everyday ones about money, written for this task, with numbers drawn anew for every applicant.",
  durationSeconds: 60,
  parameters: NUMBER_PARAMETERS,
  parameterDictionary: [
    units("prices", "50–200, 10 or 20", "Pairs of a price and a per cent (rise_fall, before_sale)."),
    units("hireFees", "3–6", "Range of the fee paid once (hire_fee)."),
    units("hourPrices", "7–12", "Range of the price of an hour (hire_fee)."),
    units("stretchFares", "3–12", "Range of the fare from stop to stop (bus_stops)."),
    units("lowPays", "30–60", "Range of the lower pay of a day (day_pay)."),
    units("paySteps", "2–5", "Range of a sixth of the difference of the pays (day_pay)."),
    units("dailySums", "3–9", "Range of the sum put aside each day (box_days)."),
    { name: "firstDays", type: "integer", range: "3–9", description: "Range of the first day (box_days)." },
    { name: "dayCounts", type: "integer", unit: "days", range: "7–12", description: "Range of the days (box_days)." },
    units("practiceNote", "20", "The note that is paid with in practice."),
    units("practicePrices", "5–12", "Range of the price in practice."),
  ],
  inputDictionary: [
    {
      name: "kind",
      type: "string",
      range: "continue | shown | press",
      description: "continue: leaves an instruction; shown: the problem is on the screen; press: an answer was chosen.",
    },
    {
      name: "stimulus",
      type: "string",
      range: "intro, main, practice-0, item-0…2",
      description: "What the input belongs to.",
    },
    { name: "choice", type: "string", range: "a | b | c | d", description: "Button by position, with press." },
  ],
  trialDictionary: [
    { name: "stimulus", type: "string", description: "practice-0 or item-0…2, in the order shown." },
    { name: "practice", type: "boolean", description: "True for the practice problem." },
    { name: "rtMs", type: "integer", unit: "ms", description: "From shown to press." },
    {
      name: "template",
      type: "string",
      range: "change | rise_fall | before_sale | hire_fee | bus_stops | day_pay | box_days",
      description: "Kind of problem; change is the practice problem.",
    },
    { name: "sums", type: "integer", unit: "money units", description: "Sums in the text, by name." },
    { name: "counts", type: "integer", description: "Per cents and days in the text, by name." },
    { name: "options", type: "integer", unit: "money units", description: "The answers on the buttons a to d." },
    { name: "right", type: "string", range: "a | b | c | d", description: "Button of the right answer." },
    {
      name: "tempting",
      type: "string",
      range: "a | b | c | d or null",
      description: "Button of the tempting answer; null in practice.",
    },
    { name: "choice", type: "string", range: "a | b | c | d", description: "Button pressed." },
    { name: "correct", type: "boolean", description: "The right answer was chosen." },
    { name: "intuitive", type: "boolean", description: "The tempting answer was chosen." },
    { name: "source", type: "string", description: "How the answer was given." },
  ],
  metricDictionary: [
    {
      name: "share_correct",
      type: "number",
      range: "0–1",
      description: "Right answers / 3.",
      missing: "Any of the three problems unanswered.",
      source: "Frederick 2005 (number of right answers).",
    },
    {
      name: "share_intuitive",
      type: "number",
      range: "0–1",
      description: "Tempting answers / wrong answers (shown only).",
      missing: "Any of the three problems unanswered, or none answered wrong.",
      source: "Pennycook, Cheyne, Koehler & Fugelsang 2016 (tempting against other errors).",
    },
    {
      name: "median_rt_ms",
      type: "number",
      unit: "ms",
      description: "Median time of the three answers (shown only, never scored).",
      missing: "Any of the three not answered by mouse, touch or pen.",
      source: "Descriptive.",
    },
  ],
};
