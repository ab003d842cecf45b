import type { TaskSpec } from "../../contract.ts";
import { CARDS_INPUTS, CARDS_METRICS, CARDS_PARAMETER_FIELDS, CARDS_TRIALS } from "./dictionary.ts";

export interface CardsParameters {
  /** Boxes on the table in a scored round, and in practice. */
  readonly boxes: number;
  readonly practiceBoxes: number;
  /** Scored rounds. */
  readonly rounds: number;
  /** Loss cards of a scored round, in turn; the seed says which comes first. */
  readonly lossCards: readonly number[];
  readonly practiceLossCards: number;
  /** Points of one safe card; a loss takes what the round has gathered. */
  readonly pointsPerCard: number;
}

export const CARDS_PARAMETERS: CardsParameters = {
  boxes: 32,
  practiceBoxes: 12,
  rounds: 6,
  lossCards: [1, 2],
  practiceLossCards: 1,
  pointsPerCard: 10,
};

export const cardsSpec: TaskSpec<CardsParameters> = {
  key: "cards",
  version: 1,
  title: "Card table",
  paradigm:
    "Sequential risk taking: 32 cards, drawn as boxes, of which one or two hold a loss; the applicant turns as many as " +
    "they dare and then keeps what the round has gathered, or loses it. Hot form of the Columbia Card Task (Figner, " +
    "Mackinlay, Wilkening & Weber 2009, J. Exp. Psychol. Learn. Mem. Cogn. 35:709), but with honest rounds: the cards are " +
    "shuffled before the round, not arranged while it is played. Imagined points; nothing is offered, won or owed.",
  durationSeconds: 90,
  parameters: CARDS_PARAMETERS,
  parameterDictionary: CARDS_PARAMETER_FIELDS,
  inputDictionary: CARDS_INPUTS,
  trialDictionary: CARDS_TRIALS,
  metricDictionary: CARDS_METRICS,
};
