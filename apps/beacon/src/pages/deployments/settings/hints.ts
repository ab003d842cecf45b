import type { AnswerOf } from "../../../api/types.ts";
import type { SettingsForm } from "./use-settings-form.ts";

export type Choices = AnswerOf<"LIST_CHOICES">;

export interface GroupProps {
  readonly form: SettingsForm;
  readonly choices: Choices;
}

/** The server's own sentences on a setting: what it is, and why it takes what it takes. */
export function hintOf(choices: Choices, name: string): string {
  const words = choices.settings.find((one) => one.name === name);
  return words === undefined ? "" : `${words.meaning}. ${words.why}.`;
}

/** What it is alone, where the reason is said once for several. */
export function meaningOf(choices: Choices, name: string): string {
  const words = choices.settings.find((one) => one.name === name);
  return words === undefined ? "" : `${words.meaning}.`;
}

export function findBattery({ form, choices }: GroupProps): Choices["batteries"][number] | undefined {
  return choices.batteries.find(({ version }) => version === form.draft.battery);
}
