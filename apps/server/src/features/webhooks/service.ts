import { createHash } from "node:crypto";

import type { WebhookBody } from "@tallystick/contract";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { touchDue } from "../endpoints/service.ts";
import * as bulk from "./bulk-store.ts";
import * as store from "./store.ts";

export { deliveryView } from "./delivery-view.ts";
export { startDispatcher } from "./dispatcher/dispatcher.ts";
export { listEvents } from "./feed.ts";
export { startNumberer } from "./numberer.ts";
export { findDeliveryEnvironment, listDeliveries, showDelivery } from "./log.ts";
export { continueReplay, startReplayWorker } from "./replay-work.ts";
export { cancelReplay, listReplays, showReplay, startReplay } from "./replay.ts";
export { sendSampleWebhook, sendTestWebhook } from "./test-call.ts";
export { tryWebhook, type TrialWish } from "./trial.ts";
export { signedHeaders } from "./signatures.ts";

export interface JourneyEvent {
  readonly companyId: string;
  readonly environmentId: string;
  readonly sessionId: string;
  readonly run: number;
  readonly body: WebhookBody;
  /** When it happened, if not now (simulated journeys on a virtual clock). */
  readonly at?: Date;
}

/**
 * Writes the event and, where a URL is set, its delivery, in the caller's transaction: they exist if and only if the
 * fact they announce does. The body is serialised here once and never again.
 * @throws when this run has announced the type before: whoever ends a journey twice must not commit the second end
 */
export async function recordEvent(tx: Transaction, deps: Deps, event: JourneyEvent): Promise<{ eventId: string }> {
  const { companyId } = event;
  const row = rowOf(deps, event);
  const { eventId, environmentId } = row;
  const isNew = await store.insertEvent(tx, { companyId, ...row });
  if (!isNew) throw announcedBefore(row.type);
  const deliveryId = deps.ids.make("dlv");
  const state = await store.insertDelivery(tx, { companyId, deliveryId, eventId, environmentId });
  if (state === "pending") tx.afterCommit(() => touchDue(deps, companyId));
  return { eventId };
}

/**
 * What recordEvent writes, for many events of one company, a few hundred at a time: two statements for all of them. The
 * dispatcher is woken once.
 * @throws when one of the runs has announced its type before
 */
export async function recordEvents(
  tx: Transaction,
  deps: Deps,
  companyId: string,
  events: readonly Omit<JourneyEvent, "companyId">[],
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => rowOf(deps, event));
  const fresh = new Set(await bulk.insertEvents(tx, companyId, rows));
  const old = rows.find(({ eventId }) => !fresh.has(eventId));
  if (old !== undefined) throw announcedBefore(old.type);
  const due = await bulk.insertDeliveries(
    tx,
    companyId,
    rows.map(({ eventId, environmentId }) => ({ deliveryId: deps.ids.make("dlv"), eventId, environmentId })),
  );
  if (due > 0) tx.afterCommit(() => touchDue(deps, companyId));
}

function rowOf(deps: Deps, event: Omit<JourneyEvent, "companyId">): Omit<store.NewEvent, "companyId"> {
  const { environmentId, sessionId, run, at } = event;
  const body = JSON.stringify(event.body);
  return {
    eventId: deps.ids.make("evt"),
    environmentId,
    sessionId,
    run,
    type: event.body.event.type,
    body,
    bodyHash: createHash("sha256").update(body).digest("hex"),
    at: at ?? null,
  };
}

function announcedBefore(type: string): Error {
  return new Error(`a run announced ${type} a second time; its session was not locked`);
}
