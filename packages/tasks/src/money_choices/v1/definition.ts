import type { TaskDefinition } from "../../contract.ts";
import { moneyMachine, type MoneyState, type MoneyTrial, type MoneyView } from "./machine.ts";
import { moneyMetrics } from "./metrics.ts";
import { playMoney } from "./players.ts";
import { type MoneyParameters, moneySpec } from "./spec.ts";

export const moneyChoices: TaskDefinition<MoneyParameters, MoneyState, MoneyView, MoneyTrial> = {
  spec: moneySpec,
  machine: moneyMachine,
  metrics: moneyMetrics,
  play: playMoney,
};
