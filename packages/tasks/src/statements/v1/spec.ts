import type { DataField, TaskSpec } from "../../contract.ts";

type Eighth = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
/** A statement of a trait; the same key with `r` is its reversed copy. */
export type TraitKey = `sc${Eighth}` | `so${Eighth}`;
/** Names of all statements; the texts are `statements.<key>` in the catalogue of each language. */
export type StatementKey = TraitKey | `${TraitKey}r` | `inf${1 | 2 | 3 | 4}` | `ex${1 | 2}`;

/** Statements by the answer that counts: for a trait towards more of it, for an infrequency item the true one. */
export interface StatementPool<K extends StatementKey> {
  readonly agree: readonly K[];
  readonly disagree: readonly K[];
}

export interface StatementsParameters {
  readonly selfControl: StatementPool<TraitKey>;
  readonly senseOfControl: StatementPool<TraitKey>;
  readonly infrequency: StatementPool<`inf${1 | 2 | 3 | 4}`>;
  readonly examples: readonly `ex${1 | 2}`[];
  /** Statements that count for a trait out of each half of its pool. */
  readonly fromEachHalf: number;
  /** Least number of other statements between a statement and its reversed copy. */
  readonly betweenPartners: number;
  /** Most statements in a row whose counting answers lie on the same side. */
  readonly longestRun: number;
}

export const STATEMENTS_PARAMETERS: StatementsParameters = {
  selfControl: { agree: ["sc1", "sc2", "sc3", "sc4"], disagree: ["sc5", "sc6", "sc7", "sc8"] },
  senseOfControl: { agree: ["so1", "so2", "so3", "so4"], disagree: ["so5", "so6", "so7", "so8"] },
  infrequency: { agree: ["inf1", "inf2"], disagree: ["inf3", "inf4"] },
  examples: ["ex1", "ex2"],
  fromEachHalf: 2,
  betweenPartners: 4,
  longestRun: 3,
};

const POOL = "as {agree, disagree}: the side of the answer that counts";

const trialDictionary: readonly DataField[] = [
  { name: "stimulus", type: "string", description: "practice-0 or item-0…11, in the order shown." },
  { name: "practice", type: "boolean", description: "True for the example." },
  { name: "rtMs", type: "integer", unit: "ms", description: "From shown to press, reading included." },
  {
    name: "kind",
    type: "string",
    range: "practice | trait | copy | infrequency",
    description: "trait: counts for its trait; copy: the reversed wording of one that counts, a check alone.",
  },
  { name: "statement", type: "string", description: "Key of the text, e.g. sc3, sc3r, so2, inf1." },
  {
    name: "trait",
    type: "string",
    range: "self_control | sense_of_control | null",
    description: "What the statement is about.",
  },
  {
    name: "keyed",
    type: "string",
    range: "agree | disagree | null",
    description: "Answer towards more of the trait; of an infrequency statement the true one.",
  },
  { name: "copyOf", type: "string", range: "key or null", description: "Statement that a copy reverses." },
  {
    name: "step",
    type: "integer",
    range: "1–5",
    description: "Position of the answer: 1 disagree fully … 5 agree fully, not reversed.",
  },
  { name: "source", type: "string", description: "How the answer was given." },
];

export const statementsSpec: TaskSpec<StatementsParameters> = {
  key: "statements",
  version: 1,
  title: "Everyday statements",
  paradigm:
    "Self-report on five steps: everyday statements about self-control and about the belief that what one does changes " +
    "how things turn out (sense of control). Half of them are keyed negatively; one of each trait comes back in reversed " +
    "words; two can only be answered one way by anyone who reads them. All statements were written for this task; which " +
    "of them are shown, their order and which comes back are drawn anew for every applicant.",
  durationSeconds: 72,
  parameters: STATEMENTS_PARAMETERS,
  parameterDictionary: [
    { name: "selfControl", type: "string", description: `Pool of self-control statements, ${POOL}.` },
    { name: "senseOfControl", type: "string", description: `Pool of sense-of-control statements, ${POOL}.` },
    { name: "infrequency", type: "string", description: `Statements with one possible answer, ${POOL}.` },
    { name: "examples", type: "string", description: "Statements about neither trait, one of them for practice." },
    {
      name: "fromEachHalf",
      type: "integer",
      range: "2",
      description: "Statements that count, out of each half of a trait's pool.",
    },
    {
      name: "betweenPartners",
      type: "integer",
      range: "4",
      description: "Least number of statements between one and its reversed copy.",
    },
    {
      name: "longestRun",
      type: "integer",
      range: "3",
      description: "Most statements in a row with the counting answer on one side.",
    },
  ],
  inputDictionary: [
    {
      name: "kind",
      type: "string",
      range: "continue | shown | press",
      description: "continue: leaves an instruction; shown: the statement is on the screen; press: a step was chosen.",
    },
    {
      name: "stimulus",
      type: "string",
      range: "intro, main, practice-0, item-0…11",
      description: "What the input belongs to.",
    },
    {
      name: "choice",
      type: "string",
      range: "1 | 2 | 3 | 4 | 5",
      description: "Step, with press: 1 disagree fully … 5 agree fully, whatever the writing direction.",
    },
  ],
  trialDictionary,
  metricDictionary: [
    {
      name: "self_control",
      type: "number",
      range: "1–5",
      description: "Mean of the four self-control answers that count, those keyed disagree reversed (6 − step).",
      missing: "Any of the four unanswered.",
      source: "Keyed mean; the reversed copy is a check and does not count.",
    },
    {
      name: "sense_of_control",
      type: "number",
      range: "1–5",
      description: "Mean of the four sense-of-control answers that count, those keyed disagree reversed (6 − step).",
      missing: "Any of the four unanswered.",
      source: "Keyed mean; the reversed copy is a check and does not count.",
    },
    {
      name: "infrequency_failed",
      type: "integer",
      range: "0–2",
      description: "Infrequency statements not answered on the true side; the middle step fails too.",
      missing: "Either of the two unanswered.",
      source: "Own check of effort.",
    },
    {
      name: "mirror_distance",
      type: "number",
      unit: "steps",
      range: "0–4",
      description: "Mean distance between a statement and its copy after reversing the copy, over the two pairs.",
      missing: "Any of the four answers is missing.",
      source: "Own check of effort.",
    },
    {
      name: "fast_share",
      type: "number",
      range: "0–1",
      description: "Share of the twelve answers given by pointer in under 500 ms.",
      missing: "Fewer than 8 of them by pointer.",
      source: "Own measure of effort.",
    },
    {
      name: "longest_same",
      type: "integer",
      range: "1–12",
      description: "Longest run of the same step, not reversed, over the twelve statements.",
      missing: "Any of the twelve unanswered.",
      source: "Own measure of effort (straight-lining).",
    },
    {
      name: "median_rt_ms",
      type: "number",
      unit: "ms",
      description: "Median response time of the twelve answers given by pointer (shown only).",
      missing: "Fewer than 8 by pointer.",
      source: "Descriptive.",
    },
  ],
};
