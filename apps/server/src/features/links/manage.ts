import type { Link } from "@tallystick/contract";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { epochSeconds, epochSecondsOrNull } from "../../infra/epoch.ts";
import { fail, type AppError } from "../../infra/errors.ts";
import { record, type Actor } from "../audit/service.ts";
import { refuseArchived, type EnvironmentAccess } from "../deployments/service.ts";
import {
  cancelSession,
  effectiveState,
  inGrace,
  isOpen,
  lockSession,
  readSession,
  reopenSession,
  type SessionRow,
} from "../sessions/lifecycle.ts";
import { extendWaiting, replaceLink, sessionIn } from "../sessions/service.ts";
import * as store from "./batch-store.ts";
import type { BatchRow } from "./batch-store.ts";
import { linkUrl, readyBatch } from "./batches.ts";
import { endDate } from "./dates.ts";

export interface LinkOptions {
  readonly environment: EnvironmentAccess;
  readonly sessionId: string;
  readonly actor: Actor;
}

export interface BatchOptions {
  readonly environment: EnvironmentAccess;
  readonly batchId: string;
  readonly actor: Actor;
}

/** Ends an open link. One that was revoked before is answered as it is. Throws `session_unknown`, `link_not_open`. */
export function revokeLink(deps: Deps, options: LinkOptions): Promise<Link> {
  const { actor } = options;
  return withLink(deps, options, async (tx, session) => {
    if (session.endReasons.includes("LINK_REVOKED")) return;
    const state = effectiveState(session);
    if (!isOpen(state)) throw notOpen(state);
    await cancelSession(tx, deps, session, { reason: "LINK_REVOKED", actor });
  });
}

/** Throws `session_unknown`, `link_date_invalid`, `link_not_extendable`. */
export function extendLink(deps: Deps, options: LinkOptions & { readonly validUntil: number }): Promise<Link> {
  const { actor, validUntil } = options;
  return withLink(deps, options, async (tx, session) => {
    const until = endDate(validUntil, session.at);
    const { companyId, environmentId, sessionId } = session;
    if ((await extendWaiting(tx, { companyId, environmentId, sessionId }, until)) === 0) throw notExtendable(session);
    await record(tx, deps, {
      companyId,
      actor,
      action: "link.extended",
      targetType: "session",
      targetId: sessionId,
      details: { environment_id: environmentId, from: epochSeconds(session.expiresAt), to: validUntil },
    });
  });
}

/**
 * A new short code; the old one shows that it was replaced. What expired, was cancelled or was left incomplete starts
 * again. Throws `session_unknown`, `session_not_reopenable`, `deployment_archived`.
 */
export function reissueLink(deps: Deps, options: LinkOptions): Promise<Link> {
  const { environment, actor } = options;
  return withLink(deps, options, async (tx, session) => {
    const current = await startable(tx, deps, { environment, session, actor });
    await replaceLink(tx, deps, current);
    await record(tx, deps, {
      companyId: session.companyId,
      actor,
      action: "link.reissued",
      targetType: "session",
      targetId: session.sessionId,
      details: { environment_id: session.environmentId, run: current.run, reopened: current.run !== session.run },
    });
  });
}

async function startable(
  tx: Transaction,
  deps: Deps,
  {
    environment,
    session,
    actor,
  }: {
    readonly environment: EnvironmentAccess;
    readonly session: SessionRow;
    readonly actor: Actor;
  },
): Promise<SessionRow> {
  if (isOpen(effectiveState(session)) && !inGrace(session)) return session;
  refuseArchived(environment);
  return reopenSession(tx, deps, session, { actor, waitForHours: await waitingHours(tx, environment, session) });
}

/** To the end date of its batch, or for a session's own hours where they are more. */
async function waitingHours(tx: Transaction, environment: EnvironmentAccess, session: SessionRow): Promise<number> {
  const { companyId, environmentId, batchId, at } = session;
  const batch = batchId === null ? null : await store.findBatch(tx, { companyId, environmentId, batchId });
  const untilEnd = batch === null ? 0 : Math.ceil((batch.validUntil.getTime() - at.getTime()) / 3_600_000);
  return Math.max(environment.settings.session_hours, untilEnd);
}

/**
 * Marks a batch so that its open links are ended, by `continueRevoking` or by the background of any process. Repeating
 * it also ends what was re-issued meanwhile. Throws `link_batch_unknown`, `link_batch_not_ready`.
 */
export async function revokeBatch(deps: Deps, options: BatchOptions): Promise<BatchRow> {
  const { environment, batchId, actor } = options;
  const batch = await readyBatch(deps, environment, batchId);
  await deps.db.transaction(async (tx) => {
    await store.markRevoking(tx, batch, actor.id);
    await record(tx, deps, {
      companyId: batch.companyId,
      actor,
      action: "link_batch.revoked",
      targetType: "link_batch",
      targetId: batchId,
      details: { environment_id: batch.environmentId },
    });
    tx.afterCommit(() => deps.signals.notify("links"));
  });
  return readyBatch(deps, environment, batchId);
}

/** Moves the end date of all links that still wait. Throws `link_date_invalid`, `link_not_extendable`. */
export async function extendBatch(
  deps: Deps,
  options: BatchOptions & { readonly validUntil: number },
): Promise<{ readonly extended: number; readonly batch: BatchRow }> {
  const { environment, batchId, actor, validUntil } = options;
  const batch = await readyBatch(deps, environment, batchId);
  if (batch.clock === "running") {
    throw fail(
      "link_not_extendable",
      "The time of these links has run since their creation, so their end is fixed. Re-issue those that expired.",
    );
  }
  const until = endDate(validUntil, await store.readClock(deps.db));
  const extended = await deps.db.transaction(async (tx) => {
    const { companyId, environmentId } = batch;
    await store.updateValidUntil(tx, batch, until);
    const count = await extendWaiting(tx, { companyId, environmentId, batchId }, until);
    await record(tx, deps, {
      companyId,
      actor,
      action: "link_batch.extended",
      targetType: "link_batch",
      targetId: batchId,
      details: { environment_id: environmentId, from: epochSeconds(batch.validUntil), to: validUntil, links: count },
    });
    return count;
  });
  return { extended, batch: await readyBatch(deps, environment, batchId) };
}

async function withLink(
  deps: Deps,
  { environment, sessionId }: LinkOptions,
  act: (tx: Transaction, session: SessionRow) => Promise<void>,
): Promise<Link> {
  const name = { sessionId };
  const { companyId } = await sessionIn(deps, { environment, name });
  return deps.db.transaction(async (tx) => {
    const session = await lockSession(tx, { companyId, sessionId });
    // Erased between the look and the lock.
    if (session === null || session.state === "erased") {
      throw fail("session_unknown", "This environment has no session of this id.");
    }
    await act(tx, session);
    const after = await readSession(tx, { companyId, sessionId });
    if (after === null) throw new Error("a locked session disappeared");
    return sessionLink(deps, after);
  });
}

/** A session as the link it has. */
export function sessionLink(deps: Deps, session: SessionRow): Link {
  const status = effectiveState(session);
  return {
    session_id: session.sessionId,
    uid: session.uid,
    link: linkUrl(deps, session.linkCode),
    status: status as Link["status"],
    outcome: session.outcome,
    language: session.language,
    run: session.run,
    created_at: epochSeconds(session.createdAt),
    expires_at: epochSeconds(session.expiresAt),
    opened_at: epochSecondsOrNull(session.openedAt),
    ended_at: epochSecondsOrNull(session.endedAt ?? (status === "expired" ? session.expiresAt : null)),
  };
}

function notOpen(state: string): AppError {
  return fail("link_not_open", `The journey is ${state}; nothing is left to revoke.`, { extra: { state } });
}

function notExtendable(session: SessionRow): AppError {
  const state = effectiveState(session);
  const detail = !isOpen(state)
    ? `The journey is ${state}; re-issue the link to let the person start again.`
    : session.clock === "running"
      ? "The time of this journey runs, so its end is fixed."
      : "The link waits for POST tokens, which starts its time; there is no end date to move.";
  return fail("link_not_extendable", detail, { extra: { state } });
}
