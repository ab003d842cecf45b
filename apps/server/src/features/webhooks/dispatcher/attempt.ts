import { setTimeout as pause } from "node:timers/promises";

import type { Deps } from "../../../infra/deps.ts";
import { type Egress, type Outcome, troubleOf } from "../../../infra/egress.ts";
import { AppError } from "../../../infra/errors.ts";
import { signingKeys } from "../../deployments/service.ts";
import { disableEndpoint, noteHealth, signingSecrets, touchDue } from "../../endpoints/service.ts";
import type { WebhookMetrics } from "../metrics.ts";
import { signedHeaders } from "../signatures.ts";
import type { ClaimedRow } from "./claim-store.ts";
import type { Impression } from "./lanes.ts";
import { nextDelayMs } from "./schedule.ts";
import * as store from "./store.ts";

/** One attempt at one claimed delivery: sign, send, log, decide what follows. */

export interface AttemptContext {
  readonly deps: Deps;
  readonly egress: Egress;
  readonly metrics: WebhookMetrics;
  /** Writes the outcome; null when the lease was no longer ours. */
  readonly record: (row: store.AttemptRow) => Promise<store.ClosedLease | null>;
  readonly random: () => number;
  readonly timeoutMs: number;
  /** An answer within so long is swift; see lanes.ts. */
  readonly swiftMs: number;
  /** Aborted when the process stops and will wait no longer. */
  readonly stop: AbortSignal;
}

export interface Claimed extends ClaimedRow {
  readonly companyId: string;
  readonly leaseId: string;
  /** When `now_seconds` was read, by performance.now(). */
  readonly claimedAtMs: number;
}

const BRISK_MS = 2_000;

/** `onSent` is called as soon as the endpoint has done its part: what follows is between us and the database. */
export async function attemptDelivery(
  context: AttemptContext,
  claimed: Claimed,
  onSent: (impression: Impression) => void,
): Promise<void> {
  const { deps } = context;
  const lease = leaseOf(claimed);
  const { body, kind } = claimed;
  if (body === null) return giveUp(context, claimed, { reason: "erased", text: "The event was erased" });
  if (kind === null) throw new Error("the delivery's environment is not there");
  const headers = await sign(deps, claimed, body);
  const outcome = await context.egress.post({
    url: claimed.url,
    headers,
    body,
    timeoutMs: context.timeoutMs,
    requireTls: kind === "production",
    signal: context.stop,
  });
  const wasCutOff = context.stop.aborted && outcome.kind === "no_answer";
  onSent(wasCutOff ? "unknown" : impressionOf(outcome, context));
  if (wasCutOff) return store.releaseLeases(deps.db, [lease]);
  noteTrouble(context, claimed, outcome);
  const row = attemptRow(context, { claimed, headers, outcome });
  // First the endpoint: once the lease is closed, the delivery may be claimed again for one that is to be switched off.
  await persistently(() => judgeEndpoint(context, claimed, outcome));
  const closed = await persistently(() => context.record(row)).catch((error: unknown) => {
    if (isAway(error)) throw error;
    // What the receiver said can not be stored; that it said so must be, or it would be sent the same again and again.
    deps.log.error({ err: error, companyId: claimed.companyId, deliveryId: claimed.delivery_id }, NOT_STORED);
    return context.record({ ...row, response_headers: null, response_body: null });
  });
  follow(context, row, closed);
}

const NOT_STORED = "the answer to a webhook could not be stored";
const OUR_FAULT = "A fault on our side; the operator finds it in the server's log";

/**
 * An attempt that failed inside, before or after sending, counts as one: by the schedule it is tried again and finally
 * dead, instead of at every end of its lease for ever. While the database is away nothing is counted; the lease runs out.
 */
export async function recordFault(context: AttemptContext, claimed: Claimed, error: unknown): Promise<void> {
  if (isAway(error)) return;
  const outcome: Outcome = { kind: "no_answer", error: OUR_FAULT, reason: "broken", durationMs: 0 };
  const row = attemptRow(context, { claimed, headers: {}, outcome });
  try {
    follow(context, row, await context.record(row));
  } catch (second) {
    if (isAway(second)) return;
    // Not even the attempt can be written: nothing about this row will get better by itself.
    await giveUp(context, claimed, { reason: "fault", text: OUR_FAULT });
  }
}

/** Answered with `unavailable`, while every other failure of a statement stays what it is. */
function isAway(error: unknown): boolean {
  return error instanceof AppError && error.code === "unavailable";
}

async function giveUp(
  { deps, metrics }: AttemptContext,
  claimed: Claimed,
  { reason, text }: { readonly reason: "erased" | "fault"; readonly text: string },
): Promise<void> {
  if (await store.bury(deps.db, leaseOf(claimed), text)) metrics.dead.inc({ reason });
}

function leaseOf(claimed: Claimed): store.Lease {
  return { companyId: claimed.companyId, deliveryId: claimed.delivery_id, leaseId: claimed.leaseId };
}

function follow({ deps, metrics }: AttemptContext, row: store.AttemptRow, closed: store.ClosedLease | null): void {
  count(metrics, row, closed);
  // Without the lease it is for whoever holds it now to decide what follows.
  if (closed !== null && row.result === "retry") touchDue(deps, row.company_id, row.delay_ms);
}

/** For the operator, who may know what the lender must not: the lender's log has one text for all of it. */
function noteTrouble({ deps, metrics }: AttemptContext, claimed: Claimed, outcome: Outcome): void {
  const reason = troubleOf(outcome);
  if (reason === null) return;
  metrics.troubles.inc({ reason });
  const { companyId, endpoint_id: endpointId, delivery_id: deliveryId } = claimed;
  const { durationMs } = outcome;
  deps.log.info({ companyId, endpointId, deliveryId, reason, durationMs }, "a webhook met trouble on its way");
}

function impressionOf(outcome: Outcome, { swiftMs }: AttemptContext): Impression {
  if (outcome.kind !== "answered") return "silent";
  if (outcome.status !== 200) return "failed";
  if (outcome.durationMs <= swiftMs) return "swift";
  return outcome.durationMs <= BRISK_MS ? "brisk" : "slow";
}

/** With the keys and secrets that are valid now, not those of the first attempt. */
async function sign(deps: Deps, claimed: Claimed, body: string): Promise<Record<string, string>> {
  const [apiKeys, secrets] = await Promise.all([
    signingKeys(deps, claimed.companyId, claimed.environment_id),
    signingSecrets(deps, claimed.companyId, claimed.endpoint_id),
  ]);
  // The database's clock, and how long this one has waited since it was asked.
  const timestamp = Math.floor(claimed.now_seconds + (performance.now() - claimed.claimedAtMs) / 1000);
  return signedHeaders({ apiKeys, secrets }, { eventId: claimed.event_id, timestamp, body });
}

function attemptRow(
  context: AttemptContext,
  { claimed, headers, outcome }: { claimed: Claimed; headers: Record<string, string>; outcome: Outcome },
): store.AttemptRow {
  const number = claimed.attempt_count + 1;
  const answered = outcome.kind === "answered" ? outcome : null;
  const delayMs =
    answered?.status === 200
      ? 0
      : nextDelayMs({
          number: number - claimed.attempts_before,
          headers: answered?.headers ?? {},
          nowMs: Date.now(),
          random: context.random,
        });
  return {
    company_id: claimed.companyId,
    delivery_id: claimed.delivery_id,
    lease_id: claimed.leaseId,
    attempt_id: context.deps.ids.make("att"),
    number,
    url: claimed.url,
    request_headers: headers,
    status: answered?.status ?? null,
    error: outcome.kind === "answered" ? null : outcome.error,
    response_headers: answered?.headers ?? null,
    response_body: answered?.body ?? null,
    duration_ms: outcome.durationMs,
    result: answered?.status === 200 ? "delivered" : delayMs === null ? "dead" : "retry",
    delay_ms: delayMs ?? 0,
  };
}

/** The receiver has the webhook: a database that is away for a moment must not have it sent again. */
async function persistently<T>(write: () => Promise<T>): Promise<T> {
  for (const delayMs of [200, 800, 3_200]) {
    try {
      return await write();
    } catch {
      await pause(delayMs);
    }
  }
  return write();
}

function count(metrics: WebhookMetrics, row: store.AttemptRow, closed: store.ClosedLease | null): void {
  const statusClass = row.status === null ? "none" : `${Math.floor(row.status / 100)}xx`;
  metrics.attempts.inc({ result: closed === null ? "lease_lost" : row.result, status_class: statusClass });
  metrics.attemptSeconds.observe(row.duration_ms / 1000);
  if (closed === null) return;
  if (row.result === "delivered") metrics.deliverySeconds.observe(closed.age_seconds);
  if (row.result === "dead") metrics.dead.inc({ reason: "exhausted" });
}

/** A 410 or five days of nothing but failures switch the endpoint off; its deliveries are then held, none is lost. */
async function judgeEndpoint(context: AttemptContext, claimed: Claimed, outcome: Outcome): Promise<void> {
  const { deps, metrics } = context;
  const { companyId, environment_id: environmentId, endpoint_id: endpointId, url } = claimed;
  const status = outcome.kind === "answered" ? outcome.status : null;
  const reason = status === 410 ? "gone" : status !== 200 && claimed.failing_too_long ? "failing" : null;
  if (reason !== null) {
    if (await disableEndpoint(deps, { companyId, environmentId }, { reason, onlyForUrl: url })) {
      metrics.disabled.inc({ reason });
      deps.log.warn({ companyId, environmentId, endpointId, reason }, "webhook endpoint switched off");
    }
  } else if (status === 200 ? claimed.troubled : !claimed.failing) {
    await noteHealth(deps, { companyId, environmentId, endpointId }, status === 200 ? "working" : "failing");
  }
}
