import type { Queryable } from "../../infra/database.ts";
import type { SessionState } from "../sessions/lifecycle.ts";

export interface LinkRow {
  readonly sessionId: string;
  readonly uid: string;
  readonly linkCode: string;
  readonly status: SessionState;
  readonly outcome: "scored" | "unscorable" | null;
  readonly language: string | null;
  readonly run: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly openedAt: Date | null;
  readonly endedAt: Date | null;
}

// An end that is due counts before the sweep has written it; a journey in progress has its grace.
const STATUS = `
  CASE WHEN state IN ('created', 'opened') AND expires_at <= now() THEN 'expired'
       WHEN state = 'in_progress' AND expires_at <= now() - make_interval(secs => $3::int) THEN 'expired'
       ELSE state END`;

export interface UsedRow {
  readonly uid: string;
  readonly sessionId: string;
  readonly status: SessionState;
  readonly createdAt: Date;
}

/** The sessions that these uids have in the environment; an erased one is known by its hash alone and not here. */
export async function selectUsed(
  db: Queryable,
  place: { readonly companyId: string; readonly environmentId: string },
  wish: { readonly uids: readonly string[]; readonly graceSeconds: number },
): Promise<readonly UsedRow[]> {
  return db.query<UsedRow>(
    `SELECT uid, session_id AS "sessionId", ${STATUS} AS status, created_at AS "createdAt"
       FROM sessions
      WHERE company_id = $1::text AND environment_id = $2::text AND uid = ANY ($4::text[])`,
    [place.companyId, place.environmentId, wish.graceSeconds, wish.uids],
  );
}

/** In the order of the list: session ids of a batch rise with its lines. */
export async function selectLinks(
  db: Queryable,
  batch: { readonly companyId: string; readonly batchId: string },
  page: {
    readonly graceSeconds: number;
    readonly status: string | null;
    readonly after: string | null;
    readonly offset: number;
    readonly limit: number;
  },
): Promise<readonly LinkRow[]> {
  return db.query<LinkRow>(
    `SELECT session_id AS "sessionId", uid, link_code AS "linkCode", ${STATUS} AS status, outcome, language, run,
            created_at AS "createdAt", expires_at AS "expiresAt", opened_at AS "openedAt",
            CASE WHEN ended_at IS NULL AND ${STATUS} = 'expired' THEN expires_at ELSE ended_at END AS "endedAt"
       FROM sessions
      WHERE company_id = $1::text AND batch_id = $2::text AND state <> 'erased'
        AND ($4::text IS NULL OR session_id > $4::text)
        AND ($5::text IS NULL OR ${STATUS} = $5::text)
      ORDER BY session_id
     OFFSET $6::int
      LIMIT $7::int`,
    [batch.companyId, batch.batchId, page.graceSeconds, page.after, page.status, page.offset, page.limit],
  );
}

export async function countLinks(
  db: Queryable,
  batch: { readonly companyId: string; readonly batchId: string },
  graceSeconds: number,
): Promise<readonly { readonly status: string; readonly count: number }[]> {
  return db.query(
    `SELECT ${STATUS} AS status, count(*)::int AS count
       FROM sessions
      WHERE company_id = $1::text AND batch_id = $2::text
      GROUP BY 1`,
    [batch.companyId, batch.batchId, graceSeconds],
  );
}
