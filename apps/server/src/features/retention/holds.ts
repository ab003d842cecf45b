import type { Queryable } from "../../infra/database.ts";
import { cutPage, decodeCursor } from "../../infra/cursor.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { record, type Actor } from "../audit/service.ts";
import { lockSession } from "../sessions/lifecycle.ts";
import * as store from "./holds-store.ts";
import type { HoldRow } from "./holds-store.ts";

export type { HoldRow as Hold } from "./holds-store.ts";

/** The oldest hold that keeps this session from erasing and retention: its own or the company's. Null: none. */
export async function holdOf(db: Queryable, companyId: string, sessionId: string): Promise<HoldRow | null> {
  return (await store.selectAliveHolds(db, companyId, sessionId))[0] ?? null;
}

/**
 * Keeps a session, or with `sessionId: null` everything of the company, from being erased or removed by retention until
 * the hold is released. Throws `session_unknown` for a session that is not there or whose content is gone,
 * `body_invalid` for a reason that names its uid.
 */
export function placeHold(
  deps: Deps,
  options: {
    readonly companyId: string;
    readonly sessionId: string | null;
    /** Why, for whoever releases it; no personal data. */
    readonly reason: string;
    readonly actor: Actor;
  },
): Promise<HoldRow> {
  const { companyId, sessionId, actor } = options;
  const reason = options.reason.trim();
  return deps.db.transaction(async (tx) => {
    if (sessionId !== null) {
      // The session's row is also what a request to erase it locks: one of the two comes first and the other sees it.
      const session = await lockSession(tx, { companyId, sessionId });
      if (session === null || session.uid.startsWith("erased:")) {
        throw fail("session_unknown", `There is no session "${sessionId.slice(0, 60)}" in this company.`);
      }
      refuseUidIn(reason, session.uid);
    }
    const holdId = deps.ids.make("hld");
    const hold = await store.insertHold(tx, companyId, { holdId, sessionId, reason, placedBy: actor.id });
    await record(tx, deps, {
      companyId,
      actor,
      action: "hold.placed",
      targetType: sessionId === null ? "company" : "session",
      targetId: sessionId ?? companyId,
      details: { hold_id: holdId, reason },
    });
    return hold;
  });
}

/** The audit log keeps the reason for good: a uid in it would outlive the erasure of its session. */
function refuseUidIn(reason: string, uid: string): void {
  if (!reason.toLowerCase().includes(uid.toLowerCase())) return;
  throw fail("body_invalid", "reason: names the uid, which no erasure could take out again; name the case instead.");
}

/** Erasures that waited for it go on by themselves. Releasing twice changes nothing. Throws `hold_unknown`. */
export function releaseHold(
  deps: Deps,
  options: { readonly companyId: string; readonly holdId: string; readonly actor: Actor },
): Promise<HoldRow> {
  const { companyId, holdId, actor } = options;
  return deps.db.transaction(async (tx) => {
    const released = await store.updateReleased(tx, companyId, { holdId, by: actor.id });
    if (released === null) throw fail("hold_unknown", `There is no hold "${holdId.slice(0, 60)}" in this company.`);
    const { hold, isNew } = released;
    if (!isNew) return hold;
    if (hold.sessionId !== null) await store.turnBackRetention(tx, companyId, hold.sessionId);
    await record(tx, deps, {
      companyId,
      actor,
      action: "hold.released",
      targetType: hold.sessionId === null ? "company" : "session",
      targetId: hold.sessionId ?? companyId,
      details: { hold_id: holdId },
    });
    return hold;
  });
}

/** Newest first; only those in force unless `all`. */
export async function listHolds(
  deps: Deps,
  companyId: string,
  options: { readonly all: boolean; readonly limit: number; readonly after?: string | undefined },
): Promise<{ readonly rows: readonly HoldRow[]; readonly next: string | null }> {
  const { all, limit } = options;
  const after = readPlace(options.after);
  const rows = await store.selectHolds(deps.db, companyId, {
    all,
    after: after && { at: after.at, holdId: after.id },
    limit: limit + 1,
  });
  return cutPage(rows, limit, (row) => [row.place, row.holdId]);
}

/** A time with its microseconds, and an id. Throws `query_invalid`. */
export function readPlace(cursor: string | undefined): { readonly at: string; readonly id: string } | null {
  const parts = decodeCursor(cursor, 2);
  if (parts === null) return null;
  const [at = "", id = ""] = parts;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(at) && !Number.isNaN(Date.parse(at))) {
    return { at, id };
  }
  throw fail("query_invalid", "after: takes the `next` of a page of this list, unchanged.");
}
