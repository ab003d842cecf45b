import {
  environmentSettingsSchema,
  LANGUAGE_CODES,
  LANGUAGES,
  SETTING_GUIDE,
  USE_CASES,
  type Choices,
} from "@tallystick/contract";
import { batteries, findTask, type Battery } from "@tallystick/tasks";
import type { z } from "zod";

import type { Deps } from "../../infra/deps.ts";
import { listModels } from "../models/service.ts";

/** Everything a form of settings offers the company's people, with the words that explain it. */
export async function listChoices(deps: Deps, companyId: string): Promise<Choices> {
  const models = await listModels(deps.db, companyId);
  return {
    batteries: batteries.map(batteryChoice),
    models: models.map(({ artefact, origin }) => ({
      version: artefact.version,
      title: artefact.title ?? artefact.version,
      origin,
      preview: artefact.preview,
      calibrated: artefact.calibrated,
      norms: artefact.norms,
      batteries: [...artefact.batteries],
    })),
    languages: LANGUAGE_CODES.map((code) => {
      const { name, englishName, direction, reviewed } = LANGUAGES[code];
      return { code, name, english_name: englishName, direction, reviewed };
    }),
    use_cases: USE_CASES.map((key) => ({ key, ...USE_CASE_WORDS[key] })),
    risk_band_cutoffs: [...DEFAULTS.risk_band_cutoffs],
    settings: Object.keys(SETTING_GUIDE).map(settingChoice),
  };
}

function batteryChoice({ version, title, preview, tasks, defaultModel }: Battery): Choices["batteries"][number] {
  const planned = tasks.map(({ key, version: taskVersion }) => {
    const spec = findTask(key, taskVersion)?.spec;
    return { key, version: taskVersion, title: spec?.title ?? key, planned_seconds: spec?.durationSeconds ?? 0 };
  });
  const seconds = planned.reduce((sum, task) => sum + task.planned_seconds, 0);
  return {
    version,
    title,
    preview,
    tasks: planned,
    planned_minutes: Math.ceil(seconds / 60),
    default_model: defaultModel,
  };
}

const USE_CASE_WORDS: Readonly<
  Record<(typeof USE_CASES)[number], { readonly title: string; readonly meaning: string }>
> = {
  remote_own_device: {
    title: "On their own device",
    meaning: "People get a link and play on their own phone or computer; they can stop and come back to it.",
  },
  in_branch_shared_device: {
    title: "On a shared device in a branch",
    meaning: "Staff hand a device over; it keeps nothing of a journey when that ends, and asks for itself back.",
  },
};

const DEFAULTS = environmentSettingsSchema.parse({});

/** The guide names every setting, and the webhook URL, which is kept apart from them. */
function settingChoice(name: string): Choices["settings"][number] {
  const shape: Readonly<Record<string, z.ZodType>> = environmentSettingsSchema.shape;
  const defaults: Readonly<Record<string, unknown>> = DEFAULTS;
  const { why, example } = SETTING_GUIDE[name] ?? { why: "", example: "" };
  const meaning = shape[name]?.description ?? "Where events are sent; signed, and sent again until they are accepted";
  return { name, meaning, why, example, default: defaults[name] ?? null };
}
