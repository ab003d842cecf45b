import { createHash } from "node:crypto";

/** An entry as it is sealed. All of it counts: a change of any member changes the hash. */
export interface SealedEntry {
  readonly companyId: string;
  readonly auditId: string;
  readonly actor: string;
  readonly origin: string | null;
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly details: unknown;
  /** UTC with microseconds, `2026-01-31T09:00:00.123456Z`: as exact as the database keeps it. */
  readonly at: string;
}

/** Before the first entry of a company. */
export const GENESIS = "0".repeat(64);

/** sha256 hex of the entry as canonical JSON: members sorted by name, no white space (the order of RFC 8785). */
export function entryHash(entry: SealedEntry): string {
  return sha256(
    canonicalJson({
      action: entry.action,
      actor: entry.actor,
      at: entry.at,
      audit_id: entry.auditId,
      company_id: entry.companyId,
      details: entry.details,
      origin: entry.origin,
      target_id: entry.targetId,
      target_type: entry.targetType,
    }),
  );
}

/** sha256 hex of `<hash before>|<entry hash>`: no entry can change, go, come or move without every later hash changing. */
export function chainHash(before: string, entry: string): string {
  return sha256(`${before}|${entry}`);
}

export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
