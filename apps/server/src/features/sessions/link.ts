import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import type { SessionRow } from "./lifecycle-store.ts";
import { replaceCode, updateWaitingUntil } from "./link-store.ts";

/** Another short code for a locked session; the one before says from now on that it was replaced. */
export async function replaceLink(tx: Transaction, deps: Deps, session: SessionRow): Promise<SessionRow> {
  const linkCode = deps.ids.linkCode();
  await replaceCode(tx, session, linkCode);
  return { ...session, linkCode };
}

/**
 * Moves the end of links that wait for their first opening: those of a batch, or one. What was opened, has ended or is
 * over keeps its end. Returns how many were moved.
 */
export function extendWaiting(
  tx: Transaction,
  links: { readonly companyId: string; readonly environmentId: string } & (
    | { readonly batchId: string }
    | { readonly sessionId: string }
  ),
  until: Date,
): Promise<number> {
  const { companyId, environmentId } = links;
  const one = "sessionId" in links ? links.sessionId : null;
  const batch = "batchId" in links ? links.batchId : null;
  return updateWaitingUntil(tx, { companyId, environmentId, batchId: batch, sessionId: one }, until);
}
