import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Acknowledged, History, Rows, SeenDelivered } from "./history.ts";
import type { World } from "./world.ts";

/** What the database says, read past the server. */

/** Retries that are minutes or hours away fall due at once, as if that time had passed. Leases keep their time. */
export async function letTimePass(world: World, nearestMs: number): Promise<void> {
  await world.database.query(
    `WITH hurried AS (
       UPDATE deliveries SET due_at = now()
        WHERE state = 'pending' AND lease_id IS NULL AND due_at > now() + $1::integer * interval '1 millisecond'
       RETURNING company_id
     )
     UPDATE dispatch_due SET due_at = now() WHERE company_id IN (SELECT company_id FROM hurried)`,
    [nearestMs],
  );
}

/** What a run still waits for: deliveries under way, and simulated applicants whom no worker has played yet. */
export async function openWork(world: World): Promise<number> {
  const [row] = await world.database.query<{ n: number }>(
    `SELECT (SELECT count(*) FROM deliveries WHERE state = 'pending')::int
          + (SELECT count(*) FROM sessions WHERE simulated AND state IN ('created', 'opened', 'in_progress'))::int AS n`,
  );
  return row?.n ?? 0;
}

/** Deliveries that became delivered after `afterTime` (PostgreSQL's text of a time, "" for all). */
export function deliveredSince(world: World, afterTime: string): Promise<readonly SeenDelivered[]> {
  return world.database.query<SeenDelivered>(
    `SELECT delivery_id, delivered_at::text AS delivered_at FROM deliveries
      WHERE state = 'delivered' AND delivered_at > coalesce(nullif($1::text, ''), '-infinity')::timestamptz
      ORDER BY deliveries.delivered_at`,
    [afterTime],
  );
}

export async function collectHistory(
  world: World,
  acknowledged: readonly Acknowledged[],
  seenDelivered: readonly SeenDelivered[],
): Promise<History> {
  return {
    lenders: await Promise.all(
      world.lenders.map(async ({ environmentId, integrationId, keys }) => ({
        environmentId,
        integrationId,
        ...(await keys.history()),
      })),
    ),
    acknowledged,
    receipts: world.lenders.flatMap(({ receiver }) => receiver.receipts),
    rows: await readRows(world),
    seenDelivered,
  };
}

async function readRows({ database }: World): Promise<Rows> {
  return {
    sessions: await database.query("SELECT session_id, environment_id, uid, state FROM sessions"),
    results: await database.query("SELECT session_id, result_id FROM results"),
    events: await database.query("SELECT event_id, environment_id, session_id, type, body FROM events"),
    deliveries: await database.query(
      "SELECT delivery_id, event_id, state, delivered_at::text AS delivered_at FROM deliveries",
    ),
    attempts: await database.query("SELECT delivery_id, attempt_id, number, status FROM attempts"),
  };
}

/** Writes what was judged and what the processes said, for whoever looks for the reason. Returns the folder. */
export function keepEvidence({ place }: World, folder: string, documents: Readonly<Record<string, unknown>>): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, document] of Object.entries(documents)) {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(document, null, 2));
  }
  const logs = readdirSync(place.folder).filter((name) => name.endsWith(".log"));
  for (const name of logs) cpSync(join(place.folder, name), join(folder, name));
  return folder;
}
