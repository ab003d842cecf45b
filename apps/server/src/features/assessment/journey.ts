import type { Ended, Journey, JOURNEY_STATES } from "@tallystick/contract";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { environmentById } from "../deployments/service.ts";
import { effectiveState, isOpen, lockSession, type SessionRow } from "../sessions/lifecycle.ts";
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
  return fail("journey_unknown", "no journey belongs to this link");
}

export function refuseReplaced(session: SessionRow, caller: Caller, run: number): void {
  if (session.run === caller.run && session.run === run) return;
  throw fail("journey_replaced", "the journey was started again; this link belongs to an earlier start");
}

export function refuseOtherEpoch(session: SessionRow, epoch: number): void {
  if (session.epoch === epoch) return;
  throw fail("taken_over", "the journey was opened again since this page opened it");
}

export function refuseWithoutConsent(session: SessionRow): void {
  if (session.state === "in_progress") return;
  throw fail("consent_missing", "the consent screen was not accepted yet");
}

/** `journey_ended` with the state and where the page goes next, unless the journey is open. */
export async function refuseEnded(deps: Deps, caller: Caller, session: SessionRow): Promise<void> {
  const state = effectiveState(session);
  if (!isOpen(state)) throw await journeyEnded(deps, caller, state);
}

export async function journeyEnded(deps: Deps, caller: Caller, state: SessionRow["state"]) {
  const { next } = await endedOf(deps, caller, state);
  return fail("journey_ended", `the journey is over: ${state}`, { extra: { state, next } });
}

/**
 * Where an ended journey leads. A browser without the cookie could not say which journey its end page belongs to: there
 * the address names the outcome and the Integration ID, which say nothing about the person.
 */
export async function endedOf(deps: Deps, caller: Caller, state: SessionRow["state"]): Promise<Ended> {
  const path = `/play/${caller.sessionId}/end`;
  const next = caller.cookieless ? `${path}?${await cookielessQuery(deps, caller, state)}` : path;
  return { state: wireState(state), next };
}

async function cookielessQuery(deps: Deps, caller: Caller, state: string): Promise<string> {
  const { integrationId } = await environmentById(deps, caller.companyId, caller.environmentId);
  return new URLSearchParams({ outcome: state, integration: integrationId }).toString();
}

function wireState(state: SessionRow["state"]): JourneyState {
  if (state === "created" || state === "erased") throw new Error(`state ${state} is never shown to a page`);
  return state;
}

/** What the page needs to go on: where the journey stands, and the seeds of at most two tasks. */
export async function journeyOf(
  deps: Deps,
  session: SessionRow,
  attempts: readonly AttemptRow[],
): Promise<Journey> {
  const { settings } = await environmentById(deps, session.companyId, session.environmentId);
  const isPlaying = session.state === "in_progress";
  return {
    state: wireState(session.state),
    run: session.run,
    epoch: session.epoch,
    tasks: session.taskPlan.map(({ key, version }, index) => ({
      task: key,
      version,
      done: attempts.some((attempt) => attempt.taskIndex === index && attempt.state === "done"),
    })),
    grants: attempts.flatMap(({ taskIndex, attempt, seed, state }) => {
      const pinned = session.taskPlan[taskIndex];
      if (!isPlaying || state !== "open" || pinned === undefined) return [];
      const { key, version, parameters } = pinned;
      return [{ task_index: taskIndex, attempt, task: key, version, seed, parameters: { ...parameters } }];
    }),
    money_unit: settings.money_unit,
  };
}
