import type { TaskDefinition } from "../../contract.ts";
import { tapsMachine, type TapsState, type TapsView, type TapTrial } from "./machine.ts";
import { tapsMetrics } from "./metrics.ts";
import { playTaps } from "./players.ts";
import { type TapsParameters, tapsSpec } from "./spec.ts";

export const quickTaps: TaskDefinition<TapsParameters, TapsState, TapsView, TapTrial> = {
  spec: tapsSpec,
  machine: tapsMachine,
  metrics: tapsMetrics,
  play: playTaps,
};
