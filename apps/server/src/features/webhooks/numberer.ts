import { inBatches, startCompanyWorker } from "../../infra/company-worker.ts";
import type { Deps } from "../../infra/deps.ts";
import type { Loop } from "../../infra/loop.ts";
import { counter } from "../../infra/metrics.ts";
import * as store from "./numberer-store.ts";

/** The promise is a second; the other half is for the pass itself. */
const PASS_EVERY_MS = 500;
/** Events in one transaction. */
const BATCH = 1000;

/**
 * Gives the company's committed events their numbers. Any number of processes may do so at once; the head's row is their
 * turn. `goOn` is asked before each batch. Returns how many events it numbered.
 */
export async function numberEvents(
  deps: Deps,
  companyId: string,
  { goOn = () => true }: { readonly goOn?: () => boolean } = {},
): Promise<number> {
  return inBatches(BATCH, goOn, () => numberBatch(deps, companyId));
}

function numberBatch(deps: Deps, companyId: string): Promise<number> {
  return deps.db.transaction(async (tx) => {
    await store.insertHead(tx, companyId);
    if (!(await store.lockHead(tx, companyId))) return 0;
    const count = await store.numberOldest(tx, companyId, BATCH);
    const numbered = counter(deps.metrics, {
      name: "tallystick_events_numbered_total",
      help: "Events that were given their number in the feed",
    });
    tx.afterCommit(() => numbered.inc(count));
    return count;
  });
}

/** Numbers what was committed, within a second, in every company. `stop` waits for the batch under way. */
export function startNumberer(deps: Deps, options: { readonly everyMs?: number } = {}): Loop {
  return startCompanyWorker({
    name: "event numberer",
    everyMs: options.everyMs ?? PASS_EVERY_MS,
    log: deps.log,
    companies: () => store.selectCompaniesWithUnnumbered(deps.db),
    work: (companyId, goOn) => numberEvents(deps, companyId, { goOn }),
  });
}
