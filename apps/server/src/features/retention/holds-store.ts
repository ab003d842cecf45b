import type { Queryable } from "../../infra/database.ts";

export interface HoldRow {
  readonly holdId: string;
  /** Null: everything of the company. */
  readonly sessionId: string | null;
  readonly reason: string;
  readonly placedBy: string;
  readonly placedAt: Date;
  readonly releasedBy: string | null;
  readonly releasedAt: Date | null;
}

const COLUMNS = `hold_id AS "holdId", session_id AS "sessionId", reason, placed_by AS "placedBy", placed_at AS "placedAt",
            released_by AS "releasedBy", released_at AS "releasedAt"`;

export async function insertHold(
  tx: Queryable,
  companyId: string,
  hold: Pick<HoldRow, "holdId" | "sessionId" | "reason" | "placedBy">,
): Promise<HoldRow> {
  const rows = await tx.query<HoldRow>(
    `INSERT INTO legal_holds (company_id, hold_id, session_id, reason, placed_by)
     VALUES ($1::text, $2::text, $3::text, $4::text, $5::text)
     RETURNING ${COLUMNS}`,
    [companyId, hold.holdId, hold.sessionId, hold.reason, hold.placedBy],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("an inserted hold gave no row");
  return row;
}

/** The hold as it is after this call; null when there is none of this id. A second release changes nothing. */
export async function updateReleased(
  tx: Queryable,
  companyId: string,
  release: { readonly holdId: string; readonly by: string },
): Promise<{ readonly hold: HoldRow; readonly isNew: boolean } | null> {
  const released = await tx.query<HoldRow>(
    `UPDATE legal_holds
        SET released_by = $3::text, released_at = now()
      WHERE company_id = $1::text AND hold_id = $2::text AND released_at IS NULL
      RETURNING ${COLUMNS}`,
    [companyId, release.holdId, release.by],
  );
  if (released[0] !== undefined) return { hold: released[0], isNew: true };
  const rows = await tx.query<HoldRow>(
    `SELECT ${COLUMNS} FROM legal_holds WHERE company_id = $1::text AND hold_id = $2::text`,
    [companyId, release.holdId],
  );
  return rows[0] === undefined ? null : { hold: rows[0], isNew: false };
}

/** The holds that keep this session: its own and the company's, oldest first. */
export async function selectAliveHolds(
  db: Queryable,
  companyId: string,
  sessionId: string,
): Promise<readonly HoldRow[]> {
  return db.query<HoldRow>(
    `SELECT ${COLUMNS}
       FROM legal_holds
      WHERE company_id = $1::text AND released_at IS NULL AND (session_id = $2::text OR session_id IS NULL)
      ORDER BY placed_at, hold_id`,
    [companyId, sessionId],
  );
}

export async function selectHolds(
  db: Queryable,
  companyId: string,
  page: {
    readonly all: boolean;
    readonly after: { readonly at: string; readonly holdId: string } | null;
    readonly limit: number;
  },
): Promise<readonly (HoldRow & { readonly place: string })[]> {
  return db.query<HoldRow & { readonly place: string }>(
    `SELECT ${COLUMNS}, to_char(placed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place
       FROM legal_holds
      WHERE company_id = $1::text
        AND ($2::boolean OR released_at IS NULL)
        AND ($3::timestamptz IS NULL OR (placed_at, hold_id) < ($3::timestamptz, $4::text))
      ORDER BY placed_at DESC, hold_id DESC
      LIMIT $5::int`,
    [companyId, page.all, page.after?.at ?? null, page.after?.holdId ?? null, page.limit],
  );
}

// What the sweep went past because of the hold lies behind its place now: it goes back to the session's end.
export async function turnBackRetention(tx: Queryable, companyId: string, sessionId: string): Promise<void> {
  await tx.query(
    `UPDATE retention_progress p
        SET through_at = s.ended_at, through_id = ''
       FROM sessions s
      WHERE p.company_id = $1::text AND s.company_id = $1::text AND s.session_id = $2::text
        AND p.environment_id = s.environment_id AND p.through_at >= s.ended_at`,
    [companyId, sessionId],
  );
}
