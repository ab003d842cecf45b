import { createHash } from "node:crypto";

import type { JourneyFacts, ScoredTask } from "@tallystick/scoring";
import { type AnyTaskDefinition, digestTrials, findTask, replay, type Replay, type TaskInput } from "@tallystick/tasks";

import type { PinnedTask } from "../sessions/lifecycle.ts";
import type { JourneyFactsRow, StoredBatch } from "./store.ts";

interface PlayedAttempt {
  readonly taskIndex: number;
  readonly attempt: number;
  readonly state: StoredBatch["attemptState"];
  readonly seed: string;
  readonly shownDigest: string | null;
  readonly inputs: TaskInput[];
}

export interface ReplayedRun {
  readonly tasks: readonly ScoredTask[];
  readonly journey: JourneyFacts;
  /** sha256 over the scored batches' places and hashes, in order. */
  readonly inputsChecksum: string;
  /** Keys of the tasks whose end the page saw otherwise. */
  readonly mismatchedTasks: readonly string[];
}

/** The definition of a pinned task version; throws when this build does not carry it. */
export function taskDefinition(pinned: { readonly key: string; readonly version: number }): AnyTaskDefinition {
  const found = findTask(pinned.key, pinned.version);
  if (found === null) throw new Error(`task ${pinned.key} v${pinned.version} is not part of this build`);
  return found;
}

function attemptsOf(batches: readonly StoredBatch[]): readonly PlayedAttempt[] {
  const byTask = new Map<number, PlayedAttempt>();
  for (const batch of batches) {
    let played = byTask.get(batch.taskIndex);
    if (played === undefined) {
      const { taskIndex, attempt, attemptState, seed, shownDigest } = batch;
      played = { taskIndex, attempt, state: attemptState, seed, shownDigest, inputs: [] };
      byTask.set(taskIndex, played);
    }
    // Stored by appendBatch after validation: a JSON array of inputs. The machine judges each of them anew.
    if (batch.body !== null) played.inputs.push(...(JSON.parse(batch.body) as TaskInput[]));
  }
  return [...byTask.values()];
}

function checksum(batches: readonly StoredBatch[]): string {
  const hash = createHash("sha256");
  for (const { taskIndex, attempt, seq, bodyHash } of batches) {
    if (bodyHash !== null) hash.update(`${taskIndex}.${attempt}.${String(seq)}:${bodyHash}\n`);
  }
  return hash.digest("hex");
}

/**
 * The page said done and the replay says not yet, or the page saw other trials than the replay has. Without a digest (an
 * older page, or one that was lost before it could say) the third attempt is closed as it stands and says nothing.
 */
function differsFromPage({ state, attempt, shownDigest }: PlayedAttempt, outcome: Replay): boolean {
  if (state !== "done") return false;
  if (shownDigest === null) return !outcome.complete && attempt < 3;
  return !outcome.complete || digestTrials(outcome.trials) !== shownDigest;
}

/** Replays the last attempt of each task from what is stored; nothing else enters a score. */
export function replayRun(
  plan: readonly PinnedTask[],
  batches: readonly StoredBatch[],
  facts: JourneyFactsRow,
): ReplayedRun {
  const attempts = attemptsOf(batches);
  let interruptions = 0;
  const mismatchedTasks: string[] = [];
  const tasks: ScoredTask[] = [];
  for (const played of attempts) {
    const pinned = plan[played.taskIndex];
    if (pinned === undefined) throw new Error("an attempt belongs to no task of the session's plan");
    const { seed, inputs } = played;
    const outcome = replay(taskDefinition(pinned), { seed, parameters: pinned.parameters, inputs });
    interruptions += played.attempt - 1;
    if (differsFromPage(played, outcome)) mismatchedTasks.push(pinned.key);
    tasks.push({
      key: pinned.key,
      version: pinned.version,
      complete: outcome.complete,
      metrics: outcome.metrics,
      trials: outcome.trials.map((trial) => ({ ...trial })),
      inputs,
      refusedCount: Object.values(outcome.refusals).reduce((sum, count) => sum + count, 0),
    });
  }
  const journey = { ...facts, interruptions, replayMismatch: mismatchedTasks.length > 0 };
  return { tasks, journey, inputsChecksum: checksum(batches), mismatchedTasks };
}
