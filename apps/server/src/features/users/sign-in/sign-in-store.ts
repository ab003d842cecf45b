import type { Queryable } from "../../../infra/database.ts";

export interface SignedInRow {
  readonly user_id: string;
  readonly user_session_id: string;
  readonly email: string;
  readonly name: string;
  readonly must_change_password: boolean;
  readonly has_password: boolean;
  readonly has_second_factor: boolean;
  readonly second_factor_at: Date | null;
  readonly confirmed_at: Date | null;
  readonly method: "password" | "oidc";
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly memberships: readonly {
    readonly company_id: string;
    readonly name: string;
    readonly role: "admin" | "viewer";
  }[];
  /** Not seen for a minute: time to write that it was. */
  readonly is_stale: boolean;
}

/** A sign-in that nobody used for so long has ended. */
const IDLE_HOURS = 2;

/** What `s` must fulfil to open anything. */
const ALIVE = `s.revoked_at IS NULL AND s.expires_at > now()
                AND s.last_seen_at > now() - make_interval(hours => ${IDLE_HOURS})`;

/** Who holds this live sign-in, with every company they belong to. */
export async function findSignedIn(db: Queryable, sessionHash: string): Promise<SignedInRow | null> {
  const rows = await db.query<SignedInRow>(
    `SELECT u.user_id, s.user_session_id, u.email, u.name, u.must_change_password,
            u.password_hash IS NOT NULL AS has_password,
            u.totp_confirmed_at IS NOT NULL AS has_second_factor, s.second_factor_at, s.confirmed_at,
            s.method, s.created_at, s.expires_at,
            s.last_seen_at < now() - interval '1 minute' AS is_stale,
            coalesce((SELECT jsonb_agg(jsonb_build_object('company_id', m.company_id, 'name', c.name, 'role', m.role)
                                       ORDER BY m.created_at)
                        FROM memberships m JOIN companies c ON c.company_id = m.company_id
                       WHERE m.user_id = u.user_id AND c.archived_at IS NULL), '[]') AS memberships
       FROM user_sessions s
       JOIN users u ON u.user_id = s.user_id
      WHERE s.session_hash = $1::text AND ${ALIVE} AND u.disabled_at IS NULL`,
    [sessionHash],
    { name: "signed_in" },
  );
  return rows[0] ?? null;
}

/** At most once a minute for each sign-in, also when many requests come at once. */
export async function touchSignIn(db: Queryable, sessionHash: string): Promise<void> {
  await db.query(
    `UPDATE user_sessions SET last_seen_at = now()
      WHERE session_hash = $1::text AND last_seen_at < now() - interval '1 minute'`,
    [sessionHash],
  );
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

/** Returns whether the second factor is still to be given. */
export async function insertSignIn(db: Queryable, row: NewSignInRow): Promise<boolean> {
  const rows = await db.query<{ is_half: boolean }>(
    `INSERT INTO user_sessions (session_hash, user_session_id, user_id, method, origin, agent, expires_at,
                                second_factor_at, confirmed_at)
     VALUES ($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, now() + make_interval(hours => $7::int),
             CASE WHEN $8::boolean THEN now() END, now())
     RETURNING second_factor_at IS NULL AND EXISTS (SELECT FROM users u
                 WHERE u.user_id = user_sessions.user_id AND u.totp_confirmed_at IS NOT NULL) AS is_half`,
    [row.sessionHash, row.userSessionId, row.userId, row.method, row.origin, row.agent, row.hours, row.secondFactor],
  );
  return rows[0]?.is_half ?? false;
}

/** Another token for the same sign-in: the old one opens nothing any more. null: it ended meanwhile. */
export async function replaceToken(
  db: Queryable,
  row: {
    readonly userId: string;
    readonly userSessionId: string;
    readonly sessionHash: string;
    readonly secondFactor: boolean;
  },
): Promise<{ readonly method: "password" | "oidc" } | null> {
  const rows = await db.query<{ method: "password" | "oidc" }>(
    `UPDATE user_sessions s
        SET session_hash = $3::text, confirmed_at = now(), last_seen_at = now(),
            second_factor_at = CASE WHEN $4::boolean THEN now() ELSE second_factor_at END
      WHERE s.user_id = $1::text AND s.user_session_id = $2::text AND ${ALIVE}
      RETURNING s.method`,
    [row.userId, row.userSessionId, row.sessionHash, row.secondFactor],
  );
  return rows[0] ?? null;
}

/** The sign-in that a browser gives up for a new one, whoever's it was. */
export async function endByHash(db: Queryable, sessionHash: string): Promise<void> {
  await db.query("UPDATE user_sessions SET revoked_at = now() WHERE session_hash = $1::text AND revoked_at IS NULL", [
    sessionHash,
  ]);
}

/** Returns whether there was one alive. */
export async function endSignInRow(db: Queryable, userId: string, userSessionId: string): Promise<boolean> {
  const rows = await db.query(
    `UPDATE user_sessions s SET revoked_at = now()
      WHERE s.user_id = $1::text AND s.user_session_id = $2::text AND ${ALIVE}
      RETURNING s.user_session_id`,
    [userId, userSessionId],
  );
  return rows.length > 0;
}

/** All but `keep` (null: all). Returns how many were alive. */
export async function endSignInRows(db: Queryable, userId: string, keep: string | null): Promise<number> {
  const rows = await db.query<{ alive: boolean }>(
    `UPDATE user_sessions s SET revoked_at = now()
      WHERE s.user_id = $1::text AND s.user_session_id IS DISTINCT FROM $2::text AND s.revoked_at IS NULL
      RETURNING s.expires_at > now() AND s.last_seen_at > now() - make_interval(hours => ${IDLE_HOURS}) AS alive`,
    [userId, keep],
  );
  return rows.filter(({ alive }) => alive).length;
}

export interface SignInRow {
  readonly user_session_id: string;
  readonly method: "password" | "oidc";
  readonly origin: string | null;
  readonly agent: string | null;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly expires_at: Date;
  readonly second_factor_at: Date | null;
}

/** Newest first, after the one that `after` names. */
export async function listSignInRows(
  db: Queryable,
  userId: string,
  page: { readonly limit: number; readonly after: string | null },
): Promise<readonly SignInRow[]> {
  return db.query(
    `SELECT s.user_session_id, s.method, s.origin, s.agent, s.created_at, s.last_seen_at, s.expires_at,
            s.second_factor_at
       FROM user_sessions s
      WHERE s.user_id = $1::text AND ${ALIVE} AND ($3::text IS NULL OR s.user_session_id < $3::text)
      ORDER BY s.user_session_id DESC
      LIMIT $2::int`,
    [userId, page.limit, page.after],
  );
}

/**
 * Ended sign-ins, with the address they came from, are kept for a month; the newest of each person stays, since it says
 * when they were last here. Returns how many went.
 */
export async function sweepSignIns(db: Queryable, limit: number): Promise<number> {
  const rows = await db.query(
    `DELETE FROM user_sessions
      WHERE session_hash IN (
        SELECT s.session_hash FROM user_sessions s
         WHERE s.expires_at < now() - interval '30 days'
           AND EXISTS (SELECT FROM user_sessions n WHERE n.user_id = s.user_id AND n.created_at > s.created_at)
         LIMIT $1::int FOR UPDATE SKIP LOCKED)
     RETURNING session_hash`,
    [limit],
  );
  return rows.length;
}

/** Nobody ended it, and the person may still come in. */
export async function isSignInAlive(db: Queryable, userId: string, userSessionId: string): Promise<boolean> {
  const rows = await db.query(
    `SELECT s.user_session_id
       FROM user_sessions s
       JOIN users u ON u.user_id = s.user_id AND u.disabled_at IS NULL
      WHERE s.user_id = $1::text AND s.user_session_id = $2::text AND ${ALIVE}`,
    [userId, userSessionId],
  );
  return rows.length > 0;
}
