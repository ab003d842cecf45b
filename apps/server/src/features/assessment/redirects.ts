import type { EnvironmentSettings } from "@tallystick/contract";

import type { Outcome } from "./pages/end.ts";

export type RedirectSettings = Pick<
  EnvironmentSettings,
  "completion_url" | "cancellation_url" | "expiry_url" | "show_completion_page"
>;

/** `at_once`: an HTTP redirect. `page`: an end page, which goes on to `url` by itself after `seconds`. */
export type EndStep =
  | { readonly kind: "at_once"; readonly url: string }
  | { readonly kind: "page"; readonly url: string | null; readonly seconds: number };

const COMPLETION_PAGE_SECONDS = 3;

/** Where an ended journey leads. Schemes a browser may refuse to follow get a page with a button instead of a 303. */
export function endStep(outcome: Outcome, settings: RedirectSettings): EndStep {
  const url = redirectUrl(outcome, settings);
  if (outcome === "completed" && settings.show_completion_page) {
    return { kind: "page", url, seconds: COMPLETION_PAGE_SECONDS };
  }
  return url !== null && /^https?:/i.test(url) ? { kind: "at_once", url } : { kind: "page", url, seconds: 0 };
}

function redirectUrl(outcome: Outcome, settings: RedirectSettings): string | null {
  switch (outcome) {
    case "completed":
      return settings.completion_url;
    case "cancelled":
    case "withdrawn":
      return settings.cancellation_url;
    case "expired":
      return settings.expiry_url;
    case "incomplete":
    case "replaced":
    case "unknown":
    case "failed":
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
