import type { DataField, MetricSpec } from "../../contract.ts";

export const parameterDictionary: readonly DataField[] = [
  { name: "heights", type: "integer", range: "3, 2, 1", description: "Discs that fit on the left, middle, right peg." },
  { name: "practice", type: "string", description: "Practice problem: fewest moves, start and goal without colours." },
  {
    name: "sets",
    type: "string",
    description:
      "Four parallel sets of five problems of 2, 2, 3, 3 and 4 moves. Pegs from the left, discs from the bottom up, - an empty peg.",
  },
  { name: "deadlineMs", type: "integer", unit: "ms", range: "60000", description: "Time for one problem." },
  { name: "mostMoves", type: "integer", range: "20", description: "A problem not solved with so many moves ends." },
  {
    name: "skipAfterMs",
    type: "integer",
    unit: "ms",
    range: "20000",
    description: "From here on a problem may be given up.",
  },
];

export const inputDictionary: readonly DataField[] = [
  {
    name: "kind",
    type: "string",
    range: "mode | continue | shown | press | timeout",
    description:
      "mode: before the first continue, how the task is played; continue: leaves an instruction or a finished problem; shown: the problem is on the screen; press: a peg was pressed, or the problem given up; timeout: its time is over.",
  },
  {
    name: "stimulus",
    type: "string",
    range: "intro, main, practice-0, trial-0…4",
    description: "What the input belongs to.",
  },
  {
    name: "choice",
    type: "string",
    range: "pick-0…2 | 0-0…2-2 | skip; with mode: timed | untimed",
    description:
      "pick-P lifts the top disc of peg P (0 left, 1 middle, 2 right); P-Q puts the disc lifted from P on Q, with P = Q back in its place; skip gives the problem up.",
  },
];

export const trialDictionary: readonly DataField[] = [
  { name: "stimulus", type: "string", description: "practice-0 or trial-0…4, in the order shown." },
  { name: "practice", type: "boolean", description: "True for the practice problem." },
  {
    name: "rtMs",
    type: "integer",
    unit: "ms",
    description: "Time to first move: from shown until a disc was first lifted; null when none was.",
  },
  {
    name: "firstMoveMs",
    type: "integer",
    unit: "ms",
    description: "From shown until a disc first stood on another peg; null when none did.",
  },
  { name: "totalMs", type: "integer", unit: "ms", description: "From shown to the end of the problem." },
  { name: "set", type: "integer", range: "0–3 or null", description: "Set the problem is from; null for practice." },
  {
    name: "start",
    type: "string",
    description: "Pegs from the left, discs from the bottom up: r red, b blue, y yellow, - an empty peg.",
  },
  { name: "goal", type: "string", description: "As start." },
  { name: "minMoves", type: "integer", range: "2–4", description: "Fewest moves from start to goal." },
  { name: "moves", type: "integer", range: "0–20", description: "Moves made; a disc put back is none." },
  {
    name: "illegal",
    type: "integer",
    description: "Presses without effect: an empty peg with no disc in hand, or a full one.",
  },
  { name: "putBacks", type: "integer", description: "Discs lifted and put back on their peg." },
  {
    name: "outcome",
    type: "string",
    range: "solved | timeout | moves_used | skipped",
    description: "How the problem ended.",
  },
  { name: "optimal", type: "boolean", description: "Solved in the fewest moves." },
  { name: "timed", type: "boolean", description: "False in the untimed form for assistive technology." },
  { name: "shownAt", type: "integer", unit: "ms", description: "When the problem appeared." },
  { name: "source", type: "string", description: "How the first disc was lifted; null when none was." },
];

export const metricDictionary: readonly MetricSpec[] = [
  {
    name: "ln_first_move",
    type: "number",
    unit: "ln ms",
    description: "Mean natural log of the times to first move, 300–30000 ms, by pointer, over the five problems.",
    missing: "Fewer than 4 such times, or the untimed form.",
    source: "Planning time of the Tower of London, as in the data of Eisenberg et al. (2019, Nat. Commun. 10:2319).",
  },
  {
    name: "optimal_count",
    type: "integer",
    range: "0–5",
    description: "Problems solved in the fewest moves (shown only).",
    missing: "Any of the five problems not played.",
    source: "Shallice 1982; Eisenberg et al. 2019.",
  },
  {
    name: "solved_count",
    type: "integer",
    range: "0–5",
    description: "Problems solved (shown only).",
    missing: "Any of the five problems not played.",
    source: "Descriptive.",
  },
  {
    name: "extra_moves",
    type: "number",
    range: "0–18",
    description: "Mean moves beyond the fewest, over the solved problems (shown only).",
    missing: "Any of the five problems not played, or none solved.",
    source: "Descriptive.",
  },
  {
    name: "median_rt_ms",
    type: "number",
    unit: "ms",
    description: "Median of the times behind ln_first_move (shown only).",
    missing: "As ln_first_move.",
    source: "Descriptive.",
  },
];
