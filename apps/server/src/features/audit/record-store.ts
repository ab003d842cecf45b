import type { Queryable } from "../../infra/database.ts";

export interface AuditRow {
  readonly companyId: string;
  readonly auditId: string;
  readonly actor: { readonly id: string; readonly origin: string | null };
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly details: Readonly<Record<string, unknown>>;
}

// The entry and its place in the sealer's queue are one statement: no entry can miss the chain.
export async function insertAuditEntry(db: Queryable, row: AuditRow): Promise<void> {
  await db.query(
    `WITH entry AS (
       INSERT INTO audit_entries (company_id, audit_id, actor, origin, action, target_type, target_id, details)
       VALUES ($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::jsonb)
     )
     INSERT INTO audit_unsealed (company_id, audit_id) VALUES ($1::text, $2::text)`,
    [
      row.companyId,
      row.auditId,
      row.actor.id,
      row.actor.origin,
      row.action,
      row.targetType,
      row.targetId,
      JSON.stringify(row.details),
    ],
  );
}

// As insertAuditEntry, for many entries of one actor at once.
export async function insertAuditEntries(
  db: Queryable,
  common: Pick<AuditRow, "companyId" | "actor" | "action" | "targetType">,
  rows: readonly Pick<AuditRow, "auditId" | "targetId" | "details">[],
): Promise<void> {
  await db.query(
    `WITH wished AS (
       SELECT * FROM unnest($6::text[], $7::text[], $8::text[]) AS w (audit_id, target_id, details)
     ), entry AS (
       INSERT INTO audit_entries (company_id, audit_id, actor, origin, action, target_type, target_id, details)
       SELECT $1::text, audit_id, $2::text, $3::text, $4::text, $5::text, target_id, details::jsonb FROM wished
     )
     INSERT INTO audit_unsealed (company_id, audit_id) SELECT $1::text, audit_id FROM wished`,
    [
      common.companyId,
      common.actor.id,
      common.actor.origin,
      common.action,
      common.targetType,
      rows.map((row) => row.auditId),
      rows.map((row) => row.targetId),
      rows.map((row) => JSON.stringify(row.details)),
    ],
  );
}
