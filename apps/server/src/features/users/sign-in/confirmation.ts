import { fail } from "../../../infra/errors.ts";
import type { Person } from "./sign-in.ts";

const MINUTE_MS = 60_000;

/**
 * For acts that a browser left open must not be enough for: showing a key, changing how somebody signs in.
 * Throws `reauthentication_required` when password or code were last given more than `minutes` ago.
 */
export function requireRecentConfirmation(person: Pick<Person, "confirmedAt">, minutes: number): void {
  const ageMs = person.confirmedAt === null ? Infinity : Date.now() - person.confirmedAt.getTime();
  if (ageMs <= minutes * MINUTE_MS) return;
  throw fail(
    "reauthentication_required",
    `This needs your password or a code given within the last ${minutes} minutes.`,
  );
}
