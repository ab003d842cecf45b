import type { Queryable } from "../../infra/database.ts";
import type { SealedEntry } from "./chain.ts";
import { ENTRY_COLUMNS } from "./sealer-store.ts";

export interface Filter {
  readonly actor: string | null;
  /** A whole action, or its beginning up to a dot. */
  readonly action: string | null;
  readonly targetType: string | null;
  readonly targetId: string | null;
  /** Epoch seconds; `to` is not included. */
  readonly from: number | null;
  readonly to: number | null;
}

/** The last row of a page: time as text, since a Date would drop its microseconds. */
export interface Place {
  readonly at: string;
  readonly auditId: string;
}

export interface EntryRow extends SealedEntry {
  /** Null until it is sealed. */
  readonly seq: number | null;
  readonly entryHash: string | null;
  readonly chainHash: string | null;
}

const COLUMNS = `${ENTRY_COLUMNS}, s.chain_seq::float8 AS seq, s.entry_hash AS "entryHash", s.chain_hash AS "chainHash"`;

// Each of the three usual questions has an index that ends in (at, audit_id); the rest is looked at on the way.
const FILTERED = `
  WHERE e.company_id = $1::text
    AND ($2::text IS NULL OR e.actor = $2::text)
    AND ($3::text IS NULL OR e.action = $3::text OR starts_with(e.action, $3::text || '.'))
    AND ($4::text IS NULL OR e.target_type = $4::text)
    AND ($5::text IS NULL OR e.target_id = $5::text)
    AND ($6::float8 IS NULL OR e.at >= to_timestamp($6::float8))
    AND ($7::float8 IS NULL OR e.at < to_timestamp($7::float8))`;

function filterValues(companyId: string, filter: Filter): readonly unknown[] {
  return [companyId, filter.actor, filter.action, filter.targetType, filter.targetId, filter.from, filter.to];
}

interface Page {
  readonly filter: Filter;
  readonly after: Place | null;
  readonly limit: number;
}

/** Newest first. */
export async function selectNewest(db: Queryable, companyId: string, page: Page): Promise<readonly EntryRow[]> {
  return db.query<EntryRow>(
    `SELECT ${COLUMNS}
       FROM audit_entries e
       LEFT JOIN audit_seals s ON s.company_id = e.company_id AND s.audit_id = e.audit_id
      ${FILTERED}
        AND ($8::timestamptz IS NULL OR (e.at, e.audit_id) < ($8::timestamptz, $9::text))
      ORDER BY e.at DESC, e.audit_id DESC
      LIMIT $10::int`,
    [...filterValues(companyId, page.filter), page.after?.at ?? null, page.after?.auditId ?? null, page.limit],
  );
}

/** Oldest first, as an export is read. */
export async function selectOldest(db: Queryable, companyId: string, page: Page): Promise<readonly EntryRow[]> {
  return db.query<EntryRow>(
    `SELECT ${COLUMNS}
       FROM audit_entries e
       LEFT JOIN audit_seals s ON s.company_id = e.company_id AND s.audit_id = e.audit_id
      ${FILTERED}
        AND ($8::timestamptz IS NULL OR (e.at, e.audit_id) > ($8::timestamptz, $9::text))
      ORDER BY e.at, e.audit_id
      LIMIT $10::int`,
    [...filterValues(companyId, page.filter), page.after?.at ?? null, page.after?.auditId ?? null, page.limit],
  );
}
