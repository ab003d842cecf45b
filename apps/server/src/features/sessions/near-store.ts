import type { Queryable } from "../../infra/database.ts";
import type { SessionState } from "./lifecycle-store.ts";

/** Where near duplicates are looked for. */
export interface NearScope {
  readonly companyId: string;
  readonly environmentIds: readonly string[];
}

/** A place in a list, and the form that is asked for it. */
export interface AskedForm {
  readonly index: number;
  readonly text: string;
}

export interface NearRow {
  readonly index: number;
  readonly uid: string;
  readonly sessionId: string;
  readonly environmentId: string;
  readonly state: SessionState;
  readonly expiresAt: Date;
  /** The database's clock. */
  readonly at: Date;
  readonly canonicalForm: string;
}

const NEAR_COLUMNS = `s.uid, s.session_id, s.environment_id, s.state, s.expires_at, s.uid_canonical`;
const NEAR_ANSWER = `asked.index, near.uid, near.session_id AS "sessionId", near.environment_id AS "environmentId",
            near.state, near.expires_at AS "expiresAt", near.uid_canonical AS "canonicalForm", now() AS at`;

/** At most three sessions for each form asked for. The collation is the index's, or it could not be used. */
export async function selectByForms(
  db: Queryable,
  scope: NearScope,
  asked: readonly AskedForm[],
): Promise<readonly NearRow[]> {
  return db.query<NearRow>(
    `SELECT ${NEAR_ANSWER}
       FROM unnest($3::int[], $4::text[]) AS asked (index, form)
      CROSS JOIN LATERAL (
              SELECT ${NEAR_COLUMNS}
                FROM sessions s
               WHERE s.company_id = $1::text AND s.uid_canonical COLLATE "C" = asked.form COLLATE "C"
                 AND s.environment_id = ANY ($2::text[]) AND s.state <> 'erased'
               LIMIT 3) AS near`,
    [scope.companyId, scope.environmentIds, asked.map(({ index }) => index), asked.map(({ text }) => text)],
    { name: "near_by_form" },
  );
}

// A uid that is the first part of a million others must not read them all: twenty are looked at.
/** Sessions whose form is the one asked for with one separated part more behind it. */
export async function selectLonger(
  db: Queryable,
  scope: NearScope,
  asked: readonly AskedForm[],
): Promise<readonly NearRow[]> {
  return db.query<NearRow>(
    `SELECT ${NEAR_ANSWER}
       FROM unnest($3::int[], $4::text[]) AS asked (index, form)
      CROSS JOIN LATERAL (
              SELECT ${NEAR_COLUMNS}
                FROM sessions s
               WHERE s.company_id = $1::text
                 AND s.uid_canonical COLLATE "C" > (asked.form || '-') COLLATE "C"
                 AND s.uid_canonical COLLATE "C" < (asked.form || '.') COLLATE "C"
               ORDER BY s.uid_canonical COLLATE "C"
               LIMIT 20) AS near
      WHERE strpos(substr(near.uid_canonical, length(asked.form) + 2), '-') = 0
        AND near.environment_id = ANY ($2::text[]) AND near.state <> 'erased'`,
    [scope.companyId, scope.environmentIds, asked.map(({ index }) => index), asked.map(({ text }) => text)],
    { name: "near_longer" },
  );
}
