import { cutPage, decodeCursor } from "../../../infra/cursor.ts";
import type { Deps } from "../../../infra/deps.ts";
import { fail } from "../../../infra/errors.ts";
import { accountMail } from "../accounts/account-mails.ts";
import { recordOfPerson } from "../accounts/account-audit.ts";
import * as accounts from "../accounts/account-store.ts";
import { requireRecentConfirmation } from "./confirmation.ts";
import { checkNewPassword, hashPassword, verifyPassword } from "../passwords/passwords.ts";
import { proveOwnCode, type Own } from "../second-factor/second-factor.ts";
import { renewSignIn, type IssuedSignIn, type Person } from "./sign-in.ts";
import * as store from "./sign-in-store.ts";
import { takeTry, triesOfSignIn } from "./throttle.ts";

/** A live sign-in of one's own. */
export interface OwnSignIn {
  readonly signInId: string;
  readonly isCurrent: boolean;
  readonly method: "password" | "oidc";
  readonly origin: string | null;
  readonly agent: string | null;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly isSecondFactorGiven: boolean;
}

/** Newest first. Throws `query_invalid` for a made-up cursor. */
export async function listSignIns(
  deps: Deps,
  person: Person,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<{ readonly items: readonly OwnSignIn[]; readonly next: string | null }> {
  const after = decodeCursor(page.after, 1)?.[0] ?? null;
  const rows = await store.listSignInRows(deps.db, person.userId, { limit: page.limit + 1, after });
  const cut = cutPage(rows, page.limit, (row) => [row.user_session_id]);
  return {
    items: cut.rows.map((row) => ({
      signInId: row.user_session_id,
      isCurrent: row.user_session_id === person.userSessionId,
      method: row.method,
      origin: row.origin,
      agent: row.agent,
      createdAt: row.created_at,
      lastSeenAt: row.last_seen_at,
      expiresAt: row.expires_at,
      isSecondFactorGiven: row.second_factor_at !== null,
    })),
    next: cut.next,
  };
}

/** Out of this browser. Twice is as good as once. */
export async function signOut(deps: Deps, { person, actor }: Own): Promise<void> {
  await deps.db.transaction(async (tx) => {
    if (!(await store.endSignInRow(tx, person.userId, person.userSessionId))) return;
    await recordOfPerson(tx, deps, { userId: person.userId, actor, action: "sign_in.ended" });
  });
}

/** Throws `not_found` (also for somebody else's), `reauthentication_required`. */
export async function endSignIn(deps: Deps, { person, actor, signInId }: Own & { readonly signInId: string }) {
  requireRecentConfirmation(person);
  await deps.db.transaction(async (tx) => {
    if (!(await store.endSignInRow(tx, person.userId, signInId))) {
      throw fail("not_found", "There is no such sign-in of yours, or it has ended.");
    }
    const details = { sign_in_id: signInId };
    await recordOfPerson(tx, deps, { userId: person.userId, actor, action: "sign_in.revoked", details });
  });
}

/** Returns how many were alive. Throws `reauthentication_required`. */
export async function endOtherSignIns(deps: Deps, { person, actor }: Own): Promise<number> {
  requireRecentConfirmation(person);
  return deps.db.transaction(async (tx) => {
    const ended = await store.endSignInRows(tx, person.userId, person.userSessionId);
    await recordOfPerson(tx, deps, {
      userId: person.userId,
      actor,
      action: "sign_in.others_revoked",
      details: { ended },
    });
    return ended;
  });
}

/**
 * Password or code once more, for what `requireRecentConfirmation` guards.
 * Throws `password_wrong`, `code_wrong`, `second_factor_missing`, `sign_in_throttled`.
 */
export async function confirm(
  deps: Deps,
  { person, actor, proof }: Own & { readonly proof: { readonly password: string } | { readonly code: string } },
): Promise<IssuedSignIn> {
  if ("code" in proof) await proveOwnCode(deps, person, proof.code);
  else await proveOwnPassword(deps, person, proof.password);
  return deps.db.transaction(async (tx) => {
    await recordOfPerson(tx, deps, {
      userId: person.userId,
      actor,
      action: "sign_in.confirmed",
      details: { by: "code" in proof ? "code" : "password" },
    });
    return renewSignIn(tx, deps, { ...person, secondFactor: false });
  });
}

/**
 * Ends every other sign-in and every open link of a reset. Throws `second_factor_required`, `password_wrong`,
 * `password_weak`, `sign_in_throttled`.
 */
export async function changePassword(
  deps: Deps,
  { person, actor, ...wish }: Own & { readonly currentPassword: string; readonly newPassword: string },
): Promise<{ readonly signIn: IssuedSignIn; readonly endedSignIns: number }> {
  if (person.isHalfSignedIn) throw fail("second_factor_required", "Give the code of your second factor first.");
  const from = await proveOwnPassword(deps, person, wish.currentPassword);
  if (wish.newPassword === wish.currentPassword) throw fail("password_weak", "This is the password you have.");
  checkNewPassword(wish.newPassword, person);
  const to = await hashPassword(wish.newPassword);
  const { userId } = person;
  const changed = await deps.db.transaction(async (tx) => {
    if (!(await accounts.setPassword(tx, { userId, from, to, mustChange: false }))) {
      throw fail("password_wrong", "The password was changed elsewhere in this very moment.");
    }
    await accounts.endPasswordResets(tx, userId);
    const endedSignIns = await store.endSignInRows(tx, userId, person.userSessionId);
    await recordOfPerson(tx, deps, {
      userId,
      actor,
      action: "password.changed",
      details: { ended_sign_ins: endedSignIns },
    });
    return { signIn: await renewSignIn(tx, deps, { ...person, secondFactor: false }), endedSignIns };
  });
  deps.mail.post(async () => accountMail(person.email, "password"));
  return changed;
}

/** Returns the stored hash that fitted. */
async function proveOwnPassword(deps: Deps, person: Person, password: string): Promise<string> {
  const attempt = await takeTry(deps, triesOfSignIn(deps, person.userSessionId));
  const account = await accounts.findCredentials(deps.db, person.userId);
  const stored = account?.password_hash ?? null;
  const fits = await verifyPassword(stored, password, { isKnown: true });
  if (!fits || stored === null) {
    throw fail(
      "password_wrong",
      person.hasPassword
        ? "This is not the password of the account."
        : "The account has no password: send a code of the second factor, or sign in again.",
    );
  }
  await attempt.succeeded();
  return stored;
}
