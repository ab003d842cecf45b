import { environmentSettingsSchema, type EnvironmentSettings } from "@tallystick/contract";
import { batteries, findBattery, type Battery } from "@tallystick/tasks";
import type { z } from "zod";

import { fail } from "../../infra/errors.ts";
import { explainIssues } from "../../infra/explain-issue.ts";

/** Only the members to change; `brand` and `money_unit` may be partial too. */
export type SettingsPatch = Partial<z.input<typeof environmentSettingsSchema>>;

type Stored = Readonly<Record<string, unknown>>;

/** The stored members with every default filled in. Throws `setting_invalid` that names the first wrong member. */
export function readSettings(stored: unknown): EnvironmentSettings {
  const parsed = environmentSettingsSchema.safeParse(stored);
  if (parsed.success) return parsed.data;
  throw fail("setting_invalid", explainIssues(parsed.error, stored).replaceAll("The body: ", "Settings: "));
}

/** What is stored after the patch: explicit values only, so that a later default reaches whoever never chose. */
export function mergeSettings(stored: Stored, patch: SettingsPatch): Stored {
  const merged: Record<string, unknown> = { ...stored };
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const before = merged[name];
    merged[name] = isObject(value) && isObject(before) ? { ...before, ...value } : value;
  }
  checkBattery(readSettings(merged));
  return merged;
}

/** The battery's tasks that are not in `tasksOn`. Throws `setting_invalid` for a task or battery that does not exist. */
export function tasksSwitchedOff(batteryVersion: string, tasksOn: readonly string[]): string[] {
  const keys = knownBattery(batteryVersion).tasks.map((task) => task.key);
  const unknown = tasksOn.find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    throw fail("setting_invalid", `tasks: "${unknown}" is no task of ${batteryVersion}, which has ${keys.join(", ")}`);
  }
  return keys.filter((key) => !tasksOn.includes(key));
}

function knownBattery(version: string): Battery {
  const battery = findBattery(version);
  if (battery) return battery;
  const known = batteries.map((candidate) => candidate.version).join(", ");
  throw fail("setting_invalid", `battery: there is no "${version}"; take one of ${known}`);
}

/** What the schema can not know: which batteries and tasks there are. */
function checkBattery(settings: EnvironmentSettings): void {
  const battery = knownBattery(settings.battery);
  const keys = battery.tasks.map((task) => task.key);
  const unknown = settings.tasks_off.find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    throw fail(
      "setting_invalid",
      `tasks_off: "${unknown}" is no task of ${battery.version}, which has ${keys.join(", ")}`,
    );
  }
  if (keys.every((key) => settings.tasks_off.includes(key))) {
    throw fail("setting_invalid", "tasks_off: at least one task must stay on");
  }
}

/** `{member: {from, to}}` of every member that differs. */
export function changesBetween(
  from: EnvironmentSettings,
  to: EnvironmentSettings,
): Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>> {
  const before: Stored = from;
  return Object.fromEntries(
    Object.entries(to)
      .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]))
      .map(([name, value]) => [name, { from: before[name], to: value }]),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
