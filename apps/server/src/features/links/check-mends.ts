import { ERRORS } from "@tallystick/contract";

import type { SessionState } from "../sessions/lifecycle.ts";

/** By code, refusals and notices alike; those of session creation have theirs in the table of errors. */
const MENDS: Readonly<Record<string, string>> = {
  metadata_invalid: "Shorten it, or leave it out: up to 20 pairs, names up to 40 and values up to 200 characters.",
  language_invalid: "Send a code such as es or pt-BR, or leave the cell empty.",
  language_not_offered: "Offer the language in the environment's settings, or let these people start in the first one.",
  uid_simulated: "Take another uid for a person; create simulated ones by POST tokens with a Test key.",
  uid_duplicate: "Remove one of the two lines: one uid has one journey.",
  simulation_unknown:
    "Leave it if you mean a person; simulated applicants have the beginnings that the page about the sandbox lists.",
  uid_looks_personal: "If it is one, take an identifier of your own that says nothing about the person.",
  near_duplicate: "Look whether it is the same person or application. If it is not, nothing is to be done.",
};

/** The way to mend a line; without one of its own, that of the error code. */
export function mendOf(code: string): string {
  const known: Readonly<Record<string, { readonly mend: string } | undefined>> = ERRORS;
  return MENDS[code] ?? known[code]?.mend ?? "Mend the line, or leave it out with skip_bad.";
}

/** What may be done about a uid that has a session, by the state that one is in. */
export function mendOfUsed(state: SessionState | "erased"): string {
  switch (state) {
    case "created":
    case "opened":
    case "in_progress":
      return "Leave the line out: the link of the open session is still good. Results shows that session.";
    case "expired":
    case "cancelled":
    case "incomplete":
      return "Re-open that session to let the person start again, or give this one a suffix such as -2.";
    case "completed":
      return "There is a result already. For a new journey give the uid a suffix such as -2.";
    case "erased":
      return "The journey of this uid was erased and stays used up. For a new one give the uid a suffix such as -2.";
  }
}
