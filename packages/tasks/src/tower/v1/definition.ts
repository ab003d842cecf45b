import type { TaskDefinition } from "../../contract.ts";
import { towerMachine, type TowerState, type TowerTrial, type TowerView } from "./machine.ts";
import { towerMetrics } from "./metrics.ts";
import { playTower } from "./players.ts";
import { type TowerParameters, towerSpec } from "./spec.ts";

export const tower: TaskDefinition<TowerParameters, TowerState, TowerView, TowerTrial> = {
  spec: towerSpec,
  machine: towerMachine,
  metrics: towerMetrics,
  play: playTower,
};
