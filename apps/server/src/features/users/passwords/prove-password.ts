import type { Deps } from "../../../infra/deps.ts";
import { fail } from "../../../infra/errors.ts";
import { recordOfPerson } from "../accounts/account-audit.ts";
import { findCredentialsByEmail, ONE_TIME_DAYS } from "../accounts/account-store.ts";
import { knownBrowser } from "../sign-in/browser.ts";
import { verifyPassword } from "./passwords.ts";
import { takeTry, triesFromOutside } from "../sign-in/throttle.ts";
import type { Visitor } from "../sign-in/visitor.ts";

/**
 * The password of an account, asked for outside the sign-in: the same tries are counted in the same buckets, so that no
 * second door has a weaker lock. Throws `password_wrong`, `sign_in_throttled`, and to who knows the password
 * `account_disabled`, `one_time_password_expired`.
 */
export async function provePassword(
  deps: Deps,
  wish: { readonly emailKey: string; readonly password: string; readonly visitor: Visitor },
): Promise<void> {
  const { emailKey, password, visitor } = wish;
  const { origin } = visitor;
  const browser = knownBrowser(deps, visitor.cookies, emailKey);
  const attempt = await takeTry(deps, triesFromOutside(deps, { what: "password", emailKey, browser, origin }));
  const account = await findCredentialsByEmail(deps.db, emailKey);
  const fits = await verifyPassword(account?.password_hash ?? null, password, { isKnown: browser !== null });
  if (account === null || !fits) {
    if (account !== null) await recordFailure(deps, account.user_id, origin);
    throw fail("password_wrong", "This is not the password of the account.");
  }
  await attempt.succeeded();
  if (account.disabled) throw fail("account_disabled", "The account was switched off.");
  if (account.one_time_over) {
    throw fail("one_time_password_expired", `The one-time password was valid for ${ONE_TIME_DAYS} days.`);
  }
}

async function recordFailure(deps: Deps, userId: string, origin: string): Promise<void> {
  const actor = { id: "system", origin };
  const details = { reason: "password", at: "invitation" };
  await deps.db.transaction(async (tx) =>
    recordOfPerson(tx, deps, { userId, actor, action: "sign_in.failed", details }),
  );
}
