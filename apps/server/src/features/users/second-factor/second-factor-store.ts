import type { Queryable } from "../../../infra/database.ts";

export interface SecondFactorRow {
  readonly totp_ciphertext: string | null;
  readonly is_confirmed: boolean;
  /** The database's clock, ms since 1970: by it codes are counted, whichever process is asked. */
  readonly now_ms: number;
}

export async function findSecondFactor(db: Queryable, userId: string): Promise<SecondFactorRow | null> {
  const rows = await db.query<SecondFactorRow>(
    `SELECT totp_ciphertext, totp_confirmed_at IS NOT NULL AS is_confirmed,
            floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms
       FROM users WHERE user_id = $1::text`,
    [userId],
  );
  return rows[0] ?? null;
}

/** A code is taken once: of two at the same time one finds the step used. */
export async function useStep(db: Queryable, userId: string, step: number): Promise<boolean> {
  const rows = await db.query(
    `UPDATE users SET totp_last_step = $2::bigint
      WHERE user_id = $1::text AND totp_confirmed_at IS NOT NULL
        AND (totp_last_step IS NULL OR totp_last_step < $2::bigint)
      RETURNING user_id`,
    [userId, step],
  );
  return rows.length > 0;
}

/** False where one is set up already. */
export async function beginEnrolment(db: Queryable, userId: string, ciphertext: string): Promise<boolean> {
  const rows = await db.query(
    `UPDATE users SET totp_ciphertext = $2::text, totp_last_step = NULL
      WHERE user_id = $1::text AND totp_confirmed_at IS NULL
      RETURNING user_id`,
    [userId, ciphertext],
  );
  return rows.length > 0;
}

/** False where another request was first, or has begun with another secret. */
export async function finishEnrolment(
  db: Queryable,
  row: { readonly userId: string; readonly ciphertext: string; readonly step: number },
): Promise<boolean> {
  const rows = await db.query(
    `UPDATE users SET totp_confirmed_at = now(), totp_last_step = $3::bigint
      WHERE user_id = $1::text AND totp_ciphertext = $2::text AND totp_confirmed_at IS NULL
      RETURNING user_id`,
    [row.userId, row.ciphertext, row.step],
  );
  return rows.length > 0;
}

export async function removeSecondFactor(db: Queryable, userId: string): Promise<void> {
  await db.query(
    `UPDATE users SET totp_ciphertext = NULL, totp_confirmed_at = NULL, totp_last_step = NULL
      WHERE user_id = $1::text`,
    [userId],
  );
}

export async function markGiven(db: Queryable, userId: string, userSessionId: string): Promise<void> {
  await db.query(
    `UPDATE user_sessions SET second_factor_at = now()
      WHERE user_id = $1::text AND user_session_id = $2::text`,
    [userId, userSessionId],
  );
}

export async function deleteRecoveryCodes(db: Queryable, userId: string): Promise<void> {
  await db.query("DELETE FROM recovery_codes WHERE user_id = $1::text", [userId]);
}

export async function insertRecoveryCodes(db: Queryable, userId: string, hashes: readonly string[]): Promise<void> {
  await db.query("INSERT INTO recovery_codes (user_id, code_hash) SELECT $1::text, unnest($2::text[])", [
    userId,
    hashes,
  ]);
}

/** Of two at the same time one finds it used. */
export async function useRecoveryCode(db: Queryable, userId: string, hash: string): Promise<boolean> {
  const rows = await db.query(
    `UPDATE recovery_codes SET used_at = now()
      WHERE user_id = $1::text AND code_hash = $2::text AND used_at IS NULL
      RETURNING code_hash`,
    [userId, hash],
  );
  return rows.length > 0;
}

export async function countRecoveryCodes(db: Queryable, userId: string): Promise<number> {
  const rows = await db.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM recovery_codes WHERE user_id = $1::text AND used_at IS NULL",
    [userId],
  );
  return rows[0]?.count ?? 0;
}
