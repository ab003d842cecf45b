import { createHash } from "node:crypto";

import { score, type Calculated } from "@tallystick/scoring";
import { findBattery } from "@tallystick/tasks";

import { contentHash, type LoadedModel } from "../models/service.ts";
import type { PinnedTask } from "../sessions/lifecycle.ts";
import { replayRun, type ReplayedRun } from "./replay-run.ts";
import type { JourneyFactsRow, StoredBatch, StoredResult } from "./store.ts";

/** What is stored of a run: the same rows give the same numbers for ever. */
export interface StoredRun {
  readonly batteryVersion: string;
  readonly taskPlan: readonly PinnedTask[];
  readonly batches: readonly StoredBatch[];
  readonly facts: JourneyFactsRow;
}

export interface Calculation extends ReplayedRun {
  readonly calculated: Calculated;
  readonly modelHash: string;
}

/** Replays and scores. Throws when the battery or one of its task versions is not part of this build. */
export function calculateRun(model: LoadedModel, run: StoredRun): Calculation {
  const battery = findBattery(run.batteryVersion);
  if (battery === null) throw new Error(`battery ${run.batteryVersion} is not part of this build`);
  const replayed = replayRun(run.taskPlan, run.batches, run.facts);
  const { tasks, journey } = replayed;
  const calculated = score({ model: model.artefact, battery, tasks, journey });
  return { ...replayed, calculated, modelHash: model.contentHash };
}

/** Every batch still has the hash that it was stored with: nobody altered the inputs. */
export function areAsStored(batches: readonly StoredBatch[]): boolean {
  return batches.every(({ body, bodyHash }) => body === null || sha256(body) === bodyHash);
}

/** sha256 of the empty text. */
const NO_INPUTS = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Nothing is left of the inputs; a run that never had any has the checksum of nothing. */
export function wereRemoved(stored: readonly StoredBatch[], own: Pick<StoredResult, "inputsChecksum">): boolean {
  return stored.every(({ body }) => body === null) && own.inputsChecksum !== NO_INPUTS;
}

/** Inputs, model and every number of the stored result are as they were. */
export function isSame(stored: StoredResult, again: Calculation): boolean {
  const { calculated } = again;
  return (
    again.inputsChecksum === stored.inputsChecksum &&
    again.modelHash === stored.modelHash &&
    contentHash(calculated) === stored.calculatedHash &&
    contentHash(stored.calculated) === stored.calculatedHash &&
    calculated.score === stored.score &&
    calculated.score_confidence === stored.scoreConfidence &&
    calculated.trust_score === stored.trustScore
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
