import type { Queryable } from "../../../infra/database.ts";

export interface InvitationRow {
  readonly invitation_id: string;
  readonly company_id: string;
  readonly company_name: string;
  readonly email: string;
  readonly email_key: string;
  readonly role: "admin" | "viewer";
  readonly invited_by: string;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly state: "open" | "expired" | "accepted" | "revoked";
}

const INVITATION = `SELECT i.invitation_id, i.company_id, c.name AS company_name, i.email, i.email_key, i.role, i.invited_by,
                           i.created_at, i.expires_at,
                           CASE WHEN i.revoked_at IS NOT NULL THEN 'revoked' WHEN i.accepted_at IS NOT NULL THEN 'accepted'
                                WHEN i.expires_at <= now() THEN 'expired' ELSE 'open' END AS state
                      FROM invitations i
                      JOIN companies c ON c.company_id = i.company_id AND c.archived_at IS NULL`;

export interface NewInvitationRow {
  readonly invitationId: string;
  readonly tokenHash: string;
  readonly companyId: string;
  readonly email: string;
  readonly emailKey: string;
  readonly role: "admin" | "viewer";
  readonly invitedBy: string;
  readonly hours: number;
}

export async function insertInvitation(db: Queryable, row: NewInvitationRow): Promise<void> {
  await db.query(
    `INSERT INTO invitations (invitation_id, token_hash, company_id, email, email_key, role, invited_by, expires_at)
     VALUES ($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, now() + make_interval(hours => $8::int))`,
    [row.invitationId, row.tokenHash, row.companyId, row.email, row.emailKey, row.role, row.invitedBy, row.hours],
  );
}

/** Newest first: ids sort by the time they were made. */
export async function listInvitationRows(
  db: Queryable,
  companyId: string,
  page: { readonly limit: number; readonly after: string | null },
): Promise<readonly InvitationRow[]> {
  return db.query(
    `${INVITATION}
      WHERE i.company_id = $1::text AND ($3::text IS NULL OR i.invitation_id < $3::text)
      ORDER BY i.invitation_id DESC
      LIMIT $2::int`,
    [companyId, page.limit, page.after],
  );
}

export async function findInvitation(
  db: Queryable,
  companyId: string,
  invitationId: string,
): Promise<InvitationRow | null> {
  const rows = await db.query<InvitationRow>(
    `${INVITATION} WHERE i.company_id = $1::text AND i.invitation_id = $2::text`,
    [companyId, invitationId],
  );
  return rows[0] ?? null;
}

/** The directory's answer before the company is known. */
export async function findInvitationByToken(db: Queryable, tokenHash: string): Promise<InvitationRow | null> {
  const rows = await db.query<InvitationRow>(`${INVITATION} WHERE i.token_hash = $1::text`, [tokenHash]);
  return rows[0] ?? null;
}

/** The one that may still be accepted. */
export async function findOpenInvitationTo(
  db: Queryable,
  companyId: string,
  emailKey: string,
): Promise<InvitationRow | null> {
  const rows = await db.query<InvitationRow>(
    `${INVITATION}
      WHERE i.company_id = $1::text AND i.email_key = $2::text
        AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now()
      ORDER BY i.invitation_id DESC LIMIT 1`,
    [companyId, emailKey],
  );
  return rows[0] ?? null;
}

/** A new token takes the place of the old one, whose mail is worth nothing from here on. */
export async function replaceToken(
  db: Queryable,
  row: {
    readonly companyId: string;
    readonly invitationId: string;
    readonly tokenHash: string;
    readonly hours: number;
  },
): Promise<void> {
  await db.query(
    `UPDATE invitations SET token_hash = $3::text, expires_at = now() + make_interval(hours => $4::int)
      WHERE company_id = $1::text AND invitation_id = $2::text`,
    [row.companyId, row.invitationId, row.tokenHash, row.hours],
  );
}

export async function revokeInvitationRow(db: Queryable, companyId: string, invitationId: string): Promise<void> {
  await db.query(
    "UPDATE invitations SET revoked_at = now() WHERE company_id = $1::text AND invitation_id = $2::text AND revoked_at IS NULL",
    [companyId, invitationId],
  );
}

/** All of an address that nobody has accepted. */
export async function revokeInvitationsTo(db: Queryable, companyId: string, emailKey: string): Promise<void> {
  await db.query(
    `UPDATE invitations SET revoked_at = now()
      WHERE company_id = $1::text AND email_key = $2::text AND accepted_at IS NULL AND revoked_at IS NULL`,
    [companyId, emailKey],
  );
}

/** True for exactly one of all that try: its row lock makes the others wait and then find it accepted. */
export async function claimInvitation(
  db: Queryable,
  row: { readonly companyId: string; readonly invitationId: string; readonly tokenHash: string },
): Promise<boolean> {
  const rows = await db.query(
    `UPDATE invitations SET accepted_at = now()
      WHERE company_id = $1::text AND invitation_id = $2::text AND token_hash = $3::text
        AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now()
      RETURNING invitation_id`,
    [row.companyId, row.invitationId, row.tokenHash],
  );
  return rows.length > 0;
}
