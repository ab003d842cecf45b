import type { Queryable } from "../../infra/database.ts";

export interface SettingChangeRow {
  readonly change_id: string;
  readonly setting: string;
  readonly from_value: unknown;
  readonly to_value: unknown;
  readonly actor: string;
  readonly changed_at: Date;
}

/** `rows` is JSON: `[{change_id, setting, from_value, to_value}]`. */
export async function insertSettingChanges(
  db: Queryable,
  act: {
    readonly companyId: string;
    readonly environmentId: string;
    readonly actor: string;
    readonly rows: string;
  },
): Promise<void> {
  await db.query(
    `INSERT INTO setting_changes (company_id, environment_id, change_id, setting, from_value, to_value, actor)
     SELECT $1::text, $2::text, r.change_id, r.setting, r.from_value, r.to_value, $3::text
       FROM jsonb_to_recordset($4::jsonb) AS r(change_id text, setting text, from_value jsonb, to_value jsonb)`,
    [act.companyId, act.environmentId, act.actor, act.rows],
  );
}

/** Newest first: change ids are time-ordered. */
export async function listSettingChangeRows(
  db: Queryable,
  place: { readonly companyId: string; readonly environmentId: string },
  page: { readonly setting: string | null; readonly after: string | null; readonly limit: number },
): Promise<readonly SettingChangeRow[]> {
  return db.query(
    `SELECT change_id, setting, from_value, to_value, actor, changed_at
       FROM setting_changes
      WHERE company_id = $1::text AND environment_id = $2::text
        AND ($3::text IS NULL OR setting = $3::text)
        AND ($4::text IS NULL OR change_id < $4::text)
      ORDER BY change_id DESC
      LIMIT $5::int`,
    [place.companyId, place.environmentId, page.setting, page.after, page.limit],
  );
}
