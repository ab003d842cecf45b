import type { TaskDefinition } from "../../contract.ts";
import { blocksMachine, type BlocksState, type BlocksView, type BlockTrial } from "./machine.ts";
import { blocksMetrics } from "./metrics.ts";
import { playBlocks } from "./players.ts";
import { type BlocksParameters, blocksSpec } from "./spec.ts";

export const blockMemory: TaskDefinition<BlocksParameters, BlocksState, BlocksView, BlockTrial> = {
  spec: blocksSpec,
  machine: blocksMachine,
  metrics: blocksMetrics,
  play: playBlocks,
};
