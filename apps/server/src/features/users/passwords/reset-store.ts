import type { Queryable } from "../../../infra/database.ts";

export interface ResetRow {
  readonly user_id: string;
  readonly email: string;
  readonly expires_at: Date;
}

/** A new link; those of last week go with it, since no link lives longer than hours. */
export async function insertReset(
  db: Queryable,
  row: { readonly tokenHash: string; readonly userId: string; readonly minutes: number },
): Promise<void> {
  await db.query(
    `WITH old AS (DELETE FROM password_resets WHERE user_id = $2::text AND expires_at < now() - interval '7 days')
     INSERT INTO password_resets (token_hash, user_id, expires_at)
     VALUES ($1::text, $2::text, now() + make_interval(mins => $3::int))`,
    [row.tokenHash, row.userId, row.minutes],
  );
}

/** Of a live link of somebody who may sign in. */
export async function findReset(db: Queryable, tokenHash: string): Promise<ResetRow | null> {
  const rows = await db.query<ResetRow>(
    `SELECT r.user_id, u.email, r.expires_at
       FROM password_resets r
       JOIN users u ON u.user_id = r.user_id AND u.disabled_at IS NULL
      WHERE r.token_hash = $1::text AND r.used_at IS NULL AND r.expires_at > now()`,
    [tokenHash],
  );
  return rows[0] ?? null;
}

/** True for exactly one of all that try. */
export async function claimReset(db: Queryable, tokenHash: string): Promise<boolean> {
  const rows = await db.query(
    `UPDATE password_resets SET used_at = now()
      WHERE token_hash = $1::text AND used_at IS NULL AND expires_at > now()
      RETURNING user_id`,
    [tokenHash],
  );
  return rows.length > 0;
}

/**
 * Counts a request within its hour, over all processes. `count` of this hour, `secondsLeft` until the next begins.
 * One statement, so that requests at the same moment are each counted.
 */
export async function countRequest(
  db: Queryable,
  throttleKey: string,
): Promise<{ readonly count: number; readonly secondsLeft: number }> {
  const rows = await db.query<{ count: number; seconds_left: number }>(
    `INSERT INTO sign_in_throttle AS t (throttle_key, failures, blocked_until)
     VALUES ($1::text, 1, now() + interval '1 hour')
     ON CONFLICT (throttle_key) DO UPDATE
       SET failures = CASE WHEN t.blocked_until > now() THEN t.failures + 1 ELSE 1 END,
           blocked_until = CASE WHEN t.blocked_until > now() THEN t.blocked_until ELSE now() + interval '1 hour' END,
           updated_at = now()
     RETURNING failures AS count, ceil(extract(epoch FROM blocked_until - now()))::int AS seconds_left`,
    [throttleKey],
  );
  return { count: rows[0]?.count ?? 0, secondsLeft: Math.max(1, rows[0]?.seconds_left ?? 1) };
}
