import type { TaskDefinition } from "../../contract.ts";
import { cardsMachine, type CardsState, type CardsView, type CardTrial } from "./machine.ts";
import { cardsMetrics } from "./metrics.ts";
import { playCards } from "./players.ts";
import { type CardsParameters, cardsSpec } from "./spec.ts";

export const cards: TaskDefinition<CardsParameters, CardsState, CardsView, CardTrial> = {
  spec: cardsSpec,
  machine: cardsMachine,
  metrics: cardsMetrics,
  play: playCards,
};
