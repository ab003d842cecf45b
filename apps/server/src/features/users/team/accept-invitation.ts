import type { Transaction } from "../../../infra/database.ts";
import type { Deps } from "../../../infra/deps.ts";
import { fail } from "../../../infra/errors.ts";
import { record } from "../../audit/service.ts";
import { emailKey } from "../accounts/accounts.ts";
import { rememberBrowser } from "../sign-in/browser.ts";
import { invitationHash } from "./invitations.ts";
import { claimInvitation, findInvitationByToken, type InvitationRow } from "./invitations-store.ts";
import * as store from "./members-store.ts";
import { checkNewPassword, hashPassword } from "../passwords/passwords.ts";
import { provePassword } from "../passwords/prove-password.ts";
import { issueSignIn, type IssuedSignIn } from "../sign-in/sign-in.ts";
import { endReplaced, refuseOther, type Visitor } from "../sign-in/visitor.ts";

/** What the invited one sees before deciding. */
export interface InvitationView {
  readonly companyId: string;
  readonly companyName: string;
  readonly email: string;
  readonly role: "admin" | "viewer";
  readonly expiresAt: Date;
  readonly account: "new" | "existing";
  readonly signedInAs: { readonly email: string; readonly name: string } | null;
  readonly isSignedInAsInvited: boolean;
}

export interface AcceptWish {
  readonly token: string;
  /** Of somebody new. */
  readonly name?: string | undefined;
  readonly password?: string | undefined;
  /** Signs out whoever else is signed in in this browser. */
  readonly replaceSignIn: boolean;
  readonly visitor: Visitor;
}

export interface Accepted {
  readonly companyId: string;
  readonly role: "admin" | "viewer";
  readonly needsSecondFactor: boolean;
  /** null: the one who was signed in already. */
  readonly signIn: IssuedSignIn | null;
  /** `Set-Cookie` lines. */
  readonly cookies: readonly string[];
}

/** Changes nothing. Throws `invitation_unknown`, `invitation_expired`, `invitation_used`. */
export async function lookAtInvitation(
  deps: Deps,
  wish: { readonly token: string; readonly visitor: Visitor },
): Promise<InvitationView> {
  const invitation = await openInvitation(deps, wish.token);
  const account = await store.findAccountByEmail(deps.db, invitation.email_key);
  const person = wish.visitor.person;
  return {
    companyId: invitation.company_id,
    companyName: invitation.company_name,
    email: invitation.email,
    role: invitation.role,
    expiresAt: invitation.expires_at,
    account: account === null ? "new" : "existing",
    signedInAs: person === null ? null : { email: person.email, name: person.name },
    isSignedInAsInvited: person !== null && emailKey(person.email) === invitation.email_key,
  };
}

/**
 * Makes the invited one a member, once. Somebody new brings name and password; somebody known a password or the sign-in
 * of this browser. While anybody else is signed in, nothing happens unless they are to be signed out.
 */
export async function acceptInvitation(deps: Deps, wish: AcceptWish): Promise<Accepted> {
  const invitation = await openInvitation(deps, wish.token);
  const person = wish.visitor.person;
  if (person !== null && emailKey(person.email) === invitation.email_key) return joinSignedIn(deps, wish, invitation);
  refuseOther(wish, invitation);
  const account = await store.findAccountByEmail(deps.db, invitation.email_key);
  const accepted =
    account === null
      ? await joinAsNew(deps, wish, invitation)
      : await joinByPassword(deps, wish, { invitation, account });
  await endReplaced(deps, wish.visitor);
  return accepted;
}

/** Throws the reason why nobody can accept it (any more). */
export async function openInvitation(deps: Deps, token: string): Promise<InvitationRow> {
  const invitation = await findInvitationByToken(deps.db, invitationHash(deps, token));
  switch (invitation?.state) {
    case "open":
      return invitation;
    case "expired":
      throw fail("invitation_expired", "The invitation was valid for 24 hours, and they are over.");
    case "accepted":
      throw fail("invitation_used", "The invitation was accepted before. Sign in instead.");
    default:
      throw fail(
        "invitation_unknown",
        "The link is not complete, or a newer mail has replaced it, or the invitation was withdrawn.",
      );
  }
}

async function joinSignedIn(deps: Deps, wish: AcceptWish, invitation: InvitationRow): Promise<Accepted> {
  const { person, hasProof, origin } = wish.visitor;
  if (person === null || !hasProof) {
    throw fail("csrf_invalid", "The header x-csrf-token is missing or belongs to another sign-in.");
  }
  await deps.db.transaction(async (tx) => join(tx, deps, { invitation, ...wish, userId: person.userId, origin }));
  return { ...offerOf(invitation), needsSecondFactor: person.isHalfSignedIn, signIn: null, cookies: [] };
}

async function joinAsNew(deps: Deps, wish: AcceptWish, invitation: InvitationRow): Promise<Accepted> {
  const { name, password } = wish;
  if (name === undefined || password === undefined) {
    throw fail("body_invalid", "This person has no account yet: send name and password.");
  }
  checkNewPassword(password, { email: invitation.email });
  const userId = deps.ids.make("usr");
  const passwordHash = await hashPassword(password);
  const account = { userId, email: invitation.email, emailKey: invitation.email_key, name, passwordHash };
  await deps.db.transaction(async (tx) => {
    // The invitation first: who loses the race for it must not leave an account behind.
    await join(tx, deps, { invitation, ...wish, userId, origin: wish.visitor.origin }, async () => {
      if (!(await store.insertAccount(tx, account))) throw accountExists(invitation);
    });
  });
  return signedIn(deps, wish.visitor, { invitation, userId, needsSecondFactor: false });
}

async function joinByPassword(
  deps: Deps,
  wish: AcceptWish,
  { invitation, account }: { readonly invitation: InvitationRow; readonly account: store.AccountRow },
): Promise<Accepted> {
  if (account.disabled) throw fail("account_disabled", "The account was switched off.");
  if (wish.password === undefined) throw accountExists(invitation);
  await provePassword(deps, { emailKey: invitation.email_key, password: wish.password, visitor: wish.visitor });
  const userId = account.user_id;
  await deps.db.transaction(async (tx) => join(tx, deps, { invitation, ...wish, userId, origin: wish.visitor.origin }));
  return signedIn(deps, wish.visitor, { invitation, userId, needsSecondFactor: account.has_second_factor });
}

/** Uses the invitation up and makes the membership, together or not at all. */
export async function join(
  tx: Transaction,
  deps: Deps,
  wish: {
    readonly invitation: InvitationRow;
    readonly token: string;
    readonly userId: string;
    readonly origin: string | null;
  },
  before: () => Promise<void> = async () => undefined,
): Promise<void> {
  const { invitation, userId, origin } = wish;
  const { company_id: companyId, invitation_id: invitationId, role } = invitation;
  const tokenHash = invitationHash(deps, wish.token);
  if (!(await claimInvitation(tx, { companyId, invitationId, tokenHash }))) {
    throw fail("invitation_used", "The invitation was accepted, withdrawn or sent again in this very moment.");
  }
  await before();
  await store.insertMembership(tx, { companyId, userId, role });
  await record(tx, deps, {
    companyId,
    actor: { id: `user:${userId}`, origin },
    action: "invitation.accepted",
    targetType: "invitation",
    targetId: invitationId,
    details: { role, user_id: userId },
  });
}

async function signedIn(
  deps: Deps,
  { origin, agent, cookies }: Visitor,
  rest: { readonly invitation: InvitationRow; readonly userId: string; readonly needsSecondFactor: boolean },
): Promise<Accepted> {
  const { invitation, userId, needsSecondFactor } = rest;
  const signIn = await issueSignIn(deps, { userId, method: "password", origin, agent, secondFactor: false });
  // From here on the browser's own tries are kept apart from those of strangers.
  const remember = needsSecondFactor ? [] : [rememberBrowser(deps, cookies, invitation.email_key)];
  return { ...offerOf(invitation), needsSecondFactor, signIn, cookies: [signIn.cookie, ...remember] };
}

function accountExists({ email }: InvitationRow) {
  return fail("account_exists", `${email} has an account already; accept with its password, or sign in first.`);
}

function offerOf({ company_id: companyId, role }: InvitationRow): Pick<Accepted, "companyId" | "role"> {
  return { companyId, role };
}
