import { findBattery, findTask } from "@tallystick/tasks";

import { fail } from "../../infra/errors.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";

/** What a session keeps for ever, whatever the environment is set to later. */
export interface Pins {
  readonly batteryVersion: string;
  readonly modelVersion: string;
  /** JSON of `[{key, version, parameters}]`. */
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
  const plan = battery.tasks
    .filter((task) => !settings.tasks_off.includes(task.key))
    .map(({ key, version }) => {
      const definition = findTask(key, version);
      if (!definition) throw fail("setting_invalid", `The battery's task ${key} v${version} does not exist.`);
      return { key, version, parameters: definition.spec.parameters };
    });
  const pins: Pins = {
    batteryVersion: battery.version,
    modelVersion: settings.model_version ?? battery.defaultModel,
    taskPlan: JSON.stringify(plan),
  };
  known.set(settings, pins);
  return pins;
}
