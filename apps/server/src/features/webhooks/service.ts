import { createHash } from "node:crypto";

import type { WebhookBody } from "@tallystick/contract";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { touchDue } from "../endpoints/service.ts";
import * as store from "./store.ts";

export { startDispatcher } from "./dispatcher/dispatcher.ts";
export { sendTestWebhook } from "./test-call.ts";

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
  const eventId = deps.ids.make("evt");
  const { companyId, environmentId, sessionId, run } = event;
  const { type } = event.body.event;
  const body = JSON.stringify(event.body);
  const bodyHash = createHash("sha256").update(body).digest("hex");
  const at = event.at ?? null;
  const isNew = await store.insertEvent(tx, {
    companyId,
    eventId,
    environmentId,
    sessionId,
    run,
    type,
    body,
    bodyHash,
    at,
  });
  if (!isNew) throw new Error(`a run announced ${type} a second time; its session was not locked`);
  const deliveryId = deps.ids.make("dlv");
  const state = await store.insertDelivery(tx, { companyId, deliveryId, eventId, environmentId });
  if (state === "pending") tx.afterCommit(() => touchDue(deps, companyId));
  return { eventId };
}
