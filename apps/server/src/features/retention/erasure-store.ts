import type { Queryable } from "../../infra/database.ts";

export type ErasureState = "requested" | "running" | "done" | "held";

export interface ErasureRow {
  readonly erasureId: string;
  readonly companyId: string;
  readonly environmentId: string;
  readonly sessionId: string;
  readonly uidHash: string;
  readonly state: ErasureState;
  /** What was removed, by kind. */
  readonly steps: Readonly<Record<string, number>>;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly finishedAt: Date | null;
}

export const COLUMNS = `erasure_id AS "erasureId", company_id AS "companyId", environment_id AS "environmentId",
            session_id AS "sessionId", uid_hash AS "uidHash", state, steps, requested_by AS "requestedBy",
            requested_at AS "requestedAt", finished_at AS "finishedAt"`;

export async function insertErasure(
  tx: Queryable,
  row: Pick<ErasureRow, "erasureId" | "companyId" | "environmentId" | "sessionId" | "uidHash" | "requestedBy"> & {
    readonly state: "requested" | "held";
    readonly pauseSeconds: number;
  },
): Promise<ErasureRow> {
  const rows = await tx.query<ErasureRow>(
    `INSERT INTO erasures (company_id, erasure_id, environment_id, session_id, uid_hash, state, requested_by, not_before)
     VALUES ($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text,
             now() + make_interval(secs => $8::int))
     RETURNING ${COLUMNS}`,
    [
      row.companyId,
      row.erasureId,
      row.environmentId,
      row.sessionId,
      row.uidHash,
      row.state,
      row.requestedBy,
      row.pauseSeconds,
    ],
  );
  const [erasure] = rows;
  if (erasure === undefined) throw new Error("an inserted erasure gave no row");
  return erasure;
}

export async function selectErasureOfSession(
  db: Queryable,
  companyId: string,
  sessionId: string,
): Promise<ErasureRow | null> {
  const rows = await db.query<ErasureRow>(
    `SELECT ${COLUMNS} FROM erasures WHERE company_id = $1::text AND session_id = $2::text`,
    [companyId, sessionId],
  );
  return rows[0] ?? null;
}

/** By the keyed hash: the uid itself is gone from the session. */
export async function selectErasureOfUid(
  db: Queryable,
  companyId: string,
  uid: { readonly environmentId: string; readonly hash: string },
): Promise<ErasureRow | null> {
  const rows = await db.query<ErasureRow>(
    `SELECT ${COLUMNS}
       FROM erasures
      WHERE company_id = $1::text
        AND session_id = (SELECT session_id FROM erased_uids
                           WHERE company_id = $1::text AND environment_id = $2::text AND uid_hash = $3::text)`,
    [companyId, uid.environmentId, uid.hash],
  );
  return rows[0] ?? null;
}

export async function selectErasure(db: Queryable, companyId: string, erasureId: string): Promise<ErasureRow | null> {
  const rows = await db.query<ErasureRow>(
    `SELECT ${COLUMNS} FROM erasures WHERE company_id = $1::text AND erasure_id = $2::text`,
    [companyId, erasureId],
  );
  return rows[0] ?? null;
}

export async function selectErasures(
  db: Queryable,
  companyId: string,
  page: { readonly after: { readonly at: string; readonly id: string } | null; readonly limit: number },
): Promise<readonly (ErasureRow & { readonly place: string })[]> {
  return db.query<ErasureRow & { readonly place: string }>(
    `SELECT ${COLUMNS}, to_char(requested_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place
       FROM erasures
      WHERE company_id = $1::text
        AND ($2::timestamptz IS NULL OR (requested_at, erasure_id) < ($2::timestamptz, $3::text))
      ORDER BY requested_at DESC, erasure_id DESC
      LIMIT $4::int`,
    [companyId, page.after?.at ?? null, page.after?.id ?? null, page.limit],
  );
}

// From this commit on no statement that begins can create the uid again; those that began before it still meet the
// session's own row.
export async function insertErasedUid(
  tx: Queryable,
  row: Pick<ErasureRow, "companyId" | "environmentId" | "sessionId" | "uidHash">,
): Promise<void> {
  await tx.query(
    `INSERT INTO erased_uids (company_id, environment_id, uid_hash, session_id)
     VALUES ($1::text, $2::text, $3::text, $4::text)
     ON CONFLICT (company_id, environment_id, uid_hash) DO NOTHING`,
    [row.companyId, row.environmentId, row.uidHash, row.sessionId],
  );
}

/** Out of sight at once: links, reading and lists treat it as not there; its content goes later. */
export async function updateSessionErased(tx: Queryable, companyId: string, sessionId: string): Promise<void> {
  await tx.query(
    `UPDATE sessions
        SET state = 'erased', ended_at = coalesce(ended_at, now())
      WHERE company_id = $1::text AND session_id = $2::text`,
    [companyId, sessionId],
  );
}

export async function updateErasureState(
  tx: Queryable,
  companyId: string,
  change: { readonly erasureId: string; readonly state: "requested" | "held"; readonly pauseSeconds: number },
): Promise<void> {
  await tx.query(
    `UPDATE erasures
        SET state = $3::text, not_before = now() + make_interval(secs => $4::int)
      WHERE company_id = $1::text AND erasure_id = $2::text`,
    [companyId, change.erasureId, change.state, change.pauseSeconds],
  );
}

/** Held ones whose last hold was released, oldest first; locked, and skipped where another process sees to them. */
export async function lockFreedErasures(
  tx: Queryable,
  companyId: string,
  limit: number,
): Promise<readonly ErasureRow[]> {
  return tx.query<ErasureRow>(
    `SELECT ${COLUMNS}
       FROM erasures e
      WHERE e.company_id = $1::text AND e.state = 'held'
        AND NOT EXISTS (SELECT FROM legal_holds h
                         WHERE h.company_id = $1::text AND h.released_at IS NULL
                           AND (h.session_id = e.session_id OR h.session_id IS NULL))
      ORDER BY e.requested_at
      LIMIT $2::int
        FOR UPDATE SKIP LOCKED`,
    [companyId, limit],
  );
}
