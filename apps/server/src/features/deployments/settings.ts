import { environmentSettingsSchema, type EnvironmentSettings } from "@tallystick/contract";
import type { z } from "zod";

import { fail } from "../../infra/errors.ts";

/** Only the members to change; `brand` and `money_unit` may be partial too. */
export type SettingsPatch = Partial<z.input<typeof environmentSettingsSchema>>;

type Stored = Readonly<Record<string, unknown>>;

/** The stored members with every default filled in. Throws `setting_invalid` that names the first wrong member. */
export function readSettings(stored: unknown): EnvironmentSettings {
  const parsed = environmentSettingsSchema.safeParse(stored);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw fail("setting_invalid", issue ? explain(issue) : "The settings do not have the documented shape.");
}

/** What is stored after the patch: explicit values only, so that a later default reaches whoever never chose. */
export function mergeSettings(stored: Stored, patch: SettingsPatch): Stored {
  const merged: Record<string, unknown> = { ...stored };
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const before = merged[name];
    merged[name] = isObject(value) && isObject(before) ? { ...before, ...value } : value;
  }
  readSettings(merged);
  return merged;
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

function explain(issue: z.core.$ZodIssue): string {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const known = path ? "" : `; settings are ${Object.keys(environmentSettingsSchema.shape).join(", ")}`;
    return `There is no setting ${issue.keys.map((key) => `"${path ? `${path}.` : ""}${key}"`).join(", ")}${known}`;
  }
  return `${path}: ${issue.message}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
