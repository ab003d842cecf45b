import { fail } from "../../infra/errors.ts";

const MAX_DAYS = 400;
const DAY_MS = 86_400_000;

/** An end date that somebody wishes. Throws `link_date_invalid`. */
export function endDate(seconds: number, now: Date): Date {
  const until = new Date(seconds * 1000);
  if (until.getTime() <= now.getTime()) throw fail("link_date_invalid", "valid_until lies in the past.");
  if (until.getTime() > now.getTime() + MAX_DAYS * DAY_MS) {
    throw fail("link_date_invalid", `valid_until lies more than ${MAX_DAYS} days ahead.`);
  }
  return until;
}
