import { randomBytes } from "node:crypto";

import type { Transaction } from "../../../infra/database.ts";
import type { Deps } from "../../../infra/deps.ts";
import { fail } from "../../../infra/errors.ts";
import { record, type Actor } from "../../audit/service.ts";
import { recordOfPerson } from "./account-audit.ts";
import { accountMail } from "./account-mails.ts";
import { endPasswordResets, setPassword } from "./account-store.ts";
import { emailKey } from "./accounts.ts";
import {
  companiesOf,
  countOtherAdmins,
  findMemberRow,
  insertAccount,
  insertMembership,
  lockTeam,
} from "../team/members-store.ts";
import * as store from "./operator-store.ts";
import { hashPassword } from "../passwords/passwords.ts";
import { deleteRecoveryCodes, removeSecondFactor } from "../second-factor/second-factor-store.ts";
import { endSignInRows } from "../sign-in/sign-in-store.ts";

export { ONE_TIME_DAYS } from "./account-store.ts";

/** A person as the operator of the server sees them. */
export interface User {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly hasPassword: boolean;
  readonly mustChangePassword: boolean;
  readonly hasSecondFactor: boolean;
  readonly isDisabled: boolean;
  readonly createdAt: Date;
  readonly lastSeenAt: Date | null;
  readonly companies: readonly {
    readonly companyId: string;
    readonly name: string;
    readonly role: "admin" | "viewer";
  }[];
}

/** Oldest first. */
export async function listUsers(deps: Deps, limit: number): Promise<readonly User[]> {
  return (await store.listUserRows(deps.db, limit)).map(toUser);
}

/** By id or e-mail address. Throws `not_found`. */
export async function findUser(deps: Deps, wish: string): Promise<User> {
  const row = wish.startsWith("usr_")
    ? await store.findUserRow(deps.db, wish)
    : await store.findUserRowByEmail(deps.db, emailKey(wish));
  if (row === null) throw fail("not_found", `There is no user "${wish}". List them with: tallystick user list`);
  return toUser(row);
}

/**
 * Ends every sign-in and lets in no other. Twice is as good as once. Throws `last_admin` where a company would be left
 * without anybody who can sign in and change something.
 */
export async function disableUser(deps: Deps, { user, actor }: Wish): Promise<{ readonly endedSignIns: number }> {
  return deps.db.transaction(async (tx) => {
    await keepAdmins(tx, user);
    if (!(await store.setDisabled(tx, user.userId, "disabled"))) return { endedSignIns: 0 };
    const endedSignIns = await endSignInRows(tx, user.userId, null);
    const details = { ended_sign_ins: endedSignIns };
    await recordOfPerson(tx, deps, { userId: user.userId, actor, action: "user.disabled", details });
    return { endedSignIns };
  });
}

/** Twice is as good as once. */
export async function enableUser(deps: Deps, { user, actor }: Wish): Promise<void> {
  await deps.db.transaction(async (tx) => {
    if (!(await store.setDisabled(tx, user.userId, "enabled"))) return;
    await recordOfPerson(tx, deps, { userId: user.userId, actor, action: "user.enabled" });
  });
}

/**
 * A one-time password for `ONE_TIME_DAYS` days, to be changed at the first sign-in; every sign-in and open link of a
 * reset ends. The second factor stays.
 */
export async function resetPassword(
  deps: Deps,
  { user, actor }: Wish,
): Promise<{ readonly password: string; readonly endedSignIns: number }> {
  const { userId } = user;
  const password = oneTimePassword();
  const to = await hashPassword(password);
  const endedSignIns = await deps.db.transaction(async (tx) => {
    await setPassword(tx, { userId, from: null, to, mustChange: true });
    await endPasswordResets(tx, userId);
    const ended = await endSignInRows(tx, userId, null);
    const details = { ended_sign_ins: ended };
    await recordOfPerson(tx, deps, { userId, actor, action: "password.reset", details });
    return ended;
  });
  await deps.mail.send(accountMail(user.email, "one_time_password"));
  return { password, endedSignIns };
}

/** For who has lost phone and recovery codes. Every sign-in ends. Throws `second_factor_missing`. */
export async function resetSecondFactor(deps: Deps, { user, actor }: Wish): Promise<{ readonly endedSignIns: number }> {
  if (!user.hasSecondFactor) throw fail("second_factor_missing", `${user.email} has no second factor.`);
  const { userId } = user;
  const endedSignIns = await deps.db.transaction(async (tx) => {
    await removeSecondFactor(tx, userId);
    await deleteRecoveryCodes(tx, userId);
    const ended = await endSignInRows(tx, userId, null);
    const details = { ended_sign_ins: ended };
    await recordOfPerson(tx, deps, { userId, actor, action: "second_factor.reset", details });
    return ended;
  });
  await deps.mail.send(accountMail(user.email, "factor_off"));
  return { endedSignIns };
}

/** The first admin of a company, with a one-time password. null: the address has an account already. */
export async function createAdmin(
  deps: Deps,
  wish: { readonly companyId: string; readonly email: string; readonly name: string; readonly actor: Actor },
): Promise<{ readonly userId: string; readonly password: string } | null> {
  const { companyId, email, name, actor } = wish;
  const userId = deps.ids.make("usr");
  const password = oneTimePassword();
  const to = await hashPassword(password);
  return deps.db.transaction(async (tx) => {
    const account = { userId, email, emailKey: emailKey(email), name, passwordHash: null };
    if (!(await insertAccount(tx, account))) return null;
    await setPassword(tx, { userId, from: null, to, mustChange: true });
    await insertMembership(tx, { companyId, userId, role: "admin" });
    await record(tx, deps, {
      companyId,
      actor,
      action: "user.created",
      targetType: "user",
      targetId: userId,
      details: { role: "admin" },
    });
    return { userId, password };
  });
}

interface Wish {
  readonly user: User;
  readonly actor: Actor;
}

/** Teams are locked in the order of their ids, so that two operators can not wait for each other. */
async function keepAdmins(tx: Transaction, user: User): Promise<void> {
  for (const companyId of await companiesOf(tx, user.userId)) {
    await lockTeam(tx, companyId);
    const member = await findMemberRow(tx, companyId, user.userId);
    if (member?.role !== "admin" || member.disabled) continue;
    if ((await countOtherAdmins(tx, companyId, user.userId)) > 0) continue;
    const company = user.companies.find((candidate) => candidate.companyId === companyId)?.name;
    throw fail(
      "last_admin",
      `${user.email} is the last admin of ${company ?? companyId} who can sign in; make somebody else one first ` +
        "(tallystick user invite EMAIL --role admin). To shut out a thief at once: tallystick user reset-password.",
    );
  }
}

/** 100 random bits in letters and digits that nobody mistakes for each other. */
function oneTimePassword(): string {
  const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  return Array.from(randomBytes(20), (byte) => alphabet.charAt(byte & 31))
    .join("")
    .replace(/.{5}(?=.)/g, "$&-");
}

function toUser(row: store.UserRow): User {
  return {
    userId: row.user_id,
    email: row.email,
    name: row.name,
    hasPassword: row.has_password,
    mustChangePassword: row.must_change_password,
    hasSecondFactor: row.second_factor,
    isDisabled: row.disabled,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    companies: row.companies.map(({ company_id, name, role }) => ({ companyId: company_id, name, role })),
  };
}
