import type { TaskDefinition } from "../../contract.ts";
import { statementsMachine, type StatementsState, type StatementsTrial, type StatementsView } from "./machine.ts";
import { statementsMetrics } from "./metrics.ts";
import { playStatements } from "./players.ts";
import { type StatementsParameters, statementsSpec } from "./spec.ts";

export const statements: TaskDefinition<StatementsParameters, StatementsState, StatementsView, StatementsTrial> = {
  spec: statementsSpec,
  machine: statementsMachine,
  metrics: statementsMetrics,
  play: playStatements,
};
