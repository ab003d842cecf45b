import type { DataField, MetricSpec } from "../../contract.ts";

export const CARDS_PARAMETER_FIELDS: readonly DataField[] = [
  { name: "boxes", type: "integer", range: "32", description: "Cards of a scored round." },
  { name: "practiceBoxes", type: "integer", range: "12", description: "Cards of the practice round." },
  { name: "rounds", type: "integer", range: "6", description: "Scored rounds." },
  {
    name: "lossCards",
    type: "integer",
    range: "1, 2",
    description: "Loss cards of a scored round, in turn; the seed says which number comes first.",
  },
  { name: "practiceLossCards", type: "integer", range: "1", description: "Loss cards of the practice round." },
  { name: "pointsPerCard", type: "integer", unit: "points", range: "10", description: "What a safe card is worth." },
];

export const CARDS_INPUTS: readonly DataField[] = [
  {
    name: "kind",
    type: "string",
    range: "continue | shown | press",
    description:
      "continue: leaves the introduction or a round's outcome; shown: the round is on the screen; press: a card was " +
      "turned, or the round stopped.",
  },
  {
    name: "stimulus",
    type: "string",
    range: "intro, practice-0, round-0…5, after-practice-0, after-round-0…5",
    description: "What the input belongs to.",
  },
  {
    name: "choice",
    type: "string",
    range: "0…31 | stop",
    description: "Number of the card, from 0 in reading order, or stop; with press.",
  },
];

export const CARDS_TRIALS: readonly DataField[] = [
  { name: "stimulus", type: "string", description: "The round: practice-0 or round-0…5. One trial for each press." },
  { name: "practice", type: "boolean", description: "True in the practice round." },
  {
    name: "rtMs",
    type: "integer",
    unit: "ms",
    description: "From the press before it, or from shown for the first of a round.",
  },
  { name: "choice", type: "string", range: "0…31 | stop", description: "Card that was turned, or stop." },
  {
    name: "outcome",
    type: "string",
    range: "safe | last_safe | loss | stop",
    description:
      "last_safe: no safe card is left, which ends the round as a stop does; loss: ends it without its points.",
  },
  { name: "turnedBefore", type: "integer", range: "0–31", description: "Safe cards turned in the round before." },
  { name: "boxes", type: "integer", range: "12 | 32", description: "Cards of the round." },
  { name: "lossCards", type: "integer", range: "1 | 2", description: "Loss cards among them, as announced." },
  { name: "source", type: "string", description: "How the answer was given." },
];

const NOT_ALL_ROUNDS = "Any of the 6 rounds not played to its end.";
const FEW_TURNS = "Fewer than 24 cards turned in the scored rounds, or a round not played to its end.";

export const CARDS_METRICS: readonly MetricSpec[] = [
  {
    name: "ln_dared",
    type: "number",
    unit: "ln(cards per stop)",
    range: "1.098612–4.610158",
    description:
      "ln((safe cards turned + 24)/(voluntary stops + 2)) over the 6 rounds: a loss hides how far one would have gone, so " +
      "its cards count as exposure and only the stops as events. Turning every safe card counts as a stop.",
    missing: NOT_ALL_ROUNDS,
    source:
      "Events per exposure of right-censored data (exponential model), with a prior of 2 stops at 12 cards each; own use.",
  },
  {
    name: "mean_cards_uncensored",
    type: "number",
    unit: "cards",
    range: "0–31",
    description: "Mean of safe cards turned over the rounds that ended by a stop (for comparison with others only).",
    missing: "A round not played to its end, or no round that ended by a stop.",
    source: "Figner et al. 2009 (number of cards turned, rounds without a loss).",
  },
  {
    name: "rounds_lost",
    type: "integer",
    range: "0–6",
    description: "Scored rounds that ended with a loss card.",
    missing: NOT_ALL_ROUNDS,
    source: "Descriptive; the observed count behind loss_z.",
  },
  {
    name: "losses_expected",
    type: "number",
    range: "0.8–24.6",
    description:
      "Losses that chance alone would have given on these turns: the sum of loss cards over closed cards, turn by turn.",
    missing: FEW_TURNS,
    source: "Compensator of the count of losses under an honest shuffle.",
  },
  {
    name: "loss_z",
    type: "number",
    range: "-5–6",
    description:
      "(losses_expected − rounds_lost)/sd, sd² = Σ p(1 − p) over the turns: high when losses were avoided beyond chance " +
      "(for data confidence).",
    missing: FEW_TURNS,
    source:
      "Own; expected − observed is a martingale: no rule of stopping and no choice of cards moves its mean from 0.",
  },
  {
    name: "median_rt_ms",
    type: "number",
    unit: "ms",
    description: "Median time of the presses of the scored rounds by pointer (shown only).",
    missing: "Fewer than 8 by pointer.",
    source: "Descriptive.",
  },
];
