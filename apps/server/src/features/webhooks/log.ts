import type { Delivery, DeliveryDetail } from "@tallystick/contract";

import { cutPage, decodePlace } from "../../infra/cursor.ts";
import type { Deps } from "../../infra/deps.ts";
import { epochSeconds, epochSecondsOrNull } from "../../infra/epoch.ts";
import { fail } from "../../infra/errors.ts";
import { environmentById } from "../deployments/service.ts";
import * as store from "./log-store.ts";
import { withoutCookies, withoutSignatures } from "./shown-headers.ts";

/** What became of each webhook of an environment. */

/** Absent members do not narrow the list. */
interface DeliveryFilter {
  readonly state?: store.DeliveryRow["state"] | undefined;
  /** Type of the event. */
  readonly type?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly uid?: string | undefined;
  /** Epoch seconds; `to` is not included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const MAX_ATTEMPTS_SHOWN = 200;

/** Newest first. Throws `not_found` for an environment of another company, `query_invalid` for a cursor of another list. */
export async function listDeliveries(
  deps: Deps,
  key: store.EnvironmentKey,
  page: { readonly filter: DeliveryFilter; readonly limit: number; readonly after?: string | undefined },
): Promise<{ readonly items: readonly Delivery[]; readonly next: string | null }> {
  await environmentById(deps, key.companyId, key.environmentId);
  const after = decodePlace(page.after);
  const { state = null, type = null, from, to } = page.filter;
  const sessionId = await sessionOf(deps, key, page.filter);
  if (sessionId === undefined) return { items: [], next: null };
  const filter = { state, type, sessionId, from: dateOf(from), to: dateOf(to) };
  const found = await store.selectDeliveries(deps.db, key, { filter, after, limit: page.limit + 1 });
  const { rows, next } = cutPage(found, page.limit, (row) => [row.place, row.deliveryId]);
  return { items: rows.map(viewOf), next };
}

/** With what was sent and every answer. Throws `not_found`, `delivery_unknown`. */
export async function showDelivery(deps: Deps, key: store.EnvironmentKey, deliveryId: string): Promise<DeliveryDetail> {
  await environmentById(deps, key.companyId, key.environmentId);
  const row = await store.selectDelivery(deps.db, key, deliveryId);
  if (row === null) throw unknownDelivery();
  const attempts = await store.selectAttempts(deps.db, key.companyId, { deliveryId, limit: MAX_ATTEMPTS_SHOWN });
  return { ...viewOf(row), body: row.body, log: attempts.map(attemptView) };
}

/** For who knows a delivery by its id alone. Throws `delivery_unknown`. */
export async function findDeliveryEnvironment(deps: Deps, companyId: string, deliveryId: string): Promise<string> {
  const environmentId = await store.selectEnvironmentOf(deps.db, companyId, deliveryId);
  if (environmentId === null) throw unknownDelivery();
  return environmentId;
}

export function unknownDelivery(): Error {
  return fail("delivery_unknown", "This environment has no delivery of this id.");
}

/** null: any session; undefined: none fits. */
async function sessionOf(
  deps: Deps,
  key: store.EnvironmentKey,
  { sessionId, uid }: DeliveryFilter,
): Promise<string | null | undefined> {
  if (uid === undefined) return sessionId ?? null;
  const found = await store.selectSessionOfUid(deps.db, key, uid);
  return found === null || (sessionId !== undefined && sessionId !== found) ? undefined : found;
}

function viewOf(row: store.DeliveryRow): Delivery {
  return {
    delivery_id: row.deliveryId,
    event_id: row.eventId,
    type: row.type,
    session_id: row.sessionId,
    uid: row.uid,
    run: row.run,
    state: row.state,
    attempts: row.attempts,
    next_attempt_at: row.state === "pending" ? epochSeconds(row.dueAt) : null,
    last_status: row.lastStatus,
    last_error: row.lastError,
    delivered_at: epochSecondsOrNull(row.deliveredAt),
    created_at: epochSeconds(row.createdAt),
    replay_id: row.replayId,
  };
}

function attemptView(row: store.AttemptRow): DeliveryDetail["log"][number] {
  return {
    attempt_id: row.attemptId,
    number: row.number,
    started_at: epochSeconds(row.startedAt),
    duration_ms: row.durationMs,
    host: URL.canParse(row.url) ? new URL(row.url).host : "",
    request_headers: withoutSignatures(row.requestHeaders),
    status: row.status,
    error: row.error,
    answer_headers: row.answerHeaders === null ? null : withoutCookies(row.answerHeaders),
    answer_body: row.answerBody,
  };
}

function dateOf(seconds: number | undefined): Date | null {
  return seconds === undefined ? null : new Date(seconds * 1000);
}
