import type { Deps } from "../../../infra/deps.ts";
import { createEgress } from "../../../infra/egress.ts";
import { type Loop, startLoop } from "../../../infra/loop.ts";
import { webhookMetrics } from "../metrics.ts";
import { attemptDelivery, recordFault, type AttemptContext, type Claimed } from "./attempt.ts";
import { createAlarm } from "./alarm.ts";
import { createLanes, type Impression, type LaneKey, type Lanes } from "./lanes.ts";
import { createRecorder } from "./recorder.ts";
import * as store from "./store.ts";
import { createWaiting, type Waiting } from "./waiting.ts";

export interface DispatcherOptions {
  /** Of one attempt in all, milliseconds. */
  readonly timeoutMs?: number;
  /** How soon another process may take what this one has claimed, once it is dead, seconds; renewed three times as often. */
  readonly leaseSeconds?: number;
  /** How long `stop` waits for attempts under way, milliseconds. */
  readonly graceMs?: number;
  readonly random?: () => number;
}

const TIMEOUT_MS = 15_000;
// Short, so that a dead process delays nothing for long; attempts that take longer are kept by the heartbeat.
const LEASE_SECONDS = 12;
const BEATS_A_LEASE = 3;
const GRACE_MS = 10_000;
// Sockets are cheap and most attempts only wait; see lanes.ts for how they are shared out.
const LANE_LIMITS = { total: 512, start: 2, max: 32, ahead: 96 };
// Those that wait and those whose outcome is still to be written count too, or a slow database would let them pile up.
const MAX_HELD = 1_024;
const COMPANIES_PER_PASS = 100;
const POLL_MS = 1_000;
const SWEEP_MS = 15_000;
const BACKLOG_LIMIT = 10_000;
const FAILURE_PAUSE_MS = 1_000;
// A company that just had work is likely to have more: its row in dispatch_due stays early for this long, which saves the
// two writes of moving it forward and back for every event.
const LINGER_MS = 200;

// For another process that may have room; jittered, so that a hundred hanging endpoints do not come up together.
const FULL_PAUSE_MS = 10_000;
// Companies served side by side, a few connections of the pool.
const SERVED_AT_ONCE = 4;

/** A claimed delivery and its lease, until its outcome is written or it was given back. */
interface Held {
  readonly claimed: Claimed;
  readonly lease: store.Lease;
  readonly endpoint: LaneKey;
}

interface Dispatcher {
  readonly context: AttemptContext;
  readonly lanes: Lanes;
  readonly leaseSeconds: number;
  readonly alarm: ReturnType<typeof createAlarm>;
  readonly underWay: Set<Promise<void>>;
  /** What is under way or waits. */
  readonly held: Set<Held>;
  /** What waits for a slot of its endpoint. */
  readonly waiting: Waiting<Held>;
  /** When a company last had something to claim, by performance.now(). */
  readonly activeAtMs: Map<string, number>;
  /** Companies with an endpoint that had no room for all that is due to it. */
  readonly crowded: Set<string>;
  /** Companies for which there was no slot at all. */
  readonly choked: Set<string>;
  /** Crowded companies where there is room again. */
  readonly relieved: Set<string>;
  /** Companies with an endpoint that rests or was too fast, until the first of them may go on. */
  readonly resting: Map<string, NodeJS.Timeout>;
  lastCompanyId: string;
  sweptAtMs: number;
  stopping: boolean;
}

/** Sends due deliveries until stopped. `stop` claims no more, waits for what is under way and gives the rest back. */
export function startDispatcher(deps: Deps, options: DispatcherOptions = {}): { stop(): Promise<void> } {
  const abort = new AbortController();
  const egress = createEgress(deps.config);
  const dispatcher: Dispatcher = {
    context: {
      deps,
      egress,
      metrics: webhookMetrics(deps),
      record: createRecorder(deps.db),
      random: options.random ?? Math.random,
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      stop: abort.signal,
    },
    lanes: createLanes({ ...LANE_LIMITS, perSecond: deps.config.webhookRate }),
    leaseSeconds: options.leaseSeconds ?? LEASE_SECONDS,
    alarm: createAlarm(),
    underWay: new Set(),
    held: new Set(),
    waiting: createWaiting(),
    activeAtMs: new Map(),
    crowded: new Set(),
    choked: new Set(),
    relieved: new Set(),
    resting: new Map(),
    lastCompanyId: "",
    sweptAtMs: Number.NEGATIVE_INFINITY,
    stopping: false,
  };
  const silence = deps.signals.on("deliveries", () => dispatcher.alarm.ring());
  const loop = run(dispatcher);
  const heartbeat = startHeartbeat(dispatcher);
  return {
    async stop() {
      dispatcher.stopping = true;
      silence();
      dispatcher.alarm.ring();
      await loop;
      for (const timer of dispatcher.resting.values()) clearTimeout(timer);
      for (const endpoint of dispatcher.waiting.endpoints()) giveBack(dispatcher, endpoint);
      const grace = setTimeout(() => abort.abort(), options.graceMs ?? GRACE_MS);
      await Promise.all(dispatcher.underWay);
      clearTimeout(grace);
      await heartbeat.stop();
      await egress.close();
    },
  };
}

async function run(dispatcher: Dispatcher): Promise<void> {
  const { log } = dispatcher.context.deps;
  while (!dispatcher.stopping) {
    let waitMs: number;
    try {
      waitMs = await pass(dispatcher);
    } catch (error) {
      // The rows are the queue: nothing is lost by trying again later.
      log.error({ err: error }, "the webhook dispatcher could not read its queue");
      waitMs = FAILURE_PAUSE_MS;
    }
    if (!dispatcher.stopping) await dispatcher.alarm.sleep(waitMs);
  }
}

/**
 * Renews the leases of attempts that take long, for as long as this process lives. One that can not reach the database
 * loses them, and another may send the same event once more: an outcome without its lease changes nothing.
 */
function startHeartbeat({ context, held, leaseSeconds }: Dispatcher): Loop {
  const { db, log } = context.deps;
  const everyMs = (leaseSeconds * 1000) / BEATS_A_LEASE;
  return startLoop({
    name: "webhook heartbeat",
    everyMs,
    log,
    pass: async () => {
      // Those claimed since the last beat have most of their lease before them, and will mostly be over by the next one.
      const before = performance.now() - everyMs / 2;
      const long = [...held].filter(({ claimed }) => claimed.claimedAtMs < before);
      const leases = long.map(({ lease }) => lease);
      if (leases.length > 0) await store.renewLeases(db, leases, leaseSeconds);
    },
  });
}

/** Serves every company that has work. Returns how long nothing more is expected, milliseconds. */
async function pass(dispatcher: Dispatcher): Promise<number> {
  const { db } = dispatcher.context.deps;
  if (performance.now() - dispatcher.sweptAtMs >= SWEEP_MS) await sweep(dispatcher);
  const page = { after: dispatcher.lastCompanyId, limit: COMPANIES_PER_PASS };
  const relieved = [...dispatcher.relieved];
  dispatcher.relieved.clear();
  // Those that have room again are known without a question, and the question is asked meanwhile.
  const [due, first] = await allOf(
    store.dueCompanies(db, page),
    inParallel(SERVED_AT_ONCE, relieved, (companyId) => serve(dispatcher, companyId, "relieved")),
  );
  // Before they are served: one whose rows make a statement fail must not keep the others waiting behind it.
  dispatcher.lastCompanyId = due.at(-1) ?? "";
  const second = await inParallel(SERVED_AT_ONCE, [...due], (companyId) => serve(dispatcher, companyId, "due"));
  const found = [...first, ...second];
  if (found.includes("active")) return LINGER_MS;
  // Somebody has room again: the alarm has rung, and what is due later is asked by the pass that has nothing to do.
  if (dispatcher.relieved.size > 0) return 0;
  const nextMs = (await store.nextDueMs(db)) ?? POLL_MS;
  // Due, yet nothing could be claimed: no slot is free at all, or another process is at it.
  return nextMs === 0 && found.length > 0 ? POLL_MS : Math.min(nextMs, POLL_MS);
}

async function inParallel<T>(width: number, items: string[], work: (item: string) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  const next = async (): Promise<void> => {
    for (let item = items.shift(); item !== undefined; item = items.shift()) results.push(await work(item));
  };
  await allOf(...Array.from({ length: width }, next));
  return results;
}

/** As Promise.all, but a failure is told at the end: nothing may go on claiming behind the back of a loop that knows of it. */
async function allOf<T extends readonly Promise<unknown>[]>(...works: T): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

/**
 * Claims what there is room for, and moves the company's row forward when nothing more is to be expected soon. The row of
 * a crowded company that was only relieved stands at the end of a pause already: moving it would cost two statements for
 * every half lane, and change nothing.
 */
async function serve(dispatcher: Dispatcher, companyId: string, why: "due" | "relieved"): Promise<"active" | "quiet"> {
  const { context, lanes, activeAtMs, crowded } = dispatcher;
  const { db, ids } = context.deps;
  const room = Math.min(lanes.free(), MAX_HELD - dispatcher.held.size);
  if (dispatcher.stopping || room <= 0) {
    dispatcher.choked.add(companyId);
    crowded.add(companyId);
    return "quiet";
  }
  const limit = Math.min(room + LANE_LIMITS.ahead, MAX_HELD - dispatcher.held.size);
  const known = lanes.known(companyId);
  const restMs = lanes.restMs(companyId);
  const defaultRoom = lanes.defaultRoom();
  const leaseId = ids.make("lea");
  const { leaseSeconds } = dispatcher;
  const rows = await store.claim(db, { companyId, leaseId, leaseSeconds, limit, ...known, defaultRoom });
  const claimedAtMs = performance.now();
  for (const row of rows) hold(dispatcher, { ...row, companyId, leaseId, claimedAtMs });
  const full = fullEndpoints(rows, known, defaultRoom);
  // Whoever was relieved while the claim was under way has what it asked for: the next one is for a batch again.
  if (full.length > 0 && full.every((endpointId) => !lanes.isHalfEmpty({ companyId, endpointId }))) {
    dispatcher.relieved.delete(companyId);
  }
  const isCrowded = full.length > 0 || defaultRoom === 0;
  if (isCrowded) crowded.add(companyId);
  else crowded.delete(companyId);
  // A rest that ended during the claim left the lane without room in it all the same.
  if (isCrowded) comeBackAfterRest(dispatcher, companyId, lanes.restMs(companyId) ?? restMs);
  const now = performance.now();
  if (rows.length > 0) activeAtMs.set(companyId, now);
  // A crowded one is not worth lingering for: when there is room again, `relieve` comes back to it.
  if (!isCrowded && now - (activeAtMs.get(companyId) ?? Number.NEGATIVE_INFINITY) < LINGER_MS) return "active";
  activeAtMs.delete(companyId);
  if (isCrowded && why === "relieved") return "quiet";
  const fullPauseMs = Math.round(FULL_PAUSE_MS * (1 + context.random()));
  const request = { companyId, fullEndpointIds: full, fullPauseMs };
  await store.settle(db, request);
  await store.settleAgain(db, request);
  return "quiet";
}

/** Endpoints that got as much as they had room for: more may be due to them. */
function fullEndpoints(
  rows: readonly store.ClaimedRow[],
  known: ReturnType<Lanes["known"]>,
  defaultRoom: number,
): string[] {
  const rooms = new Map(known.endpointIds.map((endpointId, index) => [endpointId, known.rooms[index] ?? 0]));
  for (const row of rows) rooms.set(row.endpoint_id, (rooms.get(row.endpoint_id) ?? defaultRoom) - 1);
  return [...rooms].filter(([, room]) => room <= 0).map(([endpointId]) => endpointId);
}

function hold(dispatcher: Dispatcher, claimed: Claimed): void {
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

function giveBack(dispatcher: Dispatcher, endpoint: LaneKey): void {
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

function relieve({ crowded, relieved, alarm }: Dispatcher, companyId: string): void {
  if (!crowded.has(companyId)) return;
  relieved.add(companyId);
  alarm.ring();
}

/** An attempt that ends brings a crowded company back by itself; a rest ends without anybody's doing. */
function comeBackAfterRest(dispatcher: Dispatcher, companyId: string, restMs: number | null): void {
  const { resting } = dispatcher;
  if (restMs === null || resting.has(companyId)) return;
  const wake = (): void => {
    resting.delete(companyId);
    relieve(dispatcher, companyId);
  };
  resting.set(companyId, setTimeout(wake, restMs));
}

async function sweep(dispatcher: Dispatcher): Promise<void> {
  const { deps, metrics } = dispatcher.context;
  dispatcher.sweptAtMs = performance.now();
  const found = await store.sweep(deps.db);
  if (found > 0) deps.log.info({ companies: found }, "the sweep found webhooks that nobody had announced");
  const backlog = await store.backlog(deps.db, BACKLOG_LIMIT);
  metrics.due.set(backlog.due);
  metrics.oldestDueSeconds.set(backlog.oldest_seconds);
}
