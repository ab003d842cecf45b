import type { Queryable } from "../../infra/database.ts";

export interface NewEvent {
  readonly companyId: string;
  readonly eventId: string;
  readonly environmentId: string;
  readonly sessionId: string;
  readonly run: number;
  readonly type: string;
  readonly body: string;
  readonly bodyHash: string;
  readonly at: Date | null;
}

/** False when this run has announced an event of this type before (index events_once). */
export async function insertEvent(db: Queryable, event: NewEvent): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO events (company_id, event_id, environment_id, session_id, run, type, body, body_hash, created_at)
     VALUES ($1::text, $2::text, $3::text, $4::text, $5::integer, $6::text, $7::text, $8::text,
             coalesce($9::timestamptz, now()))
     ON CONFLICT (company_id, session_id, run, type) WHERE session_id IS NOT NULL DO NOTHING
     RETURNING event_id`,
    [
      event.companyId,
      event.eventId,
      event.environmentId,
      event.sessionId,
      event.run,
      event.type,
      event.body,
      event.bodyHash,
      event.at,
    ],
    { name: "webhook_insert_event" },
  );
  return rows.length === 1;
}

export interface NewDelivery {
  readonly companyId: string;
  readonly deliveryId: string;
  readonly eventId: string;
  readonly environmentId: string;
}

/**
 * No row while no URL is set. KEY SHARE holds off a switch of the endpoint's state until this transaction ends (see
 * lockEndpoint), so that no delivery is stranded as pending or held by one that happens at the same moment.
 */
export async function insertDelivery(db: Queryable, delivery: NewDelivery): Promise<"pending" | "held" | null> {
  const rows = await db.query<{ state: "pending" | "held" }>(
    `INSERT INTO deliveries (company_id, delivery_id, event_id, endpoint_id, environment_id, state)
     SELECT company_id, $2::text, $3::text, endpoint_id, environment_id,
            CASE state WHEN 'enabled' THEN 'pending' ELSE 'held' END
       FROM endpoints
      WHERE company_id = $1::text AND environment_id = $4::text AND url IS NOT NULL
        FOR KEY SHARE
     RETURNING state`,
    [delivery.companyId, delivery.deliveryId, delivery.eventId, delivery.environmentId],
    { name: "webhook_insert_delivery" },
  );
  return rows[0]?.state ?? null;
}
