import type { Queryable } from "../../infra/database.ts";

export interface ModelVersionRow {
  readonly modelVersion: string;
  readonly artefact: unknown;
  readonly contentHash: string;
}

// A shipped artefact never changes under its version, so what is there stays.
export async function insertShippedModel(tx: Queryable, companyId: string, row: ModelVersionRow): Promise<void> {
  await tx.query(
    `INSERT INTO model_versions (company_id, model_version, origin, artefact, content_hash)
     VALUES ($1::text, $2::text, 'shipped', $3::jsonb, $4::text)
     ON CONFLICT (company_id, model_version) DO NOTHING`,
    [companyId, row.modelVersion, JSON.stringify(row.artefact), row.contentHash],
  );
}

export async function selectModel(
  db: Queryable,
  companyId: string,
  modelVersion: string,
): Promise<ModelVersionRow | null> {
  const rows = await db.query<ModelVersionRow>(
    `SELECT model_version AS "modelVersion", artefact, content_hash AS "contentHash"
       FROM model_versions
      WHERE company_id = $1::text AND model_version = $2::text`,
    [companyId, modelVersion],
    { name: "models_select" },
  );
  return rows[0] ?? null;
}

export async function selectModelVersions(db: Queryable, companyId: string): Promise<readonly string[]> {
  const rows = await db.query<{ readonly model_version: string }>(
    "SELECT model_version FROM model_versions WHERE company_id = $1::text",
    [companyId],
  );
  return rows.map((row) => row.model_version);
}
