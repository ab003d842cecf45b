import type { Queryable } from "../../infra/database.ts";
import type { Lane } from "./sweep-store.ts";

/** What is written about deliveries: the deliveries with their attempts, replays, notices to the admins. */

interface Page {
  readonly days: number;
  readonly limit: number;
}

// By the delivery's own age: tests of the webhook and notices belong to no session. What still waits to be sent stays.
export async function deleteDeliveries(tx: Queryable, lane: Lane, page: Page): Promise<number> {
  const due = await tx.query<{ readonly delivery_id: string }>(
    `SELECT d.delivery_id
       FROM deliveries d
       JOIN events v ON v.company_id = $1::text AND v.event_id = d.event_id
      WHERE d.company_id = $1::text AND d.environment_id = $2::text
        AND d.created_at < now() - make_interval(days => $3::int) AND d.state IN ('delivered', 'dead')
        AND NOT EXISTS (SELECT FROM legal_holds h
                         WHERE h.company_id = $1::text AND h.session_id = v.session_id AND h.released_at IS NULL)
      ORDER BY d.created_at
      LIMIT $4::int`,
    [lane.companyId, lane.environmentId, page.days, page.limit],
  );
  const ids = due.map((row) => row.delivery_id);
  if (ids.length === 0) return 0;
  await tx.query(`DELETE FROM attempts WHERE company_id = $1::text AND delivery_id = ANY ($2::text[])`, [
    lane.companyId,
    ids,
  ]);
  const rows = await tx.query(
    `DELETE FROM deliveries WHERE company_id = $1::text AND delivery_id = ANY ($2::text[]) RETURNING delivery_id`,
    [lane.companyId, ids],
  );
  return rows.length;
}

/** Replays that have ended, by their own age. What they queued keeps its log as long as any delivery. */
export async function deleteReplays(tx: Queryable, lane: Lane, { days, limit }: Page): Promise<number> {
  const rows = await tx.query(
    `DELETE FROM replay_jobs
      WHERE company_id = $1::text AND replay_id = ANY (ARRAY(
            SELECT replay_id FROM replay_jobs
             WHERE company_id = $1::text AND environment_id = $2::text AND state <> 'running'
               AND created_at < now() - make_interval(days => $3::int)
             ORDER BY created_at
             LIMIT $4::int))
     RETURNING replay_id`,
    [lane.companyId, lane.environmentId, days, limit],
  );
  return rows.length;
}

// The rows of the present episode are what keeps the same notice from being sent a second time.
/** Notices of times of failing that are over. */
export async function deleteNotices(tx: Queryable, lane: Lane, { days, limit }: Page): Promise<number> {
  const rows = await tx.query(
    `DELETE FROM endpoint_notices
      WHERE company_id = $1::text AND notice_id = ANY (ARRAY(
            SELECT n.notice_id
              FROM endpoint_notices n
              JOIN endpoints e ON e.company_id = $1::text AND e.endpoint_id = n.endpoint_id
             WHERE n.company_id = $1::text AND n.environment_id = $2::text AND n.episode < e.episode
               AND n.created_at < now() - make_interval(days => $3::int)
             ORDER BY n.created_at
             LIMIT $4::int))
     RETURNING notice_id`,
    [lane.companyId, lane.environmentId, days, limit],
  );
  return rows.length;
}
