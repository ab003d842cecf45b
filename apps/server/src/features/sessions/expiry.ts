import type { Deps } from "../../infra/deps.ts";
import { startLoop, type Loop } from "../../infra/loop.ts";
import * as store from "./lifecycle-store.ts";
import { endSession, GRACE_SECONDS } from "./lifecycle.ts";

const SWEEP_EVERY_MS = 5_000;
/** Sessions in one transaction: small enough that its locks are short, large enough that a thousand take ten commits. */
const BATCH = 100;

/** Ends at most `limit` overdue sessions of one company; returns how many. Any number may sweep at once. */
export function expireDue(deps: Deps, companyId: string, limit: number): Promise<number> {
  return deps.db.transaction(async (tx) => {
    const due = await store.lockDueSessions(tx, companyId, { limit, graceSeconds: GRACE_SECONDS });
    for (const session of due) await endSession(tx, deps, session, { state: "expired", reasons: [] });
    return due.length;
  });
}

async function sweep(deps: Deps): Promise<void> {
  for (const companyId of await store.selectCompanyIds(deps.db)) {
    while ((await expireDue(deps, companyId, BATCH)) === BATCH);
  }
}

/** Sweeps at once and then every few seconds. `stop` waits for the pass under way. */
export function startExpirySweep(deps: Deps, options: { readonly everyMs?: number } = {}): Loop {
  return startLoop({
    name: "expiry sweep",
    everyMs: options.everyMs ?? SWEEP_EVERY_MS,
    log: deps.log,
    pass: () => sweep(deps),
  });
}
