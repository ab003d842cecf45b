import type { Deps } from "../../infra/deps.ts";
import { lowerDue } from "./store.ts";

/**
 * Tells the dispatchers that a company has work at once or in `delayMs`, then wakes the one in this process.
 *
 * Runs after the commit, as a statement of its own. Inside the caller's transaction the row would stay locked until its
 * end: every finish of a company would queue behind the one before, and two transactions that end several sessions each
 * could wait for each other. What a crash right here leaves unannounced, the dispatchers' sweep finds.
 */
export function touchDue(deps: Deps, companyId: string, delayMs = 0): void {
  lowerDue(deps.db, companyId, delayMs)
    .catch((error: unknown) =>
      deps.log.warn({ err: error, companyId }, "webhook not announced; the sweep will find it"),
    )
    .finally(() => deps.signals.notify("deliveries"));
}
