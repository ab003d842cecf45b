import type { Queryable } from "../../infra/database.ts";

export interface EnvironmentRow {
  readonly company_id: string;
  readonly company_name: string;
  readonly deployment_id: string;
  readonly deployment_name: string;
  readonly environment_id: string;
  readonly kind: "test" | "production";
  readonly integration_id: string;
  readonly settings: unknown;
  readonly archived: boolean;
}

export interface PlaceRow {
  readonly environment_id: string;
  readonly deployment_id: string;
  readonly deployment_name: string;
  readonly kind: "test" | "production";
  readonly integration_id: string;
  readonly archived: boolean;
}

const ENVIRONMENT = `e.company_id, c.name AS company_name, e.deployment_id, d.name AS deployment_name,
       e.environment_id, e.kind, e.integration_id, e.settings, d.archived_at IS NOT NULL AS archived
  FROM environments e
  JOIN deployments d ON d.company_id = e.company_id AND d.deployment_id = e.deployment_id
  JOIN companies c ON c.company_id = e.company_id`;

export async function findEnvironment(
  db: Queryable,
  companyId: string,
  environmentId: string,
): Promise<EnvironmentRow | null> {
  const rows = await db.query<EnvironmentRow>(
    `SELECT ${ENVIRONMENT}
      WHERE e.company_id = $1::text AND e.environment_id = $2::text`,
    [companyId, environmentId],
    { name: "access_environment" },
  );
  return rows[0] ?? null;
}

// The directory answers before the company is known. An archived deployment still answers, and says that it is archived:
// journeys under way find their end through it, and their results stay readable.
export async function findEnvironmentByIntegration(
  db: Queryable,
  integrationId: string,
): Promise<EnvironmentRow | null> {
  const rows = await db.query<EnvironmentRow>(
    `SELECT ${ENVIRONMENT}
       JOIN integration_directory i ON i.company_id = e.company_id AND i.environment_id = e.environment_id
      WHERE i.integration_id = $1::text AND c.archived_at IS NULL`,
    [integrationId],
    { name: "access_by_integration" },
  );
  return rows[0] ?? null;
}

export async function findEnvironmentByKey(
  db: Queryable,
  keyHash: string,
): Promise<(EnvironmentRow & { readonly key_id: string }) | null> {
  const rows = await db.query<EnvironmentRow & { readonly key_id: string }>(
    `SELECT k.key_id, ${ENVIRONMENT}
       JOIN key_directory h ON h.company_id = e.company_id AND h.environment_id = e.environment_id
       JOIN api_keys k ON k.company_id = h.company_id AND k.environment_id = h.environment_id AND k.key_id = h.key_id
      WHERE h.key_hash = $1::text
        AND k.revoked_at IS NULL AND (k.retires_at IS NULL OR k.retires_at > now())
        AND c.archived_at IS NULL`,
    [keyHash],
    { name: "access_by_key" },
  );
  return rows[0] ?? null;
}

/** The one that will retire first: during an overlap the old key is the current one and the new key the next. */
export async function listLiveKeys(
  db: Queryable,
  companyId: string,
  environmentId: string,
): Promise<readonly { readonly key_id: string; readonly ciphertext: string }[]> {
  return db.query(
    `SELECT key_id, ciphertext
       FROM api_keys
      WHERE company_id = $1::text AND environment_id = $2::text
        AND revoked_at IS NULL AND (retires_at IS NULL OR retires_at > now())
      ORDER BY retires_at NULLS LAST, created_at, key_id`,
    [companyId, environmentId],
    { name: "access_live_keys" },
  );
}

export async function listTokenKeys(
  db: Queryable,
  companyId: string,
  environmentId: string,
): Promise<readonly { readonly kid: string; readonly ciphertext: string }[]> {
  return db.query(
    `SELECT kid, ciphertext
       FROM token_keys
      WHERE company_id = $1::text AND environment_id = $2::text AND retired_at IS NULL
      ORDER BY created_at DESC, kid DESC`,
    [companyId, environmentId],
    { name: "access_token_keys" },
  );
}

/** Every environment of the company, archived deployments too: oldest deployment first, Test before Production. */
export async function listPlaces(db: Queryable, companyId: string): Promise<readonly PlaceRow[]> {
  return db.query(
    `SELECT e.environment_id, e.deployment_id, d.name AS deployment_name, e.kind, e.integration_id,
            d.archived_at IS NOT NULL AS archived
       FROM environments e
       JOIN deployments d ON d.company_id = e.company_id AND d.deployment_id = e.deployment_id
      WHERE e.company_id = $1::text
      ORDER BY d.created_at, d.deployment_id, e.kind DESC`,
    [companyId],
    { name: "access_places" },
  );
}
