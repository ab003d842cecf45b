import type { Deps } from "../../infra/deps.ts";

/**
 * Tells the dispatchers that a company has work, then wakes the one in this process.
 *
 * Runs after the commit, as a statement of its own. Inside the caller's transaction the row would stay locked until its
 * end: every finish of a company would queue behind the one before, and two transactions that end several sessions each
 * could wait for each other. What a crash right here leaves unannounced, the dispatcher's sweep finds.
 *
 * When the row is early enough already, nothing is written and nothing locked. That can meet a dispatcher which is just
 * moving the row forward without having seen the new delivery; it therefore looks again after moving it.
 */
export function touchDue(deps: Deps, companyId: string): void {
  deps.db
    .query(
      `UPDATE dispatch_due SET due_at = now()
        WHERE company_id = $1::text AND due_at > now()`,
      [companyId],
      { name: "dispatch_due_touch" },
    )
    .catch((error: unknown) =>
      deps.log.warn({ err: error, companyId }, "announcing a delivery failed; the sweep will find it"),
    )
    .finally(() => deps.signals.notify("deliveries"));
}
