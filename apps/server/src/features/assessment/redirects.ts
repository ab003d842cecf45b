import type { EnvironmentSettings } from "@tallystick/contract";

import type { Outcome } from "./pages/end.ts";

export type RedirectSettings = Pick<
  EnvironmentSettings,
  "completion_url" | "cancellation_url" | "expiry_url" | "show_completion_page" | "use_case"
>;

/** `at_once`: an HTTP redirect. `page`: an end page, which goes on to `url` by itself after `seconds`. */
export type EndStep =
  | { readonly kind: "at_once"; readonly url: string }
  | { readonly kind: "page"; readonly url: string | null; readonly seconds: number };

const COMPLETION_PAGE_SECONDS = 3;
/** Long enough to read that the device is to be given back, and short enough that nobody waits for it. */
const HAND_BACK_SECONDS = 8;

/**
 * Where an ended journey leads. Schemes a browser may refuse to follow get a page with a button instead of a 303. On a
 * shared device the page that asks for it back comes before the lender's own, unless the lender has switched it off.
 */
export function endStep(outcome: Outcome, settings: RedirectSettings): EndStep {
  const url = redirectUrl(outcome, settings);
  const isCompleted = outcome === "completed" || outcome === "again";
  const isHidden = isCompleted && !settings.show_completion_page && url !== null;
  if (settings.use_case === "in_branch_shared_device" && !isHidden) {
    return { kind: "page", url, seconds: HAND_BACK_SECONDS };
  }
  if (isCompleted && !isHidden) return { kind: "page", url, seconds: COMPLETION_PAGE_SECONDS };
  return url !== null && /^https?:/i.test(url) ? { kind: "at_once", url } : { kind: "page", url, seconds: 0 };
}

function redirectUrl(outcome: Outcome, settings: RedirectSettings): string | null {
  switch (outcome) {
    case "completed":
    case "again":
      return settings.completion_url;
    case "cancelled":
    case "withdrawn":
      return settings.cancellation_url;
    case "expired":
      return settings.expiry_url;
    case "incomplete":
      return null;
  }
}

/** What a stored fact may say of a redirect's URL: its query and fragment are the lender's business. */
export function bareUrl(url: string): string {
  return (/^[^?#]*/.exec(url)?.[0] ?? "").replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, "$1").slice(0, 500);
}

/** The URL as kept, with the characters a header can not carry percent-encoded. */
export function headerSafe(url: string): string {
  // Through bytes first: half a surrogate pair can not be percent-encoded.
  return Buffer.from(url)
    .toString()
    .replace(/[^\x21-\x7e]+/g, encodeURIComponent);
}
