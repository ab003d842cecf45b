import type { Queryable } from "../../infra/database.ts";
import type { EnvironmentKeyRow } from "./store.ts";

export interface ApiKeyRow {
  readonly key_id: string;
  readonly hint: string;
  readonly ciphertext: string;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly retires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly alive: boolean;
}

const KEY = `key_id, hint, ciphertext, created_at, last_used_at, retires_at, revoked_at,
       revoked_at IS NULL AND (retires_at IS NULL OR retires_at > now()) AS alive`;

/**
 * Everything that changes which keys are alive waits here, so that two rotations at once can not leave three. NO KEY
 * UPDATE: rows that refer to the environment may be added meanwhile.
 */
export async function lockForKeys(db: Queryable, place: EnvironmentKeyRow): Promise<boolean> {
  const rows = await db.query(
    `SELECT environment_id
       FROM environments
      WHERE company_id = $1::text AND environment_id = $2::text
        FOR NO KEY UPDATE`,
    [place.companyId, place.environmentId],
  );
  return rows.length === 1;
}

/** Newest first. */
export async function listKeyRows(
  db: Queryable,
  place: EnvironmentKeyRow,
  limit: number,
): Promise<readonly ApiKeyRow[]> {
  return db.query(
    `SELECT ${KEY}
       FROM api_keys
      WHERE company_id = $1::text AND environment_id = $2::text
      ORDER BY created_at DESC, key_id DESC
      LIMIT $3::int`,
    [place.companyId, place.environmentId, limit],
  );
}

export async function findKeyRow(db: Queryable, place: EnvironmentKeyRow, keyId: string): Promise<ApiKeyRow | null> {
  const rows = await db.query<ApiKeyRow>(
    `SELECT ${KEY}
       FROM api_keys
      WHERE company_id = $1::text AND environment_id = $2::text AND key_id = $3::text`,
    [place.companyId, place.environmentId, keyId],
  );
  return rows[0] ?? null;
}

/** Only a key without an end gets one: an overlap is never made longer. */
export async function retireKey(
  db: Queryable,
  place: EnvironmentKeyRow,
  end: { readonly keyId: string; readonly hours: number },
): Promise<void> {
  await db.query(
    `UPDATE api_keys
        SET retires_at = now() + $4::int * interval '1 hour'
      WHERE company_id = $1::text AND environment_id = $2::text AND key_id = $3::text AND retires_at IS NULL`,
    [place.companyId, place.environmentId, end.keyId, end.hours],
  );
}

export async function revokeKey(db: Queryable, place: EnvironmentKeyRow, keyId: string): Promise<void> {
  await db.query(
    `UPDATE api_keys
        SET revoked_at = now()
      WHERE company_id = $1::text AND environment_id = $2::text AND key_id = $3::text AND revoked_at IS NULL`,
    [place.companyId, place.environmentId, keyId],
  );
}

/** The key that is left when the other of two is revoked has no end any more. */
export async function keepKey(db: Queryable, place: EnvironmentKeyRow, keyId: string): Promise<void> {
  await db.query(
    `UPDATE api_keys
        SET retires_at = NULL
      WHERE company_id = $1::text AND environment_id = $2::text AND key_id = $3::text`,
    [place.companyId, place.environmentId, keyId],
  );
}

/** At most one write a minute, whatever several processes see. */
export async function touchKey(db: Queryable, place: EnvironmentKeyRow, keyId: string): Promise<void> {
  await db.query(
    `UPDATE api_keys
        SET last_used_at = now()
      WHERE company_id = $1::text AND environment_id = $2::text AND key_id = $3::text
        AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
    [place.companyId, place.environmentId, keyId],
    { name: "key_touch" },
  );
}

/** The number of token keys that stopped verifying. */
export async function retireTokenKeys(db: Queryable, place: EnvironmentKeyRow, exceptKid: string): Promise<number> {
  const rows = await db.query(
    `UPDATE token_keys
        SET retired_at = now()
      WHERE company_id = $1::text AND environment_id = $2::text AND kid <> $3::text AND retired_at IS NULL
     RETURNING kid`,
    [place.companyId, place.environmentId, exceptKid],
  );
  return rows.length;
}
