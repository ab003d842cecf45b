import { isLanguage, LANGUAGES, type Playback, type PlaybackInput, type PlaybackTask } from "@tallystick/contract";
import { type AnyTaskDefinition, digestTrials, isRefusal, REFUSALS, type TaskInput } from "@tallystick/tasks";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { recordReading, type Actor } from "../audit/service.ts";
import { environmentById } from "../deployments/service.ts";
import { effectiveState, isOpen, readSession, type PinnedTask, type SessionRow } from "../sessions/lifecycle.ts";
import * as store from "./playback-store.ts";
import { taskDefinition } from "./replay-run.ts";
import { selectJourneyFacts } from "./store.ts";

export interface PlaybackQuery {
  readonly companyId: string;
  readonly environmentId: string;
  readonly sessionId: string;
  /** Default the last. */
  readonly run?: number | undefined;
  /** Key of the only task that is wanted. */
  readonly task?: string | undefined;
  readonly actor: Actor;
}

/**
 * What a run's machines need to show it again. Writes to the audit log that the inputs were read. Throws
 * `session_unknown`, `session_running`, `inputs_removed`, and `query_invalid` for a run or task the session has not.
 */
export async function readPlayback(deps: Deps, query: PlaybackQuery): Promise<Playback> {
  const session = await endedSession(deps, query);
  const { companyId, sessionId } = session;
  const run = query.run ?? session.run;
  if (run > session.run) throw fail("query_invalid", `run: this journey has had ${session.run} of them.`);
  if (query.task !== undefined && !session.taskPlan.some(({ key }) => key === query.task)) {
    throw fail("query_invalid", "task: this session has no such task.");
  }
  const key = { companyId, sessionId, run };
  const attempts = await store.selectAttempts(deps.db, key);
  await refuseRemoved(deps, key, attempts);
  const facts = await selectJourneyFacts(deps.db, key);
  const spoken = (await store.selectConsentLanguage(deps.db, key)) ?? session.language ?? "en";
  const language = isLanguage(spoken) ? spoken : "en";
  const { settings } = await environmentById(deps, companyId, session.environmentId);
  await recordReading(deps, {
    companyId,
    actor: query.actor,
    action: "inputs.read",
    targetType: "session",
    targetId: sessionId,
    details: { run, ...(query.task !== undefined && { task: query.task }) },
  });
  return {
    session_id: sessionId,
    run,
    runs: session.run,
    language,
    direction: LANGUAGES[language].direction,
    device_class: facts.deviceClass,
    money_unit: { ...settings.money_unit },
    tasks: session.taskPlan.flatMap((pinned, index) =>
      query.task === undefined || query.task === pinned.key ? [taskOf(pinned, { index, attempts })] : [],
    ),
  };
}

/** A seed tells what will come: nothing of a session is shown while its applicant may still send something. */
async function endedSession(deps: Deps, query: PlaybackQuery): Promise<SessionRow> {
  const session = await readSession(deps.db, query);
  if (session === null || session.environmentId !== query.environmentId) {
    throw fail("session_unknown", "This environment has no session of this id.");
  }
  if (session.state === "erased") throw removed("erasure");
  // Open in the time of grace too, in which a phone may still send what it has.
  if (isOpen(effectiveState(session))) {
    throw fail("session_running", `The journey is ${session.state}; its seeds stay secret until it has ended.`);
  }
  return session;
}

/** A task that was done had inputs; without any, and past the time that retention keeps them, they are gone. */
async function refuseRemoved(
  deps: Deps,
  key: { readonly companyId: string; readonly sessionId: string },
  attempts: readonly store.StoredAttempt[],
): Promise<void> {
  if (attempts.some(({ bodies }) => bodies.length > 0)) return;
  if (attempts.some(({ state }) => state === "done") || (await store.selectIsSwept(deps.db, key))) {
    throw removed("retention");
  }
}

function removed(reason: "retention" | "erasure"): Error {
  const why = reason === "erasure" ? "because the person was erased" : "when their time was over";
  return fail("inputs_removed", `The inputs of this session were removed ${why}.`, { extra: { reason } });
}

function taskOf(
  pinned: PinnedTask,
  { index, attempts }: { readonly index: number; readonly attempts: readonly store.StoredAttempt[] },
): PlaybackTask {
  const own = attempts.filter(({ taskIndex }) => taskIndex === index);
  return {
    index,
    task: pinned.key,
    version: pinned.version,
    parameters: { ...pinned.parameters },
    attempts: own.map((attempt) => ({
      ...attemptOf(taskDefinition(pinned), attempt, pinned.parameters),
      scored: attempt === own.at(-1),
    })),
  };
}

function attemptOf(
  { machine }: AnyTaskDefinition,
  { attempt, state, seed, shownDigest, bodies }: store.StoredAttempt,
  parameters: unknown,
): Omit<PlaybackTask["attempts"][number], "scored"> {
  let reached = machine.start(seed, parameters);
  const inputs: PlaybackInput[] = [];
  // Stored by appendBatch after validation; the machine judges each input anew.
  for (const input of bodies.flatMap((body) => JSON.parse(body) as TaskInput[])) {
    const outcome = machine.apply(reached, input);
    const isRefused = typeof outcome === "object" && outcome !== null && isRefusal(outcome);
    if (!isRefused) reached = outcome;
    inputs.push({
      input: { ...input },
      refused: isRefused ? (REFUSALS.find((name) => name === outcome.refused) ?? "malformed") : null,
    });
  }
  const asShown = shownDigest === null ? null : digestTrials(machine.trials(reached)) === shownDigest;
  return { attempt, state, seed, complete: machine.isComplete(reached), as_shown: asShown, inputs };
}
