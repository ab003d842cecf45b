import { randomBytes } from "node:crypto";

import { cutPage, decodeCursor } from "../../../infra/cursor.ts";
import type { Transaction } from "../../../infra/database.ts";
import type { Deps } from "../../../infra/deps.ts";
import { fail } from "../../../infra/errors.ts";
import type { MailOutcome } from "../../../infra/mail.ts";
import { record, type Actor } from "../../audit/service.ts";
import { emailKey } from "../accounts/accounts.ts";
import * as store from "./invitations-store.ts";
import { invitationMail } from "./mail-texts.ts";
import { findAccount, findMemberRowByEmail, lockTeam } from "./members-store.ts";
import type { Page } from "./members.ts";

export const INVITATION_HOURS = 24;

/** An invitation as admins see it; the token is in nobody's hands but the invited one's. */
export interface Invitation {
  readonly invitationId: string;
  readonly companyId: string;
  readonly email: string;
  readonly role: "admin" | "viewer";
  readonly state: "open" | "expired" | "accepted" | "revoked";
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface SentInvitation extends Invitation {
  readonly mail: MailOutcome;
  /** For the command line alone, whose user may read the database anyway. Never answered over HTTP. */
  readonly link: string;
}

/**
 * One mail with a link for 24 hours. Throws `already_member`, `invitation_open`. A mail that can not be sent is told in
 * `mail`; the invitation stands and can be sent again.
 */
export async function invite(
  deps: Deps,
  wish: {
    readonly companyId: string;
    readonly email: string;
    readonly role: "admin" | "viewer";
    readonly actor: Actor;
  },
): Promise<SentInvitation> {
  const { companyId, role, actor } = wish;
  const email = wish.email.trim();
  const key = emailKey(email);
  const token = newToken();
  const row = await deps.db.transaction(async (tx) => {
    await lockTeam(tx, companyId);
    await refuseMember(tx, companyId, { email, key });
    await refuseOpen(tx, companyId, { email, key });
    // One that ran out makes room: the list shows it as withdrawn, and its link says so too.
    await store.revokeInvitationsTo(tx, companyId, key);
    const invitationId = deps.ids.make("inv");
    const tokenHash = invitationHash(deps, token);
    const fresh = { invitationId, tokenHash, companyId, email, emailKey: key, role };
    await store.insertInvitation(tx, { ...fresh, invitedBy: actor.id, hours: INVITATION_HOURS });
    await note(tx, deps, { companyId, invitationId, actor, action: "invitation.created", details: { role } });
    return findExisting(tx, companyId, invitationId);
  });
  return deliver(deps, { row, token, actor });
}

/** A new link for another 24 hours; the earlier one ends. Throws `not_found`, `invitation_closed`, `already_member`. */
export async function resendInvitation(
  deps: Deps,
  wish: { readonly companyId: string; readonly invitationId: string; readonly actor: Actor },
): Promise<SentInvitation> {
  const { companyId, invitationId, actor } = wish;
  const token = newToken();
  const row = await deps.db.transaction(async (tx) => {
    await lockTeam(tx, companyId);
    const invitation = await findExisting(tx, companyId, invitationId);
    refuseClosed(invitation);
    await refuseMember(tx, companyId, { email: invitation.email, key: invitation.email_key });
    if (invitation.state === "expired") {
      await refuseOpen(tx, companyId, { email: invitation.email, key: invitation.email_key });
    }
    const tokenHash = invitationHash(deps, token);
    await store.replaceToken(tx, { companyId, invitationId, tokenHash, hours: INVITATION_HOURS });
    await note(tx, deps, { companyId, invitationId, actor, action: "invitation.resent", details: {} });
    return findExisting(tx, companyId, invitationId);
  });
  return deliver(deps, { row, token, actor });
}

/** Ends the link at once. Twice is as good as once. Throws `not_found`, `invitation_closed` when it was accepted. */
export async function revokeInvitation(
  deps: Deps,
  wish: { readonly companyId: string; readonly invitationId: string; readonly actor: Actor },
): Promise<void> {
  const { companyId, invitationId, actor } = wish;
  await deps.db.transaction(async (tx) => {
    await lockTeam(tx, companyId);
    const invitation = await findExisting(tx, companyId, invitationId);
    if (invitation.state === "revoked") return;
    if (invitation.state === "accepted") refuseClosed(invitation);
    await store.revokeInvitationRow(tx, companyId, invitationId);
    await note(tx, deps, { companyId, invitationId, actor, action: "invitation.revoked", details: {} });
  });
}

/** Newest first. Throws `query_invalid` for a made-up cursor. */
export async function listInvitations(
  deps: Deps,
  companyId: string,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<Invitation>> {
  const after = decodeCursor(page.after, 1)?.[0] ?? null;
  const rows = await store.listInvitationRows(deps.db, companyId, { limit: page.limit + 1, after });
  const cut = cutPage(rows, page.limit, (row) => [row.invitation_id]);
  return { items: cut.rows.map(toInvitation), next: cut.next };
}

/** The one that the person may still accept. */
export async function openInvitationTo(deps: Deps, companyId: string, email: string): Promise<Invitation | null> {
  const row = await store.findOpenInvitationTo(deps.db, companyId, emailKey(email));
  return row === null ? null : toInvitation(row);
}

/** What is looked up for a token of a mail. */
export function invitationHash(deps: Deps, token: string): string {
  return deps.secrets.lookupHash(`invitation:${token}`);
}

function newToken(): string {
  return randomBytes(32).toString("base64url");
}

async function deliver(
  deps: Deps,
  { row, token, actor }: { readonly row: store.InvitationRow; readonly token: string; readonly actor: Actor },
): Promise<SentInvitation> {
  // Behind #, so that no proxy, log or scanner of links gets the token with a GET.
  const link = `${deps.config.beaconUrl}/beacon/invitation#${token}`;
  const userId = /^user:(.+)$/.exec(actor.id)?.[1];
  const inviter = userId === undefined ? null : ((await findAccount(deps.db, userId))?.name ?? null);
  const mail = await deps.mail.send(
    invitationMail({
      to: row.email,
      company: row.company_name,
      role: row.role,
      inviter,
      url: link,
      hours: INVITATION_HOURS,
    }),
  );
  return { ...toInvitation(row), mail, link };
}

async function findExisting(tx: Transaction, companyId: string, invitationId: string): Promise<store.InvitationRow> {
  const row = await store.findInvitation(tx, companyId, invitationId);
  if (row === null) throw fail("not_found", "There is no such invitation in this company.");
  return row;
}

interface Address {
  readonly email: string;
  readonly key: string;
}

async function refuseMember(tx: Transaction, companyId: string, { email, key }: Address): Promise<void> {
  const member = await findMemberRowByEmail(tx, companyId, key);
  if (member !== null) throw fail("already_member", `${email} is a member already, as ${member.role}.`);
}

async function refuseOpen(tx: Transaction, companyId: string, { email, key }: Address): Promise<void> {
  const open = await store.findOpenInvitationTo(tx, companyId, key);
  if (open === null) return;
  throw fail("invitation_open", `${email} was invited and has not answered yet.`, {
    extra: { invitation_id: open.invitation_id },
  });
}

function refuseClosed({ state }: store.InvitationRow): void {
  if (state === "accepted" || state === "revoked") {
    throw fail("invitation_closed", `The invitation was ${state === "accepted" ? "accepted" : "withdrawn"}.`);
  }
}

async function note(
  tx: Transaction,
  deps: Deps,
  entry: {
    readonly companyId: string;
    readonly invitationId: string;
    readonly actor: Actor;
    readonly action: string;
    readonly details: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const { companyId, invitationId, actor, action, details } = entry;
  await record(tx, deps, { companyId, actor, action, targetType: "invitation", targetId: invitationId, details });
}

function toInvitation(row: store.InvitationRow): Invitation {
  return {
    invitationId: row.invitation_id,
    companyId: row.company_id,
    email: row.email,
    role: row.role,
    state: row.state,
    invitedBy: row.invited_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
