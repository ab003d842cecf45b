import type { Queryable } from "../../infra/database.ts";

export type NoticeKind = "failing" | "disabling_soon" | "disabled" | "gone" | "recovered";

export interface EndpointPlace {
  readonly companyId: string;
  readonly environmentId: string;
  readonly endpointId: string;
}

export async function selectCompanyIds(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query<{ readonly company_id: string }>(`SELECT company_id FROM companies ORDER BY company_id`);
  return rows.map((row) => row.company_id);
}

export interface DueRow {
  readonly environment_id: string;
  readonly endpoint_id: string;
  readonly kind: "failing" | "disabling_soon";
}

/** Endpoints that have been failing for a day, or for four, and nobody was told. Who was told the later is told no earlier one. */
export async function selectDue(db: Queryable, companyId: string): Promise<readonly DueRow[]> {
  return db.query<DueRow>(
    `SELECT e.environment_id, e.endpoint_id, w.kind
       FROM endpoints e
       JOIN LATERAL (SELECT CASE WHEN e.failing_since <= now() - interval '4 days' THEN 'disabling_soon' ELSE 'failing' END AS kind) w
         ON true
      WHERE e.company_id = $1::text AND e.state = 'enabled' AND e.url IS NOT NULL
        AND e.failing_since <= now() - interval '1 day'
        AND NOT EXISTS (SELECT FROM endpoint_notices n
                         WHERE n.company_id = $1::text AND n.endpoint_id = e.endpoint_id AND n.episode = e.episode
                           AND n.kind = w.kind)`,
    [companyId],
  );
}

/** Keeps changes of the endpoint's health apart; deliveries that are being added do not wait for it. */
export async function lockHealth(db: Queryable, place: EndpointPlace): Promise<{ readonly troubled: boolean } | null> {
  const rows = await db.query<{ troubled: boolean }>(
    `SELECT failing_since IS NOT NULL OR told AS troubled
       FROM endpoints
      WHERE company_id = $1::text AND endpoint_id = $2::text
        FOR NO KEY UPDATE`,
    [place.companyId, place.endpointId],
  );
  return rows[0] ?? null;
}

/**
 * The unique key (endpoint, episode, kind) decides who of many writes it: true for that one. A notice of failing needs an
 * endpoint that still fails for so long, one of recovery needs admins who were told of trouble.
 */
export async function insertNotice(
  db: Queryable,
  place: EndpointPlace,
  notice: { readonly noticeId: string; readonly kind: NoticeKind },
): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO endpoint_notices (company_id, notice_id, endpoint_id, environment_id, episode, kind, url, failing_since)
     SELECT e.company_id, $3::text, e.endpoint_id, e.environment_id, e.episode, $4::text, e.url, e.failing_since
       FROM endpoints e
      WHERE e.company_id = $1::text AND e.endpoint_id = $2::text
        AND CASE $4::text
              WHEN 'failing' THEN e.state = 'enabled' AND e.failing_since <= now() - interval '1 day'
              WHEN 'disabling_soon' THEN e.state = 'enabled' AND e.failing_since <= now() - interval '4 days'
              WHEN 'recovered' THEN e.told
              ELSE true
            END
     ON CONFLICT (company_id, endpoint_id, episode, kind) DO NOTHING
     RETURNING notice_id`,
    [place.companyId, place.endpointId, notice.noticeId, notice.kind],
  );
  return rows.length === 1;
}

/** From now on a success is news, or no longer. */
export async function markTold(db: Queryable, place: EndpointPlace, told: boolean): Promise<void> {
  await db.query(`UPDATE endpoints SET told = $3::boolean WHERE company_id = $1::text AND endpoint_id = $2::text`, [
    place.companyId,
    place.endpointId,
    told,
  ]);
}

export interface NoticeRow {
  readonly noticeId: string;
  readonly kind: NoticeKind;
  readonly environmentId: string;
  readonly deploymentId: string;
  readonly deploymentName: string;
  readonly environmentKind: "test" | "production";
  readonly companyName: string;
  readonly url: string | null;
  readonly failingSince: Date | null;
  readonly createdAt: Date;
  /** created_at with its microseconds, for the order of the list. */
  readonly place: string;
}

const COLUMNS = `
  n.notice_id AS "noticeId", n.kind, n.environment_id AS "environmentId", d.deployment_id AS "deploymentId",
  d.name AS "deploymentName", v.kind AS "environmentKind", c.name AS "companyName", n.url,
  n.failing_since AS "failingSince", n.created_at AS "createdAt",
  to_char(n.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place`;
const JOINS = `
  JOIN environments v ON v.company_id = $1::text AND v.environment_id = n.environment_id
  JOIN deployments d ON d.company_id = $1::text AND d.deployment_id = v.deployment_id
  JOIN companies c ON c.company_id = $1::text`;

// Twenty at a time: also over a mail server that hangs they are through before the five minutes are.
/** Notices whose mails nobody has sent; for five minutes nobody else gets them. After a day they are old news. */
export async function claimUnmailed(db: Queryable, companyId: string): Promise<readonly NoticeRow[]> {
  return db.query<NoticeRow>(
    `WITH n AS (
       UPDATE endpoint_notices
          SET mail_due_at = now() + interval '5 minutes'
        WHERE company_id = $1::text AND notice_id = ANY (ARRAY(
              SELECT w.notice_id FROM endpoint_notices w
               WHERE w.company_id = $1::text AND w.mailed_at IS NULL AND w.mail_due_at <= now()
                 AND w.created_at > now() - interval '1 day'
               ORDER BY w.created_at
               LIMIT 20
                 FOR UPDATE SKIP LOCKED))
       RETURNING *
     )
     SELECT ${COLUMNS} FROM n ${JOINS} ORDER BY n.created_at, n.notice_id`,
    [companyId],
  );
}

export async function markMailed(db: Queryable, companyId: string, noticeId: string): Promise<void> {
  await db.query(`UPDATE endpoint_notices SET mailed_at = now() WHERE company_id = $1::text AND notice_id = $2::text`, [
    companyId,
    noticeId,
  ]);
}

/** Newest first. */
export async function selectNotices(
  db: Queryable,
  companyId: string,
  page: {
    readonly environmentId: string | null;
    readonly after: { readonly at: string; readonly id: string } | null;
    readonly limit: number;
  },
): Promise<readonly NoticeRow[]> {
  return db.query<NoticeRow>(
    `SELECT ${COLUMNS}
       FROM endpoint_notices n ${JOINS}
      WHERE n.company_id = $1::text AND ($2::text IS NULL OR n.environment_id = $2::text)
        AND ($3::timestamptz IS NULL OR (n.created_at, n.notice_id) < ($3::timestamptz, $4::text))
      ORDER BY n.created_at DESC, n.notice_id DESC
      LIMIT $5::int`,
    [companyId, page.environmentId, page.after?.at ?? null, page.after?.id ?? null, page.limit],
  );
}
