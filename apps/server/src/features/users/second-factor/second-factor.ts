import type { Deps } from "../../../infra/deps.ts";
import { fail } from "../../../infra/errors.ts";
import type { Actor } from "../../audit/service.ts";
import { accountMail, type AccountNews } from "../accounts/account-mails.ts";
import { recordOfPerson } from "../accounts/account-audit.ts";
import { emailKey } from "../accounts/accounts.ts";
import { knownBrowser, rememberBrowser } from "../sign-in/browser.ts";
import { codeWrong, isSixDigits, newRecoveryCodes, newSecret, noSecondFactor } from "./codes.ts";
import { otpauthUri, proveCode, stepOf, type UsedFactor } from "./codes.ts";
import { requireRecentConfirmation } from "../sign-in/confirmation.ts";
import { totpContext } from "./sealed.ts";
import * as store from "./second-factor-store.ts";
import { count, type Caller } from "../sign-in/sign-in-password.ts";
import { renewSignIn, type IssuedSignIn, type Person } from "../sign-in/sign-in.ts";
import { takeTry, triesFromOutside, triesOfSignIn } from "../sign-in/throttle.ts";

/** Somebody about their own account. */
export interface Own {
  readonly person: Person;
  readonly actor: Actor;
}

/** The second half of a sign-in. Throws `second_factor_given`, `code_wrong`, `sign_in_throttled`. */
export async function giveSecondFactor(
  deps: Deps,
  wish: Own & { readonly code: string; readonly caller: Caller },
): Promise<{ readonly signIn: IssuedSignIn; readonly cookies: readonly string[] }> {
  const { person, actor, code, caller } = wish;
  if (!person.isHalfSignedIn) throw fail("second_factor_given", "This sign-in is complete.");
  const key = emailKey(person.email);
  const browser = knownBrowser(deps, caller.cookies, key);
  const attempt = await takeTry(
    deps,
    triesFromOutside(deps, { what: "code", emailKey: key, browser, origin: caller.origin }),
  );
  const proven = await deps.db
    .transaction(async (tx) => {
      const used = await proveCode(tx, deps, { userId: person.userId, code });
      const signIn = await renewSignIn(tx, deps, { ...person, secondFactor: true });
      const details = { method: signIn.method, second_factor: used };
      await recordOfPerson(tx, deps, { userId: person.userId, actor, action: "sign_in.succeeded", details });
      return { used, signIn };
    })
    .catch(async (error: unknown) => {
      await recordWrongCode(deps, wish, error);
      throw error;
    });
  await attempt.succeeded();
  count(deps, "succeeded");
  tell(deps, person, proven.used);
  return {
    signIn: proven.signIn,
    cookies: [proven.signIn.cookie, rememberBrowser(deps, caller.cookies, key)],
  };
}

/** A code of somebody who is signed in. Throws `code_wrong`, `second_factor_missing`, `sign_in_throttled`. */
export async function proveOwnCode(deps: Deps, person: Person, code: string): Promise<void> {
  const attempt = await takeTry(deps, triesOfSignIn(deps, person.userSessionId));
  const used = await proveCode(deps.db, deps, { userId: person.userId, code });
  await attempt.succeeded();
  tell(deps, person, used);
}

/** Nothing changes yet. Throws `second_factor_exists`, `reauthentication_required`. */
export async function beginSecondFactor(
  deps: Deps,
  { person, actor }: Own,
): Promise<{ readonly secret: string; readonly uri: string }> {
  requireRecentConfirmation(person);
  const secret = newSecret();
  const ciphertext = deps.secrets.encrypt(secret, totpContext(person.userId));
  await deps.db.transaction(async (tx) => {
    if (!(await store.beginEnrolment(tx, person.userId, ciphertext))) throw exists();
    await recordOfPerson(tx, deps, { userId: person.userId, actor, action: "second_factor.begun" });
  });
  return { secret, uri: otpauthUri(secret, person.email) };
}

/**
 * Returns the recovery codes. Other sign-ins of the person are only half ones from now on.
 * Throws `second_factor_exists`, `second_factor_missing`, `code_wrong`, `sign_in_throttled`, `reauthentication_required`.
 */
export async function enableSecondFactor(
  deps: Deps,
  { person, actor, code }: Own & { readonly code: string },
): Promise<readonly string[]> {
  requireRecentConfirmation(person);
  const { userId, userSessionId } = person;
  const attempt = await takeTry(deps, triesOfSignIn(deps, userSessionId));
  const { codes, hashes } = newRecoveryCodes(deps, userId);
  await deps.db.transaction(async (tx) => {
    const row = await store.findSecondFactor(tx, userId);
    if (row === null || row.totp_ciphertext === null) throw noSecondFactor();
    if (row.is_confirmed) throw exists();
    const ciphertext = row.totp_ciphertext;
    const step = isSixDigits(code) ? stepOf(deps, { userId, code, ciphertext, nowMs: row.now_ms }) : null;
    if (step === null || !(await store.finishEnrolment(tx, { userId, ciphertext, step }))) throw codeWrong();
    await store.deleteRecoveryCodes(tx, userId);
    await store.insertRecoveryCodes(tx, userId, hashes);
    await store.markGiven(tx, userId, userSessionId);
    await recordOfPerson(tx, deps, { userId, actor, action: "second_factor.enabled" });
  });
  await attempt.succeeded();
  mail(deps, person, "factor_on");
  return codes;
}

/** Throws `second_factor_missing`, `code_wrong`, `sign_in_throttled`, `reauthentication_required`. */
export async function disableSecondFactor(
  deps: Deps,
  { person, actor, code }: Own & { readonly code: string },
): Promise<void> {
  requireRecentConfirmation(person);
  await proveOwnCode(deps, person, code);
  const { userId } = person;
  await deps.db.transaction(async (tx) => {
    await store.removeSecondFactor(tx, userId);
    await store.deleteRecoveryCodes(tx, userId);
    await recordOfPerson(tx, deps, { userId, actor, action: "second_factor.disabled" });
  });
  mail(deps, person, "factor_off");
}

/** The earlier codes open nothing any more. Throws as `disableSecondFactor`. */
export async function renewRecoveryCodes(
  deps: Deps,
  { person, actor, code }: Own & { readonly code: string },
): Promise<readonly string[]> {
  requireRecentConfirmation(person);
  await proveOwnCode(deps, person, code);
  const { userId } = person;
  const { codes, hashes } = newRecoveryCodes(deps, userId);
  await deps.db.transaction(async (tx) => {
    await store.deleteRecoveryCodes(tx, userId);
    await store.insertRecoveryCodes(tx, userId, hashes);
    await recordOfPerson(tx, deps, { userId, actor, action: "recovery_codes.renewed" });
  });
  return codes;
}

export async function recoveryCodesLeft(deps: Deps, userId: string): Promise<number> {
  return store.countRecoveryCodes(deps.db, userId);
}

/** Whoever gives a wrong code knew the password: worth a line in the log of the company. */
async function recordWrongCode(deps: Deps, { person, actor }: Own, error: unknown): Promise<void> {
  if (!(error instanceof Error && "code" in error && error.code === "code_wrong")) return;
  count(deps, "failed");
  await deps.db.transaction(async (tx) =>
    recordOfPerson(tx, deps, {
      userId: person.userId,
      actor: { id: "system", origin: actor.origin },
      action: "sign_in.failed",
      details: { reason: "code" },
    }),
  );
}

function tell(deps: Deps, person: Person, used: UsedFactor): void {
  if (used === "recovery_code") mail(deps, person, "recovery_code");
}

function mail(deps: Deps, { email }: Person, news: AccountNews): void {
  deps.mail.post(async () => accountMail(email, news));
}

function exists() {
  return fail("second_factor_exists", "A second factor is set up already.");
}
