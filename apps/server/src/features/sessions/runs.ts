import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail, type AppError } from "../../infra/errors.ts";
import { counter } from "../../infra/metrics.ts";
import { record, recordEach, type Actor } from "../audit/service.ts";
import {
  effectiveState,
  endSession,
  endSessions,
  GRACE_SECONDS,
  inGrace,
  isOpen,
  isReopenable,
  settleExpiry,
} from "./ending.ts";
import { epochSeconds } from "./event-body.ts";
import { insertFact } from "./facts-store.ts";
import * as store from "./lifecycle-store.ts";
import type { SessionRow } from "./lifecycle-store.ts";

/** A link that waits for its clock, re-opened or generated, waits at least so long. */
const REOPENED_WAITS_HOURS = 168;

/**
 * Fixes the end of a locked session's run, `hours` from now (whole seconds), unless its clock runs already. POST tokens
 * does so after a re-open (`at_token`), an opening in every case.
 */
export async function startClock(tx: Transaction, session: SessionRow, hours: number): Promise<SessionRow> {
  if (session.clock === "running") return session;
  const key = { companyId: session.companyId, sessionId: session.sessionId, at: session.at };
  return { ...session, clock: "running", expiresAt: await store.updateClockStarted(tx, key, hours) };
}

interface CancelOptions {
  readonly reason: "CANCELLED_BY_LENDER" | "LINK_REVOKED";
  readonly actor: Actor;
}

/**
 * Ends a locked session on the lender's word, with its event and audit entry. False when it had ended before. One whose
 * time was over ends as expired, which it already was to everybody who asked, and the answer is false too.
 */
export async function cancelSession(
  tx: Transaction,
  deps: Deps,
  session: SessionRow,
  options: CancelOptions,
): Promise<boolean> {
  if (await settleExpiry(tx, deps, session)) return false;
  const isEnded = await endSession(tx, deps, session, { state: "cancelled", reasons: [options.reason] });
  if (!isEnded) return false;
  await record(tx, deps, { ...cancellation(session, options), ...cancelled(session) });
  return true;
}

/**
 * Cancels many locked, open sessions of one company as cancelSession does each of them, in a handful of statements; a few
 * hundred at a time. Returns how many were cancelled; those whose time was over end as expired.
 */
export async function cancelSessions(
  tx: Transaction,
  deps: Deps,
  sessions: readonly SessionRow[],
  options: CancelOptions,
): Promise<number> {
  const due = sessions.filter((session) => effectiveState(session) === "expired");
  const open = sessions.filter((session) => effectiveState(session) !== "expired");
  await endSessions(tx, deps, due, { state: "expired", reasons: [] });
  await endSessions(tx, deps, open, { state: "cancelled", reasons: [options.reason] });
  const [first] = open;
  if (first !== undefined) await recordEach(tx, deps, cancellation(first, options), open.map(cancelled));
  return open.length;
}

function cancellation({ companyId }: SessionRow, { reason, actor }: CancelOptions) {
  const action = reason === "LINK_REVOKED" ? "link.revoked" : "session.cancelled";
  return { companyId, actor, action, targetType: "session" };
}

function cancelled({ sessionId, environmentId, run, state }: SessionRow) {
  return { targetId: sessionId, details: { environment_id: environmentId, run, from: state } };
}

/**
 * The next run of a locked session that expired, was cancelled or left incomplete: all tasks start over with new seeds,
 * earlier tokens and cookies lead to "this link was replaced", the short code stays. What ended is kept as a fact. The
 * clock starts with the next POST tokens or opening (a generated link: the next opening). Throws `session_not_reopenable`.
 */
export async function reopenSession(
  tx: Transaction,
  deps: Deps,
  session: SessionRow,
  options: {
    readonly actor: Actor;
    /** How long the link may wait for its clock; at least a week, a session's own hours where they are more. */
    readonly waitForHours?: number;
  },
): Promise<SessionRow> {
  const isDue = await settleExpiry(tx, deps, session);
  const ended: SessionRow = isDue ? { ...session, state: "expired", endedAt: session.at } : session;
  if (!isReopenable(ended.state)) throw notReopenable(ended);
  const { companyId, sessionId, at } = ended;
  const waiting = waitingAfterReopen(ended, options.waitForHours);
  const next = await store.updateReopened(tx, { companyId, sessionId, at }, waiting);
  if (next === null) throw new Error("a session was re-opened that had not ended: its row was not locked");
  await noteReopening(tx, deps, ended, options.actor);
  const reopened = counter(deps.metrics, {
    name: "tallystick_sessions_reopened_total",
    help: "Sessions started again",
  });
  tx.afterCommit(() => reopened.inc());
  if (ended.simulated) tx.afterCommit(() => deps.signals.notify("simulated"));
  return {
    ...ended,
    ...next,
    state: "created",
    outcome: null,
    endReasons: [],
    clock: waiting.clock,
    openedAt: null,
    consentedAt: null,
    endedAt: null,
    lastActivityAt: ended.at,
  };
}

/** A simulated applicant plays at once, so its clock runs; that of SIM-EXPIRE is over, as at its creation. */
function waitingAfterReopen(session: SessionRow, hours: number = 0) {
  const waitForHours = Math.max(REOPENED_WAITS_HOURS, hours);
  if (!session.simulated) return { clock: session.batchId === null ? "at_token" : "at_opening", waitForHours } as const;
  return { clock: "running", waitForHours: session.uid.startsWith("SIM-EXPIRE-") ? 0 : waitForHours } as const;
}

/** The row forgets how the run ended; the facts do not. */
async function noteReopening(tx: Transaction, deps: Deps, ended: SessionRow, actor: Actor): Promise<void> {
  const { companyId, sessionId, run, at } = ended;
  await insertFact(tx, ended, {
    factId: deps.ids.make("fct"),
    run,
    kind: "run_ended",
    details: {
      state: ended.state,
      reasons: ended.endReasons,
      opened_at: secondsOrNull(ended.openedAt),
      consented_at: secondsOrNull(ended.consentedAt),
      ended_at: secondsOrNull(ended.endedAt),
      expires_at: epochSeconds(ended.expiresAt),
    },
    at: ended.endedAt ?? at,
  });
  await insertFact(tx, ended, {
    factId: deps.ids.make("fct"),
    run: run + 1,
    kind: "reopened",
    details: { actor: actor.id },
    at,
  });
  await record(tx, deps, {
    companyId,
    actor,
    action: "session.reopened",
    targetType: "session",
    targetId: sessionId,
    details: { environment_id: ended.environmentId, run: run + 1, from: ended.state },
  });
}

function secondsOrNull(at: Date | null): number | null {
  return at === null ? null : epochSeconds(at);
}

function notReopenable(session: SessionRow): AppError {
  return fail("session_not_reopenable", whyNotReopenable(session), { extra: { state: session.state } });
}

function whyNotReopenable(session: SessionRow): string {
  const { state } = session;
  if (inGrace(session)) {
    return `The time of this journey is over, but what was played may still arrive for ${GRACE_SECONDS / 60} minutes; try again then.`;
  }
  if (isOpen(state)) {
    return `The journey is ${state.replace("_", " ")}, so its link works as it is; POST tokens with the same uid gives a fresh token.`;
  }
  if (state === "completed") {
    return "The journey is completed, and a result is never replaced. Create a session under another uid for a new application.";
  }
  return "The journey was erased. Create a session under another uid.";
}
