import { attemptDelivery, type Claimed, recordFault } from "./attempt.ts";
import type { Impression, LaneKey } from "./lanes.ts";
import { type Dispatcher, type Held, LANE_LIMITS, MAX_HELD } from "./state.ts";
import * as store from "./store.ts";

/** From the claim to the written outcome: what begins at once, what waits for a slot, what goes back. */

export function hold(dispatcher: Dispatcher, claimed: Claimed): void {
  const { companyId, endpoint_id: endpointId, delivery_id: deliveryId, leaseId } = claimed;
  const one: Held = { claimed, lease: { companyId, deliveryId, leaseId }, endpoint: { companyId, endpointId } };
  dispatcher.held.add(one);
  if (dispatcher.lanes.mayStart(one.endpoint)) return begin(dispatcher, one);
  dispatcher.lanes.wait(one.endpoint, 1);
  dispatcher.waiting.push(one.endpoint, one);
}

function begin(dispatcher: Dispatcher, one: Held): void {
  const { context, lanes, underWay, held } = dispatcher;
  const { claimed, endpoint, lease } = one;
  const { companyId, deliveryId } = lease;
  let isOnItsWay = true;
  const leaveLane = (impression: Impression): void => {
    if (!isOnItsWay) return;
    isOnItsWay = false;
    lanes.give(endpoint, impression);
    goOn(dispatcher, endpoint, impression);
  };
  lanes.take(endpoint);
  context.metrics.inFlight.inc();
  const work = attemptDelivery(context, claimed, leaveLane)
    .catch((error: unknown) => {
      context.deps.log.error({ err: error, companyId, deliveryId }, "a webhook attempt failed inside");
      return recordFault(context, claimed, error);
    })
    // Its lease runs out, and the same event with the same bytes is sent again.
    .catch((error: unknown) => context.deps.log.error({ err: error }, "a webhook attempt could not be closed"))
    .then(() => {
      leaveLane("unknown");
      context.metrics.inFlight.dec();
      underWay.delete(work);
      held.delete(one);
      relieveChoked(dispatcher);
    });
  underWay.add(work);
}

/** The next of those that wait, if the endpoint still does well; else they go back, for it will be long until their turn. */
function goOn(dispatcher: Dispatcher, endpoint: LaneKey, impression: Impression): void {
  const { lanes, waiting } = dispatcher;
  if (dispatcher.stopping || impression === "slow" || impression === "failed" || impression === "silent") {
    giveBack(dispatcher, endpoint);
  }
  while (lanes.mayStart(endpoint)) {
    const next = waiting.shift(endpoint);
    if (next === undefined) break;
    lanes.wait(endpoint, -1);
    begin(dispatcher, next);
  }
  if (lanes.isHalfEmpty(endpoint)) relieve(dispatcher, endpoint.companyId);
}

export function giveBack(dispatcher: Dispatcher, endpoint: LaneKey): void {
  const { context, lanes, waiting, held, underWay } = dispatcher;
  const dropped = waiting.drop(endpoint);
  if (dropped.length === 0) return;
  lanes.wait(endpoint, -dropped.length);
  const leases = dropped.map(({ lease }) => lease);
  const work = store
    .releaseLeases(context.deps.db, leases)
    // Their leases run out by themselves.
    .catch((error: unknown) => context.deps.log.error({ err: error }, "waiting webhooks could not be given back"))
    .then(() => {
      underWay.delete(work);
      for (const one of dropped) held.delete(one);
      relieve(dispatcher, endpoint.companyId);
    });
  underWay.add(work);
}

/** In a batch as well: not before a quarter of the slots is free. */
function relieveChoked(dispatcher: Dispatcher): void {
  const { choked, lanes, held } = dispatcher;
  if (choked.size === 0 || lanes.free() < LANE_LIMITS.total / 4 || held.size > MAX_HELD / 2) return;
  for (const companyId of choked) relieve(dispatcher, companyId);
  choked.clear();
}

export function relieve({ crowded, relieved, alarm }: Dispatcher, companyId: string): void {
  if (!crowded.has(companyId)) return;
  relieved.add(companyId);
  alarm.ring();
}
