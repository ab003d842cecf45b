import type {
  ConsentRequest,
  Ended,
  EnvironmentSettings,
  Journey,
  NoteRequest,
  StopRequest,
  TaskDoneRequest,
} from "@tallystick/contract";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { environmentById } from "../deployments/service.ts";
import { endSession, type SessionRow } from "../sessions/lifecycle.ts";
import { grantTasks } from "./attempts.ts";
import {
  endedOf,
  enter,
  journeyOf,
  refuseEnded,
  refuseLate,
  refuseOtherEpoch,
  refuseWithoutConsent,
  type Caller,
} from "./journey.ts";
import type { Outcome } from "./pages/end.ts";
import { bareUrl, endStep, type RedirectSettings } from "./redirects.ts";
import * as factsStore from "./facts-store.ts";
import * as store from "./store.ts";

export { appendBatch } from "./append.ts";
export { finishJourney } from "./finish.ts";
export { openJourney } from "./opening.ts";
export type { Caller } from "./journey.ts";

/** Accepted: the tasks begin. Declined: the journey is cancelled. The same decision again is answered the same. */
export async function decideConsent(deps: Deps, caller: Caller, request: ConsentRequest): Promise<Journey | Ended> {
  const { settings } = await environmentById(deps, caller.companyId, caller.environmentId);
  return deps.db.transaction(async (tx) => {
    const session = await enter(tx, caller, request.run);
    const isDeclined = request.decision === "declined";
    if (isDeclined && session.endReasons.includes("PRIVACY_POLICY_REJECTED")) {
      return endedOf(session, caller, session.state);
    }
    refuseLate(session, caller);
    refuseOtherEpoch(session, request.epoch);
    if (session.state === "created") throw fail("taken_over", "The journey was not opened by this page.");
    if (session.state === "in_progress") {
      if (isDeclined) throw fail("body_invalid", "decision: was accepted before; POST stop ends the journey now");
      return journeyOf(session, await grantTasks(tx, deps, session), settings);
    }
    await store.insertConsent(tx, session, {
      decision: request.decision,
      privacyPolicyUrl: settings.privacy_policy_url,
      textVersion: request.text_version,
      language: request.language,
    });
    if (!isDeclined) return accept(tx, deps, session, settings);
    await endSession(tx, deps, session, { state: "cancelled", reasons: ["PRIVACY_POLICY_REJECTED"] });
    return endedOf(session, caller, "cancelled");
  });
}

async function accept(
  tx: Transaction,
  deps: Deps,
  session: SessionRow,
  settings: EnvironmentSettings,
): Promise<Journey> {
  await store.updateConsented(tx, session);
  const accepted: SessionRow = { ...session, state: "in_progress", consentedAt: session.at };
  return journeyOf(accepted, await grantTasks(tx, deps, accepted), settings);
}

/** Closes an attempt whose batches have all arrived and grants what follows. */
export async function finishTask(deps: Deps, caller: Caller, request: TaskDoneRequest): Promise<Journey> {
  const { settings } = await environmentById(deps, caller.companyId, caller.environmentId);
  return deps.db.transaction(async (tx) => {
    const session = await enter(tx, caller, request.run);
    refuseEnded(session, caller);
    refuseWithoutConsent(session);
    refuseOtherEpoch(session, request.epoch);
    const attempts = await store.lockAttempts(tx, session);
    const named = attempts.find((row) => row.taskIndex === request.task_index && row.attempt === request.attempt);
    if (named === undefined || named.state === "interrupted") {
      throw fail("attempt_unknown", `Task ${request.task_index} has no open attempt ${request.attempt}.`);
    }
    if (named.nextSeq <= request.last_seq) {
      throw fail("batch_gap", `Batch ${named.nextSeq} of this attempt has not arrived.`, {
        extra: { expected_seq: named.nextSeq },
      });
    }
    if (named.state === "open") {
      const shownDigest = request.digest ?? null;
      await store.updateAttemptState(tx, session, { ...named, state: "done", shownDigest });
    }
    return journeyOf(session, await grantTasks(tx, deps, session), settings);
  });
}

/** The applicant stops for good. A second stop is answered like the first. */
export async function stopJourney(deps: Deps, caller: Caller, request: StopRequest): Promise<Ended> {
  return deps.db.transaction(async (tx) => {
    const session = await enter(tx, caller, request.run);
    if (session.endReasons.includes("APPLICANT_STOPPED")) return endedOf(session, caller, session.state);
    refuseLate(session, caller);
    refuseOtherEpoch(session, request.epoch);
    if (session.state === "created") throw fail("taken_over", "The journey was not opened by this page.");
    await endSession(tx, deps, session, { state: "incomplete", reasons: ["APPLICANT_STOPPED", "TASKS_MISSING"] });
    return endedOf(session, caller, "incomplete");
  });
}

/** Stores what the page noticed between inputs, once however often the network brings it. */
export async function noteFact(deps: Deps, caller: Caller, request: NoteRequest): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const session = await enter(tx, caller, request.run);
    refuseEnded(session, caller);
    refuseOtherEpoch(session, request.epoch);
    const { run: _run, kind, ...details } = request;
    const fact = { factId: deps.ids.make("fct"), kind, details };
    const unless = request.n === undefined ? null : { epoch: request.epoch, n: request.n };
    await factsStore.insertFact(tx, session, fact, { unless });
  });
}

/** Ends that one run shows as facts: somebody who reloads the last page goes the same way again. */
const MAX_REDIRECTS = 5;

/** Where the applicant was sent from the last page. Its failure must not keep anybody from going there. */
export async function noteRedirect(
  deps: Deps,
  session: SessionRow,
  end: { readonly outcome: Outcome; readonly settings: RedirectSettings },
): Promise<void> {
  const step = endStep(end.outcome, end.settings);
  if (step.url === null) return;
  const details = { outcome: end.outcome, url: bareUrl(step.url), how: step.kind };
  const fact = { factId: deps.ids.make("fct"), kind: "redirected", details };
  try {
    await factsStore.insertFact(deps.db, session, fact, { limit: MAX_REDIRECTS });
  } catch (error) {
    deps.log.warn({ err: error }, "a redirect was not stored as a fact");
  }
}

/** The key of the task the applicant plays next; null when all are done. */
export async function firstOpenTask(deps: Deps, session: SessionRow): Promise<string | null> {
  const done = await store.selectDoneTasks(deps.db, session);
  return session.taskPlan.find((_, index) => !done.includes(index))?.key ?? null;
}

/** The language a journey is in: that of its consent once it was decided, on whatever device it goes on. */
export async function journeyLanguage(deps: Deps, session: SessionRow): Promise<string | null> {
  if (session.state === "created" || session.state === "opened") return session.language;
  return (await store.selectConsentLanguage(deps.db, session)) ?? session.language;
}
