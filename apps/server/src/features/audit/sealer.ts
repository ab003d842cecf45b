import { inBatches, startCompanyWorker } from "../../infra/company-worker.ts";
import type { Deps } from "../../infra/deps.ts";
import type { Loop } from "../../infra/loop.ts";
import { counter } from "../../infra/metrics.ts";
import { chainHash, entryHash, GENESIS } from "./chain.ts";
import * as store from "./sealer-store.ts";

/** The promise is a second; the other half is for the pass itself. */
const PASS_EVERY_MS = 500;
/** Entries in one transaction. */
const BATCH = 1000;

/**
 * Chains what was recorded since: `audit_unsealed` is the queue, `audit_heads` the end of the company's chain. Any number
 * of processes may seal at once; the head's row is their turn. `goOn` is asked before each batch. Returns how many entries it sealed.
 */
export async function sealCompany(
  deps: Deps,
  companyId: string,
  { goOn = () => true }: { readonly goOn?: () => boolean } = {},
): Promise<number> {
  return inBatches(BATCH, goOn, () => sealBatch(deps, companyId));
}

function sealBatch(deps: Deps, companyId: string): Promise<number> {
  return deps.db.transaction(async (tx) => {
    await store.insertHead(tx, companyId, GENESIS);
    const head = await store.lockHead(tx, companyId);
    if (head === null) return 0;
    // Read after the lock: what another sealer has just committed is no longer in the queue.
    const entries = await store.selectUnsealed(tx, companyId, BATCH);
    if (entries.length === 0) return 0;
    let { seq, hash } = head;
    const seals = entries.map((entry) => {
      const ownHash = entryHash(entry);
      seq += 1;
      hash = chainHash(hash, ownHash);
      return { seq, auditId: entry.auditId, entryHash: ownHash, chainHash: hash };
    });
    await store.insertSeals(tx, companyId, seals);
    const sealed = counter(deps.metrics, {
      name: "tallystick_audit_sealed_total",
      help: "Entries of the audit log that were chained",
    });
    tx.afterCommit(() => sealed.inc(seals.length));
    return seals.length;
  });
}

/** Seals what was recorded, within a second, in every company. `stop` waits for the batch under way. */
export function startSealer(deps: Deps, options: { readonly everyMs?: number } = {}): Loop {
  return startCompanyWorker({
    name: "audit sealer",
    everyMs: options.everyMs ?? PASS_EVERY_MS,
    log: deps.log,
    companies: () => store.selectCompaniesWithUnsealed(deps.db),
    work: (companyId, goOn) => sealCompany(deps, companyId, { goOn }),
  });
}
