import type { Deps } from "../../../infra/deps.ts";
import { fail } from "../../../infra/errors.ts";
import { recordOfPerson } from "../accounts/account-audit.ts";
import { join, openInvitation } from "../team/accept-invitation.ts";
import { emailKey } from "../accounts/accounts.ts";
import type { InvitationRow } from "../team/invitations-store.ts";
import { identityLinkedMail } from "../team/mail-texts.ts";
import { findAccount, findAccountByEmail, insertAccount, type AccountRow } from "../team/members-store.ts";
import type { OidcClient, ProviderPerson } from "./oidc-client.ts";
import { spentStateCookie, stateCookie, type OidcState, type Purpose } from "./oidc-state.ts";
import * as store from "./oidc-store.ts";
import { endSignInRow, isSignInAlive } from "../sign-in/sign-in-store.ts";
import { issueSignIn, sessionHashOf, type Person } from "../sign-in/sign-in.ts";
import { refuseOther, type Visitor } from "../sign-in/visitor.ts";

/** The provider that is set up, as the routes hold it. */
export interface SingleSignOn {
  readonly client: OidcClient;
  readonly name: string;
  readonly allowedDomains: readonly string[];
}

/** Where the browser goes, and the cookie it takes along. */
export interface Departure {
  readonly url: string;
  readonly cookie: string;
}

/**
 * Begins a sign-in, of somebody linked or of somebody invited. Throws `signed_in_as_other` while another person is
 * signed in in this browser and is not to be signed out, and what the client and the invitation throw.
 */
export async function startSignIn(
  deps: Deps,
  sso: SingleSignOn,
  wish: {
    readonly invitationToken?: string | undefined;
    readonly replaceSignIn: boolean;
    /** Asks the provider to see the person again, as acts that need a confirmation want it. */
    readonly isFresh: boolean;
    readonly visitor: Visitor;
  },
): Promise<Departure> {
  const { invitationToken: token, visitor } = wish;
  const invitation = token === undefined ? null : await openInvitation(deps, token);
  const { person } = visitor;
  if (invitation !== null && (person === null || emailKey(person.email) !== invitation.email_key)) {
    refuseOther(wish, invitation);
  }
  const purpose: Purpose = token === undefined ? { kind: "sign_in" } : { kind: "invitation", token };
  const replaces = person === null ? null : { userId: person.userId, userSessionId: person.userSessionId };
  return depart(deps, sso, { purpose, replaces, isFresh: wish.isFresh });
}

/** Begins a link of a person who has just proven who they are. */
export async function startLink(deps: Deps, sso: SingleSignOn, person: Person): Promise<Departure> {
  const { userId, userSessionId } = person;
  return depart(deps, sso, { purpose: { kind: "link", userId, userSessionId }, replaces: null, isFresh: true });
}

async function depart(
  deps: Deps,
  sso: SingleSignOn,
  { isFresh, ...rest }: Pick<OidcState, "purpose" | "replaces" | "isFresh">,
): Promise<Departure> {
  const { url, ...begun } = await sso.client.begin({ isFresh });
  return { url, cookie: stateCookie(deps, { ...begun, ...rest }) };
}

/** Back from the provider: the cookies to set. Throws a reason in words where nobody is let in. */
export async function finishSignOn(
  deps: Deps,
  sso: SingleSignOn,
  arrival: {
    readonly state: OidcState;
    readonly query: string;
    readonly origin: string;
    readonly agent: string | null;
  },
): Promise<readonly string[]> {
  const { state, origin } = arrival;
  const provider = await sso.client.finish(arrival.query, state);
  const spent = spentStateCookie(deps, state.state);
  const { purpose } = state;
  if (purpose.kind === "link") {
    await link(deps, sso, { provider, purpose, origin });
    return [spent];
  }
  checkDomain(sso, provider);
  const account =
    purpose.kind === "sign_in"
      ? await findLinked(deps, sso, provider)
      : await joinByProvider(deps, sso, { provider, token: purpose.token, origin });
  const userId = account.user_id;
  // A second factor that somebody set up here is asked for here, whatever the provider has asked for.
  const wish = { userId, method: "oidc", origin, agent: arrival.agent, secondFactor: false } as const;
  const { cookie, token } = await issueSignIn(deps, wish);
  // Somebody else may have sat down at a browser that is still signed in at the provider.
  await store.setConfirmedAt(deps.db, sessionHashOf(deps, token), provider.authenticatedAt);
  // The browser is not remembered here: its cookie is Strict and stays away on the way back from the provider's site, so
  // that a new one would wipe out whoever else the browser is known for.
  if (state.replaces !== null) await endSignInRow(deps.db, state.replaces.userId, state.replaces.userSessionId);
  return [spent, cookie];
}

/** Only by issuer and subject: an e-mail address can be given to somebody else. */
async function findLinked(deps: Deps, sso: SingleSignOn, provider: ProviderPerson): Promise<AccountRow> {
  const identity = await store.findIdentity(deps.db, provider.issuer, provider.subject);
  const account = identity === null ? null : await findAccount(deps.db, identity.user_id);
  if (account === null) throw fail("oidc_not_linked", `Nobody here is linked with this account at ${sso.name}.`);
  return enabled(account);
}

/** The mail proves the address, the provider the person, and both must mean the same one. */
async function joinByProvider(
  deps: Deps,
  sso: SingleSignOn,
  { provider, token, origin }: { readonly provider: ProviderPerson; readonly token: string; readonly origin: string },
): Promise<AccountRow> {
  const invitation = await openInvitation(deps, token);
  if (provider.email === null || emailKey(provider.email) !== invitation.email_key) {
    throw fail(
      "oidc_email_mismatch",
      `The invitation is for ${invitation.email}, but the provider vouches for ${provider.email === null ? "no" : "another"} address.`,
    );
  }
  const known = await findAccountByEmail(deps.db, invitation.email_key);
  const account = known === null ? newAccount(deps, invitation, provider) : enabled(known);
  const userId = account.user_id;
  const isNewLink = await deps.db.transaction(async (tx) => {
    let isNew = false;
    await join(tx, deps, { invitation, token, userId, origin }, async () => {
      if (known === null) await insertNew(tx, invitation, account);
      const linked = await store.insertIdentity(tx, { ...provider, userId });
      if (!linked.isTheirs) throw taken(sso);
      isNew = linked.isNew;
    });
    return isNew;
  });
  if (known !== null && isNewLink) tellLinked(deps, sso, known.email);
  return account;
}

function newAccount(deps: Deps, { email }: InvitationRow, { name }: ProviderPerson): AccountRow {
  return {
    user_id: deps.ids.make("usr"),
    email,
    name: name ?? email.slice(0, email.indexOf("@")),
    password_hash: null,
    has_second_factor: false,
    disabled: false,
  };
}

async function insertNew(
  tx: Parameters<typeof insertAccount>[0],
  { email, email_key: key }: InvitationRow,
  { user_id: userId, name }: AccountRow,
): Promise<void> {
  if (await insertAccount(tx, { userId, email, emailKey: key, name, passwordHash: null })) return;
  throw fail("account_exists", `${email} has an account by now; open the link again.`);
}

async function link(
  deps: Deps,
  sso: SingleSignOn,
  wish: {
    readonly provider: ProviderPerson;
    readonly purpose: Purpose & { readonly kind: "link" };
    readonly origin: string;
  },
): Promise<void> {
  const { provider, purpose, origin } = wish;
  const { userId, userSessionId } = purpose;
  if (!(await isSignInAlive(deps.db, userId, userSessionId))) {
    throw fail("sign_in_required", "The sign-in that began this has ended meanwhile; sign in and begin again.");
  }
  const isNew = await deps.db.transaction(async (tx) => {
    const linked = await store.insertIdentity(tx, { ...provider, userId });
    if (!linked.isTheirs) throw taken(sso);
    if (linked.isNew) {
      const actor = { id: `user:${userId}`, origin };
      const details = { issuer: provider.issuer };
      await recordOfPerson(tx, deps, { userId, actor, action: "identity.linked", details });
    }
    return linked.isNew;
  });
  const account = await findAccount(deps.db, userId);
  if (isNew && account !== null) tellLinked(deps, sso, account.email);
}

function tellLinked(deps: Deps, sso: SingleSignOn, email: string): void {
  deps.mail.post(async () => identityLinkedMail({ to: email, provider: sso.name }));
}

function checkDomain({ allowedDomains, name }: SingleSignOn, { email }: ProviderPerson): void {
  if (allowedDomains.length === 0) return;
  const domain = email === null ? "" : emailKey(email).slice(email.lastIndexOf("@") + 1);
  if (allowedDomains.includes(domain)) return;
  throw fail("oidc_email_mismatch", `Accounts at ${name} come in with an address of ${allowedDomains.join(" or ")}.`);
}

function enabled(account: AccountRow): AccountRow {
  if (account.disabled) throw fail("account_disabled", "The account was switched off.");
  return account;
}

function taken({ name }: SingleSignOn) {
  return fail("oidc_identity_taken", `This account at ${name} opens another account here.`);
}
