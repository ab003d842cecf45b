import { linesOf, PLACES, DRAFT_NAMES, type Draft, type DraftName } from "./draft.ts";

export type Problems = Partial<Record<DraftName, string>>;

/** What can be said of the form alone: shapes and ranges. What there is to choose from, and the rest, the server knows. */
export function problemsOf(draft: Draft): Problems {
  const found = DRAFT_NAMES.map((name) => [name, problemOf(name, draft)] as const);
  return Object.fromEntries(found.filter(([, problem]) => problem !== null));
}

const LEAST_DAYS = { inputs_days: 1, results_days: 7, deliveries_days: 7 } as const;

function problemOf(name: DraftName, draft: Draft): string | null {
  switch (name) {
    case "session_hours":
      return isWhole(draft.session_hours, 1, 10_000) ? null : "Takes whole hours from 1 to 10 000, such as 24.";
    case "languages":
      return draft.languages.length > 0 ? null : "At least one language is offered.";
    case "money_symbol":
      return draft.money_symbol.length <= 6 ? null : "Takes at most 6 characters, such as KSh.";
    case "money_factor":
      return isFactor(draft.money_factor) ? null : "Takes a number above 0 and up to 1 000 000, such as 10.";
    case "lender_name":
      return draft.lender_name.length <= 60 ? null : "Takes at most 60 characters.";
    case "accent":
      return draft.accent === "" || /^#[0-9a-f]{6}$/i.test(draft.accent) ? null : "Takes a colour such as #1a5fb4.";
    case "privacy_policy_url":
      return draft.privacy_policy_url === "" || isWebAddress(draft.privacy_policy_url)
        ? null
        : "Takes an http or https address, such as https://lender.example/privacy.";
    case "completion_url":
    case "cancellation_url":
    case "expiry_url":
      return redirectProblem(draft[name]);
    case "frame_ancestors":
      return ancestorsProblem(draft.frame_ancestors);
    case "risk_band_cutoffs":
      return cutoffsProblem(draft.risk_band_cutoffs);
    case "inputs_days":
    case "results_days":
    case "deliveries_days":
      return draft[name].trim() === "" || isWhole(draft[name], LEAST_DAYS[name], 36_500)
        ? null
        : `Takes whole days from ${String(LEAST_DAYS[name])} to 36 500, or nothing to keep it for ever.`;
    default:
      return null;
  }
}

function isWhole(text: string, least: number, most: number): boolean {
  const value = Number(text);
  return text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most;
}

function isFactor(text: string): boolean {
  const value = Number(text);
  return text.trim() !== "" && value > 0 && value <= 1_000_000;
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

const REFUSED = /^(?:javascript|data|vbscript|blob|file|filesystem|about|view-source):/i;

function redirectProblem(text: string): string | null {
  if (text === "") return null;
  if (REFUSED.test(text)) return "This kind of address can run code in the applicant's browser.";
  if (/^[a-z][a-z0-9+.-]*:\S+$/i.test(text)) return null;
  return "Takes a whole address, such as https://lender.example/done or myapp://done.";
}

function ancestorsProblem(text: string): string | null {
  const wrong = linesOf(text).find((line) => !/^https?:\/\/[^\s/;,'"]+$/.test(line));
  return wrong === undefined ? null : `"${wrong}" is no origin. Write scheme and host alone: https://lender.example.`;
}

function cutoffsProblem(text: string): string | null {
  const cuts = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const isRising = cuts.every((cut, index) => Number.isInteger(cut) && cut > (cuts[index - 1] ?? 0) && cut < 100);
  return cuts.length === 4 && isRising ? null : "Takes four rising whole numbers from 1 to 99, such as 20, 40, 60, 80.";
}

/**
 * The field that a refusal of the server means; null when it names none. It begins with the setting, and says the member
 * behind a dot or as its first word: `brand.accent: must be …`, `brand: lender_name holds …`, `languages: names …`.
 */
export function fieldOfRefusal(detail: string, changed: readonly DraftName[]): DraftName | null {
  const [, setting, dotted, first] = /^([a-z_]+)(?:\.([a-z_]+))?[^:]*: (\w*)/.exec(detail) ?? [];
  const fits = DRAFT_NAMES.filter((name) => PLACES[name][0] === setting);
  const named = fits.find((name) => PLACES[name][1] !== undefined && [dotted, first].includes(PLACES[name][1]));
  return named ?? fits.find((name) => changed.includes(name)) ?? fits[0] ?? null;
}
