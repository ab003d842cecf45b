import type { Queryable, Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import * as store from "./lifecycle-store.ts";
import type { SessionKey, SessionRow } from "./lifecycle-store.ts";
import { canonicalUid } from "./uid.ts";

export {
  completeSession,
  effectiveState,
  endSession,
  GRACE_SECONDS,
  inGrace,
  isOpen,
  isReopenable,
  markScored,
} from "./ending.ts";
export { commonDetails, envelope, epochSeconds } from "./event-body.ts";
export { noteNearDuplicates } from "./facts.ts";
export type { PinnedTask, SessionKey, SessionRow, SessionState } from "./lifecycle-store.ts";
export { pinnedTasks, type StoredTask } from "./pins.ts";
export { cancelSession, cancelSessions, reopenSession, startClock } from "./runs.ts";

export function readSession(db: Queryable, key: SessionKey): Promise<SessionRow | null> {
  return store.selectSession(db, key);
}

/** By the lender's own identifier, which names one session in an environment, or by ours. */
export type SessionName =
  | { readonly companyId: string; readonly environmentId: string; readonly uid: string }
  | { readonly companyId: string; readonly sessionId: string };

/** Null when there is none. With a session id the caller still has to compare the environment. */
export function findSession(deps: Deps, name: SessionName): Promise<SessionRow | null> {
  return "uid" in name ? store.selectSessionByUid(deps.db, name) : store.selectSession(deps.db, name);
}

/** Every session of a uid in the company, whatever its environment; newest first, at most 1000. */
export function sessionsOfUid(deps: Deps, companyId: string, uid: string): Promise<readonly SessionRow[]> {
  return store.selectSessionsOfUid(deps.db, companyId, { uid, uidCanonical: canonicalUid(uid), limit: 1000 });
}

/** The session's row, locked until the transaction ends; null when there is none. */
export function lockSession(tx: Transaction, key: SessionKey): Promise<SessionRow | null> {
  return store.selectSessionForUpdate(tx, key);
}

/** The next open links of a batch by session id, from the one after `after` (`""`: the first), locked. */
export function lockOpenLinks(
  tx: Transaction,
  batch: { readonly companyId: string; readonly batchId: string },
  page: { readonly after: string; readonly limit: number },
): Promise<readonly SessionRow[]> {
  return store.lockOpenOfBatch(tx, batch, page);
}
