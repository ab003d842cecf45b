import type { TaskDefinition } from "../../contract.ts";
import { balloonMachine, type BalloonState, type BalloonTrial, type BalloonView } from "./machine.ts";
import { balloonMetrics } from "./metrics.ts";
import { playBalloons } from "./players.ts";
import { type BalloonParameters, balloonSpec } from "./spec.ts";

export const balloons: TaskDefinition<BalloonParameters, BalloonState, BalloonView, BalloonTrial> = {
  spec: balloonSpec,
  machine: balloonMachine,
  metrics: balloonMetrics,
  play: playBalloons,
};
