import { setTimeout as pause } from "node:timers/promises";

import type { Deps } from "../../../infra/deps.ts";
import { fail } from "../../../infra/errors.ts";
import { counter } from "../../../infra/metrics.ts";
import { recordOfPerson } from "../accounts/account-audit.ts";
import * as store from "../accounts/account-store.ts";
import { emailKey } from "../accounts/accounts.ts";
import { describeAgent, knownBrowser, rememberBrowser } from "./browser.ts";
import { hashPassword, isOutdatedHash, verifyPassword } from "../passwords/passwords.ts";
import { issueSignIn, personOf, readSignInCookie, sessionHashOf, type IssuedSignIn } from "./sign-in.ts";
import { endByHash } from "./sign-in-store.ts";
import { takeTry, triesFromOutside } from "./throttle.ts";

/** A refusal takes at least this long: what differs inside (an account or none, records to write) does not show. */
const REFUSAL_MS = 250;

/** The browser at the other end. */
export interface Caller {
  /** The Cookie header. */
  readonly cookies: string | undefined;
  /** Address. */
  readonly origin: string;
  /** The User-Agent header. */
  readonly agent: string | undefined;
}

export interface SignedIn {
  readonly signIn: IssuedSignIn;
  /** `Set-Cookie` lines, in order. */
  readonly cookies: readonly string[];
  readonly needsSecondFactor: boolean;
  readonly mustChangePassword: boolean;
}

/**
 * Throws `sign_in_failed` (the same for a wrong password and an unknown address), `sign_in_throttled`, and to who knows
 * the password `account_disabled`, `one_time_password_expired`.
 */
export async function signInWithPassword(
  deps: Deps,
  wish: { readonly email: string; readonly password: string; readonly caller: Caller },
): Promise<SignedIn> {
  const startedMs = performance.now();
  const { caller, password } = wish;
  const key = emailKey(wish.email);
  const browser = knownBrowser(deps, caller.cookies, key);
  const tries = triesFromOutside(deps, { what: "password", emailKey: key, browser, origin: caller.origin });
  const attempt = await takeTry(deps, tries).catch((error: unknown) => {
    count(deps, "throttled");
    throw error;
  });
  const account = await store.findCredentialsByEmail(deps.db, key);
  const fits = await verifyPassword(account?.password_hash ?? null, password, { isKnown: browser !== null });
  if (!fits || account === null) {
    if (account !== null) await recordFailure(deps, account.user_id, caller);
    count(deps, "failed");
    await pause(Math.max(0, REFUSAL_MS - (performance.now() - startedMs)));
    throw fail("sign_in_failed", "The e-mail address or the password is wrong.");
  }
  await attempt.succeeded();
  refuseClosed(account);
  await renewHash(deps, account, password);
  return open(deps, { account, caller, key });
}

/** Who knows the password may be told why it opens nothing. */
function refuseClosed({ disabled, one_time_over: isOver }: store.CredentialsRow): void {
  if (disabled) throw fail("account_disabled", "The account was switched off.");
  if (isOver) {
    throw fail("one_time_password_expired", `The one-time password was valid for ${store.ONE_TIME_DAYS} days.`);
  }
}

async function open(
  deps: Deps,
  { account, caller, key }: { readonly account: store.CredentialsRow; readonly caller: Caller; readonly key: string },
): Promise<SignedIn> {
  await endPresent(deps, caller);
  const signIn = await issueSignIn(deps, {
    userId: account.user_id,
    method: "password",
    origin: caller.origin,
    agent: describeAgent(caller.agent),
    secondFactor: false,
  });
  const person = await personOf(deps, signIn.token);
  const needsSecondFactor = person?.isHalfSignedIn ?? false;
  count(deps, needsSecondFactor ? "begun" : "succeeded");
  const remember = needsSecondFactor ? [] : [rememberBrowser(deps, caller.cookies, key)];
  return {
    signIn,
    cookies: [signIn.cookie, ...remember],
    needsSecondFactor,
    mustChangePassword: account.must_change_password,
  };
}

/** The browser's earlier sign-in loses its cookie now, so it must not live on where nobody sees it. */
async function endPresent(deps: Deps, { cookies }: Caller): Promise<void> {
  const token = readSignInCookie(deps, cookies);
  if (token !== null) await endByHash(deps.db, sessionHashOf(deps, token));
}

async function renewHash(deps: Deps, account: store.CredentialsRow, password: string): Promise<void> {
  const from = account.password_hash;
  if (from === null || !isOutdatedHash(from)) return;
  await store.replaceHash(deps.db, { userId: account.user_id, from, to: await hashPassword(password) });
}

/** In no one's name: who failed is exactly what is not known. The address typed in is not kept, the account is. */
async function recordFailure(deps: Deps, userId: string, { origin }: Caller): Promise<void> {
  await deps.db.transaction(async (tx) =>
    recordOfPerson(tx, deps, {
      userId,
      actor: { id: "system", origin },
      action: "sign_in.failed",
      details: { reason: "password" },
    }),
  );
}

export function count(deps: Deps, outcome: "succeeded" | "begun" | "failed" | "throttled"): void {
  counter(deps.metrics, {
    name: "tallystick_sign_ins_total",
    help: "Tries to sign in to the dashboard, by outcome; begun: the second factor is still to be given",
    labelNames: ["outcome"],
  }).inc({ outcome });
}
