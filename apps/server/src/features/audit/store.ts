import type { Queryable } from "../../infra/database.ts";

export interface AuditRow {
  readonly companyId: string;
  readonly auditId: string;
  readonly actor: string;
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export async function insertAuditEntry(db: Queryable, row: AuditRow): Promise<void> {
  await db.query(
    `INSERT INTO audit_entries (company_id, audit_id, actor, action, target_type, target_id, details)
     VALUES ($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::jsonb)`,
    [row.companyId, row.auditId, row.actor, row.action, row.targetType, row.targetId, JSON.stringify(row.details)],
  );
}
