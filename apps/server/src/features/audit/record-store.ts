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
