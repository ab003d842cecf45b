import type { Metrics } from "../../contract.ts";
import { isPointer, median, round6 } from "../../statistics.ts";
import type { CardTrial } from "./machine.ts";

const ROUNDS = 6;
/** The prior of the scored metric: 2 stops at 12 cards each, so that nobody's is infinite. */
const PRIOR_STOPS = 2;
const PRIOR_CARDS = 24;
/** Four cards a round; with fewer, avoiding losses is no feat. */
const FEWEST_TURNS = 24;
const FEWEST_TIMES = 8;

export function cardsMetrics(trials: readonly CardTrial[]): Metrics {
  const main = trials.filter((trial) => !trial.practice);
  const rounds = roundsOf(main);
  const ended = rounds.length === ROUNDS;
  return {
    ...(ended ? daredMetrics(rounds) : { ln_dared: null, mean_cards_uncensored: null, rounds_lost: null }),
    ...(ended ? foresightMetrics(main) : { losses_expected: null, loss_z: null }),
    median_rt_ms: medianTime(main),
  };
}

/** One round as it went. */
export interface PlayedRound {
  /** Safe cards turned. */
  readonly cards: number;
  readonly lost: boolean;
}

/** One round for each end among the trials; the cards of a round stand in the trial that ended it. */
function roundsOf(main: readonly CardTrial[]): PlayedRound[] {
  return main.flatMap(({ outcome, turnedBefore }) =>
    outcome === "safe" ? [] : [{ cards: turnedBefore + Number(outcome === "last_safe"), lost: outcome === "loss" }],
  );
}

/** Mean of safe cards over the rounds that ended by a stop; null when none did. */
export function meanCardsUncensored(rounds: readonly PlayedRound[]): number | null {
  const stopped = rounds.filter(({ lost }) => !lost);
  return stopped.length === 0 ? null : round6(sum(stopped.map(({ cards }) => cards)) / stopped.length);
}

function daredMetrics(rounds: readonly PlayedRound[]): Metrics {
  const safe = sum(rounds.map(({ cards }) => cards));
  const stops = rounds.filter(({ lost }) => !lost).length;
  return {
    ln_dared: round6(Math.log((safe + PRIOR_CARDS) / (stops + PRIOR_STOPS))),
    mean_cards_uncensored: meanCardsUncensored(rounds),
    rounds_lost: rounds.length - stops,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * On each turn the chance of a loss is known: loss cards over closed cards. Summed over the turns made it is the expected
 * count of losses whatever made the person go on or stop, and whichever cards they chose, as long as the choice knows
 * nothing of what lies hidden.
 */
function foresightMetrics(main: readonly CardTrial[]): Metrics {
  const turns = main.filter(({ outcome }) => outcome !== "stop");
  if (turns.length < FEWEST_TURNS) return { losses_expected: null, loss_z: null };
  const chances = turns.map(({ boxes, lossCards, turnedBefore }) => lossCards / (boxes - turnedBefore));
  const expected = sum(chances);
  const variance = sum(chances.map((chance) => chance * (1 - chance)));
  const losses = turns.filter(({ outcome }) => outcome === "loss").length;
  return { losses_expected: round6(expected), loss_z: round6((expected - losses) / Math.sqrt(variance)) };
}

function medianTime(main: readonly CardTrial[]): number | null {
  const times = main.filter(({ source }) => isPointer(source)).map(({ rtMs }) => rtMs);
  return times.length < FEWEST_TIMES ? null : round6(median(times));
}
