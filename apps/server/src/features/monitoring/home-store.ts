import type { Queryable } from "../../infra/database.ts";
import { COUNTS } from "./results-store.ts";

/** Home's questions. Each counts at most `limit` rows of an environment, so that a flood costs no more than a handful. */

export interface HomeKey {
  readonly companyId: string;
  readonly environmentIds: readonly string[];
}

export interface CountRow {
  readonly environmentId: string;
  /** At most the limit that was asked with. */
  readonly count: number;
}

export async function selectNow(db: Queryable): Promise<Date> {
  const [row] = await db.query<{ readonly now: Date }>("SELECT now() AS now");
  if (row === undefined) throw new Error("the database's clock gave no row");
  return row.now;
}

export interface TroubledEndpoint {
  readonly environmentId: string;
  readonly state: "enabled" | "disabled";
  readonly reason: string | null;
  readonly since: Date;
}

/** Disabled since its last change, or failing since its first failure. */
export async function selectTroubledEndpoints(db: Queryable, key: HomeKey): Promise<readonly TroubledEndpoint[]> {
  return db.query<TroubledEndpoint>(
    `SELECT environment_id AS "environmentId", state, disabled_reason AS reason,
            CASE state WHEN 'disabled' THEN updated_at ELSE failing_since END AS since
       FROM endpoints
      WHERE company_id = $1::text AND environment_id = ANY ($2::text[]) AND url IS NOT NULL
        AND (state = 'disabled' OR failing_since IS NOT NULL)`,
    [key.companyId, key.environmentIds],
  );
}

export interface RetiringRow {
  readonly environmentId: string;
  readonly id: string;
  /** API keys only: its last characters, as the dashboard shows them. */
  readonly hint: string | null;
  readonly retiresAt: Date;
}

export async function selectRetiringKeys(
  db: Queryable,
  key: HomeKey,
  withinDays: number,
): Promise<readonly RetiringRow[]> {
  return db.query<RetiringRow>(
    `SELECT environment_id AS "environmentId", key_id AS id, hint, retires_at AS "retiresAt"
       FROM api_keys
      WHERE company_id = $1::text AND environment_id = ANY ($2::text[]) AND revoked_at IS NULL
        AND retires_at > now() AND retires_at <= now() + make_interval(days => $3::int)`,
    [key.companyId, key.environmentIds, withinDays],
  );
}

export async function selectRetiringSecrets(
  db: Queryable,
  key: HomeKey,
  withinDays: number,
): Promise<readonly RetiringRow[]> {
  return db.query<RetiringRow>(
    `SELECT p.environment_id AS "environmentId", s.secret_id AS id, NULL AS hint, s.retires_at AS "retiresAt"
       FROM endpoint_secrets s
       JOIN endpoints p ON p.company_id = $1::text AND p.endpoint_id = s.endpoint_id
      WHERE s.company_id = $1::text AND p.environment_id = ANY ($2::text[])
        AND s.retires_at > now() AND s.retires_at <= now() + make_interval(days => $3::int)`,
    [key.companyId, key.environmentIds, withinDays],
  );
}

interface Since {
  readonly days: number;
  readonly limit: number;
}

// LATERAL with a LIMIT for each environment: counting stops there, whatever else is in the index.
export async function countDead(db: Queryable, key: HomeKey, since: Since): Promise<readonly CountRow[]> {
  return db.query<CountRow>(
    `SELECT e.environment_id AS "environmentId", found.count
       FROM unnest($2::text[]) AS e (environment_id)
      CROSS JOIN LATERAL (
            SELECT count(*)::int AS count
              FROM (SELECT FROM deliveries d
                     WHERE d.company_id = $1::text AND d.environment_id = e.environment_id AND d.state <> 'delivered'
                       AND d.state = 'dead' AND d.created_at > now() - make_interval(days => $3::int)
                     LIMIT $4::int) AS seen) AS found
      WHERE found.count > 0`,
    [key.companyId, key.environmentIds, since.days, since.limit],
    { name: "home_dead" },
  );
}

// The condition repeats the partial index's own, of `results_to_review` or `results_unscorable`.
export async function countResults(
  db: Queryable,
  key: HomeKey,
  since: Since & { readonly which: "to_review" | "unscorable" },
): Promise<readonly CountRow[]> {
  const condition = since.which === "to_review" ? "r.score_confidence = 'LOW'" : "r.score IS NULL";
  return db.query<CountRow>(
    `SELECT e.environment_id AS "environmentId", found.count
       FROM unnest($2::text[]) AS e (environment_id)
      CROSS JOIN LATERAL (
            SELECT count(*)::int AS count
              FROM (SELECT FROM results r
                      JOIN sessions s ON s.company_id = $1::text AND s.session_id = r.session_id
                     WHERE r.company_id = $1::text AND r.environment_id = e.environment_id AND r.origin = 'finish'
                       AND ${condition} AND r.scored_at > now() - make_interval(days => $3::int)
                       AND s.state <> 'erased' AND NOT s.simulated AND ${COUNTS}
                     LIMIT $4::int) AS seen) AS found
      WHERE found.count > 0`,
    [key.companyId, key.environmentIds, since.days, since.limit],
    { name: `home_${since.which}` },
  );
}

export interface FailedBatch {
  readonly environmentId: string;
  readonly batchId: string;
  readonly name: string;
  readonly at: Date;
}

export async function selectFailedBatches(db: Queryable, key: HomeKey, page: Since): Promise<readonly FailedBatch[]> {
  return db.query<FailedBatch>(
    `SELECT environment_id AS "environmentId", batch_id AS "batchId", name, coalesce(finished_at, created_at) AS at
       FROM link_batches
      WHERE company_id = $1::text AND environment_id = ANY ($2::text[]) AND state = 'failed'
        AND created_at > now() - make_interval(days => $3::int)
      ORDER BY created_at DESC
      LIMIT $4::int`,
    [key.companyId, key.environmentIds, page.days, page.limit],
  );
}

export interface ExpiringRow extends CountRow {
  readonly first: Date;
}

/** Links nobody has opened whose time is over within a day, and when the first of them ends. */
export async function countExpiringLinks(
  db: Queryable,
  key: HomeKey,
  { limit }: { readonly limit: number },
): Promise<readonly ExpiringRow[]> {
  return db.query<ExpiringRow>(
    `SELECT environment_id AS "environmentId", least(count(*), $3::int)::int AS count, min(expires_at) AS first
       FROM sessions
      WHERE company_id = $1::text AND environment_id = ANY ($2::text[]) AND batch_id IS NOT NULL
        AND state IN ('created', 'opened', 'in_progress') AND state = 'created'
        AND expires_at > now() AND expires_at <= now() + interval '1 day'
      GROUP BY environment_id`,
    [key.companyId, key.environmentIds, limit],
    { name: "home_expiring" },
  );
}

/** Admins who sign in with a password alone. */
export async function countAdminsWithoutSecondFactor(db: Queryable, companyId: string): Promise<number> {
  const [row] = await db.query<{ readonly count: number }>(
    `SELECT count(*)::int AS count
       FROM memberships m
       JOIN users u ON u.user_id = m.user_id
      WHERE m.company_id = $1::text AND m.role = 'admin' AND u.disabled_at IS NULL AND u.totp_confirmed_at IS NULL
        AND u.password_hash IS NOT NULL`,
    [companyId],
  );
  return row?.count ?? 0;
}

export interface StateCount {
  readonly environmentId: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly opened: boolean;
  readonly consented: boolean;
  readonly count: number;
}

/** Sessions created since then, erased ones left out. */
export async function countCreated(db: Queryable, key: HomeKey, from: Date): Promise<readonly StateCount[]> {
  return db.query<StateCount>(
    `SELECT environment_id AS "environmentId", state, outcome, opened_at IS NOT NULL AS opened,
            consented_at IS NOT NULL AS consented, count(*)::int AS count
       FROM sessions
      WHERE company_id = $1::text AND environment_id = ANY ($2::text[]) AND created_at >= $3::timestamptz
        AND state <> 'erased'
      GROUP BY 1, 2, 3, 4, 5`,
    [key.companyId, key.environmentIds, from],
    { name: "home_created" },
  );
}

/** Sessions that ended since then, whenever they were created. */
export async function countEnded(
  db: Queryable,
  key: HomeKey,
  from: Date,
): Promise<readonly { readonly environmentId: string; readonly state: string; readonly count: number }[]> {
  return db.query(
    `SELECT environment_id AS "environmentId", state, count(*)::int AS count
       FROM sessions
      WHERE company_id = $1::text AND environment_id = ANY ($2::text[]) AND ended_at IS NOT NULL
        AND ended_at >= $3::timestamptz AND state <> 'erased'
      GROUP BY 1, 2`,
    [key.companyId, key.environmentIds, from],
    { name: "home_ended" },
  );
}
