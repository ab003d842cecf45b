import type { Queryable } from "../../../infra/database.ts";

type Role = "admin" | "viewer";

export interface MemberRow {
  readonly user_id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly joined_at: Date;
  /** joined_at with all its digits, for the order of the list. */
  readonly joined_key: string;
  readonly last_seen_at: Date | null;
  readonly second_factor: boolean;
  readonly disabled: boolean;
}

const MEMBER = `SELECT u.user_id, u.email, u.name, m.role, m.created_at AS joined_at, m.created_at::text AS joined_key,
                       (SELECT max(s.last_seen_at) FROM user_sessions s WHERE s.user_id = u.user_id) AS last_seen_at,
                       u.totp_confirmed_at IS NOT NULL AS second_factor, u.disabled_at IS NOT NULL AS disabled
                  FROM memberships m
                  JOIN users u ON u.user_id = m.user_id
                 WHERE m.company_id = $1::text`;

/** In the order of joining, after the one that `after` names ([joined_key, user_id]). */
export async function listMemberRows(
  db: Queryable,
  companyId: string,
  page: { readonly limit: number; readonly after: readonly string[] | null },
): Promise<readonly MemberRow[]> {
  return db.query(
    `${MEMBER} AND ($3::timestamptz IS NULL OR (m.created_at, m.user_id) > ($3::timestamptz, $4::text))
      ORDER BY m.created_at, m.user_id
      LIMIT $2::int`,
    [companyId, page.limit, page.after?.[0] ?? null, page.after?.[1] ?? null],
  );
}

export async function findMemberRow(db: Queryable, companyId: string, userId: string): Promise<MemberRow | null> {
  const rows = await db.query<MemberRow>(`${MEMBER} AND m.user_id = $2::text`, [companyId, userId]);
  return rows[0] ?? null;
}

export async function findMemberRowByEmail(
  db: Queryable,
  companyId: string,
  emailKey: string,
): Promise<MemberRow | null> {
  const rows = await db.query<MemberRow>(`${MEMBER} AND u.email_key = $2::text`, [companyId, emailKey]);
  return rows[0] ?? null;
}

export async function listAdminMails(db: Queryable, companyId: string, limit: number): Promise<readonly string[]> {
  const rows = await db.query<{ readonly email: string }>(
    `SELECT u.email
       FROM memberships m
       JOIN users u ON u.user_id = m.user_id
      WHERE m.company_id = $1::text AND m.role = 'admin' AND u.disabled_at IS NULL
      ORDER BY m.created_at, m.user_id
      LIMIT $2::int`,
    [companyId, limit],
  );
  return rows.map((row) => row.email);
}

/**
 * One change of a team at a time: who counts the admins and who removes one must not pass each other. The weakest lock
 * that excludes itself, so that rows which only refer to the company go on being written.
 */
export async function lockTeam(db: Queryable, companyId: string): Promise<void> {
  await db.query("SELECT company_id FROM companies WHERE company_id = $1::text FOR NO KEY UPDATE", [companyId]);
}

/** Admins who can sign in, beside this one. */
export async function countOtherAdmins(db: Queryable, companyId: string, userId: string): Promise<number> {
  const rows = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count
       FROM memberships m
       JOIN users u ON u.user_id = m.user_id
      WHERE m.company_id = $1::text AND m.role = 'admin' AND m.user_id <> $2::text AND u.disabled_at IS NULL`,
    [companyId, userId],
  );
  return rows[0]?.count ?? 0;
}

/** False where the person is a member already. */
export async function insertMembership(
  db: Queryable,
  row: { readonly companyId: string; readonly userId: string; readonly role: Role },
): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO memberships (company_id, user_id, role)
     VALUES ($1::text, $2::text, $3::text)
     ON CONFLICT (company_id, user_id) DO NOTHING
     RETURNING company_id`,
    [row.companyId, row.userId, row.role],
  );
  return rows.length > 0;
}

export async function updateRole(
  db: Queryable,
  row: { readonly companyId: string; readonly userId: string; readonly role: Role },
): Promise<void> {
  await db.query("UPDATE memberships SET role = $3::text WHERE company_id = $1::text AND user_id = $2::text", [
    row.companyId,
    row.userId,
    row.role,
  ]);
}

export async function deleteMembership(db: Queryable, companyId: string, userId: string): Promise<void> {
  await db.query("DELETE FROM memberships WHERE company_id = $1::text AND user_id = $2::text", [companyId, userId]);
}

export interface AccountRow {
  readonly user_id: string;
  readonly email: string;
  readonly name: string;
  readonly password_hash: string | null;
  readonly has_second_factor: boolean;
  readonly disabled: boolean;
}

const ACCOUNT = `SELECT user_id, email, name, password_hash, totp_confirmed_at IS NOT NULL AS has_second_factor,
                        disabled_at IS NOT NULL AS disabled
                   FROM users`;

export async function findAccountByEmail(db: Queryable, emailKey: string): Promise<AccountRow | null> {
  const rows = await db.query<AccountRow>(`${ACCOUNT} WHERE email_key = $1::text`, [emailKey]);
  return rows[0] ?? null;
}

export async function findAccount(db: Queryable, userId: string): Promise<AccountRow | null> {
  const rows = await db.query<AccountRow>(`${ACCOUNT} WHERE user_id = $1::text`, [userId]);
  return rows[0] ?? null;
}

/** False where the address has an account by now. */
export async function insertAccount(
  db: Queryable,
  row: {
    readonly userId: string;
    readonly email: string;
    readonly emailKey: string;
    readonly name: string;
    readonly passwordHash: string | null;
  },
): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO users (user_id, email, email_key, name, password_hash, password_changed_at)
     VALUES ($1::text, $2::text, $3::text, $4::text, $5::text, CASE WHEN $5::text IS NOT NULL THEN now() END)
     ON CONFLICT (email_key) DO NOTHING
     RETURNING user_id`,
    [row.userId, row.email, row.emailKey, row.name, row.passwordHash],
  );
  return rows.length > 0;
}

/** Companies the person belongs to: what happens to the account is recorded in each. */
export async function companiesOf(db: Queryable, userId: string): Promise<readonly string[]> {
  const rows = await db.query<{ company_id: string }>(
    "SELECT company_id FROM memberships WHERE user_id = $1::text ORDER BY company_id",
    [userId],
  );
  return rows.map(({ company_id }) => company_id);
}
