import type { Deps } from "../../infra/deps.ts";
import * as store from "./purge-store.ts";
import { record, SYSTEM } from "./record.ts";
import { verifyChain } from "./verify.ts";

/** Entries in one transaction. */
const BATCH = 2000;

/**
 * Removes the beginning of a company's chain: sealed entries older than `days`, never one that stands behind a younger.
 * A checkpoint keeps the number and hash of the last one removed, and an entry at the chain's end tells the same, so
 * that the rest stays verifiable and a checkpoint nobody told of is found. A chain that does not verify is left as it is:
 * removing its beginning could hide what was done to it. Returns how many entries went.
 */
export async function purgeAudit(deps: Deps, companyId: string, options: { readonly days: number }): Promise<number> {
  if ((await store.selectPurgeEnd(deps.eraser, companyId, { days: options.days, limit: 1 })) === null) return 0;
  const report = await verifyChain(deps, companyId);
  if (report.problem !== null) {
    deps.log.error(
      { company_id: companyId, problem: report.problem.kind },
      "The audit chain is broken: nothing of it was removed; run tallystick audit verify",
    );
    return 0;
  }
  let total = 0;
  for (;;) {
    const purged = await purgeBatch(deps, companyId, options.days);
    total += purged;
    if (purged < BATCH) return total;
  }
}

function purgeBatch(deps: Deps, companyId: string, days: number): Promise<number> {
  return deps.eraser.transaction(async (tx) => {
    if (!(await store.lockHeadForPurge(tx, companyId))) return 0;
    const end = await store.selectPurgeEnd(tx, companyId, { days, limit: BATCH });
    if (end === null) return 0;
    await store.deleteEntries(tx, companyId, await store.deleteSealsThrough(tx, companyId, end.seq));
    await store.insertCheckpoint(tx, companyId, end);
    await record(tx, deps, {
      companyId,
      actor: SYSTEM,
      action: "audit.purged",
      targetType: "audit_checkpoint",
      targetId: String(end.seq),
      details: { through: end.seq, chain_hash: end.hash, entries: end.entries, older_than_days: days },
    });
    return end.entries;
  });
}
