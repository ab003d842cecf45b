/** A time line's items, each from one stored row: what happened, and the same in a sentence. */
import { findTask } from "@tallystick/tasks";

import { epochSeconds } from "../sessions/lifecycle.ts";
import type * as store from "./store.ts";
import { endText, factItem, type Item } from "./fact-items.ts";

export interface Stored {
  readonly sessions: readonly store.TracedSession[];
  readonly erased: readonly store.ErasedSession[];
  readonly facts: readonly store.FactRow[];
  readonly consents: readonly store.ConsentRow[];
  readonly tasks: readonly store.TaskRow[];
  readonly results: readonly store.ResultRow[];
  readonly events: readonly store.EventRow[];
  readonly attempts: readonly store.AttemptRow[];
  readonly replacedLinks: readonly { readonly sessionId: string; readonly at: Date }[];
}

/** Oldest first. What happened in the same millisecond stands in the order in which a journey lets it happen. */
export function itemsOf(stored: Stored): readonly Item[] {
  const items = [
    ...stored.sessions.flatMap((session) => createdItem(session)),
    ...stored.erased.flatMap(erasedItems),
    ...stored.facts.map(factItem),
    ...stored.consents.map(consentItem),
    ...stored.tasks.flatMap(taskItems),
    ...stored.results.map(resultItem),
    ...stored.sessions.flatMap((session) => endItem(session)),
    ...distinctEvents(stored.events).map(eventItem),
    ...stored.attempts.map(attemptItem),
    ...stored.replacedLinks.map(replacedItem),
  ];
  return items.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

function createdItem(session: store.TracedSession): Item {
  const details = session.simulated ? { simulated: true } : {};
  const text = session.simulated ? "Session created, played by a simulated applicant" : "Session created";
  return { at: session.createdAt, sessionId: session.sessionId, kind: "created", run: null, details, text };
}

/** How the present run ended; of earlier runs a fact tells. */
function endItem(session: store.TracedSession): readonly Item[] {
  const { state, endedAt, sessionId, run, endReasons, outcome } = session;
  if (endedAt === null) return [];
  const details = { ...(outcome !== null && { outcome }), ...(endReasons.length > 0 && { reasons: endReasons }) };
  return [{ at: endedAt, sessionId, kind: state, run, details, text: endText(state, endReasons) }];
}

function erasedItems({ sessionId, erasedAt, createdAt }: store.ErasedSession): readonly Item[] {
  const item = { sessionId, run: null, details: {} };
  const erased = {
    ...item,
    at: erasedAt,
    kind: "erased",
    text: "Erased: nothing of the journey is kept but that it was",
  };
  return createdAt === null ? [erased] : [{ ...item, at: createdAt, kind: "created", text: "Session created" }, erased];
}

function consentItem(row: store.ConsentRow): Item {
  const { at, sessionId, run, decision, privacyPolicyUrl, textVersion, language } = row;
  const verb = decision === "accepted" ? "accepted" : "declined";
  const policy = privacyPolicyUrl === null ? "no privacy policy was set" : `privacy policy ${privacyPolicyUrl}`;
  return {
    at,
    sessionId,
    run,
    kind: decision === "accepted" ? "consent_accepted" : "consent_declined",
    details: { privacy_policy_url: privacyPolicyUrl, text_version: textVersion, language },
    text: `Consent ${verb}: text version ${textVersion} in ${language}, ${policy}`,
  };
}

function taskItems(row: store.TaskRow): readonly Item[] {
  const { sessionId, run, taskKey, attempt, state, batches, lastInputsAt } = row;
  const details = { task: taskKey, version: row.taskVersion, task_index: row.taskIndex, attempt };
  const title = findTask(taskKey, row.taskVersion)?.spec.title ?? taskKey;
  const name = `Task ${row.taskIndex + 1}, ${title}, attempt ${attempt}`;
  const granted: Item = {
    at: row.grantedAt,
    sessionId,
    run,
    kind: "task_granted",
    details: { ...details, state },
    text: lastInputsAt === null && state === "interrupted" ? `${name}: given out, never played` : `${name}: given out`,
  };
  if (lastInputsAt === null) return [granted];
  const kind = state === "open" ? "task_inputs" : state === "done" ? "task_done" : "task_interrupted";
  const told = { open: "last inputs so far", done: "done, last inputs", interrupted: "interrupted, last inputs" }[
    state
  ];
  return [
    granted,
    { at: lastInputsAt, sessionId, run, kind, details: { ...details, batches }, text: `${name}: ${told}` },
  ];
}

function resultItem(row: store.ResultRow): Item {
  const { at, sessionId, run, score, riskBand, scoreConfidence, modelVersion } = row;
  const what = score === null ? "Can not be scored" : `Scored ${score} (${riskBand ?? "no band"})`;
  return {
    at,
    sessionId,
    run,
    kind: score === null ? "unscorable" : "scored",
    details: {
      result_id: row.resultId,
      score,
      risk_band: riskBand,
      score_confidence: scoreConfidence,
      trust_score: row.trustScore,
      battery_version: row.batteryVersion,
      model_version: modelVersion,
    },
    text: `${what}, data confidence ${scoreConfidence}${scoreConfidence === "LOW" ? " (review)" : ""}, model ${modelVersion}`,
  };
}

/** A replay makes a second delivery of an event: the event itself happened once, and the newest delivery speaks for it. */
function distinctEvents(rows: readonly store.EventRow[]): readonly store.EventRow[] {
  return [...new Map(rows.map((row) => [row.eventId, row])).values()];
}

function eventItem(row: store.EventRow): Item {
  const { at, sessionId, run, eventId, type, deliveryState, deliveredAt, nextAttemptAt } = row;
  const seconds = (time: Date | null) => (time === null ? null : epochSeconds(time));
  return {
    at,
    sessionId,
    run,
    kind: "event",
    details: {
      type,
      event_id: eventId,
      delivery: deliveryState,
      delivered_at: seconds(deliveredAt),
      next_attempt_at: seconds(nextAttemptAt),
    },
    text: `Event ${type}: ${DELIVERY_WORDS[deliveryState ?? "none"] ?? deliveryState ?? ""}`,
  };
}

const DELIVERY_WORDS: Readonly<Record<string, string>> = {
  none: "no webhook was set",
  pending: "not delivered yet",
  held: "held, the webhook is disabled",
  delivered: "delivered",
  dead: "given up after the last attempt",
};

function attemptItem(row: store.AttemptRow): Item {
  const { at, sessionId, run, eventId, type, number, host, status, error, durationMs } = row;
  const answer = status === null ? `no answer (${error ?? "unknown"})` : `answered ${status}`;
  return {
    at,
    sessionId,
    run,
    kind: "webhook_attempt",
    details: { type, event_id: eventId, number, host, status, error, duration_ms: durationMs },
    text: `Webhook ${type}, attempt ${number} to ${host}: ${answer} after ${durationMs} ms`,
  };
}

function replacedItem({ sessionId, at }: { readonly sessionId: string; readonly at: Date }): Item {
  return {
    at,
    sessionId,
    run: null,
    kind: "link_replaced",
    details: {},
    text: "The short link was replaced by another",
  };
}
