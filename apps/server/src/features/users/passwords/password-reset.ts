import { randomBytes } from "node:crypto";

import type { Deps } from "../../../infra/deps.ts";
import { fail } from "../../../infra/errors.ts";
import type { Mail } from "../../../infra/mail.ts";
import { recordOfPerson } from "../accounts/account-audit.ts";
import { accountMail } from "../accounts/account-mails.ts";
import { endPasswordResets, setPassword } from "../accounts/account-store.ts";
import { emailKey } from "../accounts/accounts.ts";
import { noPasswordMail, resetMail } from "../team/mail-texts.ts";
import { findAccountByEmail } from "../team/members-store.ts";
import { checkNewPassword, hashPassword } from "./passwords.ts";
import * as store from "./reset-store.ts";
import { endSignInRows } from "../sign-in/sign-in-store.ts";
import { emptyBuckets } from "../sign-in/throttle-store.ts";
import { networkOf, triesFromOutside } from "../sign-in/throttle.ts";

const RESET_MINUTES = 60;

/** Mails an hour to one account: enough for who lost the first, too few to be a nuisance. */
const MAILS_PER_ACCOUNT = 3;

/** Requests an hour from one address: a whole office behind one, but no walk through a list of people. */
const REQUESTS_PER_ADDRESS = 30;

/**
 * The answer is the same for every address, and given before anything is looked up. Throws `rate_limited` by the
 * caller's network address alone, never by the account, which would tell that there is one.
 */
export async function requestReset(
  deps: Deps,
  wish: { readonly email: string; readonly origin: string },
): Promise<void> {
  const { count, secondsLeft } = await store.countRequest(
    deps.db,
    throttleKey(deps, "address", networkOf(wish.origin)),
  );
  if (count > REQUESTS_PER_ADDRESS) {
    throw fail("rate_limited", `Too many requests from this address; try again in ${secondsLeft} seconds.`, {
      headers: { "retry-after": String(secondsLeft) },
    });
  }
  deps.mail.post(() => prepareMail(deps, wish));
}

/** Whose password the link sets. Throws `reset_invalid`. */
export async function lookAtReset(
  deps: Deps,
  token: string,
): Promise<{ readonly email: string; readonly expiresAt: Date }> {
  const reset = await store.findReset(deps.db, hashOf(deps, token));
  if (reset === null) throw invalid();
  return { email: reset.email, expiresAt: reset.expires_at };
}

/**
 * Sets the password, ends every sign-in and every other link; the second factor stays. Signs nobody in: who reads the
 * mail must still know the second factor. Throws `reset_invalid`, `password_weak` (which leaves the link good).
 */
export async function finishReset(
  deps: Deps,
  wish: { readonly token: string; readonly password: string; readonly origin: string },
): Promise<void> {
  const tokenHash = hashOf(deps, wish.token);
  const reset = await store.findReset(deps.db, tokenHash);
  if (reset === null) throw invalid();
  checkNewPassword(wish.password, { email: reset.email });
  const passwordHash = await hashPassword(wish.password);
  const userId = reset.user_id;
  await deps.db.transaction(async (tx) => {
    if (!(await store.claimReset(tx, tokenHash))) throw invalid();
    await setPassword(tx, { userId, from: null, to: passwordHash, mustChange: false });
    await endPasswordResets(tx, userId);
    await endSignInRows(tx, userId, null);
    const actor = { id: `user:${userId}`, origin: wish.origin };
    await recordOfPerson(tx, deps, { userId, actor, action: "password.reset" });
  });
  await forgetTries(deps, { email: reset.email, origin: wish.origin });
  deps.mail.post(async () => accountMail(reset.email, "password"));
}

/** The failed tries that led here must not keep the owner waiting with the new password. */
async function forgetTries(
  deps: Deps,
  { email, origin }: { readonly email: string; readonly origin: string },
): Promise<void> {
  const who = { what: "password", emailKey: emailKey(email), browser: null, origin } as const;
  const keys = triesFromOutside(deps, who).own.map(({ key }) => key);
  await emptyBuckets(deps.db, keys);
}

async function prepareMail(
  deps: Deps,
  { email, origin }: { readonly email: string; readonly origin: string },
): Promise<Mail | null> {
  const key = emailKey(email);
  const { count } = await store.countRequest(deps.db, throttleKey(deps, "account", key));
  if (count > MAILS_PER_ACCOUNT) return null;
  const account = await findAccountByEmail(deps.db, key);
  if (account === null || account.disabled) return null;
  if (account.password_hash === null) {
    return noPasswordMail({ to: account.email, provider: deps.config.oidc?.name ?? "your identity provider" });
  }
  const token = randomBytes(32).toString("base64url");
  const userId = account.user_id;
  await deps.db.transaction(async (tx) => {
    await store.insertReset(tx, { tokenHash: hashOf(deps, token), userId, minutes: RESET_MINUTES });
    // Who asks is not known; only from where.
    await recordOfPerson(tx, deps, { userId, actor: { id: "system", origin }, action: "password.reset_requested" });
  });
  const url = `${deps.config.beaconUrl}/beacon/password#${token}`;
  return resetMail({ to: account.email, url, minutes: RESET_MINUTES });
}

function hashOf(deps: Deps, token: string): string {
  return deps.secrets.lookupHash(`password_reset:${token}`);
}

function throttleKey(deps: Deps, kind: "account" | "address", value: string): string {
  return deps.secrets.lookupHash(`password_reset_${kind}:${value}`);
}

function invalid() {
  return fail("reset_invalid", "The link is not complete, was used, has run out or was replaced by a newer one.");
}
