import type { EndReason } from "@tallystick/contract";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { counter } from "../../infra/metrics.ts";
import { recordEvent, recordEvents } from "../webhooks/service.ts";
import { interruptAllOpenAttempts, updateAllEnded } from "./ending-bulk-store.ts";
import { endEvent, envelope, type EndState } from "./event-body.ts";
import * as store from "./lifecycle-store.ts";
import type { SessionRow, SessionState } from "./lifecycle-store.ts";

/** A journey in progress may send batches and finish for this long after `expires_at`; nothing else may. */
export const GRACE_SECONDS = 600;

/** The state as it counts at `session.at`: an end that is due holds before the sweep has written it. */
export function effectiveState(session: Pick<SessionRow, "state" | "at" | "expiresAt">): SessionState {
  const graceMs = session.state === "in_progress" ? GRACE_SECONDS * 1000 : 0;
  return isOpen(session.state) && session.at.getTime() >= session.expiresAt.getTime() + graceMs
    ? "expired"
    : session.state;
}

/** After `expires_at` a journey in progress may only send what it has and finish. */
export function inGrace(session: SessionRow): boolean {
  return session.state === "in_progress" && session.at.getTime() >= session.expiresAt.getTime();
}

export function isOpen(state: SessionState): boolean {
  return state === "created" || state === "opened" || state === "in_progress";
}

export interface SessionEnd {
  readonly state: EndState;
  readonly reasons: readonly EndReason[];
}

/**
 * Ends a locked session that is not complete: its state, its attempts and its event, in the caller's transaction.
 * False when it had ended before; then nothing is written and nothing is announced.
 */
export async function endSession(tx: Transaction, deps: Deps, session: SessionRow, end: SessionEnd): Promise<boolean> {
  const key = { companyId: session.companyId, sessionId: session.sessionId, at: session.at };
  const changed = await store.updateEnded(tx, key, { ...end, outcome: null });
  if (!changed) return false;
  await store.interruptOpenAttempts(tx, key, session.run);
  countEnd(tx, deps, end.state);
  await recordEvent(tx, deps, { companyId: session.companyId, ...announcement(session, end) });
  return true;
}

/** The same end for many locked, open sessions of one company, in a handful of statements; a few hundred at a time. */
export async function endSessions(
  tx: Transaction,
  deps: Deps,
  sessions: readonly SessionRow[],
  end: SessionEnd,
): Promise<void> {
  const [first] = sessions;
  if (first === undefined) return;
  const { companyId } = first;
  const changed = await updateAllEnded(tx, companyId, sessions, end);
  if (changed !== sessions.length) throw new Error("a session was ended that was not open: its row was not locked");
  // A task is granted at an opening and no sooner.
  const opened = sessions.filter(({ state }) => state !== "created");
  if (opened.length > 0) await interruptAllOpenAttempts(tx, companyId, opened);
  countEnd(tx, deps, end.state, changed);
  const events = sessions.map((session) => announcement(session, end));
  await recordEvents(tx, deps, companyId, events);
}

function announcement(session: SessionRow, end: SessionEnd) {
  const { environmentId, sessionId, run, at } = session;
  return { environmentId, sessionId, run, body: envelope(session, endEvent(session, { ...end, at })), at };
}

/** Marks a locked session complete; result and events are the caller's part of the same transaction. */
export async function completeSession(
  tx: Transaction,
  deps: Deps,
  session: SessionRow,
  outcome: "scored" | "unscorable",
): Promise<void> {
  const key = { companyId: session.companyId, sessionId: session.sessionId, at: session.at };
  const reasons = outcome === "unscorable" ? ["DATA_UNUSABLE"] : [];
  const changed = await store.updateEnded(tx, key, { state: "completed", outcome, reasons });
  if (!changed) throw new Error("a session was completed that was not open: its row was not locked");
  await store.interruptOpenAttempts(tx, key, session.run);
  countEnd(tx, deps, outcome);
}

/**
 * A locked session that was unscorable has got a score; result and event are the caller's part of the transaction.
 * `unscoredResultAt`: when the result was made that had none.
 */
export async function markScored(
  tx: Transaction,
  { companyId, sessionId }: SessionRow,
  { unscoredResultAt }: { readonly unscoredResultAt: Date },
): Promise<void> {
  const changed = await store.updateScored(tx, { companyId, sessionId }, { unscoredResultAt });
  if (!changed) throw new Error("a session was scored later that was not unscorable: its row was not locked");
}

export function isReopenable(state: SessionState): boolean {
  return state === "expired" || state === "cancelled" || state === "incomplete";
}

/** Writes an end that is due before the sweep came by; true when it was. */
export async function settleExpiry(tx: Transaction, deps: Deps, session: SessionRow): Promise<boolean> {
  if (!isOpen(session.state) || effectiveState(session) !== "expired") return false;
  return endSession(tx, deps, session, { state: "expired", reasons: [] });
}

function countEnd(tx: Transaction, deps: Deps, end: EndState | "scored" | "unscorable", count = 1): void {
  const ended = counter(deps.metrics, {
    name: "tallystick_sessions_ended_total",
    help: "Sessions that reached an end",
    labelNames: ["end"],
  });
  tx.afterCommit(() => ended.inc({ end }, count));
}
