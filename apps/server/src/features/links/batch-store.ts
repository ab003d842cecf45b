import type { Queryable } from "../../infra/database.ts";

export interface BatchRow {
  readonly companyId: string;
  readonly environmentId: string;
  readonly batchId: string;
  readonly name: string;
  readonly state: "creating" | "ready" | "failed";
  readonly source: "count" | "list";
  readonly clock: "running" | "at_opening";
  readonly validUntil: Date;
  readonly requested: number;
  readonly created: number;
  readonly skippedCount: number;
  readonly warnings: readonly unknown[];
  readonly failure: string | null;
  readonly language: string | null;
  readonly stakes: "high" | "low";
  readonly bodyHash: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly revokedAt: Date | null;
  readonly revoking: boolean;
  readonly revokedBy: string | null;
}

const COLUMNS = `
  company_id AS "companyId", environment_id AS "environmentId", batch_id AS "batchId", name, state, source, clock,
  valid_until AS "validUntil", requested, created, jsonb_array_length(skipped) AS "skippedCount", warnings, failure,
  language, stakes, body_hash AS "bodyHash", created_by AS "createdBy", created_at AS "createdAt",
  finished_at AS "finishedAt", revoked_at AS "revokedAt", revoking, revoked_by AS "revokedBy"`;

export interface BatchKey {
  readonly companyId: string;
  readonly environmentId: string;
  readonly batchId: string;
}

export async function readClock(db: Queryable): Promise<Date> {
  const rows = await db.query<{ readonly at: Date }>(`SELECT date_trunc('second', now()) AS at`);
  if (!rows[0]) throw new Error("the database did not say what time it is");
  return rows[0].at;
}

// The unique key on (environment, idempotency key) decides among simultaneous requests.
/** False when the Idempotency-Key has a batch already. */
export async function insertBatch(
  tx: Queryable,
  row: Pick<
    BatchRow,
    | "companyId"
    | "environmentId"
    | "batchId"
    | "name"
    | "source"
    | "clock"
    | "validUntil"
    | "requested"
    | "language"
    | "stakes"
    | "bodyHash"
    | "createdBy"
  > & {
    readonly idempotencyKey: string | null;
    /** JSON text, as is `warnings`. */
    readonly skipped: string;
    readonly warnings: string;
  },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO link_batches (company_id, environment_id, batch_id, name, state, source, clock, valid_until, requested,
                               language, stakes, body_hash, created_by, idempotency_key, skipped, warnings)
     VALUES ($1::text, $2::text, $3::text, $4::text, 'creating', $5::text, $6::text, $7::timestamptz, $8::int,
             $9::text, $10::text, $11::text, $12::text, $13::text, $14::jsonb, $15::jsonb)
     ON CONFLICT (company_id, environment_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
     RETURNING batch_id`,
    [
      row.companyId,
      row.environmentId,
      row.batchId,
      row.name,
      row.source,
      row.clock,
      row.validUntil,
      row.requested,
      row.language,
      row.stakes,
      row.bodyHash,
      row.createdBy,
      row.idempotencyKey,
      row.skipped,
      row.warnings,
    ],
  );
  return rows.length === 1;
}

export async function findBatchByKey(
  db: Queryable,
  key: { readonly companyId: string; readonly environmentId: string; readonly idempotencyKey: string },
): Promise<BatchRow | null> {
  const rows = await db.query<BatchRow>(
    `SELECT ${COLUMNS} FROM link_batches
      WHERE company_id = $1::text AND environment_id = $2::text AND idempotency_key = $3::text`,
    [key.companyId, key.environmentId, key.idempotencyKey],
  );
  return rows[0] ?? null;
}

export async function findBatch(db: Queryable, key: BatchKey): Promise<BatchRow | null> {
  const rows = await db.query<BatchRow>(
    `SELECT ${COLUMNS} FROM link_batches
      WHERE company_id = $1::text AND environment_id = $2::text AND batch_id = $3::text`,
    [key.companyId, key.environmentId, key.batchId],
  );
  return rows[0] ?? null;
}

/** For the command line, which is given no environment. */
export async function findBatchAnywhere(db: Queryable, companyId: string, batchId: string): Promise<BatchRow | null> {
  const rows = await db.query<BatchRow>(
    `SELECT ${COLUMNS} FROM link_batches WHERE company_id = $1::text AND batch_id = $2::text`,
    [companyId, batchId],
  );
  return rows[0] ?? null;
}

/** Newest first; batch ids sort by the time they were made. */
export async function listBatchRows(
  db: Queryable,
  place: { readonly companyId: string; readonly environmentId: string },
  page: { readonly after: string | null; readonly limit: number },
): Promise<readonly BatchRow[]> {
  return db.query<BatchRow>(
    `SELECT ${COLUMNS} FROM link_batches
      WHERE company_id = $1::text AND environment_id = $2::text AND ($3::text IS NULL OR batch_id < $3::text)
      ORDER BY batch_id DESC
      LIMIT $4::int`,
    [place.companyId, place.environmentId, page.after, page.limit],
  );
}

export async function listSkipped(
  db: Queryable,
  key: BatchKey,
  limit: number,
): Promise<readonly { readonly line: number; readonly code: string }[]> {
  return db.query(
    `SELECT (item->>'line')::int AS line, item->>'code' AS code
       FROM link_batches, jsonb_array_elements(skipped) WITH ORDINALITY AS s (item, place)
      WHERE company_id = $1::text AND environment_id = $2::text AND batch_id = $3::text
      ORDER BY place
      LIMIT $4::int`,
    [key.companyId, key.environmentId, key.batchId, limit],
  );
}

// Outside the batch's transaction, so that others see how far it is and that somebody works on it.
export async function noteProgress(db: Queryable, key: BatchKey, created: number): Promise<void> {
  await db.query(
    `UPDATE link_batches SET created = $4::int, heartbeat_at = now()
      WHERE company_id = $1::text AND environment_id = $2::text AND batch_id = $3::text AND state = 'creating'`,
    [key.companyId, key.environmentId, key.batchId, created],
  );
}

// In the transaction of the links themselves: they come into being only if nobody has given the batch up meanwhile.
export async function markReady(
  tx: Queryable,
  key: BatchKey,
  end: { readonly created: number; /** JSON text. */ readonly skipped: string },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE link_batches
        SET state = 'ready', created = $4::int, skipped = $5::jsonb, finished_at = now(), heartbeat_at = now()
      WHERE company_id = $1::text AND environment_id = $2::text AND batch_id = $3::text AND state = 'creating'
      RETURNING batch_id`,
    [key.companyId, key.environmentId, key.batchId, end.created, end.skipped],
  );
  return rows.length === 1;
}

// The Idempotency-Key is free again: the same request, sent once more, is meant to succeed.
export async function markFailed(db: Queryable, key: BatchKey, failure: string): Promise<void> {
  await db.query(
    `UPDATE link_batches
        SET state = 'failed', created = 0, failure = $4::text, finished_at = now(), idempotency_key = NULL
      WHERE company_id = $1::text AND environment_id = $2::text AND batch_id = $3::text AND state = 'creating'`,
    [key.companyId, key.environmentId, key.batchId, failure],
  );
}

export async function failSilentBatches(
  db: Queryable,
  companyId: string,
  options: { readonly silentSeconds: number; readonly failure: string },
): Promise<number> {
  const rows = await db.query(
    `UPDATE link_batches
        SET state = 'failed', created = 0, failure = $3::text, finished_at = now(), idempotency_key = NULL
      WHERE company_id = $1::text AND state = 'creating'
        AND heartbeat_at < now() - make_interval(secs => $2::int)
      RETURNING batch_id`,
    [companyId, options.silentSeconds, options.failure],
  );
  return rows.length;
}

export async function updateValidUntil(tx: Queryable, key: BatchKey, until: Date): Promise<void> {
  await tx.query(
    `UPDATE link_batches SET valid_until = $4::timestamptz
      WHERE company_id = $1::text AND environment_id = $2::text AND batch_id = $3::text`,
    [key.companyId, key.environmentId, key.batchId, until],
  );
}

/** False when it was revoked before. */
export async function markRevoking(tx: Queryable, key: BatchKey, actor: string): Promise<boolean> {
  const rows = await tx.query<{ readonly first: boolean }>(
    `UPDATE link_batches b
        SET revoking = true, revoked_at = coalesce(b.revoked_at, now()), revoked_by = $4::text
       FROM (SELECT batch_id, revoked_at FROM link_batches
              WHERE company_id = $1::text AND environment_id = $2::text AND batch_id = $3::text FOR UPDATE) old
      WHERE b.company_id = $1::text AND b.environment_id = $2::text AND b.batch_id = old.batch_id
      RETURNING old.revoked_at IS NULL AS first`,
    [key.companyId, key.environmentId, key.batchId, actor],
  );
  return rows[0]?.first ?? false;
}

export async function markRevoked(tx: Queryable, key: BatchKey): Promise<void> {
  await tx.query(
    `UPDATE link_batches SET revoking = false
      WHERE company_id = $1::text AND environment_id = $2::text AND batch_id = $3::text`,
    [key.companyId, key.environmentId, key.batchId],
  );
}

export async function listRevoking(db: Queryable, companyId: string): Promise<readonly BatchRow[]> {
  return db.query<BatchRow>(
    `SELECT ${COLUMNS} FROM link_batches WHERE company_id = $1::text AND revoking ORDER BY batch_id`,
    [companyId],
  );
}

// The list of companies itself; what happens then is asked of one company at a time.
export async function selectCompanyIds(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query<{ readonly company_id: string }>(`SELECT company_id FROM companies ORDER BY company_id`);
  return rows.map((row) => row.company_id);
}
