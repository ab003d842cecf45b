import type { TaskDefinition } from "../../contract.ts";
import { numberMachine, type NumberState, type NumberTrial, type NumberView } from "./machine.ts";
import { numberMetrics } from "./metrics.ts";
import { playNumbers } from "./players.ts";
import { type NumberParameters, numberSpec } from "./spec.ts";

export const numberSense: TaskDefinition<NumberParameters, NumberState, NumberView, NumberTrial> = {
  spec: numberSpec,
  machine: numberMachine,
  metrics: numberMetrics,
  play: playNumbers,
};
