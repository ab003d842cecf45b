/** Why a setting takes what it takes, and a value that works: said with every refusal, and in the reference. */
export interface SettingHelp {
  readonly why: string;
  /** As it is written in JSON. */
  readonly example: string;
}

const REDIRECT = "The applicant's browser is sent there exactly as written, with query string and custom scheme";

/** By name of the setting. Members of EnvironmentSettings, and webhook_url. */
export const SETTING_GUIDE: Readonly<Record<string, SettingHelp>> = {
  session_hours: {
    why: "When they are over the link leads to the expiry page, and the uid is used up until it is re-opened",
    example: "48",
  },
  use_case: {
    why: "On a shared device the browser forgets a journey when it ends and asks for the device back; on their own, people can come back to it",
    example: '"in_branch_shared_device"',
  },
  languages: {
    why: "Only languages in which every text and every task exists can be offered, each once",
    example: '["es","en"]',
  },
  brand: {
    why: "Applicants must recognise who asks them; a colour that could not be read is darkened or lightened until it can",
    example: '{"lender_name":"Acme Bank","accent":"#1a5fb4"}',
  },
  privacy_policy_url: {
    why: "People read it before they consent, so it must open in any browser",
    example: '"https://lender.example/privacy"',
  },
  completion_url: { why: REDIRECT, example: '"myapp://done?source=games"' },
  cancellation_url: { why: REDIRECT, example: '"https://lender.example/declined"' },
  expiry_url: { why: REDIRECT, example: '"https://lender.example/too-late"' },
  show_completion_page: {
    why: "With the page people see that they are done; without it they are sent on at once",
    example: "false",
  },
  frame_ancestors: {
    why: "Browsers show the journey in a frame only for the origins named, so each is scheme and host without a path",
    example: '["https://lender.example"]',
  },
  risk_band_cutoffs: {
    why: "Each of the five bands needs a place on the scale from 1 to 99",
    example: "[20,40,60,80]",
  },
  battery: { why: "The tasks of a session are pinned when it is created", example: '"extended-1"' },
  tasks_off: { why: "A score needs at least one task of the battery", example: '["quick_taps"]' },
  model_version: {
    why: "A model scores the tasks it was made for; null takes the battery's own",
    example: '"standard-1.0"',
  },
  traits: { why: "Traits that do not enter the score go out only when asked for", example: '"all"' },
  personal_data_check: {
    why: "Uids stand in links and logs of yours, so nothing in them should say who somebody is",
    example: '"strict"',
  },
  money_unit: {
    why: "Sums that feel like nothing, or like a fortune, measure nothing",
    example: '{"symbol":"KSh","factor":10}',
  },
  retention: {
    why: "Data that nobody needs any more should not be kept; what was removed can not be scored or explained again",
    example: '{"inputs_days":365}',
  },
  webhook_url: {
    why: "Results are sent there; Production sends them over TLS only",
    example: '"https://lender.example/hooks/tallystick"',
  },
};
