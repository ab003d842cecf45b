import { randomBytes, timingSafeEqual } from "node:crypto";

import fastifyCookie from "@fastify/cookie";

import type { Queryable } from "../../../infra/database.ts";
import type { Deps } from "../../../infra/deps.ts";
import { fail } from "../../../infra/errors.ts";
import { isSecureOrigin } from "../../../infra/secure-origin.ts";
import { recordOfPerson } from "../accounts/account-audit.ts";
import * as store from "./sign-in-store.ts";

const { parse, serialize } = fastifyCookie;

/** A sign-in ends at the latest after this, used or not. */
const SIGN_IN_HOURS = 12;

/** A person with a live sign-in. */
export interface Person {
  readonly userId: string;
  /** What the list of sign-ins names; revoking it ends this very one. */
  readonly userSessionId: string;
  readonly email: string;
  readonly name: string;
  readonly mustChangePassword: boolean;
  /** False: signs in by single sign-on alone. */
  readonly hasPassword: boolean;
  readonly hasSecondFactor: boolean;
  /** Has a second factor and has not given it for this sign-in. */
  readonly isHalfSignedIn: boolean;
  /** When password or code were last given; for acts that ask again. */
  readonly confirmedAt: Date | null;
  /** How this sign-in began, when, and when it ends at the latest. */
  readonly signIn: { readonly method: "password" | "oidc"; readonly createdAt: Date; readonly expiresAt: Date };
  readonly memberships: readonly {
    readonly companyId: string;
    readonly name: string;
    readonly role: "admin" | "viewer";
  }[];
}

export interface IssuedSignIn {
  readonly token: string;
  readonly csrfToken: string;
  /** The `Set-Cookie` line. */
  readonly cookie: string;
}

export interface NewSignIn {
  readonly userId: string;
  readonly method: "password" | "oidc";
  readonly origin: string | null;
  readonly agent: string | null;
  /** True when the second factor was given, or the identity provider vouches for one. */
  readonly secondFactor: boolean;
}

/** A new sign-in of a proven person, recorded in every company of theirs. */
export async function issueSignIn(deps: Deps, wish: NewSignIn): Promise<IssuedSignIn> {
  return deps.db.transaction(async (tx) => {
    const { isHalf, ...issued } = await createSignIn(tx, deps, wish);
    await recordOfPerson(tx, deps, {
      userId: wish.userId,
      actor: { id: `user:${wish.userId}`, origin: wish.origin },
      action: isHalf ? "sign_in.begun" : "sign_in.succeeded",
      details: { method: wish.method },
    });
    return issued;
  });
}

/** Without a record; `isHalf`: the second factor is still to be given. */
export async function createSignIn(
  db: Queryable,
  deps: Deps,
  wish: NewSignIn,
): Promise<IssuedSignIn & { readonly isHalf: boolean }> {
  const token = newToken();
  const isHalf = await store.insertSignIn(db, {
    ...wish,
    sessionHash: sessionHashOf(deps, token),
    userSessionId: deps.ids.make("uss"),
    hours: SIGN_IN_HOURS,
  });
  return { ...issuedWith(deps, token), isHalf };
}

/**
 * What was proven anew goes on under a new token, so that one that was seen before is worth nothing after.
 * Returns also how the sign-in began. Throws `sign_in_required` when it ended meanwhile.
 */
export async function renewSignIn(
  db: Queryable,
  deps: Deps,
  proven: { readonly userId: string; readonly userSessionId: string; readonly secondFactor: boolean },
): Promise<IssuedSignIn & { readonly method: "password" | "oidc" }> {
  const token = newToken();
  const { userId, userSessionId, secondFactor } = proven;
  const row = { userId, userSessionId, secondFactor, sessionHash: sessionHashOf(deps, token) };
  const renewed = await store.replaceToken(db, row);
  if (renewed === null) throw fail("sign_in_required", "This sign-in has just ended.");
  return { ...issuedWith(deps, token), method: renewed.method };
}

function newToken(): string {
  return randomBytes(32).toString("base64url");
}

function issuedWith(deps: Deps, token: string): IssuedSignIn {
  return { token, csrfToken: csrfTokenOf(deps, token), cookie: signInCookie(deps, token) };
}

/** The token of the request's cookie, or null. */
export function readSignInCookie(deps: Deps, header: string | undefined): string | null {
  const token = header === undefined ? undefined : parse(header)[cookieName(deps)];
  return token !== undefined && /^[\w-]{43}$/.test(token) ? token : null;
}

/** Who holds this token now, or null. Asked at every request: a revoked sign-in ends at once. */
export async function personOf(deps: Deps, token: string): Promise<Person | null> {
  const sessionHash = sessionHashOf(deps, token);
  const row = await store.findSignedIn(deps.db, sessionHash);
  if (row === null) return null;
  if (row.is_stale) await store.touchSignIn(deps.db, sessionHash);
  return {
    userId: row.user_id,
    userSessionId: row.user_session_id,
    email: row.email,
    name: row.name,
    mustChangePassword: row.must_change_password,
    hasPassword: row.has_password,
    hasSecondFactor: row.has_second_factor,
    isHalfSignedIn: row.has_second_factor && row.second_factor_at === null,
    confirmedAt: row.confirmed_at,
    signIn: { method: row.method, createdAt: row.created_at, expiresAt: row.expires_at },
    memberships: row.memberships.map(({ company_id, name, role }) => ({ companyId: company_id, name, role })),
  };
}

/** Bound to the sign-in and to nothing stored; a page of another origin can neither read nor guess it. */
export function csrfTokenOf(deps: Deps, token: string): string {
  return deps.secrets.lookupHash(`beacon_csrf:${token}`);
}

export function csrfFits(deps: Deps, token: string, claimed: unknown): boolean {
  if (typeof claimed !== "string") return false;
  const [a, b] = [Buffer.from(claimed), Buffer.from(csrfTokenOf(deps, token))];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Strict: nothing leads into the dashboard from another site with the sign-in in hand. null ends it in the browser. */
export function signInCookie(deps: Deps, token: string | null): string {
  const secure = isSecureOrigin(deps.config.beaconUrl);
  const lifetime = token === null ? { maxAge: 0 } : {};
  const attributes = { path: "/", httpOnly: true, secure, sameSite: "strict" as const, ...lifetime };
  return serialize(cookieName(deps), token ?? "", attributes);
}

export function sessionHashOf(deps: Deps, token: string): string {
  return deps.secrets.lookupHash(`beacon_session:${token}`);
}

function cookieName(deps: Deps): string {
  return isSecureOrigin(deps.config.beaconUrl) ? "__Host-ts_beacon" : "ts_beacon";
}
