import { csvLine } from "../../infra/csv.ts";
import { cutPage, decodeCursor } from "../../infra/cursor.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { canonicalJson } from "./chain.ts";
import * as store from "./reading-store.ts";
import { recordReading, type Actor } from "./record.ts";

/** Absent members do not narrow the list. */
export interface AuditFilter {
  /** `user:…`, `key:…`, `cli:…` or `system`. */
  readonly actor?: string | undefined;
  /** `deployment.created`, or `deployment` for all that happened to deployments. */
  readonly action?: string | undefined;
  readonly targetType?: string | undefined;
  readonly targetId?: string | undefined;
  /** Epoch seconds; `to` is not included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface AuditItem {
  readonly audit_id: string;
  /** Epoch seconds. */
  readonly at: number;
  readonly actor: string;
  readonly origin: string | null;
  readonly action: string;
  readonly target_type: string;
  readonly target_id: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** Place in the chain and its hash; null for at most a second, until the entry is sealed. */
  readonly chain_seq: number | null;
  readonly chain_hash: string | null;
}

export interface AuditPage {
  readonly items: readonly AuditItem[];
  readonly next: string | null;
}

/** Newest first. Throws `query_invalid` for a cursor that this list did not give. */
export async function listAudit(
  deps: Deps,
  companyId: string,
  options: { readonly filter: AuditFilter; readonly limit: number; readonly after?: string | undefined },
): Promise<AuditPage> {
  const { filter, limit } = options;
  const after = readPlace(options.after);
  const found = await store.selectNewest(deps.db, companyId, { filter: toFilter(filter), after, limit: limit + 1 });
  const { rows, next } = cutPage(found, limit, (row) => [row.at, row.auditId]);
  return { items: rows.map(toItem), next };
}

const EXPORT_PAGE = 1000;

/**
 * The entries of a filter, oldest first, as lines of text that are read from the database as the reader takes them. The
 * export is recorded before the first line. `jsonl`: what the entry's hash is made of, so that anybody can check it.
 */
export async function exportAudit(
  deps: Deps,
  companyId: string,
  options: { readonly filter: AuditFilter; readonly format: "csv" | "jsonl"; readonly actor: Actor },
): Promise<AsyncIterable<string>> {
  const { format, actor } = options;
  const filter = toFilter(options.filter);
  await recordReading(deps, {
    companyId,
    actor,
    action: "audit.exported",
    targetType: "company",
    targetId: companyId,
    details: { format, ...Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null)) },
  });
  return lines(deps, companyId, { filter, format });
}

async function* lines(
  deps: Deps,
  companyId: string,
  options: { readonly filter: store.Filter; readonly format: "csv" | "jsonl" },
): AsyncGenerator<string> {
  if (options.format === "csv") yield csvLine(CSV_HEAD);
  const write = options.format === "csv" ? csvRow : jsonRow;
  let after: store.Place | null = null;
  for (;;) {
    const rows: readonly store.EntryRow[] = await store.selectOldest(deps.db, companyId, {
      filter: options.filter,
      after,
      limit: EXPORT_PAGE,
    });
    if (rows.length > 0) yield rows.map(write).join("");
    after = rows.at(-1) ?? null;
    if (rows.length < EXPORT_PAGE) return;
  }
}

const CSV_HEAD = [
  "at",
  "actor",
  "origin",
  "action",
  "target_type",
  "target_id",
  "details",
  "audit_id",
  "chain_seq",
  "entry_hash",
  "chain_hash",
];

function csvRow(row: store.EntryRow): string {
  const { at, actor, origin, action, targetType, targetId, auditId } = row;
  const details = canonicalJson(row.details);
  return csvLine([
    at,
    actor,
    origin,
    action,
    targetType,
    targetId,
    details,
    auditId,
    row.seq,
    row.entryHash,
    row.chainHash,
  ]);
}

function jsonRow(row: store.EntryRow): string {
  const entry = {
    action: row.action,
    actor: row.actor,
    at: row.at,
    audit_id: row.auditId,
    company_id: row.companyId,
    details: row.details,
    origin: row.origin,
    target_id: row.targetId,
    target_type: row.targetType,
  };
  const seal = { chain_seq: row.seq, entry_hash: row.entryHash, chain_hash: row.chainHash };
  return `${canonicalJson({ entry, seal })}\n`;
}

function toItem(row: store.EntryRow): AuditItem {
  return {
    audit_id: row.auditId,
    at: Math.floor(Date.parse(row.at) / 1000),
    actor: row.actor,
    origin: row.origin,
    action: row.action,
    target_type: row.targetType,
    target_id: row.targetId,
    details: row.details as Readonly<Record<string, unknown>>,
    chain_seq: row.seq,
    chain_hash: row.chainHash,
  };
}

function toFilter(filter: AuditFilter): store.Filter {
  return {
    actor: filter.actor ?? null,
    action: filter.action ?? null,
    targetType: filter.targetType ?? null,
    targetId: filter.targetId ?? null,
    from: filter.from ?? null,
    to: filter.to ?? null,
  };
}

/** Times of the database keep their microseconds as text; a made-up one would be an error of the statement. */
function readPlace(cursor: string | undefined): store.Place | null {
  const parts = decodeCursor(cursor, 2);
  if (parts === null) return null;
  const [at = "", auditId = ""] = parts;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(at) && !Number.isNaN(Date.parse(at))) return { at, auditId };
  throw fail("query_invalid", "after: takes the `next` of a page of this list, unchanged.");
}
