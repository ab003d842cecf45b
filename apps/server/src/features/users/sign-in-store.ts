import type { Queryable } from "../../infra/database.ts";

export interface SignedInRow {
  readonly user_id: string;
  readonly user_session_id: string;
  readonly email: string;
  readonly name: string;
  readonly must_change_password: boolean;
  readonly has_second_factor: boolean;
  readonly second_factor_at: Date | null;
  readonly confirmed_at: Date | null;
  readonly memberships: readonly { readonly company_id: string; readonly role: "admin" | "viewer" }[];
}

/** Who holds this live sign-in, with every company they belong to. */
export async function findSignedIn(db: Queryable, sessionHash: string): Promise<SignedInRow | null> {
  const rows = await db.query<SignedInRow>(
    `SELECT u.user_id, s.user_session_id, u.email, u.name, u.must_change_password,
            u.totp_confirmed_at IS NOT NULL AS has_second_factor, s.second_factor_at, s.confirmed_at,
            coalesce((SELECT jsonb_agg(jsonb_build_object('company_id', m.company_id, 'role', m.role) ORDER BY m.created_at)
                        FROM memberships m JOIN companies c ON c.company_id = m.company_id
                       WHERE m.user_id = u.user_id AND c.archived_at IS NULL), '[]') AS memberships
       FROM user_sessions s
       JOIN users u ON u.user_id = s.user_id
      WHERE s.session_hash = $1::text AND s.revoked_at IS NULL AND s.expires_at > now() AND u.disabled_at IS NULL`,
    [sessionHash],
    { name: "signed_in" },
  );
  return rows[0] ?? null;
}

export interface NewSignInRow {
  readonly sessionHash: string;
  readonly userSessionId: string;
  readonly userId: string;
  readonly method: "password" | "oidc";
  readonly origin: string | null;
  readonly agent: string | null;
  readonly hours: number;
  readonly secondFactor: boolean;
}

export async function insertSignIn(db: Queryable, row: NewSignInRow): Promise<void> {
  await db.query(
    `INSERT INTO user_sessions (session_hash, user_session_id, user_id, method, origin, agent, expires_at,
                                second_factor_at, confirmed_at)
     VALUES ($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, now() + make_interval(hours => $7::int),
             CASE WHEN $8::boolean THEN now() END, now())`,
    [row.sessionHash, row.userSessionId, row.userId, row.method, row.origin, row.agent, row.hours, row.secondFactor],
  );
}
