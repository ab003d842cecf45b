import type { CardsView, RoundFacts } from "@tallystick/tasks/cards/v1/machine";
import type { Texts } from "../../i18n/texts.ts";

/** What is drawn as a table of boxes. */
export type TableView = Exclude<CardsView, { phase: "instructions" }>;
export type ResultView = Extract<CardsView, { phase: "result" }>;

/** "Practice" or "Round 2 of 6". */
export function heading({ t }: Texts, round: RoundFacts & { readonly rounds: number }): string {
  if (round.practice) return t("common.practice");
  return t("cards.round", { number: round.number, rounds: round.rounds });
}

/** "Boxes with a loss: 2 of 32" */
export function rule({ t }: Texts, { lossCards, boxes }: RoundFacts): string {
  return t("cards.rule", { count: lossCards, boxes });
}

/** "You stopped. Points kept: 70." */
export function outcome({ t }: Texts, view: ResultView): string {
  switch (view.ended) {
    case "stop":
      return t("cards.kept", { count: view.points });
    case "cleared":
      return t("cards.cleared", { count: view.points });
    case "loss":
      return t("cards.lost", { number: (view.hit ?? 0) + 1, count: view.points });
  }
}
