import type { Queryable } from "../../../infra/database.ts";

export interface BucketRow {
  /** Seconds until the next try is let in; 0 or less: now. */
  readonly wait_seconds: number;
}

/** Tries that nothing followed for so long are forgotten. */
const MEMORY_HOURS = 24;

/**
 * Locks the buckets until the transaction ends, always in the same order, so that simultaneous tries are counted one
 * after the other, over all processes. The clock is read after the lock: `now()` would be the time before the wait.
 */
export async function lockBuckets(db: Queryable, keys: readonly string[]): Promise<readonly BucketRow[]> {
  return db.query(
    `INSERT INTO sign_in_throttle AS t (throttle_key, failures)
     SELECT key, 0 FROM unnest($1::text[]) AS key ORDER BY key
         ON CONFLICT (throttle_key) DO UPDATE
        SET failures = CASE WHEN t.updated_at < clock_timestamp() - make_interval(hours => $2::int)
                            THEN 0 ELSE t.failures END
     RETURNING coalesce(extract(epoch FROM blocked_until - clock_timestamp()), 0)::float8 AS wait_seconds`,
    [keys, MEMORY_HOURS],
  );
}

export interface Bucket {
  readonly key: string;
  /** So many failures cost nothing. */
  readonly free: number;
  /** Then 2, 4, 8 … seconds pass before the next try, at most this many. */
  readonly capSeconds: number;
}

/** Counts a try as failed before its outcome is known: otherwise a hundred at once would all be let in. */
export async function countTry(db: Queryable, buckets: readonly Bucket[]): Promise<void> {
  await db.query(
    `UPDATE sign_in_throttle t
        SET failures = t.failures + 1, updated_at = clock_timestamp(),
            blocked_until = CASE WHEN t.failures + 1 > b.free THEN clock_timestamp()
              + make_interval(secs => least(b.cap, power(2, least(t.failures + 1 - b.free, 20)))) END
       FROM unnest($1::text[], $2::int[], $3::int[]) AS b (key, free, cap)
      WHERE t.throttle_key = b.key`,
    [buckets.map(({ key }) => key), buckets.map(({ free }) => free), buckets.map(({ capSeconds }) => capSeconds)],
  );
}

/** After a success: what only this person fills is emptied. */
export async function emptyBuckets(db: Queryable, keys: readonly string[]): Promise<void> {
  await db.query("DELETE FROM sign_in_throttle WHERE throttle_key = ANY ($1::text[])", [keys]);
}

/** After a success: what others fill too gets back this one try, so that nobody washes guesses away with sign-ins. */
export async function giveBackTry(db: Queryable, keys: readonly string[]): Promise<void> {
  await db.query(
    `UPDATE sign_in_throttle SET failures = greatest(failures - 1, 0), blocked_until = NULL
      WHERE throttle_key = ANY ($1::text[])`,
    [keys],
  );
}

/** At most `limit` buckets that count nothing any more. Returns how many there were. */
export async function sweepBuckets(db: Queryable, limit: number): Promise<number> {
  const rows = await db.query(
    `DELETE FROM sign_in_throttle
      WHERE throttle_key IN (SELECT throttle_key FROM sign_in_throttle
                              WHERE updated_at < now() - make_interval(hours => $2::int)
                              ORDER BY updated_at LIMIT $1::int FOR UPDATE SKIP LOCKED)
     RETURNING throttle_key`,
    [limit, MEMORY_HOURS],
  );
  return rows.length;
}
