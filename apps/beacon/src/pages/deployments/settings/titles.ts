/** What each setting is called where people read it. */
export const SETTING_TITLES: Readonly<Record<string, string>> = {
  session_hours: "Time limit, hours",
  use_case: "Where people play",
  languages: "Languages",
  battery: "Set of tasks",
  tasks_off: "Tasks switched off",
  show_completion_page: "Completion page",
  money_unit: "How sums are shown",
  brand: "Brand",
  privacy_policy_url: "Privacy policy",
  completion_url: "After completion",
  cancellation_url: "After declining or cancellation",
  expiry_url: "After expiry",
  frame_ancestors: "Pages that may frame the journey",
  webhook_url: "Webhook URL",
  model_version: "Scoring model",
  risk_band_cutoffs: "Risk band cut-offs",
  traits: "Traits sent out",
  personal_data_check: "Uids that look like personal data",
  retention: "Retention, days",
};

export function titleOfSetting(name: string): string {
  return SETTING_TITLES[name] ?? name;
}
