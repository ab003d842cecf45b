import type { EnvironmentSettings } from "@tallystick/contract";

import type { BodyOf } from "../../../api/types.ts";

/**
 * The form's side of an environment's settings: flat, and numbers as typed. An empty text means "none", or for ever where
 * it counts days.
 */
export interface Draft {
  readonly session_hours: string;
  readonly use_case: EnvironmentSettings["use_case"];
  readonly languages: readonly string[];
  readonly battery: string;
  readonly tasks_off: readonly string[];
  readonly show_completion_page: boolean;
  readonly money_symbol: string;
  readonly money_factor: string;
  readonly lender_name: string;
  readonly accent: string;
  readonly privacy_policy_url: string;
  readonly completion_url: string;
  readonly cancellation_url: string;
  readonly expiry_url: string;
  /** One origin a line. */
  readonly frame_ancestors: string;
  readonly model_version: string;
  /** Four numbers with commas between them. */
  readonly risk_band_cutoffs: string;
  readonly traits: EnvironmentSettings["traits"];
  readonly personal_data_check: EnvironmentSettings["personal_data_check"];
  readonly inputs_days: string;
  readonly results_days: string;
  readonly deliveries_days: string;
}
export type DraftName = keyof Draft;
/** Only what somebody touched. */
export type Edits = Partial<Draft>;

/** The setting each field belongs to, and its member there. */
export const PLACES: Readonly<Record<DraftName, readonly [setting: keyof EnvironmentSettings, member?: string]>> = {
  session_hours: ["session_hours"],
  use_case: ["use_case"],
  languages: ["languages"],
  battery: ["battery"],
  tasks_off: ["tasks_off"],
  show_completion_page: ["show_completion_page"],
  money_symbol: ["money_unit", "symbol"],
  money_factor: ["money_unit", "factor"],
  lender_name: ["brand", "lender_name"],
  accent: ["brand", "accent"],
  privacy_policy_url: ["privacy_policy_url"],
  completion_url: ["completion_url"],
  cancellation_url: ["cancellation_url"],
  expiry_url: ["expiry_url"],
  frame_ancestors: ["frame_ancestors"],
  model_version: ["model_version"],
  risk_band_cutoffs: ["risk_band_cutoffs"],
  traits: ["traits"],
  personal_data_check: ["personal_data_check"],
  inputs_days: ["retention", "inputs_days"],
  results_days: ["retention", "results_days"],
  deliveries_days: ["retention", "deliveries_days"],
};
export const DRAFT_NAMES = Object.keys(PLACES) as readonly DraftName[];

export function draftOf(settings: EnvironmentSettings): Draft {
  const { brand, money_unit, retention } = settings;
  return {
    session_hours: String(settings.session_hours),
    use_case: settings.use_case,
    languages: settings.languages,
    battery: settings.battery,
    tasks_off: settings.tasks_off,
    show_completion_page: settings.show_completion_page,
    money_symbol: money_unit.symbol,
    money_factor: String(money_unit.factor),
    lender_name: brand.lender_name ?? "",
    accent: brand.accent ?? "",
    privacy_policy_url: settings.privacy_policy_url ?? "",
    completion_url: settings.completion_url ?? "",
    cancellation_url: settings.cancellation_url ?? "",
    expiry_url: settings.expiry_url ?? "",
    frame_ancestors: settings.frame_ancestors.join("\n"),
    model_version: settings.model_version ?? "",
    risk_band_cutoffs: settings.risk_band_cutoffs.join(", "),
    traits: settings.traits,
    personal_data_check: settings.personal_data_check,
    inputs_days: daysOf(retention.inputs_days),
    results_days: daysOf(retention.results_days),
    deliveries_days: daysOf(retention.deliveries_days),
  };
}

function daysOf(days: number | null): string {
  return days === null ? "" : String(days);
}

export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Names of the fields that differ from what is saved. */
export function changedNames(edits: Edits, saved: Draft): readonly DraftName[] {
  return DRAFT_NAMES.filter((name) => name in edits && !isSame(edits[name], saved[name]));
}

type Patch = NonNullable<BodyOf<"CHANGE_SETTINGS">["settings"]>;

/** Only the settings that were changed, as the server takes them; of brand, money and retention only the members. */
export function patchOf(draft: Draft, names: readonly DraftName[]): Patch {
  const patch: Record<string, unknown> = {};
  for (const name of names) {
    const [setting, member] = PLACES[name];
    const value = valueOf(name, draft);
    if (member === undefined) patch[setting] = value;
    else patch[setting] = { ...(patch[setting] as object | undefined), [member]: value };
  }
  return patch;
}

function valueOf(name: DraftName, draft: Draft): unknown {
  switch (name) {
    case "session_hours":
    case "money_factor":
      return Number(draft[name]);
    case "inputs_days":
    case "results_days":
    case "deliveries_days":
      return draft[name].trim() === "" ? null : Number(draft[name]);
    case "lender_name":
    case "accent":
    case "privacy_policy_url":
    case "completion_url":
    case "cancellation_url":
    case "expiry_url":
    case "model_version":
      return draft[name] === "" ? null : draft[name];
    case "frame_ancestors":
      return linesOf(draft.frame_ancestors);
    case "risk_band_cutoffs":
      return draft.risk_band_cutoffs.split(",").map(Number);
    default:
      return draft[name];
  }
}

export function linesOf(text: string): readonly string[] {
  return text
    .split(/\s+/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
