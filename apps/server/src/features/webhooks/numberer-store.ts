import type { Queryable } from "../../infra/database.ts";

// One look into the small index of unnumbered events for each company.
export async function selectCompaniesWithUnnumbered(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query<{ readonly company_id: string }>(
    `SELECT c.company_id
       FROM companies c
      WHERE EXISTS (SELECT FROM events e WHERE e.company_id = c.company_id AND e.event_seq IS NULL)`,
    [],
    { name: "events_companies_unnumbered" },
  );
  return rows.map((row) => row.company_id);
}

// Begins behind what is numbered already: rows may have come with their numbers, from a database without this table.
export async function insertHead(tx: Queryable, companyId: string): Promise<void> {
  await tx.query(
    `INSERT INTO event_heads (company_id, last_seq)
     SELECT $1::text, coalesce(max(event_seq), 0) FROM events WHERE company_id = $1::text
     ON CONFLICT (company_id) DO NOTHING`,
    [companyId],
    { name: "events_head_insert" },
  );
}

// SKIP LOCKED: whoever holds the head is numbering these very events; there is nothing to wait for.
export async function lockHead(tx: Queryable, companyId: string): Promise<boolean> {
  const rows = await tx.query(
    `SELECT last_seq FROM event_heads WHERE company_id = $1::text FOR UPDATE SKIP LOCKED`,
    [companyId],
    { name: "events_head_lock" },
  );
  return rows.length === 1;
}

// A statement of its own behind the lock: its view of the table is younger than the last numberer's commit, and an event
// that is not committed yet is not in it. Numbers and head in one statement: a crash leaves both or neither.
// The company is not told to the planner where that would make it choose (see dispatcher/claim-store.ts), and ANY (ARRAY(…))
// keeps it from looking for the oldest once per event: of a company that is new to its statistics a batch took seconds.
/** Numbers the oldest unnumbered events, `limit` at most; the head must be locked. Returns how many. */
export async function numberOldest(tx: Queryable, companyId: string, limit: number): Promise<number> {
  const rows = await tx.query<{ readonly count: number }>(
    `WITH oldest AS MATERIALIZED (
       SELECT event_id, row_number() OVER (ORDER BY event_id) AS place
         FROM (SELECT event_id FROM events
                WHERE company_id = (SELECT $1::text) AND event_seq IS NULL ORDER BY event_id LIMIT $2::int) AS queue
     ), numbered AS (
       UPDATE events e
          SET event_seq = (SELECT last_seq FROM event_heads WHERE company_id = $1::text) + oldest.place
         FROM oldest
        WHERE e.company_id = (SELECT $1::text) AND e.event_id = ANY (ARRAY(SELECT event_id FROM oldest))
          AND e.event_id = oldest.event_id
       RETURNING e.event_seq
     )
     UPDATE event_heads
        SET last_seq = greatest(last_seq, (SELECT max(event_seq) FROM numbered))
      WHERE company_id = $1::text
     RETURNING (SELECT count(*) FROM numbered)::int AS count`,
    [companyId, limit],
    { name: "events_number" },
  );
  return rows[0]?.count ?? 0;
}
