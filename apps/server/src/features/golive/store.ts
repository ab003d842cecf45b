import type { Queryable } from "../../infra/database.ts";

export interface SideRow {
  readonly name: string;
  readonly archived_at: Date | null;
  readonly environment_id: string;
  readonly kind: "test" | "production";
  readonly integration_id: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly webhook_url: string | null;
  readonly webhook_state: string | null;
  readonly disabled_reason: string | null;
  readonly now: Date;
}

/** Both environments of a deployment, archived or not; empty when the company has none of this id. */
export async function listSides(db: Queryable, companyId: string, deploymentId: string): Promise<readonly SideRow[]> {
  return db.query(
    `SELECT d.name, d.archived_at, e.environment_id, e.kind, e.integration_id, e.settings,
            p.url AS webhook_url, p.state AS webhook_state, p.disabled_reason, now() AS now
       FROM deployments d
       JOIN environments e ON e.company_id = d.company_id AND e.deployment_id = d.deployment_id
       LEFT JOIN endpoints p ON p.company_id = e.company_id AND p.environment_id = e.environment_id
      WHERE d.company_id = $1::text AND d.deployment_id = $2::text`,
    [companyId, deploymentId],
  );
}

export interface JourneyRow {
  readonly simulated: boolean;
  /** When the receiver last acknowledged a score event. */
  readonly delivered_at: Date;
}

/**
 * The newest acknowledged score events, simulated and played. Only the last thousand deliveries are looked at: a proof
 * older than that says little about today, and the answer stays a matter of milliseconds in a busy environment.
 */
export async function listProvenJourneys(
  db: Queryable,
  place: { readonly companyId: string; readonly environmentId: string },
): Promise<readonly JourneyRow[]> {
  return db.query(
    `SELECT s.simulated, max(d.delivered_at) AS delivered_at
       FROM (SELECT company_id, event_id, delivered_at, state
               FROM deliveries
              WHERE company_id = $1::text AND environment_id = $2::text
              ORDER BY created_at DESC, delivery_id DESC
              LIMIT 1000) d
       JOIN events e ON e.company_id = d.company_id AND e.event_id = d.event_id
       JOIN sessions s ON s.company_id = e.company_id AND s.session_id = e.session_id
      WHERE d.company_id = $1::text AND d.state = 'delivered' AND e.type = 'psychometric_score.complete'
      GROUP BY s.simulated`,
    [place.companyId, place.environmentId],
  );
}

/** Admins who could sign in today. */
export async function countUsableAdmins(db: Queryable, companyId: string): Promise<number> {
  const rows = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n
       FROM memberships m
       JOIN users u ON u.user_id = m.user_id
      WHERE m.company_id = $1::text AND m.role = 'admin' AND u.disabled_at IS NULL`,
    [companyId],
  );
  return rows[0]?.n ?? 0;
}
