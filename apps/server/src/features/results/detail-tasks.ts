import type { ResultDetail } from "@tallystick/contract";
import { findTask, replay, type Replay, type TaskInput } from "@tallystick/tasks";

import type { PinnedTask } from "../sessions/lifecycle.ts";
import type { StoredBatch } from "./store.ts";

/** What was done in each task: replayed from what is stored, named by the data dictionary. */

type TaskView = ResultDetail["tasks"][number];

interface Attempt {
  readonly number: number;
  readonly state: StoredBatch["attemptState"];
  readonly seed: string;
  /** null: retention took them away. */
  readonly inputs: readonly TaskInput[] | null;
}

/** `areKept`: the inputs were not removed when their time was over. */
export function taskViews(
  plan: readonly PinnedTask[],
  batches: readonly StoredBatch[],
  { areKept }: { readonly areKept: boolean },
): TaskView[] {
  return plan.map((pinned, index) => {
    const own = batches.filter(({ taskIndex }) => taskIndex === index);
    return taskView(pinned, index, attemptOf(own, areKept));
  });
}

function attemptOf(batches: readonly StoredBatch[], areKept: boolean): Attempt | null {
  const [first] = batches;
  if (first === undefined) return null;
  const { attempt: number, attemptState: state, seed } = first;
  // Stored by appendBatch after validation: a JSON array of inputs. The machine judges each of them anew.
  const inputs = batches.flatMap(({ body }) => (body === null ? [] : (JSON.parse(body) as TaskInput[])));
  return { number, state, seed, inputs: areKept ? inputs : null };
}

function taskView(pinned: PinnedTask, index: number, attempt: Attempt | null): TaskView {
  const definition = findTask(pinned.key, pinned.version);
  const inputs = attempt?.inputs ?? null;
  const played =
    definition === null || attempt === null || inputs === null || inputs.length === 0
      ? null
      : replay(definition, { seed: attempt.seed, parameters: pinned.parameters, inputs });
  const refused = played === null ? null : Object.values(played.refusals).reduce((sum, count) => sum + count, 0);
  return {
    index,
    key: pinned.key,
    version: pinned.version,
    title: definition?.spec.title ?? pinned.key,
    state: attempt?.state ?? "not_played",
    complete: played?.complete ?? null,
    attempts: attempt?.number ?? 0,
    duration_ms: inputs?.at(-1)?.at ?? null,
    inputs: inputs?.length ?? null,
    refused_inputs: refused,
    metrics: played === null || definition === null ? [] : metricViews(definition.spec.metricDictionary, played),
    notes: notesOf(attempt, { refused, played }),
  };
}

type Dictionary = NonNullable<ReturnType<typeof findTask>>["spec"]["metricDictionary"];

function metricViews(dictionary: Dictionary, { metrics }: Replay): TaskView["metrics"] {
  return dictionary.map(({ name, unit, range, description, missing }) => {
    const value = metrics[name] ?? null;
    return {
      name,
      value,
      unit: unit ?? null,
      range: range ?? null,
      description,
      missing: value === null ? missing : null,
    };
  });
}

function notesOf(
  attempt: Attempt | null,
  { refused, played }: { readonly refused: number | null; readonly played: Replay | null },
): TaskView["notes"] {
  if (attempt === null) return [{ code: "not_played", text: "It was never given out." }];
  const notes: TaskView["notes"] = [];
  const earlier = attempt.number - 1;
  if (attempt.inputs === null)
    notes.push({ code: "inputs_removed", text: "Its inputs were removed when their time was over." });
  if (earlier > 0) {
    const times = earlier === 1 ? "once" : `${earlier} times`;
    notes.push({
      code: "interrupted_before",
      text: `It was interrupted ${times} and started over; the last attempt counts.`,
    });
  }
  if (refused !== null && refused > 0) {
    const inputs = refused === 1 ? "1 input came" : `${refused} inputs came`;
    notes.push({ code: "inputs_refused", text: `${inputs} that the task does not take; they were kept and skipped.` });
  }
  if (played !== null && !played.complete) {
    notes.push({ code: "not_complete", text: "It did not come to its end; what was done of it counts." });
  }
  if (played !== null && mostlyWithoutPointer(played)) {
    notes.push({
      code: "without_pointer",
      text: "Mostly answered by keyboard, switch or screen reader; times are left out.",
    });
  }
  return notes;
}

/** Of the answered trials that say how they were answered. */
function mostlyWithoutPointer({ trials }: Replay): boolean {
  const sources = trials.flatMap((trial) => {
    const source: unknown = "source" in trial ? trial.source : null;
    return typeof source === "string" && !trial.practice ? [source] : [];
  });
  const otherwise = sources.filter((source) => !["mouse", "touch", "pen"].includes(source));
  return otherwise.length > 0 && otherwise.length * 2 >= sources.length;
}
