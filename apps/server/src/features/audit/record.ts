import type { Deps } from "../../infra/deps.ts";
import type { Transaction } from "../../infra/database.ts";
import { insertAuditEntries, insertAuditEntry } from "./record-store.ts";

/** Who acts, and from where. */
export interface Actor {
  /** `user:<user id>`, `key:<key id>`, `cli:<os user>` or `system`. */
  readonly id: string;
  /** The address a request came from; null where there is none (command line, the system itself). */
  readonly origin: string | null;
}

export const SYSTEM: Actor = { id: "system", origin: null };

export function cliActor(osUser: string): Actor {
  return { id: `cli:${osUser}`, origin: null };
}

export interface AuditEntry {
  readonly companyId: string;
  readonly actor: Actor;
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

/** The same act on many things: an entry for each of them, in one statement. A few hundred at a time. */
export async function recordEach(
  tx: Transaction,
  deps: Deps,
  common: Pick<AuditEntry, "companyId" | "actor" | "action" | "targetType">,
  targets: readonly Required<Pick<AuditEntry, "targetId" | "details">>[],
): Promise<void> {
  if (targets.length === 0) return;
  const rows = targets.map((target) => ({ ...target, auditId: deps.ids.make("aud") }));
  await insertAuditEntries(tx, common, rows);
}

/**
 * Writes that somebody looked: at a key, an export, or a single result. Await it before the answer goes out, so that
 * nothing is shown that the log does not tell.
 */
export async function recordReading(deps: Deps, entry: AuditEntry): Promise<void> {
  await insertAuditEntry(deps.db, { ...entry, auditId: deps.ids.make("aud"), details: entry.details ?? {} });
}
