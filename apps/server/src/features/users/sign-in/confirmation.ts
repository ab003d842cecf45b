import { fail } from "../../../infra/errors.ts";
import type { Person } from "./sign-in.ts";

/** How long password or code, given once, open what a browser left open must not be enough for. */
const MINUTES = 15;

/** Null: nobody confirmed yet, or it is too long ago. */
export function confirmedUntil({ confirmedAt }: Pick<Person, "confirmedAt">): Date | null {
  const until = new Date((confirmedAt?.getTime() ?? 0) + MINUTES * 60_000);
  return until.getTime() < Date.now() ? null : until;
}

/** For showing a key, or changing how somebody signs in. Throws `reauthentication_required`. */
export function requireRecentConfirmation(person: Pick<Person, "confirmedAt">): void {
  if (confirmedUntil(person) !== null) return;
  throw fail(
    "reauthentication_required",
    `This needs your password or a code given within the last ${MINUTES} minutes.`,
  );
}
