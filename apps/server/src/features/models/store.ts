import type { Queryable } from "../../infra/database.ts";

export type ModelOrigin = "shipped" | "local";

export interface ModelVersionRow {
  readonly modelVersion: string;
  readonly origin: ModelOrigin;
  readonly artefact: unknown;
  readonly contentHash: string;
}

const COLUMNS = `model_version AS "modelVersion", origin, artefact, content_hash AS "contentHash"`;

// An artefact never changes under its version, so what is there stays. True when the row is new.
export async function insertModel(tx: Queryable, companyId: string, row: ModelVersionRow): Promise<boolean> {
  const inserted = await tx.query(
    `INSERT INTO model_versions (company_id, model_version, origin, artefact, content_hash)
     VALUES ($1::text, $2::text, $3::text, $4::jsonb, $5::text)
     ON CONFLICT (company_id, model_version) DO NOTHING
     RETURNING model_version`,
    [companyId, row.modelVersion, row.origin, JSON.stringify(row.artefact), row.contentHash],
  );
  return inserted.length > 0;
}

export async function selectModels(db: Queryable, companyId: string): Promise<readonly ModelVersionRow[]> {
  return db.query<ModelVersionRow>(
    `SELECT ${COLUMNS} FROM model_versions WHERE company_id = $1::text ORDER BY created_at, model_version`,
    [companyId],
  );
}

export async function selectModel(
  db: Queryable,
  companyId: string,
  modelVersion: string,
): Promise<ModelVersionRow | null> {
  const rows = await db.query<ModelVersionRow>(
    `SELECT ${COLUMNS}
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
