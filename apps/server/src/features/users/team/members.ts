import { cutPage, decodeCursor } from "../../../infra/cursor.ts";
import type { Transaction } from "../../../infra/database.ts";
import type { Deps } from "../../../infra/deps.ts";
import { fail } from "../../../infra/errors.ts";
import { record, type Actor } from "../../audit/service.ts";
import { emailKey } from "../accounts/accounts.ts";
import { revokeInvitationsTo } from "./invitations-store.ts";
import * as store from "./members-store.ts";

/** Somebody who may sign in to a company. */
export interface Member {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: "admin" | "viewer";
  readonly joinedAt: Date;
  readonly lastSeenAt: Date | null;
  readonly hasSecondFactor: boolean;
  readonly isDisabled: boolean;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** In the order of joining. Throws `query_invalid` for a made-up cursor. */
export async function listMembers(
  deps: Deps,
  companyId: string,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<Member>> {
  const after = decodeCursor(page.after, 2);
  if (after !== null && Number.isNaN(Date.parse(after[0] ?? ""))) {
    throw fail("query_invalid", "after: takes the `next` of a page of this list, unchanged.");
  }
  const rows = await store.listMemberRows(deps.db, companyId, { limit: page.limit + 1, after });
  const cut = cutPage(rows, page.limit, (row) => [row.joined_key, row.user_id]);
  return { items: cut.rows.map(toMember), next: cut.next };
}

/** Takes a user id or an e-mail address. Throws `not_found`. */
export async function findMember(deps: Deps, companyId: string, wish: string): Promise<Member> {
  const row = wish.includes("@")
    ? await store.findMemberRowByEmail(deps.db, companyId, emailKey(wish))
    : await store.findMemberRow(deps.db, companyId, wish);
  if (row === null) throw fail("not_found", `There is no member "${wish}" in this company.`);
  return toMember(row);
}

interface Change {
  readonly companyId: string;
  readonly userId: string;
  readonly actor: Actor;
}

/** Takes effect with the member's next request. Throws `not_found`, `last_admin`. */
export async function changeRole(deps: Deps, change: Change & { readonly role: "admin" | "viewer" }): Promise<Member> {
  return deps.db.transaction(async (tx) => {
    const member = await lockMember(tx, change);
    if (member.role === change.role) return toMember(member);
    if (change.role === "viewer") await keepAnAdmin(tx, change, member.name);
    await store.updateRole(tx, change);
    await recordMember(tx, deps, {
      ...change,
      action: "member.role_changed",
      details: { role: [member.role, change.role] },
    });
    return toMember({ ...member, role: change.role });
  });
}

/** Ends the access at once, and with it open invitations of the same address. Throws `not_found`, `last_admin`. */
export async function removeMember(deps: Deps, change: Change): Promise<Member> {
  return deps.db.transaction(async (tx) => {
    const member = await lockMember(tx, change);
    if (member.role === "admin") await keepAnAdmin(tx, change, member.name);
    await store.deleteMembership(tx, change.companyId, change.userId);
    await revokeInvitationsTo(tx, change.companyId, emailKey(member.email));
    await recordMember(tx, deps, { ...change, action: "member.removed", details: { role: member.role } });
    return toMember(member);
  });
}

async function lockMember(tx: Transaction, { companyId, userId }: Change): Promise<store.MemberRow> {
  await store.lockTeam(tx, companyId);
  const member = await store.findMemberRow(tx, companyId, userId);
  if (member === null) throw fail("not_found", "Nothing is here.");
  return member;
}

/** A disabled admin can not sign in, so does not count; the disabled one itself may always go. */
async function keepAnAdmin(tx: Transaction, { companyId, userId }: Change, name: string): Promise<void> {
  if ((await store.countOtherAdmins(tx, companyId, userId)) > 0) return;
  throw fail("last_admin", `${name} is the last admin of this company; make another member an admin first.`);
}

async function recordMember(
  tx: Transaction,
  deps: Deps,
  entry: Change & { readonly action: string; readonly details: Readonly<Record<string, unknown>> },
): Promise<void> {
  const { companyId, userId, actor, action, details } = entry;
  await record(tx, deps, { companyId, actor, action, targetType: "user", targetId: userId, details });
}

function toMember(row: store.MemberRow): Member {
  return {
    userId: row.user_id,
    email: row.email,
    name: row.name,
    role: row.role,
    joinedAt: row.joined_at,
    lastSeenAt: row.last_seen_at,
    hasSecondFactor: row.second_factor,
    isDisabled: row.disabled,
  };
}
