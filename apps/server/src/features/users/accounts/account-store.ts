import type { Queryable } from "../../../infra/database.ts";

export interface CredentialsRow {
  readonly user_id: string;
  readonly email: string;
  readonly password_hash: string | null;
  readonly must_change_password: boolean;
  readonly disabled: boolean;
  /** A one-time password that nobody used in time. */
  readonly one_time_over: boolean;
}

/** Days that a password given by somebody else opens the first sign-in. */
export const ONE_TIME_DAYS = 7;

const CREDENTIALS = `SELECT user_id, email, password_hash, must_change_password, disabled_at IS NOT NULL AS disabled,
                            must_change_password AND coalesce(password_changed_at, created_at)
                              < now() - make_interval(days => ${ONE_TIME_DAYS}) AS one_time_over
                       FROM users`;

export async function findCredentialsByEmail(db: Queryable, emailKey: string): Promise<CredentialsRow | null> {
  const rows = await db.query<CredentialsRow>(`${CREDENTIALS} WHERE email_key = $1::text`, [emailKey]);
  return rows[0] ?? null;
}

export async function findCredentials(db: Queryable, userId: string): Promise<CredentialsRow | null> {
  const rows = await db.query<CredentialsRow>(`${CREDENTIALS} WHERE user_id = $1::text`, [userId]);
  return rows[0] ?? null;
}

/** The same password under today's parameters. Only while nobody set another one. */
export async function replaceHash(
  db: Queryable,
  row: { readonly userId: string; readonly from: string; readonly to: string },
): Promise<void> {
  await db.query("UPDATE users SET password_hash = $3::text WHERE user_id = $1::text AND password_hash = $2::text", [
    row.userId,
    row.from,
    row.to,
  ]);
}

/** `from`: only while this is the stored one; null: whatever was there. False when it was not. */
export async function setPassword(
  db: Queryable,
  row: {
    readonly userId: string;
    readonly from: string | null;
    readonly to: string;
    readonly mustChange: boolean;
  },
): Promise<boolean> {
  const rows = await db.query(
    `UPDATE users SET password_hash = $3::text, password_changed_at = now(), must_change_password = $4::boolean
      WHERE user_id = $1::text AND ($2::text IS NULL OR password_hash = $2::text)
      RETURNING user_id`,
    [row.userId, row.from, row.to, row.mustChange],
  );
  return rows.length > 0;
}

/** Links of mails that would set yet another password. */
export async function endPasswordResets(db: Queryable, userId: string): Promise<void> {
  await db.query("UPDATE password_resets SET used_at = now() WHERE user_id = $1::text AND used_at IS NULL", [userId]);
}
