import type { TaskSpec } from "../../contract.ts";
import type { StaircaseRule } from "./staircase.ts";

export interface BlocksParameters extends StaircaseRule {
  /** Centres of the blocks, x and y per mille of the board's side from its upper left corner. At most nine. */
  readonly blocks: readonly (readonly [number, number])[];
  readonly trials: number;
  readonly practiceLength: number;
  readonly startLength: number;
  /** How long a block is lit, and the pause after it. */
  readonly onMs: number;
  readonly offMs: number;
  /** From one spoken number to the next at the soonest. */
  readonly spokenMs: number;
  /** Before the first block of a trial. */
  readonly leadMs: number;
  /** Sequences of each trial: the first, and one for each restart; the last one stays. */
  readonly showings: number;
  /** Least and greatest mean distance between blocks that follow each other, per mille of the board. */
  readonly stepLow: number;
  readonly stepHigh: number;
}

export const BLOCKS_PARAMETERS: BlocksParameters = {
  // In reading order, no three in line, at least 295 apart: at 320 px neighbours are 85 px from centre to centre.
  blocks: [
    [135, 150],
    [455, 115],
    [850, 185],
    [265, 425],
    [600, 385],
    [885, 540],
    [125, 735],
    [475, 700],
    [720, 865],
  ],
  trials: 14,
  practiceLength: 2,
  startLength: 3,
  shortest: 2,
  longest: 9,
  wrongsToFall: 2,
  onMs: 600,
  offMs: 250,
  spokenMs: 1500,
  leadMs: 1000,
  showings: 3,
  // About the mean distance of two blocks, 529; nearer ways are few, since blocks are used up.
  stepLow: 420,
  stepHigh: 560,
};

export const blocksSpec: TaskSpec<BlocksParameters> = {
  key: "block_memory",
  version: 1,
  title: "Block memory",
  paradigm:
    "Spatial span: blocks light up one after the other and are tapped in the same order. Block tapping after Corsi (1972, " +
    "Human memory and the medial temporal region of the brain, McGill University); the adaptive rule and the mean length " +
    "as the measure follow the spatial span of Eisenberg et al. (2019, Nat. Commun. 10:2319). Board and sequences are our own.",
  durationSeconds: 160,
  parameters: BLOCKS_PARAMETERS,
  parameterDictionary: [
    {
      name: "blocks",
      type: "integer",
      unit: "per mille of the board",
      range: "115–885",
      description: "Centres (x, y) of the nine blocks; the same for everyone.",
    },
    { name: "trials", type: "integer", range: "14", description: "Scored trials." },
    { name: "practiceLength", type: "integer", range: "2", description: "Blocks of the practice sequence." },
    { name: "startLength", type: "integer", range: "3", description: "Blocks of the first scored sequence." },
    { name: "shortest", type: "integer", range: "2", description: "A sequence never has fewer blocks." },
    { name: "longest", type: "integer", range: "9", description: "A sequence never has more blocks." },
    {
      name: "wrongsToFall",
      type: "integer",
      range: "2",
      description: "Each such number of wrong answers makes the sequences one shorter; each right one, one longer.",
    },
    { name: "onMs", type: "integer", unit: "ms", range: "600", description: "How long a block is lit." },
    { name: "offMs", type: "integer", unit: "ms", range: "250", description: "Pause after a lit block." },
    {
      name: "spokenMs",
      type: "integer",
      unit: "ms",
      range: "1500",
      description: "Spoken form: from one number to the next, at the soonest.",
    },
    { name: "leadMs", type: "integer", unit: "ms", range: "1000", description: "Pause before a sequence." },
    {
      name: "showings",
      type: "integer",
      range: "3",
      description: "Sequences drawn for each trial: a restart takes the next, the last one stays.",
    },
    {
      name: "stepLow",
      type: "number",
      unit: "per mille of the board",
      range: "420",
      description: "Least mean distance between successive blocks, at every length from 4 on; else drawn again.",
    },
    {
      name: "stepHigh",
      type: "number",
      unit: "per mille of the board",
      range: "560",
      description: "Greatest such distance.",
    },
  ],
  inputDictionary: [
    {
      name: "kind",
      type: "string",
      range: "mode | continue | shown | restart | press",
      description:
        "mode: before the first continue, how the task is played; continue: leaves an instruction; shown: a block lit up (or its number was spoken), or the applicant's turn was announced; restart: the showing was interrupted and begins anew with another sequence; press: a block was tapped.",
    },
    {
      name: "stimulus",
      type: "string",
      range: "intro, practice-again, main, practice-0…1, trial-0…13; with shown: trial-0/0…8, trial-0/turn",
      description: "What the input belongs to.",
    },
    {
      name: "choice",
      type: "string",
      range: "0…8; with mode: lit | spoken",
      description: "The tapped block, numbered in the order of the parameter blocks.",
    },
  ],
  trialDictionary: [
    { name: "stimulus", type: "string", description: "practice-0…1 or trial-0…13, in the order shown." },
    { name: "practice", type: "boolean", description: "True for practice." },
    { name: "rtMs", type: "integer", unit: "ms", description: "From the announced turn to the last tap." },
    { name: "length", type: "integer", range: "2–9", description: "Blocks of the sequence." },
    { name: "sequence", type: "string", description: "The blocks shown, one digit each, in order." },
    { name: "taps", type: "string", description: "The blocks tapped, one digit each, in order." },
    { name: "correct", type: "boolean", description: "The same blocks in the same order." },
    { name: "restarts", type: "integer", description: "How often the showing was interrupted and began anew." },
    { name: "form", type: "string", range: "lit | spoken", description: "spoken: the numbers were spoken." },
    { name: "shownAt", type: "integer", unit: "ms", description: "When the first block lit up." },
    { name: "source", type: "string", description: "How the last tap was given." },
  ],
  metricDictionary: [
    {
      name: "span",
      type: "number",
      unit: "blocks",
      range: "2–9",
      description: "Mean length of the sequences shown in trials 5 to 14.",
      missing: "Fewer than 14 trials, or the spoken form.",
      source: "Forward span of Eisenberg et al. 2019: mean presented length after the first four trials.",
    },
    {
      name: "correct_count",
      type: "integer",
      range: "0–14",
      description: "Trials repeated in the right order.",
      missing: "Fewer than 14 trials.",
      source: "Descriptive.",
    },
    {
      name: "longest_correct",
      type: "integer",
      unit: "blocks",
      range: "0–9",
      description: "Longest sequence repeated in the right order; 0 when none was.",
      missing: "Fewer than 14 trials.",
      source: "Corsi 1972 (block span).",
    },
    {
      name: "median_rt_ms",
      type: "number",
      unit: "ms",
      description: "Median time of an answer given by pointer, from the turn to its last tap (shown only).",
      missing: "Fewer than 8 by pointer, or the spoken form.",
      source: "Descriptive.",
    },
  ],
};
