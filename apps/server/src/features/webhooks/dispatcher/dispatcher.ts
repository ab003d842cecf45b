import type { Deps } from "../../../infra/deps.ts";
import { createEgress } from "../../../infra/egress.ts";
import { webhookMetrics } from "../metrics.ts";
import { attemptDelivery, type AttemptContext, type Claimed } from "./attempt.ts";
import { createLanes, type Lanes } from "./lanes.ts";
import * as store from "./store.ts";
import { createAlarm } from "./alarm.ts";

export interface DispatcherOptions {
  /** Of one attempt in all, milliseconds. */
  readonly timeoutMs?: number;
  /** Longer than an attempt and the writing of its outcome can take, seconds. */
  readonly leaseSeconds?: number;
  /** How long `stop` waits for attempts under way, milliseconds. */
  readonly graceMs?: number;
  readonly random?: () => number;
}

const TIMEOUT_MS = 15_000;
const LEASE_SECONDS = 60;
const GRACE_MS = 10_000;
// Sockets are cheap and most attempts only wait; see lanes.ts for how they are shared out.
const LANE_LIMITS = { total: 512, start: 2, max: 32 };
const COMPANIES_PER_PASS = 100;
const POLL_MS = 1_000;
const SWEEP_MS = 15_000;
const BACKLOG_LIMIT = 10_000;
const FAILURE_PAUSE_MS = 1_000;

interface Dispatcher {
  readonly context: AttemptContext;
  readonly lanes: Lanes;
  readonly leaseSeconds: number;
  readonly alarm: ReturnType<typeof createAlarm>;
  readonly underWay: Set<Promise<void>>;
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
      random: options.random ?? Math.random,
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      stop: abort.signal,
    },
    lanes: createLanes(LANE_LIMITS),
    leaseSeconds: options.leaseSeconds ?? LEASE_SECONDS,
    alarm: createAlarm(),
    underWay: new Set(),
    sweptAtMs: Number.NEGATIVE_INFINITY,
    stopping: false,
  };
  const silence = deps.signals.on("deliveries", () => dispatcher.alarm.ring());
  const loop = run(dispatcher);
  return {
    async stop() {
      dispatcher.stopping = true;
      silence();
      dispatcher.alarm.ring();
      await loop;
      const grace = setTimeout(() => abort.abort(), options.graceMs ?? GRACE_MS);
      await Promise.all(dispatcher.underWay);
      clearTimeout(grace);
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

/** Serves every company that has work. Returns how long nothing more is expected, milliseconds. */
async function pass(dispatcher: Dispatcher): Promise<number> {
  const { db } = dispatcher.context.deps;
  if (performance.now() - dispatcher.sweptAtMs >= SWEEP_MS) await sweep(dispatcher);
  let claimed = 0;
  for (const companyId of await store.dueCompanies(db, COMPANIES_PER_PASS)) {
    if (dispatcher.stopping) return 0;
    claimed += await serve(dispatcher, companyId);
  }
  const nextMs = (await store.nextDueMs(db)) ?? POLL_MS;
  // Due, yet nothing could be claimed: its endpoint has no room, or another process is at it. A slot that becomes free
  // rings the alarm.
  if (nextMs === 0 && claimed === 0) return POLL_MS;
  return Math.min(nextMs, POLL_MS);
}

async function serve(dispatcher: Dispatcher, companyId: string): Promise<number> {
  const { context, lanes } = dispatcher;
  const { db, ids } = context.deps;
  const limit = lanes.free();
  if (limit <= 0) return 0;
  const leaseId = ids.make("lea");
  const rows = await store.claim(db, {
    companyId,
    leaseId,
    leaseSeconds: dispatcher.leaseSeconds,
    limit,
    ...lanes.known(companyId),
    defaultRoom: lanes.defaultRoom(),
  });
  for (const row of rows) begin(dispatcher, { ...row, companyId, leaseId });
  await store.settle(db, companyId);
  await store.settleAgain(db, companyId);
  return rows.length;
}

function begin(dispatcher: Dispatcher, claimed: Claimed): void {
  const { context, lanes, alarm, underWay } = dispatcher;
  const endpoint = { companyId: claimed.companyId, endpointId: claimed.endpoint_id };
  lanes.take(endpoint);
  context.metrics.inFlight.inc();
  const work = attemptDelivery(context, claimed)
    .catch((error: unknown) => {
      // Its lease runs out, and the same event with the same bytes is sent again.
      const { delivery_id: deliveryId, companyId } = claimed;
      context.deps.log.error({ err: error, companyId, deliveryId }, "a webhook attempt failed inside");
      return "unknown" as const;
    })
    .then((impression) => {
      lanes.give(endpoint, impression);
      context.metrics.inFlight.dec();
      underWay.delete(work);
      alarm.ring();
    });
  underWay.add(work);
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
