import type { Queryable } from "../../infra/database.ts";

export interface EvidenceRow {
  readonly kind: string;
  readonly count: string;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly details: Readonly<Record<string, unknown>>;
}

export async function insertEvidence(
  db: Queryable,
  row: { readonly companyId: string; readonly environmentId: string; readonly kind: string; readonly details: string },
): Promise<void> {
  await db.query(
    `INSERT INTO environment_evidence AS seen (company_id, environment_id, kind, details)
     VALUES ($1::text, $2::text, $3::text, $4::jsonb)
     ON CONFLICT (company_id, environment_id, kind) DO UPDATE
        SET count = seen.count + 1, last_at = now(), details = excluded.details`,
    [row.companyId, row.environmentId, row.kind, row.details],
  );
}

export async function listEvidence(
  db: Queryable,
  place: { readonly companyId: string; readonly environmentId: string },
): Promise<readonly EvidenceRow[]> {
  return db.query(
    `SELECT kind, count, first_at, last_at, details
       FROM environment_evidence
      WHERE company_id = $1::text AND environment_id = $2::text`,
    [place.companyId, place.environmentId],
  );
}
