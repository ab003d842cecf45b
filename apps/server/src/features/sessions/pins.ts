import { findBattery, findTask, type AnyTaskDefinition } from "@tallystick/tasks";

import { fail } from "../../infra/errors.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";

/** What a session keeps for ever, whatever the environment is set to later. */
export interface Pins {
  readonly batteryVersion: string;
  readonly modelVersion: string;
  /** JSON of `[{key, version}]`. */
  readonly taskPlan: string;
}

// Settings are one object per cache refresh, so the plan is written once a second at most and not once a session.
const known = new WeakMap<object, Pins>();

/** Throws `setting_invalid` when the environment names a battery or task this version does not have. */
export function pinsOf(environment: EnvironmentAccess): Pins {
  const { settings } = environment;
  const cached = known.get(settings);
  if (cached) return cached;
  const battery = findBattery(settings.battery);
  if (!battery) throw fail("setting_invalid", `The environment's battery ${settings.battery} does not exist any more.`);
  // No parameters: a released version never changes its own, and writing them out made the row four times as wide.
  const plan = battery.tasks
    .filter((task) => !settings.tasks_off.includes(task.key))
    .map(({ key, version }) => ({ key: releasedTask(key, version).spec.key, version }));
  const pins: Pins = {
    batteryVersion: battery.version,
    modelVersion: settings.model_version ?? battery.defaultModel,
    taskPlan: JSON.stringify(plan),
  };
  known.set(settings, pins);
  return pins;
}

/** What a session's row holds of a task; `parameters` only where they are not the version's own. */
export interface StoredTask {
  readonly key: string;
  readonly version: number;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** A task as it was pinned when the session was created. */
export interface PinnedTask extends StoredTask {
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The stored plan with every task's parameters. */
export function pinnedTasks(stored: readonly StoredTask[]): readonly PinnedTask[] {
  return stored.map((task) => ({
    key: task.key,
    version: task.version,
    parameters: task.parameters ?? parametersOf(task),
  }));
}

function parametersOf({ key, version }: StoredTask): Readonly<Record<string, unknown>> {
  // Every task's parameters are one object; the registry, which holds tasks of all kinds, calls them unknown.
  return releasedTask(key, version).spec.parameters as Readonly<Record<string, unknown>>;
}

function releasedTask(key: string, version: number): AnyTaskDefinition {
  const definition = findTask(key, version);
  if (!definition) throw new Error(`The task ${key} v${version} is not in this version of the server.`);
  return definition;
}
