import type { Queryable } from "../../infra/database.ts";
import type { Counts } from "./counts.ts";
import type { Span } from "./prints-store.ts";

export const PARTS = ["journeys", "results", "webhooks"] as const;
export type Part = (typeof PARTS)[number];

export interface DayKey {
  readonly companyId: string;
  readonly environmentId: string;
  readonly part: Part;
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
}

export interface StoredDay {
  readonly fingerprint: string;
  readonly content: Counts;
  /** When the fingerprint was read: the counts are at least as new. */
  readonly countedAt: Date;
}

export async function selectDays(db: Queryable, span: Span): Promise<readonly (DayKey & StoredDay)[]> {
  return db.query<DayKey & StoredDay>(
    `SELECT company_id AS "companyId", environment_id AS "environmentId", part, day::text AS day, fingerprint, content,
            counted_at AS "countedAt"
       FROM monitoring_days
      WHERE company_id = $1::text AND environment_id = ANY ($2::text[])
        AND day >= ($3::timestamptz AT TIME ZONE 'UTC')::date AND day < ($4::timestamptz AT TIME ZONE 'UTC')::date`,
    [span.companyId, span.environmentIds, span.from, span.to],
    { name: "monitoring_days" },
  );
}

// Whoever comes last wins, also with older counts: their fingerprint is older too, and the next look counts again.
export async function upsertDay(db: Queryable, key: DayKey, stored: StoredDay): Promise<void> {
  await db.query(
    `INSERT INTO monitoring_days (company_id, environment_id, part, day, fingerprint, content, counted_at)
     VALUES ($1::text, $2::text, $3::text, $4::date, $5::text, $6::jsonb, $7::timestamptz)
     ON CONFLICT (company_id, environment_id, part, day)
     DO UPDATE SET fingerprint = excluded.fingerprint, content = excluded.content, counted_at = excluded.counted_at`,
    [
      key.companyId,
      key.environmentId,
      key.part,
      key.day,
      stored.fingerprint,
      JSON.stringify(stored.content),
      stored.countedAt,
    ],
  );
}

/** A day of which no row is left. */
export async function deleteDay(db: Queryable, key: DayKey): Promise<void> {
  await db.query(
    `DELETE FROM monitoring_days
      WHERE company_id = $1::text AND environment_id = $2::text AND part = $3::text AND day = $4::date`,
    [key.companyId, key.environmentId, key.part, key.day],
  );
}

/** Nobody looks at them any more, so nobody would notice that they are no longer true. */
export async function deleteDaysBefore(db: Queryable, companyId: string, day: string): Promise<void> {
  await db.query(`DELETE FROM monitoring_days WHERE company_id = $1::text AND day < $2::date`, [companyId, day]);
}

// The list of companies itself; what happens then is asked of one company at a time.
export async function selectCompanyIds(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query<{ readonly company_id: string }>(`SELECT company_id FROM companies ORDER BY company_id`);
  return rows.map((row) => row.company_id);
}
