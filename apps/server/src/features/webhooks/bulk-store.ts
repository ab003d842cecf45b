import type { Queryable } from "../../infra/database.ts";
import type { NewDelivery, NewEvent } from "./store.ts";

// As webhook_insert_event, for many at once; index events_once decides for each of them.
/** The ids of the events that are new; the others' runs had announced the type before. */
export async function insertEvents(
  db: Queryable,
  companyId: string,
  events: readonly Omit<NewEvent, "companyId">[],
): Promise<readonly string[]> {
  const rows = await db.query<{ readonly event_id: string }>(
    `INSERT INTO events (company_id, event_id, environment_id, session_id, run, type, body, body_hash, created_at)
     SELECT $1::text, v.event_id, v.environment_id, v.session_id, v.run, v.type, v.body, v.body_hash,
            coalesce(v.at, now())
       FROM unnest($2::text[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::text[],
                   $9::timestamptz[])
         AS v (event_id, environment_id, session_id, run, type, body, body_hash, at)
     ON CONFLICT (company_id, session_id, run, type) WHERE session_id IS NOT NULL DO NOTHING
     RETURNING event_id`,
    [
      companyId,
      events.map((event) => event.eventId),
      events.map((event) => event.environmentId),
      events.map((event) => event.sessionId),
      events.map((event) => event.run),
      events.map((event) => event.type),
      events.map((event) => event.body),
      events.map((event) => event.bodyHash),
      events.map((event) => event.at),
    ],
  );
  return rows.map((row) => row.event_id);
}

// As webhook_insert_delivery, for many at once. The endpoints are locked by themselves and first: a join would read
// each of them as often as it has events, and could meet a state that was switched while it waited for the lock.
/** How many deliveries are due; the others are held, or their environment has no URL. */
export async function insertDeliveries(
  db: Queryable,
  companyId: string,
  deliveries: readonly Omit<NewDelivery, "companyId">[],
): Promise<number> {
  const rows = await db.query<{ readonly state: "pending" | "held" }>(
    `WITH open AS MATERIALIZED (
       SELECT endpoint_id, environment_id, CASE state WHEN 'enabled' THEN 'pending' ELSE 'held' END AS state
         FROM endpoints
        WHERE company_id = $1::text AND environment_id = ANY ($4::text[]) AND url IS NOT NULL
          FOR KEY SHARE
     )
     INSERT INTO deliveries (company_id, delivery_id, event_id, endpoint_id, environment_id, state)
     SELECT $1::text, d.delivery_id, d.event_id, o.endpoint_id, o.environment_id, o.state
       FROM unnest($2::text[], $3::text[], $4::text[]) AS d (delivery_id, event_id, environment_id)
       JOIN open o ON o.environment_id = d.environment_id
     RETURNING state`,
    [
      companyId,
      deliveries.map((delivery) => delivery.deliveryId),
      deliveries.map((delivery) => delivery.eventId),
      deliveries.map((delivery) => delivery.environmentId),
    ],
  );
  return rows.filter(({ state }) => state === "pending").length;
}
