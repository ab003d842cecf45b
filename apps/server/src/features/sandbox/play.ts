import { createHash } from "node:crypto";

import type { Device, Grant, Journey } from "@tallystick/contract";
import { playTask, type SandboxPlayer } from "@tallystick/tasks";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import {
  appendBatch,
  decideConsent,
  finishJourney,
  finishTask,
  openJourney,
  stopJourney,
  type Caller,
} from "../assessment/service.ts";
import { taskDefinition } from "../results/service.ts";
import { endSession, lockSession } from "../sessions/lifecycle.ts";
import type { Plan } from "./plans.ts";
import type { WaitingApplicant } from "./store.ts";
import { startClock, type Clock } from "./virtual-clock.ts";

const DEVICE: Device = {
  class: "phone",
  pointer: "coarse",
  refresh_hz: 60,
  viewport: [390, 844],
  webdriver: false,
  reduced_motion: false,
  time_zone_offset_minutes: 0,
};
const INPUTS_PER_BATCH = 40;

export interface Stage {
  readonly tx: Transaction;
  /** Whose database is the transaction: the whole play commits at once. */
  readonly deps: Deps;
  readonly companyId: string;
  readonly applicant: WaitingApplicant;
  readonly plan: Plan;
}

interface Play extends Stage {
  readonly clock: Clock;
  caller(): Caller;
}

/** Plays one applicant from the first opening to the end, through the functions the applicant's page calls. */
export async function playApplicant(stage: Stage): Promise<void> {
  const play = await prepare(stage);
  const opened = await openJourney(play.deps, play.caller(), { tab: tabOf(play), device: DEVICE });
  play.clock.advance(15_000);
  const { ends } = play.plan;
  const journey = opened.state === "in_progress" ? opened : await decide(play, opened);
  if (journey === null) return;
  const played = await playTasks(play, journey, ends === "finish" ? Infinity : 1);
  play.clock.jumpToEnd();
  const { run, epoch } = journey;
  if (ends === "finish") await finishJourney(play.deps, play.caller(), { run, epoch, tasks: played });
  else if (ends === "expire_after_one_task") await expire(play);
  else await stopJourney(play.deps, play.caller(), { run, epoch });
}

async function prepare(stage: Stage): Promise<Play> {
  const { tx, companyId, applicant } = stage;
  const { sessionId, environmentId } = applicant;
  const session = await lockSession(tx, { companyId, sessionId });
  if (session === null) throw new Error("a locked session is gone");
  const seconds = session.taskPlan.reduce((sum, task) => sum + taskDefinition(task).spec.durationSeconds, 0);
  // SIM-EXPIRE played before its time was over; everybody else ends now. Twice the usual time covers slow players.
  const isExpiry = stage.plan.ends === "expire_after_one_task";
  const clock = startClock({
    end: isExpiry ? applicant.expiresAt : applicant.now,
    lengthMs: seconds * 2_000 + 60_000,
  });
  const caller = (): Caller => ({
    companyId,
    environmentId,
    sessionId,
    run: session.run,
    cookieless: false,
    at: clock.now(),
  });
  return { ...stage, clock, caller };
}

/** Null when the plan was to decline. */
async function decide(play: Play, opened: Journey): Promise<Journey | null> {
  const { run, epoch } = opened;
  const isDeclined = play.plan.ends === "decline";
  if (isDeclined) play.clock.jumpToEnd();
  const answer = await decideConsent(play.deps, play.caller(), {
    run,
    epoch,
    decision: isDeclined ? "declined" : "accepted",
    text_version: "simulated",
    language: "en",
  });
  return "grants" in answer ? answer : null;
}

interface Played {
  readonly task_index: number;
  readonly attempt: number;
  readonly last_seq: number;
}

async function playTasks(play: Play, start: Journey, limit: number): Promise<Played[]> {
  const played: Played[] = [];
  let journey = start;
  while (played.length < limit) {
    const grant = journey.grants[0];
    if (grant === undefined) break;
    const last_seq = await sendInputs(play, journey, grant);
    const { task_index, attempt } = grant;
    const { run, epoch } = journey;
    journey = await finishTask(play.deps, play.caller(), { run, epoch, task_index, attempt, last_seq });
    played.push({ task_index, attempt, last_seq });
    play.clock.advance(3_000);
  }
  return played;
}

async function sendInputs(play: Play, journey: Journey, grant: Grant): Promise<number> {
  const inputs = playTask(taskDefinition({ key: grant.task, version: grant.version }), play.plan.player, {
    seed: grant.seed,
    parameters: grant.parameters,
    personSeed: personSeed(play.applicant.uid, play.plan.player),
  });
  const { run, epoch } = journey;
  const { task_index, attempt } = grant;
  const startedAt = play.clock.now().getTime();
  let seq = 0;
  for (let from = 0; from < inputs.length; from += INPUTS_PER_BATCH) {
    const batch = inputs.slice(from, from + INPUTS_PER_BATCH).map((input) => ({ ...input }));
    play.clock.advanceTo(startedAt + (batch.at(-1)?.at ?? 0));
    await appendBatch(play.deps, play.caller(), { run, epoch, task_index, attempt, seq, inputs: batch });
    seq += 1;
  }
  return seq - 1;
}

async function expire(play: Play): Promise<void> {
  const { tx, deps, companyId, applicant, clock } = play;
  const session = await lockSession(tx, { companyId, sessionId: applicant.sessionId, at: clock.now() });
  if (session === null) throw new Error("a locked session is gone");
  await endSession(tx, deps, session, { state: "expired", reasons: [] });
}

/** The same person on every installation: everything about it comes from the uid. */
function personSeed(uid: string, player: SandboxPlayer): string {
  return createHash("sha256").update(`person ${player} ${uid}`).digest("hex").slice(0, 32);
}

function tabOf(play: Play): string {
  return `simulated-${play.plan.player}`;
}
