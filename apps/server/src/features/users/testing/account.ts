import { Secret, TOTP } from "otpauth";

import type { Deps } from "../../../infra/deps.ts";
import { signedInMember, signInAs, type TestPerson } from "../../../testing/people.ts";
import { hashPassword } from "../passwords/passwords.ts";
import { totpContext } from "../second-factor/sealed.ts";
import { PASSWORD } from "./team.ts";

export { PASSWORD };

/** What the app of the test shows; 160 bits that are nobody's. */
export const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/** Code of the step `stepsAway` from now (30 s each). */
export function codeNow(secret = SECRET, stepsAway = 0): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() + stepsAway * 30_000 });
}

/** Digits that are no code of a step near now. */
export function wrongCode(): string {
  const near = new Set([-2, -1, 0, 1, 2].map((steps) => codeNow(SECRET, steps)));
  return ["000000", "111111", "222222", "333333", "444444", "555555"].find((code) => !near.has(code)) ?? "";
}

export interface KnownPerson extends TestPerson {
  readonly email: string;
}

const hashed = new Map<string, Promise<string>>();

/** A member with a password, signed in. */
export async function knownPerson(
  deps: Deps,
  companyId: string,
  options: { readonly role?: "admin" | "viewer"; readonly password?: string } = {},
): Promise<KnownPerson> {
  const { role = "viewer", password = PASSWORD } = options;
  const person = await signedInMember(deps, { companyId, role });
  const hash = hashed.get(password) ?? hashPassword(password);
  hashed.set(password, hash);
  const rows = await deps.db.query<{ email: string }>(
    "UPDATE users SET password_hash = $2::text, password_changed_at = now() WHERE user_id = $1::text RETURNING email",
    [person.userId, await hash],
  );
  return { ...person, email: rows[0]?.email ?? "" };
}

/** A member whose second factor is on; half signed in, or entirely. */
export async function withSecondFactor(
  deps: Deps,
  companyId: string,
  options: { readonly isHalf?: boolean } = {},
): Promise<KnownPerson & { readonly code: string }> {
  const person = await knownPerson(deps, companyId);
  await deps.db.query(
    `UPDATE users SET totp_ciphertext = $2::text, totp_confirmed_at = now() WHERE user_id = $1::text`,
    [person.userId, deps.secrets.encrypt(SECRET, totpContext(person.userId))],
  );
  const headers = await signInAs(deps, person.userId);
  if (options.isHalf === true) {
    await deps.db.query("UPDATE user_sessions SET second_factor_at = NULL WHERE user_id = $1::text", [person.userId]);
  }
  return { ...person, headers, code: codeNow() };
}

/** A member who has begun to set up a second factor. */
export async function inSetUp(deps: Deps, companyId: string): Promise<KnownPerson & { readonly code: string }> {
  const person = await knownPerson(deps, companyId);
  await deps.db.query("UPDATE users SET totp_ciphertext = $2::text WHERE user_id = $1::text", [
    person.userId,
    deps.secrets.encrypt(SECRET, totpContext(person.userId)),
  ]);
  return { ...person, code: codeNow() };
}

export async function newestSignIn(deps: Deps, userId: string): Promise<string> {
  const rows = await deps.db.query<{ id: string }>(
    "SELECT user_session_id AS id FROM user_sessions WHERE user_id = $1::text ORDER BY user_session_id DESC LIMIT 1",
    [userId],
  );
  return rows[0]?.id ?? "";
}
