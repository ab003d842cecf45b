import type { Transaction } from "../../infra/database.ts";
import { cutPage } from "../../infra/cursor.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { record, type Actor } from "../audit/service.ts";
import { cancelSession, findSession, isOpen, lockSession, type SessionRow } from "../sessions/lifecycle.ts";
import { uidHash } from "../sessions/service.ts";
import * as store from "./erasure-store.ts";
import type { ErasureRow } from "./erasure-store.ts";
import { holdOf, readPlace } from "./holds.ts";

export type { ErasureRow as Erasure } from "./erasure-store.ts";

/**
 * Longer than any statement of the server may run (15 s): a creation that began before the uid's hash was noted has
 * ended when the uid is freed. It also gives the last event, of a journey cancelled for this, its first attempt.
 */
export const PAUSE_SECONDS = 20;

export interface EraseRequest {
  readonly companyId: string;
  readonly environmentId: string;
  readonly name: { readonly uid: string } | { readonly sessionId: string };
  readonly actor: Actor;
}

/**
 * Takes a session out of sight at once and orders the removal of its content, which the job then does within a minute.
 * Under a legal hold it only waits (`held`) and begins by itself when the hold is released. Asking again answers how far
 * it has come. Throws `session_unknown`.
 */
export async function requestErasure(deps: Deps, request: EraseRequest): Promise<ErasureRow> {
  const { companyId, environmentId, name } = request;
  const hash = "uid" in name ? uidHash(deps.secrets, companyId, name.uid) : null;
  const found = await findSession(deps, { companyId, environmentId, ...name });
  if (found === null || found.environmentId !== environmentId) {
    const erased = hash === null ? null : await store.selectErasureOfUid(deps.db, companyId, { environmentId, hash });
    if (erased === null) throw fail("session_unknown", "This environment has no session of this name.");
    return erased;
  }
  return deps.db.transaction(async (tx) => {
    const session = await lockSession(tx, { companyId, sessionId: found.sessionId });
    if (session === null) throw new Error("a session that was found is gone: sessions are never deleted");
    // Asked after the lock: of two requests at once the second finds the first one's row.
    const known = await store.selectErasureOfSession(tx, companyId, session.sessionId);
    return known ?? order(tx, deps, { session, actor: request.actor });
  });
}

async function order(
  tx: Transaction,
  deps: Deps,
  { session, actor }: { readonly session: SessionRow; readonly actor: Actor },
): Promise<ErasureRow> {
  const { companyId, environmentId, sessionId } = session;
  const hold = await holdOf(tx, companyId, sessionId);
  const erasureId = deps.ids.make("era");
  const erasure = await store.insertErasure(tx, {
    erasureId,
    companyId,
    environmentId,
    sessionId,
    uidHash: uidHash(deps.secrets, companyId, session.uid),
    state: hold === null ? "requested" : "held",
    requestedBy: actor.id,
    pauseSeconds: PAUSE_SECONDS,
  });
  await record(tx, deps, {
    companyId,
    actor,
    action: "erasure.requested",
    targetType: "session",
    targetId: sessionId,
    details: { erasure_id: erasureId, environment_id: environmentId, ...(hold !== null && { held_by: hold.holdId }) },
  });
  if (hold === null) await begin(tx, deps, { erasure, session, actor });
  return erasure;
}

/** An open journey ends first, with its event; then the uid is used up by its hash and the session out of sight. */
async function begin(
  tx: Transaction,
  deps: Deps,
  work: { readonly erasure: ErasureRow; readonly session: SessionRow; readonly actor: Actor },
): Promise<void> {
  const { erasure, session, actor } = work;
  if (isOpen(session.state)) await cancelSession(tx, deps, session, { reason: "CANCELLED_BY_LENDER", actor });
  await store.insertErasedUid(tx, erasure);
  await store.updateSessionErased(tx, erasure.companyId, erasure.sessionId);
}

/** Begins what waited for a hold that is no longer in force. Returns how many it began. */
export function beginFreed(deps: Deps, companyId: string, limit: number): Promise<number> {
  return deps.db.transaction(async (tx) => {
    const freed = await store.lockFreedErasures(tx, companyId, limit);
    for (const erasure of freed) {
      const session = await lockSession(tx, { companyId, sessionId: erasure.sessionId });
      if (session === null) throw new Error("an erasure names a session that is not there");
      const actor: Actor = { id: erasure.requestedBy, origin: null };
      if (session.state !== "erased") await begin(tx, deps, { erasure, session, actor });
      const { erasureId } = erasure;
      await store.updateErasureState(tx, companyId, { erasureId, state: "requested", pauseSeconds: PAUSE_SECONDS });
    }
    return freed.length;
  });
}

/** Throws `erasure_unknown`; with `environmentId` also for one of another environment. */
export async function erasureById(
  deps: Deps,
  options: { readonly companyId: string; readonly erasureId: string; readonly environmentId?: string },
): Promise<ErasureRow> {
  const { companyId, erasureId, environmentId } = options;
  const found = await store.selectErasure(deps.db, companyId, erasureId);
  if (found === null || (environmentId !== undefined && found.environmentId !== environmentId)) {
    throw fail("erasure_unknown", `There is no erasure "${erasureId.slice(0, 60)}" here.`);
  }
  return found;
}

/** Newest first. */
export async function listErasures(
  deps: Deps,
  companyId: string,
  options: { readonly limit: number; readonly after?: string | undefined },
): Promise<{ readonly rows: readonly ErasureRow[]; readonly next: string | null }> {
  const after = readPlace(options.after);
  const rows = await store.selectErasures(deps.db, companyId, { after, limit: options.limit + 1 });
  return cutPage(rows, options.limit, (row) => [row.place, row.erasureId]);
}
