import type { Queryable } from "../../../infra/database.ts";

export interface IdentityRow {
  readonly issuer: string;
  readonly subject: string;
  readonly user_id: string;
  readonly created_at: Date;
}

export async function findIdentity(db: Queryable, issuer: string, subject: string): Promise<IdentityRow | null> {
  const rows = await db.query<IdentityRow>(
    "SELECT issuer, subject, user_id, created_at FROM user_identities WHERE issuer = $1::text AND subject = $2::text",
    [issuer, subject],
  );
  return rows[0] ?? null;
}

/** True when the identity is this person's afterwards, new or as before; false when it is somebody else's. */
export async function insertIdentity(
  db: Queryable,
  row: { readonly issuer: string; readonly subject: string; readonly userId: string },
): Promise<{ readonly isTheirs: boolean; readonly isNew: boolean }> {
  const rows = await db.query(
    `INSERT INTO user_identities (issuer, subject, user_id) VALUES ($1::text, $2::text, $3::text)
     ON CONFLICT (issuer, subject) DO NOTHING
     RETURNING user_id`,
    [row.issuer, row.subject, row.userId],
  );
  if (rows.length > 0) return { isTheirs: true, isNew: true };
  const found = await findIdentity(db, row.issuer, row.subject);
  return { isTheirs: found?.user_id === row.userId, isNew: false };
}

export async function listIdentityRows(db: Queryable, userId: string): Promise<readonly IdentityRow[]> {
  return db.query(
    `SELECT issuer, subject, user_id, created_at FROM user_identities
      WHERE user_id = $1::text ORDER BY created_at, issuer, subject`,
    [userId],
  );
}

export async function deleteIdentity(
  db: Queryable,
  row: { readonly issuer: string; readonly subject: string; readonly userId: string },
): Promise<void> {
  await db.query("DELETE FROM user_identities WHERE issuer = $1::text AND subject = $2::text AND user_id = $3::text", [
    row.issuer,
    row.subject,
    row.userId,
  ]);
}

/** What the sign-in confirms is what the provider saw, never later than now; null: nothing. */
export async function setConfirmedAt(db: Queryable, sessionHash: string, at: Date | null): Promise<void> {
  await db.query(
    `UPDATE user_sessions SET confirmed_at = CASE WHEN $2::timestamptz IS NOT NULL THEN least(now(), $2::timestamptz) END
      WHERE session_hash = $1::text`,
    [sessionHash, at],
  );
}
