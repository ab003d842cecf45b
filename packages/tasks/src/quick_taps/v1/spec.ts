import type { TaskSpec } from "../../contract.ts";

export interface TapsParameters {
  /** Go trials on each side of one practice round; hold-backs of one practice round. */
  readonly practicePerSide: number;
  readonly practiceHolds: number;
  /** Fewer right answers than this: the practice comes once more. */
  readonly practicePass: number;
  readonly perSide: number;
  readonly holds: number;
  /** Most go trials in a row on one side. */
  readonly longestRun: number;
  readonly gapMinMs: number;
  readonly gapMaxMs: number;
  /** Added to the gap after a practice answer, for the feedback. */
  readonly feedbackMs: number;
  /** Time to answer a go target, and time to leave a hold-back alone. */
  readonly deadlineMs: number;
  readonly holdMs: number;
}

export const TAPS_PARAMETERS: TapsParameters = {
  practicePerSide: 3,
  practiceHolds: 2,
  practicePass: 6,
  perSide: 18,
  holds: 4,
  longestRun: 4,
  gapMinMs: 500,
  gapMaxMs: 1000,
  feedbackMs: 500,
  deadlineMs: 2500,
  holdMs: 1200,
};

export const tapsSpec: TaskSpec<TapsParameters> = {
  key: "quick_taps",
  version: 1,
  title: "Quick taps",
  paradigm:
    "Two-choice reaction time: tap left or right by the shape shown, and leave a third shape alone. Choice reaction after " +
    "Donders (1868); spread of the response times as a measure of sustained attention, see Jensen (1992, Pers. Individ. " +
    "Differ. 13:869) on intra-individual variability. The hold-backs are an effort check, not a measure of inhibition.",
  durationSeconds: 63,
  parameters: TAPS_PARAMETERS,
  parameterDictionary: [
    {
      name: "practicePerSide",
      type: "integer",
      range: "3",
      description: "Go trials on each side in one practice round.",
    },
    { name: "practiceHolds", type: "integer", range: "2", description: "Hold-backs in one practice round." },
    {
      name: "practicePass",
      type: "integer",
      range: "6",
      description: "Fewer right answers of 8: the practice is repeated once.",
    },
    { name: "perSide", type: "integer", range: "18", description: "Scored go trials on each side." },
    { name: "holds", type: "integer", range: "4", description: "Hold-backs, one in each quarter, never first of it." },
    { name: "longestRun", type: "integer", range: "4", description: "Most go trials in a row on one side." },
    { name: "gapMinMs", type: "integer", unit: "ms", range: "500", description: "Shortest gap before a target." },
    { name: "gapMaxMs", type: "integer", unit: "ms", range: "1000", description: "Longest gap before a target." },
    {
      name: "feedbackMs",
      type: "integer",
      unit: "ms",
      range: "500",
      description: "Added to the gap after a practice answer.",
    },
    { name: "deadlineMs", type: "integer", unit: "ms", range: "2500", description: "Time to answer a go target." },
    {
      name: "holdMs",
      type: "integer",
      unit: "ms",
      range: "1200",
      description: "Time for which a hold-back must be left alone.",
    },
  ],
  inputDictionary: [
    {
      name: "kind",
      type: "string",
      range: "mode | continue | shown | press | timeout",
      description:
        "mode: before the first continue, how the task is played; continue: leaves an instruction; shown: the target is on the screen; press: an answer, or a premature tap during the gap; timeout: the deadline has passed.",
    },
    {
      name: "stimulus",
      type: "string",
      range: "intro, practice-again, main, practice-0…15, trial-0…39",
      description: "What the input belongs to.",
    },
    {
      name: "choice",
      type: "string",
      range: "left | right | hold; with mode: timed | untimed",
      description: "hold (leave it alone) is an answer in the untimed form only.",
    },
  ],
  trialDictionary: [
    { name: "stimulus", type: "string", description: "practice-0…15 or trial-0…39, in the order shown." },
    { name: "practice", type: "boolean", description: "True for practice." },
    { name: "rtMs", type: "integer", unit: "ms", description: "From shown to press; null when none came." },
    {
      name: "shape",
      type: "string",
      range: "circle | square | cross",
      description: "Shape shown; cross is the hold-back.",
    },
    { name: "target", type: "string", range: "left | right | hold", description: "The right answer." },
    {
      name: "choice",
      type: "string",
      range: "left | right | hold or null",
      description: "The answer; null when none came.",
    },
    { name: "correct", type: "boolean", description: "Right side, or a hold-back left alone." },
    { name: "premature", type: "integer", description: "Taps during the gap before the target." },
    { name: "timed", type: "boolean", description: "False in the untimed form for assistive technology." },
    { name: "shownAt", type: "integer", unit: "ms", description: "When the target appeared." },
    { name: "source", type: "string", description: "How the answer was given; null when none came." },
  ],
  metricDictionary: [
    {
      name: "ln_spread",
      type: "number",
      unit: "ln ms",
      description: "ln(P80 − P20 + 1) of the correct times of go trials, 150–2500 ms, by pointer.",
      missing: "Fewer than 20 such times, or the untimed form.",
      source: "Own definition: unmoved by any constant latency of screen and finger.",
    },
    {
      name: "accuracy",
      type: "number",
      range: "0–1",
      description:
        "Share of right answers among the scored go trials (for data confidence); where most answers came by keyboard or assistive technology, among the answered ones.",
      missing: "Fewer than 20 such trials.",
      source: "Descriptive.",
    },
    {
      name: "hold_success",
      type: "number",
      range: "0–1",
      description: "Share of hold-backs left alone (effort check).",
      missing: "No hold-back done.",
      source: "Descriptive.",
    },
    {
      name: "timing_regularity",
      type: "number",
      description: "1.4826·MAD/median of the answered times of go trials by pointer (for data confidence).",
      missing: "Fewer than 20 such times, or the untimed form.",
      source: "Robust coefficient of variation.",
    },
    {
      name: "median_rt_ms",
      type: "number",
      unit: "ms",
      description: "Median correct time of go trials by pointer (shown only).",
      missing: "As ln_spread.",
      source: "Descriptive.",
    },
  ],
};
