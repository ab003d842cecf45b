import type { Ended, EnvironmentSettings, Journey, JOURNEY_STATES } from "@tallystick/contract";

import type { Transaction } from "../../infra/database.ts";
import { fail } from "../../infra/errors.ts";
import {
  effectiveState,
  inGrace,
  isOpen,
  lockSession,
  type SessionRow,
  type SessionState,
} from "../sessions/lifecycle.ts";
import { taskDefinition } from "../results/service.ts";
import type { AttemptRow } from "./store.ts";

/** Who calls: what the verified journey token says, and how it came. */
export interface Caller {
  readonly companyId: string;
  readonly environmentId: string;
  readonly sessionId: string;
  readonly run: number;
  /** The token came in the header, so the end page will be asked for without a cookie. */
  readonly cookieless: boolean;
  /** The virtual clock of a simulated journey; absent: the database's. */
  readonly at?: Date | undefined;
}

type JourneyState = (typeof JOURNEY_STATES)[number];

/** The locked session of this caller. Throws `journey_unknown` or `journey_replaced`. */
export async function enter(tx: Transaction, caller: Caller, run: number): Promise<SessionRow> {
  const session = await lockSession(tx, caller);
  if (session === null || session.state === "erased") throw unknownJourney();
  refuseReplaced(session, caller, run);
  return session;
}

export function unknownJourney() {
  return fail("journey_unknown", "No journey belongs to this link.");
}

export function refuseReplaced(session: SessionRow, caller: Caller, run: number): void {
  if (session.run === caller.run && session.run === run) return;
  throw fail("journey_replaced", "The journey was started again; this link belongs to an earlier start.");
}

export function refuseOtherEpoch(session: SessionRow, epoch: number): void {
  if (session.epoch === epoch) return;
  throw fail("taken_over", "The journey was opened again since this page opened it.");
}

export function refuseWithoutConsent(session: SessionRow): void {
  if (session.state === "in_progress") return;
  throw fail("consent_missing", "The consent screen was not accepted yet.");
}

/** `journey_ended` with the state and where the page goes next, unless the journey is open. */
export function refuseEnded(session: SessionRow, caller: Caller): void {
  const state = effectiveState(session);
  if (!isOpen(state)) throw journeyEnded(session, caller, state);
}

/** After `expires_at` what was played may still arrive, but nothing starts. */
export function refuseLate(session: SessionRow, caller: Caller): void {
  refuseEnded(session, caller);
  if (inGrace(session)) throw journeyEnded(session, caller, "expired");
}

function journeyEnded(session: SessionRow, caller: Caller, state: SessionState) {
  const ended = endedOf(session, caller, state);
  return fail("journey_ended", `The journey is over: ${state}.`, { extra: { ...ended } });
}

/**
 * Where an ended journey leads. A browser without the cookie could not say which journey its end page belongs to: there
 * the address names the outcome and the Integration ID, which say nothing about the person.
 */
export function endedOf(session: SessionRow, caller: Caller, state: SessionState): Ended {
  const path = `/play/${session.sessionId}/end`;
  const query = new URLSearchParams({ outcome: state, integration: session.integrationId });
  return { state: wireState(state), next: caller.cookieless ? `${path}?${query.toString()}` : path };
}

function wireState(state: SessionState): JourneyState {
  if (state === "created" || state === "erased") throw new Error(`state ${state} is never shown to a page`);
  return state;
}

/** What the page needs to go on: where the journey stands, and the seeds of at most two tasks. */
export function journeyOf(
  session: SessionRow,
  attempts: readonly AttemptRow[],
  settings: Pick<EnvironmentSettings, "money_unit">,
): Journey {
  const isPlaying = session.state === "in_progress";
  return {
    state: wireState(session.state),
    run: session.run,
    epoch: session.epoch,
    tasks: session.taskPlan.map(({ key, version }, index) => ({
      task: key,
      version,
      seconds: taskDefinition({ key, version }).spec.durationSeconds,
      done: attempts.some((attempt) => attempt.taskIndex === index && attempt.state === "done"),
    })),
    grants: attempts.flatMap(({ taskIndex, attempt, seed, state }) => {
      const pinned = session.taskPlan[taskIndex];
      if (!isPlaying || state !== "open" || pinned === undefined) return [];
      const { key, version, parameters } = pinned;
      return [{ task_index: taskIndex, attempt, task: key, version, seed, parameters: { ...parameters } }];
    }),
    money_unit: settings.money_unit,
    expires_at: Math.floor(session.expiresAt.getTime() / 1000),
  };
}
