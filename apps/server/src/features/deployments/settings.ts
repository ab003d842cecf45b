import { environmentSettingsSchema, SETTING_GUIDE, type EnvironmentSettings } from "@tallystick/contract";
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
  throw fail("setting_invalid", explainSettings(parsed.error, stored));
}

/** What is wrong with which setting, then for each setting what it is, why it takes only that, and a value that works. */
function explainSettings(error: z.ZodError, given: unknown): string {
  const what = explainIssues(error, given).replaceAll("The body: ", "Settings: ");
  const names = new Set(error.issues.map((issue) => String(issue.path[0] ?? "")));
  const help = [...names].slice(0, 3).map((name) => helpFor(name));
  return [`${what}.`, ...help].filter((text) => text !== "").join(" ");
}

/** Empty for a name that is no setting. */
function helpFor(name: string): string {
  const guide = SETTING_GUIDE[name];
  if (guide === undefined) return `The settings are ${Object.keys(environmentSettingsSchema.shape).join(", ")}.`;
  const shape: Readonly<Record<string, z.ZodType>> = environmentSettingsSchema.shape;
  const meaning = shape[name]?.description;
  return `${meaning === undefined ? "" : `${meaning}. `}${guide.why}. For instance: ${guide.example}`;
}

/** What is stored after the patch: explicit values only, so that a later default reaches whoever never chose. */
export function mergeSettings(stored: Stored, patch: SettingsPatch): Stored {
  const merged: Record<string, unknown> = { ...stored };
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const before = merged[name];
    merged[name] = isObject(value) && isObject(before) ? { ...before, ...value } : value;
  }
  const settings = readSettings(merged);
  checkBattery(settings);
  checkValues(settings);
  return merged;
}

/** As the settings would be with the patch saved. Throws `setting_invalid`. */
export function draftSettings(settings: EnvironmentSettings, patch: SettingsPatch): EnvironmentSettings {
  return readSettings(mergeSettings(settings, patch));
}

const REDIRECTS = ["completion_url", "cancellation_url", "expiry_url"] as const;

/** Judged when a value is set and not when it is read: what was stored before a rule came must not stop a journey. */
function checkValues(settings: EnvironmentSettings): void {
  for (const name of REDIRECTS) {
    const url = settings[name];
    if (url === null) continue;
    if (/\p{Cc}/u.test(url)) throw refused(name, "holds a character that can not be seen");
    if (/^https?:/i.test(url) && !namesHost(url)) throw refused(name, "must name a host after https://");
  }
  if (new Set(settings.languages).size < settings.languages.length) throw refused("languages", "names one twice");
  if (/\p{Cc}/u.test(settings.brand.lender_name ?? "")) {
    throw refused("brand", "lender_name holds a character that can not be seen");
  }
}

function namesHost(url: string): boolean {
  return /^https?:\/\/[^/?#]/i.test(url) && URL.canParse(url);
}

function refused(name: string, what: string): Error {
  return fail("setting_invalid", `${name}: ${what}. ${helpFor(name)}`);
}

/** The battery's tasks that are not in `tasksOn`. Throws `setting_invalid` for a task or battery that does not exist. */
export function tasksSwitchedOff(batteryVersion: string, tasksOn: readonly string[]): string[] {
  const keys = knownBattery(batteryVersion).tasks.map((task) => task.key);
  const unknown = tasksOn.find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    const what = `tasks: "${unknown}" is no task of ${batteryVersion}, which has ${keys.join(", ")}`;
    throw fail("setting_invalid", `${what}. Name the ones to play. For instance: ${keys[0] ?? ""}`);
  }
  return keys.filter((key) => !tasksOn.includes(key));
}

function knownBattery(version: string): Battery {
  const battery = findBattery(version);
  if (battery) return battery;
  const known = batteries.map((candidate) => candidate.version).join(", ");
  throw refused("battery", `there is no "${version}"; take one of ${known}`);
}

/** What the schema can not know: which batteries and tasks there are. */
function checkBattery(settings: EnvironmentSettings): void {
  const battery = knownBattery(settings.battery);
  const keys = battery.tasks.map((task) => task.key);
  const unknown = settings.tasks_off.find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    throw refused("tasks_off", `"${unknown}" is no task of ${battery.version}, which has ${keys.join(", ")}`);
  }
  if (keys.every((key) => settings.tasks_off.includes(key))) {
    throw refused("tasks_off", "at least one task must stay on");
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
