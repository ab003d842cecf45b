import type { Queryable } from "../../../infra/database.ts";

export interface UserRow {
  readonly user_id: string;
  readonly email: string;
  readonly name: string;
  readonly has_password: boolean;
  readonly must_change_password: boolean;
  readonly second_factor: boolean;
  readonly disabled: boolean;
  readonly created_at: Date;
  readonly last_seen_at: Date | null;
  readonly companies: readonly {
    readonly company_id: string;
    readonly name: string;
    readonly role: "admin" | "viewer";
  }[];
}

const USER = `SELECT u.user_id, u.email, u.name, u.password_hash IS NOT NULL AS has_password, u.must_change_password,
                     u.totp_confirmed_at IS NOT NULL AS second_factor, u.disabled_at IS NOT NULL AS disabled, u.created_at,
                     (SELECT max(s.last_seen_at) FROM user_sessions s WHERE s.user_id = u.user_id) AS last_seen_at,
                     coalesce((SELECT jsonb_agg(jsonb_build_object('company_id', m.company_id, 'name', c.name, 'role', m.role)
                                                ORDER BY m.created_at)
                                 FROM memberships m JOIN companies c ON c.company_id = m.company_id
                                WHERE m.user_id = u.user_id), '[]') AS companies
                FROM users u`;

/** Everybody on this server, oldest first. */
export async function listUserRows(db: Queryable, limit: number): Promise<readonly UserRow[]> {
  return db.query(`${USER} ORDER BY u.created_at, u.user_id LIMIT $1::int`, [limit]);
}

export async function findUserRow(db: Queryable, userId: string): Promise<UserRow | null> {
  const rows = await db.query<UserRow>(`${USER} WHERE u.user_id = $1::text`, [userId]);
  return rows[0] ?? null;
}

export async function findUserRowByEmail(db: Queryable, emailKey: string): Promise<UserRow | null> {
  const rows = await db.query<UserRow>(`${USER} WHERE u.email_key = $1::text`, [emailKey]);
  return rows[0] ?? null;
}

/** False where it was so already. */
export async function setDisabled(db: Queryable, userId: string, wish: "disabled" | "enabled"): Promise<boolean> {
  const rows = await db.query(
    `UPDATE users SET disabled_at = CASE WHEN $2::text = 'disabled' THEN now() END
      WHERE user_id = $1::text AND (disabled_at IS NULL) = ($2::text = 'disabled')
      RETURNING user_id`,
    [userId, wish],
  );
  return rows.length > 0;
}
