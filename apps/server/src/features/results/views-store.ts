import type { Queryable } from "../../infra/database.ts";

export interface ViewOwner {
  readonly companyId: string;
  readonly userId: string;
}

export interface ViewRow {
  readonly viewId: string;
  readonly name: string;
  /** As the service checked and wrote them. */
  readonly filter: unknown;
  readonly columns: unknown;
  readonly updatedAt: Date;
}

const COLUMNS = `view_id AS "viewId", name, filter, columns, updated_at AS "updatedAt"`;

export async function selectViews(db: Queryable, { companyId, userId }: ViewOwner): Promise<readonly ViewRow[]> {
  return db.query<ViewRow>(
    `SELECT ${COLUMNS} FROM result_views WHERE company_id = $1::text AND user_id = $2::text ORDER BY name_key`,
    [companyId, userId],
  );
}

/** The owner's membership, so that two saves of one person follow each other and the limit holds. */
export async function lockOwner(tx: Queryable, { companyId, userId }: ViewOwner): Promise<void> {
  await tx.query(`SELECT FROM memberships WHERE company_id = $1::text AND user_id = $2::text FOR UPDATE`, [
    companyId,
    userId,
  ]);
}

/** How many the owner has, and whether one has this name. */
export async function selectTaken(
  tx: Queryable,
  { companyId, userId }: ViewOwner,
  nameKey: string,
): Promise<{ readonly count: number; readonly isTaken: boolean }> {
  const rows = await tx.query<{ readonly count: number; readonly isTaken: boolean }>(
    `SELECT count(*)::int AS count, coalesce(bool_or(name_key = $3::text), false) AS "isTaken"
       FROM result_views WHERE company_id = $1::text AND user_id = $2::text`,
    [companyId, userId, nameKey],
  );
  return rows[0] ?? { count: 0, isTaken: false };
}

/** Written anew or over the one of the same name, which keeps its id. */
export async function upsertView(
  tx: Queryable,
  { companyId, userId }: ViewOwner,
  view: {
    readonly viewId: string;
    readonly name: string;
    readonly nameKey: string;
    readonly filter: object;
    readonly columns: readonly string[];
  },
): Promise<ViewRow> {
  const rows = await tx.query<ViewRow>(
    `INSERT INTO result_views (company_id, user_id, view_id, name, name_key, filter, columns)
     VALUES ($1::text, $2::text, $3::text, $4::text, $5::text, $6::jsonb, $7::jsonb)
     ON CONFLICT (company_id, user_id, name_key)
     DO UPDATE SET name = excluded.name, filter = excluded.filter, columns = excluded.columns, updated_at = now()
     RETURNING ${COLUMNS}`,
    [
      companyId,
      userId,
      view.viewId,
      view.name,
      view.nameKey,
      JSON.stringify(view.filter),
      JSON.stringify(view.columns),
    ],
  );
  if (rows[0] === undefined) throw new Error("a view was written and not returned");
  return rows[0];
}

/** False when the owner has no such view. */
export async function deleteViewRow(db: Queryable, { companyId, userId }: ViewOwner, viewId: string): Promise<boolean> {
  const rows = await db.query(
    `DELETE FROM result_views WHERE company_id = $1::text AND user_id = $2::text AND view_id = $3::text
     RETURNING view_id`,
    [companyId, userId, viewId],
  );
  return rows.length === 1;
}
