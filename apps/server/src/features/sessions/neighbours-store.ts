import type { Queryable } from "../../infra/database.ts";

export interface NeighbourRow {
  readonly sessionId: string;
  readonly environmentId: string;
  readonly uid: string;
  readonly canonicalForm: string;
  readonly state: string;
  readonly createdAt: Date;
}

export interface NeighbourLookup {
  readonly companyId: string;
  readonly uid: string;
  /** Its sessions come first. */
  readonly environmentId: string | null;
  /** Sessions of every other environment are left out. */
  readonly onlyEnvironmentId: string | null;
  readonly forms: readonly string[];
  readonly from: string;
  readonly below: string;
  readonly maxScanned: number;
  readonly limit: number;
}

// Two bounded look-ups in sessions_by_canonical: forms known beforehand, and one range of which only forms with a single
// part more are kept. The collation is the index's: without it neither look-up could use it.
const NEIGHBOURS = `
  WITH known AS (
    SELECT session_id, environment_id, uid, uid_canonical, state, created_at
      FROM sessions
     WHERE company_id = $1::text AND uid_canonical COLLATE "C" = ANY ($5::text[])
       AND uid <> $2::text AND ($4::text IS NULL OR environment_id = $4::text)
     LIMIT $8::int
  ), behind AS (
    SELECT session_id, environment_id, uid, uid_canonical, state, created_at
      FROM sessions
     WHERE company_id = $1::text AND uid_canonical COLLATE "C" > $6::text AND uid_canonical COLLATE "C" < $7::text
     ORDER BY company_id, uid_canonical COLLATE "C"
     LIMIT $8::int
  ), alike AS (
    SELECT * FROM known
     UNION
    SELECT * FROM behind WHERE strpos(substr(uid_canonical, length($6::text) + 1), '-') = 0
  )
  SELECT session_id AS "sessionId", environment_id AS "environmentId", uid, uid_canonical AS "canonicalForm",
         state, created_at AS "createdAt"
    FROM alike
   WHERE uid <> $2::text AND state <> 'erased' AND ($4::text IS NULL OR environment_id = $4::text)
   ORDER BY (environment_id = $3::text) IS TRUE DESC, created_at DESC, session_id
   LIMIT $9::int`;

export async function selectNeighbours(db: Queryable, lookup: NeighbourLookup): Promise<readonly NeighbourRow[]> {
  const { companyId, uid, environmentId, onlyEnvironmentId, forms, from, below, maxScanned, limit } = lookup;
  const values = [companyId, uid, environmentId, onlyEnvironmentId, forms, from, below, maxScanned, limit];
  return db.query<NeighbourRow>(NEIGHBOURS, values, { name: "session_neighbours" });
}
