import type { Queryable } from "../../infra/database.ts";

export interface EndpointRow {
  readonly endpoint_id: string;
  readonly url: string | null;
  readonly state: "enabled" | "disabled";
  readonly disabled_reason: string | null;
  readonly failing_since: Date | null;
  /** When the URL was set or the endpoint was switched. */
  readonly updated_at: Date;
}

export interface EndpointKey {
  readonly companyId: string;
  readonly environmentId: string;
}

export async function insertEndpoint(db: Queryable, key: EndpointKey & { endpointId: string }): Promise<void> {
  await db.query(
    `INSERT INTO endpoints (company_id, endpoint_id, environment_id)
     VALUES ($1::text, $2::text, $3::text)`,
    [key.companyId, key.endpointId, key.environmentId],
  );
}

export interface SecretRow {
  readonly endpoint_id: string;
  readonly secret_id: string;
  readonly ciphertext: string;
}

export async function insertSecret(db: Queryable, companyId: string, row: SecretRow): Promise<void> {
  await db.query(
    `INSERT INTO endpoint_secrets (company_id, endpoint_id, secret_id, ciphertext)
     VALUES ($1::text, $2::text, $3::text, $4::text)`,
    [companyId, row.endpoint_id, row.secret_id, row.ciphertext],
  );
}

export async function findEndpoint(db: Queryable, key: EndpointKey): Promise<EndpointRow | null> {
  const rows = await db.query<EndpointRow>(
    `SELECT endpoint_id, url, state, disabled_reason, failing_since, updated_at
       FROM endpoints
      WHERE company_id = $1::text AND environment_id = $2::text`,
    [key.companyId, key.environmentId],
  );
  return rows[0] ?? null;
}

/**
 * FOR UPDATE, not merely an UPDATE: it waits for every transaction that is just adding a delivery (those hold KEY SHARE
 * through their foreign key), so that the change of the deliveries that follows misses none of them.
 */
export async function lockEndpoint(db: Queryable, key: EndpointKey): Promise<EndpointRow | null> {
  const rows = await db.query<EndpointRow>(
    `SELECT endpoint_id, url, state, disabled_reason, failing_since, updated_at
       FROM endpoints
      WHERE company_id = $1::text AND environment_id = $2::text
        FOR UPDATE`,
    [key.companyId, key.environmentId],
  );
  return rows[0] ?? null;
}

export interface EndpointChange {
  readonly companyId: string;
  readonly endpointId: string;
  readonly url: string | null;
  readonly state: "enabled" | "disabled";
  readonly disabledReason: string | null;
}

/** Any change starts the count of failing days anew, and with it the notices. */
export async function updateEndpoint(db: Queryable, change: EndpointChange): Promise<void> {
  await db.query(
    `UPDATE endpoints
        SET url = $3::text, state = $4::text, disabled_reason = $5::text, failing_since = NULL,
            episode = episode + 1, updated_at = now()
      WHERE company_id = $1::text AND endpoint_id = $2::text`,
    [change.companyId, change.endpointId, change.url, change.state, change.disabledReason],
  );
}

export async function holdDeliveries(db: Queryable, companyId: string, endpointId: string): Promise<void> {
  await db.query(
    `UPDATE deliveries
        SET state = 'held'
      WHERE company_id = $1::text AND endpoint_id = $2::text AND state = 'pending'`,
    [companyId, endpointId],
  );
}

/**
 * A delivery whose attempt is still under way keeps its lease, so that it is not sent a second time meanwhile. Each is due
 * at a moment of its own, not at one for all: where a claim has come to is told by that moment (dispatcher/fronts.ts).
 */
export async function releaseDeliveries(db: Queryable, companyId: string, endpointId: string): Promise<number> {
  const rows = await db.query(
    `UPDATE deliveries
        SET state = 'pending', due_at = greatest(clock_timestamp(), lease_until)
      WHERE company_id = $1::text AND endpoint_id = $2::text AND state = 'held'
     RETURNING delivery_id`,
    [companyId, endpointId],
  );
  return rows.length;
}

/** Of what has not arrived, the oldest so many, by state: a receiver that was away for weeks must not be counted out. */
export async function countUndelivered(
  db: Queryable,
  key: EndpointKey,
  limit: number,
): Promise<readonly { readonly state: "pending" | "held" | "dead"; readonly n: number }[]> {
  return db.query(
    `SELECT state, count(*)::int AS n
       FROM (SELECT state
               FROM deliveries
              WHERE company_id = $1::text AND environment_id = $2::text AND state <> 'delivered'
              ORDER BY created_at, delivery_id
              LIMIT $3::int) AS oldest
      GROUP BY state`,
    [key.companyId, key.environmentId, limit],
  );
}

/** Secrets that sign now, newest first. */
export async function liveSecrets(db: Queryable, companyId: string, endpointId: string): Promise<readonly SecretRow[]> {
  return db.query<SecretRow>(
    `SELECT endpoint_id, secret_id, ciphertext
       FROM endpoint_secrets
      WHERE company_id = $1::text AND endpoint_id = $2::text AND (retires_at IS NULL OR retires_at > now())
      ORDER BY created_at DESC, secret_id DESC`,
    [companyId, endpointId],
    { name: "endpoint_live_secrets" },
  );
}

export interface SecretStateRow extends SecretRow {
  readonly created_at: Date;
  readonly retires_at: Date | null;
  readonly alive: boolean;
}

/** Newest first, ended ones too. */
export async function listSecrets(
  db: Queryable,
  companyId: string,
  page: { readonly endpointId: string; readonly limit: number },
): Promise<readonly SecretStateRow[]> {
  return db.query(
    `SELECT endpoint_id, secret_id, ciphertext, created_at, retires_at,
            retires_at IS NULL OR retires_at > now() AS alive
       FROM endpoint_secrets
      WHERE company_id = $1::text AND endpoint_id = $2::text
      ORDER BY created_at DESC, secret_id DESC
      LIMIT $3::int`,
    [companyId, page.endpointId, page.limit],
  );
}

/** An end that is nearer already stays. */
export async function retireSecret(
  db: Queryable,
  companyId: string,
  end: { readonly endpointId: string; readonly secretId: string; readonly hours: number },
): Promise<void> {
  await db.query(
    `UPDATE endpoint_secrets
        SET retires_at = least(retires_at, now() + $4::int * interval '1 hour')
      WHERE company_id = $1::text AND endpoint_id = $2::text AND secret_id = $3::text`,
    [companyId, end.endpointId, end.secretId, end.hours],
  );
}

/** The secret that is left when the other of two ends has no end any more. */
export async function keepSecret(
  db: Queryable,
  companyId: string,
  secret: { readonly endpointId: string; readonly secretId: string },
): Promise<void> {
  await db.query(
    `UPDATE endpoint_secrets
        SET retires_at = NULL
      WHERE company_id = $1::text AND endpoint_id = $2::text AND secret_id = $3::text`,
    [companyId, secret.endpointId, secret.secretId],
  );
}

/**
 * When the row is early enough already, nothing is written and nothing locked. That can meet a dispatcher which is just
 * moving the row forward without having seen the new delivery; it therefore looks again after moving it.
 */
export async function lowerDue(db: Queryable, companyId: string, delayMs: number): Promise<void> {
  await db.query(
    `UPDATE dispatch_due SET due_at = now() + $2::integer * interval '1 millisecond'
      WHERE company_id = $1::text AND due_at > now() + $2::integer * interval '1 millisecond'`,
    [companyId, delayMs],
    { name: "dispatch_due_lower" },
  );
}

/** A first failure starts the count of failing days. */
export async function markFailing(db: Queryable, companyId: string, endpointId: string): Promise<void> {
  await db.query(
    `UPDATE endpoints SET failing_since = now()
      WHERE company_id = $1::text AND endpoint_id = $2::text AND failing_since IS NULL`,
    [companyId, endpointId],
  );
}

/** A success ends it, and with it the time of failing. */
export async function markWorking(db: Queryable, companyId: string, endpointId: string): Promise<void> {
  await db.query(
    `UPDATE endpoints SET failing_since = NULL, episode = episode + 1
      WHERE company_id = $1::text AND endpoint_id = $2::text`,
    [companyId, endpointId],
  );
}
