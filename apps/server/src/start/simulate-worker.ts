import { parentPort, workerData } from "node:worker_threads";

import { linesOf, type SimulationOrder } from "@tallystick/simulation";

/** A thread of `tallystick simulate`: gets numbers of sessions, gives their lines. A file of its own in the build. */

export interface Block {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

export interface PlayedBlock {
  readonly from: number;
  readonly lines: string;
}

const lines = linesOf(workerData as SimulationOrder);

parentPort?.on("message", ({ from, to }: Block) => {
  parentPort?.postMessage({ from, lines: lines(from, to) } satisfies PlayedBlock);
});
