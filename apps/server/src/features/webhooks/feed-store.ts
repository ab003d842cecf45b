import type { Queryable } from "../../infra/database.ts";

export interface FeedPlace {
  readonly companyId: string;
  readonly environmentId: string;
  /** Numbers above this one. */
  readonly after: number;
  readonly limit: number;
}

/** How the newest delivery of an event stands; all null when no URL was set. A replay makes a second delivery. */
export interface DeliveryState {
  readonly deliveryState: "pending" | "held" | "delivered" | "dead" | null;
  readonly attemptCount: number | null;
  readonly lastStatus: number | null;
  readonly deliveredAt: Date | null;
  readonly nextAttemptAt: Date | null;
}

export interface FeedRow extends DeliveryState {
  readonly seq: number;
  readonly eventId: string;
  readonly type: string;
  readonly sessionId: string | null;
  readonly run: number | null;
  /** As sent; null once erased. */
  readonly body: string | null;
  /** sha256 hex of the body as sent; stays when the body is erased. */
  readonly bodyHash: string;
  readonly createdAt: Date;
}

const COLUMNS = `
  e.event_seq::float8 AS seq, e.event_id AS "eventId", e.type, e.session_id AS "sessionId", e.run, e.body,
  e.body_hash AS "bodyHash", e.created_at AS "createdAt",
  d.state AS "deliveryState", d.attempt_count AS "attemptCount", d.last_status AS "lastStatus",
  d.delivered_at AS "deliveredAt", CASE WHEN d.state = 'pending' THEN d.due_at END AS "nextAttemptAt"`;

const NEWEST_DELIVERY = `
  LEFT JOIN LATERAL (
         SELECT * FROM deliveries
          WHERE company_id = e.company_id AND event_id = e.event_id
          ORDER BY created_at DESC, delivery_id DESC
          LIMIT 1) AS d ON true`;

/** Numbered events of the environment, in the order of their numbers. */
export async function selectFeed(db: Queryable, place: FeedPlace): Promise<readonly FeedRow[]> {
  return db.query<FeedRow>(
    `SELECT ${COLUMNS}
       FROM (SELECT * FROM events
              WHERE company_id = $1::text AND environment_id = $2::text AND event_seq > $3::bigint
              ORDER BY event_seq
              LIMIT $4::int) AS e
       ${NEWEST_DELIVERY}
      ORDER BY e.event_seq`,
    [place.companyId, place.environmentId, place.after, place.limit],
    { name: "events_feed" },
  );
}

// Each type's own next rows, then the first of them all: a rare type is not looked for among a million others.
/** The same, of these types alone. */
export async function selectFeedOfTypes(
  db: Queryable,
  place: FeedPlace,
  types: readonly string[],
): Promise<readonly FeedRow[]> {
  return db.query<FeedRow>(
    `SELECT ${COLUMNS}
       FROM (SELECT one.*
               FROM unnest($5::text[]) AS wished (type)
              CROSS JOIN LATERAL (
                      SELECT * FROM events
                       WHERE company_id = $1::text AND environment_id = $2::text AND type = wished.type
                         AND event_seq > $3::bigint
                       ORDER BY event_seq
                       LIMIT $4::int) AS one
              ORDER BY one.event_seq
              LIMIT $4::int) AS e
       ${NEWEST_DELIVERY}
      ORDER BY e.event_seq`,
    [place.companyId, place.environmentId, place.after, place.limit, types],
    { name: "events_feed_of_types" },
  );
}

/** Whether the company's event of this number is this one. */
export async function isNumberOf(
  db: Queryable,
  companyId: string,
  event: { readonly seq: number; readonly eventId: string },
): Promise<boolean> {
  const rows = await db.query(
    `SELECT event_id FROM events WHERE company_id = $1::text AND event_seq = $2::bigint AND event_id = $3::text`,
    [companyId, event.seq, event.eventId],
    { name: "events_number_of" },
  );
  return rows.length === 1;
}
