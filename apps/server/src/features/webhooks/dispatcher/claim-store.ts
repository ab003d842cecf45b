import type { Queryable } from "../../../infra/database.ts";

export interface ClaimRequest {
  readonly companyId: string;
  readonly leaseId: string;
  readonly leaseSeconds: number;
  readonly limit: number;
  /** Room of the endpoints listed; the others have `defaultRoom`. */
  readonly endpointIds: readonly string[];
  readonly rooms: readonly number[];
  /** Of the endpoints listed: where to begin, epoch seconds; null: with the oldest. See fronts.ts. */
  readonly fronts: readonly (number | null)[];
  readonly defaultRoom: number;
}

export interface ClaimedRow {
  readonly delivery_id: string;
  readonly event_id: string;
  readonly endpoint_id: string;
  readonly environment_id: string;
  /** null: a broken row, its environment is not its endpoint's. */
  readonly kind: "test" | "production" | null;
  /** Attempts before this one. */
  readonly attempt_count: number;
  /** Those of them that a replay left behind. */
  readonly attempts_before: number;
  /** null: erased. */
  readonly body: string | null;
  readonly url: string;
  readonly failing: boolean;
  /** Failing, or admins were told of trouble: a success is news. */
  readonly troubled: boolean;
  readonly failing_too_long: boolean;
  /** Epoch seconds by the database's clock, with fractions. */
  readonly now_seconds: number;
  /** The same for when it was due: what is due earlier was claimed before or is somebody else's. At least a second ago. */
  readonly front_seconds: number;
}

const CLAIM = `
  WITH place AS MATERIALIZED (
    SELECT e.endpoint_id, e.environment_id, e.url, e.state, e.failing_since, e.told,
           (SELECT n.kind FROM environments n
             WHERE n.company_id = $1::text AND n.environment_id = e.environment_id) AS kind
      FROM endpoints e
     WHERE e.company_id = $1::text
  ), picked AS (
    SELECT due.delivery_id
      FROM place e
      LEFT JOIN unnest($5::text[], $6::integer[], $8::float8[]) AS known (endpoint_id, room, front)
        ON known.endpoint_id = e.endpoint_id
     CROSS JOIN LATERAL (
           SELECT d.delivery_id
             FROM deliveries d
            WHERE d.company_id = (SELECT $1::text) AND d.endpoint_id = e.endpoint_id
              AND d.state = 'pending' AND d.due_at <= now()
              AND coalesce(d.lease_until <= now(), true)
              AND d.due_at >= coalesce(to_timestamp(known.front), '-infinity')
            ORDER BY d.due_at
            LIMIT coalesce(known.room, $7::integer)
              FOR UPDATE SKIP LOCKED) AS due
     WHERE e.state = 'enabled' AND e.url IS NOT NULL
     LIMIT $4::integer
  )
  UPDATE deliveries d
     SET lease_id = $2::text, lease_until = now() + $3::integer * interval '1 second'
    FROM place e
   WHERE d.company_id = (SELECT $1::text) AND d.delivery_id = ANY (ARRAY(SELECT delivery_id FROM picked))
     AND e.endpoint_id = d.endpoint_id
  RETURNING d.delivery_id, d.event_id, d.endpoint_id, d.environment_id, d.attempt_count, d.attempts_before, e.url,
            CASE WHEN d.environment_id = e.environment_id THEN e.kind END AS kind,
            (SELECT v.body FROM events v WHERE v.company_id = d.company_id AND v.event_id = d.event_id) AS body,
            e.failing_since IS NOT NULL AS failing, e.failing_since IS NOT NULL OR e.told AS troubled,
            coalesce(e.failing_since < now() - interval '5 days', false) AS failing_too_long,
            extract(epoch FROM clock_timestamp())::float8 AS now_seconds,
            extract(epoch FROM least(d.due_at, now() - interval '1 second'))::float8 AS front_seconds`;

/**
 * Leases due deliveries of one company, each endpoint's oldest first and at most as many as it has room for. Endpoint by
 * endpoint, because one index range for all would read past the whole backlog of a full one. Rows of endpoints that are
 * off stay.
 *
 * A lease writes no column that an index knows, and due_at stays what it was: the new version of the row finds place on
 * the page of the old one (fillfactor), and none of the five indexes is written (half the CPU of a claim, a third of the
 * WAL of a webhook). So a leased row keeps its place among those that are due and is passed over until its lease ends: if
 * this process dies, that is when it is claimed again.
 *
 * The next claim need not look before the last row of this one, except for what was due within the last second: such rows
 * may be committed yet.
 *
 * What there is to say about an endpoint is read once and not for each row: where there are a hundred of them, the planner
 * takes the whole table for each. ANY (ARRAY(…)) and the sub-select for the body instead of joins: on tables without
 * statistics yet, the planner joined by reading every delivery of the environment (40 ms for 16 of 2 000, growing with the
 * table; now below 1 ms). And the company is not told to the planner ((SELECT $1), d.company_id): of one that began to
 * send after the last ANALYZE it knows no row, takes any index that begins with the company for as good as the key, and
 * reads all of it for each webhook.
 */
export async function claim(db: Queryable, request: ClaimRequest): Promise<readonly ClaimedRow[]> {
  return db.query<ClaimedRow>(
    CLAIM,
    [
      request.companyId,
      request.leaseId,
      request.leaseSeconds,
      request.limit,
      request.endpointIds,
      request.rooms,
      request.defaultRoom,
      request.fronts,
    ],
    { name: "dispatch_claim" },
  );
}
