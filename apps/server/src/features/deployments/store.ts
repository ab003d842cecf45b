import type { Queryable } from "../../infra/database.ts";

export interface EnvironmentKeyRow {
  readonly companyId: string;
  readonly environmentId: string;
}

export interface DeploymentRow {
  readonly deployment_id: string;
  readonly name: string;
  readonly created_at: Date;
  readonly archived_at: Date | null;
}

export interface EnvironmentRow {
  readonly deployment_id: string;
  readonly environment_id: string;
  readonly kind: "test" | "production";
  readonly integration_id: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly settings_version: number;
  readonly webhook_url: string | null;
  readonly webhook_state: string | null;
}

export interface LockedEnvironmentRow extends EnvironmentRow {
  readonly archived: boolean;
  readonly deployment_name: string;
}

/** False when the company already has a deployment of this name. */
export async function insertDeployment(
  db: Queryable,
  row: { readonly companyId: string; readonly deploymentId: string; readonly name: string },
): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO deployments (company_id, deployment_id, name)
     VALUES ($1::text, $2::text, $3::text)
     ON CONFLICT (company_id, name) DO NOTHING
     RETURNING deployment_id`,
    [row.companyId, row.deploymentId, row.name],
  );
  return rows.length === 1;
}

// One statement, because an environment without its directory entry would be unreachable.
export async function insertEnvironment(
  db: Queryable,
  row: EnvironmentKeyRow & { readonly deploymentId: string; readonly kind: string; readonly integrationId: string },
): Promise<void> {
  await db.query(
    `WITH environment AS (
       INSERT INTO environments (company_id, environment_id, deployment_id, kind, integration_id)
       VALUES ($1::text, $2::text, $3::text, $4::text, $5::text)
     )
     INSERT INTO integration_directory (integration_id, company_id, environment_id)
     VALUES ($5::text, $1::text, $2::text)`,
    [row.companyId, row.environmentId, row.deploymentId, row.kind, row.integrationId],
  );
}

export async function insertApiKey(
  db: Queryable,
  row: EnvironmentKeyRow & {
    readonly keyId: string;
    readonly hint: string;
    readonly ciphertext: string;
    readonly keyHash: string;
  },
): Promise<void> {
  await db.query(
    `WITH api_key AS (
       INSERT INTO api_keys (company_id, environment_id, key_id, hint, ciphertext)
       VALUES ($1::text, $2::text, $3::text, $4::text, $5::text)
     )
     INSERT INTO key_directory (key_hash, company_id, environment_id, key_id)
     VALUES ($6::text, $1::text, $2::text, $3::text)`,
    [row.companyId, row.environmentId, row.keyId, row.hint, row.ciphertext, row.keyHash],
  );
}

export async function insertTokenKey(
  db: Queryable,
  row: EnvironmentKeyRow & { readonly kid: string; readonly ciphertext: string },
): Promise<void> {
  await db.query(
    `INSERT INTO token_keys (company_id, environment_id, kid, ciphertext)
     VALUES ($1::text, $2::text, $3::text, $4::text)`,
    [row.companyId, row.environmentId, row.kid, row.ciphertext],
  );
}

export async function listDeploymentRows(
  db: Queryable,
  companyId: string,
  page: { readonly archived: "no" | "yes" | "all"; readonly limit: number },
): Promise<readonly DeploymentRow[]> {
  return db.query(
    `SELECT deployment_id, name, created_at, archived_at
       FROM deployments
      WHERE company_id = $1::text
        AND ($2::text = 'all' OR (archived_at IS NOT NULL) = ($2::text = 'yes'))
      ORDER BY created_at, deployment_id
      LIMIT $3::int`,
    [companyId, page.archived, page.limit],
  );
}

export async function findDeployment(
  db: Queryable,
  companyId: string,
  deploymentId: string,
): Promise<DeploymentRow | null> {
  const rows = await db.query<DeploymentRow>(
    `SELECT deployment_id, name, created_at, archived_at
       FROM deployments
      WHERE company_id = $1::text AND deployment_id = $2::text`,
    [companyId, deploymentId],
  );
  return rows[0] ?? null;
}

// NO KEY UPDATE: environments that refer to the deployment may be read and locked meanwhile.
export async function lockDeployment(
  db: Queryable,
  companyId: string,
  deploymentId: string,
): Promise<DeploymentRow | null> {
  const rows = await db.query<DeploymentRow>(
    `SELECT deployment_id, name, created_at, archived_at
       FROM deployments
      WHERE company_id = $1::text AND deployment_id = $2::text
        FOR NO KEY UPDATE`,
    [companyId, deploymentId],
  );
  return rows[0] ?? null;
}

/** Whoever takes a name waits here: two that take the same one at once would otherwise both find it free. */
export async function lockNames(db: Queryable, companyId: string): Promise<void> {
  await db.query(`SELECT company_id FROM companies WHERE company_id = $1::text FOR NO KEY UPDATE`, [companyId]);
}

/** False when another deployment of the company has the name. */
export async function renameRow(
  db: Queryable,
  row: { readonly companyId: string; readonly deploymentId: string; readonly name: string },
): Promise<boolean> {
  const rows = await db.query(
    `UPDATE deployments
        SET name = $3::text
      WHERE company_id = $1::text AND deployment_id = $2::text
        AND NOT EXISTS (SELECT FROM deployments other
                         WHERE other.company_id = $1::text AND other.name = $3::text
                           AND other.deployment_id <> $2::text)
     RETURNING deployment_id`,
    [row.companyId, row.deploymentId, row.name],
  );
  return rows.length === 1;
}

export async function archiveRow(
  db: Queryable,
  row: { readonly companyId: string; readonly deploymentId: string; readonly archived: boolean },
): Promise<Date | null> {
  const rows = await db.query<{ readonly archived_at: Date | null }>(
    `UPDATE deployments
        SET archived_at = CASE WHEN $3::boolean THEN now() END
      WHERE company_id = $1::text AND deployment_id = $2::text
     RETURNING archived_at`,
    [row.companyId, row.deploymentId, row.archived],
  );
  return rows[0]?.archived_at ?? null;
}

/** Names of the company's other deployments, archived ones too. */
export async function listOtherNames(
  db: Queryable,
  companyId: string,
  deploymentId: string,
): Promise<readonly string[]> {
  const rows = await db.query<{ readonly name: string }>(
    `SELECT name FROM deployments
      WHERE company_id = $1::text AND deployment_id <> $2::text
      ORDER BY created_at, deployment_id
      LIMIT 1000`,
    [companyId, deploymentId],
  );
  return rows.map(({ name }) => name);
}

/** Test first, then Production, of each deployment named. */
export async function listEnvironmentRows(
  db: Queryable,
  companyId: string,
  deploymentIds: readonly string[],
): Promise<readonly EnvironmentRow[]> {
  return db.query(
    `SELECT e.deployment_id, e.environment_id, e.kind, e.integration_id, e.settings,
            e.settings_version, p.url AS webhook_url, p.state AS webhook_state
       FROM environments e
       LEFT JOIN endpoints p ON p.company_id = e.company_id AND p.environment_id = e.environment_id
      WHERE e.company_id = $1::text AND e.deployment_id = ANY ($2::text[])
      ORDER BY e.deployment_id, e.kind DESC`,
    [companyId, deploymentIds],
  );
}

// Locked, so that two people changing different settings at once both keep their change.
export async function lockEnvironment(
  db: Queryable,
  options: { readonly companyId: string; readonly deploymentId: string; readonly kind: string },
): Promise<LockedEnvironmentRow | null> {
  const rows = await db.query<LockedEnvironmentRow>(
    `SELECT e.deployment_id, e.environment_id, e.kind, e.integration_id, e.settings,
            e.settings_version, d.archived_at IS NOT NULL AS archived, d.name AS deployment_name,
            p.url AS webhook_url, p.state AS webhook_state
       FROM environments e
       JOIN deployments d ON d.company_id = e.company_id AND d.deployment_id = e.deployment_id
       LEFT JOIN endpoints p ON p.company_id = e.company_id AND p.environment_id = e.environment_id
      WHERE e.company_id = $1::text AND e.deployment_id = $2::text AND e.kind = $3::text
        FOR NO KEY UPDATE OF e`,
    [options.companyId, options.deploymentId, options.kind],
  );
  return rows[0] ?? null;
}

export async function updateSettings(
  db: Queryable,
  row: EnvironmentKeyRow & { readonly settings: Readonly<Record<string, unknown>> },
): Promise<void> {
  await db.query(
    `UPDATE environments
        SET settings = $3::jsonb, settings_version = settings_version + 1
      WHERE company_id = $1::text AND environment_id = $2::text`,
    [row.companyId, row.environmentId, JSON.stringify(row.settings)],
  );
}

/** Keys as people may see them. */
export async function listKeyHints(
  db: Queryable,
  companyId: string,
  environmentIds: readonly string[],
): Promise<readonly { readonly environment_id: string; readonly hint: string }[]> {
  return db.query(
    `SELECT environment_id, hint
       FROM api_keys
      WHERE company_id = $1::text AND environment_id = ANY ($2::text[])
        AND revoked_at IS NULL AND (retires_at IS NULL OR retires_at > now())
      ORDER BY environment_id, created_at, key_id`,
    [companyId, environmentIds],
  );
}
