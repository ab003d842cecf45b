import type { Deps } from "../../infra/deps.ts";
import type { Transaction } from "../../infra/database.ts";
import { insertAuditEntry } from "./store.ts";

export interface AuditEntry {
  readonly companyId: string;
  /** `cli:<os user>`, `key:<key id>`, `user:<user id>` or `system`. */
  readonly actor: string;
  /** `<thing>.<past participle>`, e.g. `deployment.created`. */
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  /** What changed, from → to. Never a key, secret, token or uid. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Writes the entry inside the caller's transaction: an act and its record commit together or not at all. */
export async function record(tx: Transaction, deps: Deps, entry: AuditEntry): Promise<void> {
  await insertAuditEntry(tx, { ...entry, auditId: deps.ids.make("aud"), details: entry.details ?? {} });
}
