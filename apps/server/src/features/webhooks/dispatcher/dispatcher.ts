import type { Deps } from "../../../infra/deps.ts";
import { createEgress, type Egress } from "../../../infra/egress.ts";
import { type Loop, startLoop } from "../../../infra/loop.ts";
import { webhookMetrics } from "../metrics.ts";
import { createAlarm } from "./alarm.ts";
import { createFronts } from "./fronts.ts";
import { giveBack } from "./holding.ts";
import { createLanes } from "./lanes.ts";
import { createRecorder } from "./recorder.ts";
import { look } from "./serving.ts";
import { type Dispatcher, LANE_LIMITS } from "./state.ts";
import * as store from "./store.ts";
import { createWaiting } from "./waiting.ts";

export interface DispatcherOptions {
  /** Of one attempt in all, milliseconds. */
  readonly timeoutMs?: number;
  /** An answer within so long is swift, and more is claimed ahead for its endpoint; milliseconds. */
  readonly swiftMs?: number;
  /** How soon another process may take what this one has claimed, once it is dead, seconds; renewed three times as often. */
  readonly leaseSeconds?: number;
  /** How long `stop` waits for attempts under way, milliseconds. */
  readonly graceMs?: number;
  readonly random?: () => number;
}

const TIMEOUT_MS = 15_000;
const SWIFT_MS = 50;
// Short, so that a dead process delays nothing for long; attempts that take longer are kept by the heartbeat.
const LEASE_SECONDS = 12;
const BEATS_A_LEASE = 3;
const GRACE_MS = 10_000;
const FAILURE_PAUSE_MS = 1_000;

/** Sends due deliveries until stopped. `stop` claims no more, waits for what is under way and gives the rest back. */
export function startDispatcher(deps: Deps, options: DispatcherOptions = {}): { stop(): Promise<void> } {
  const abort = new AbortController();
  const egress = createEgress(deps.config);
  const dispatcher = newDispatcher(deps, { ...options, egress, stop: abort.signal });
  const silence = deps.signals.on("deliveries", () => {
    dispatcher.announced = true;
    dispatcher.alarm.ring();
  });
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

function newDispatcher(
  deps: Deps,
  options: DispatcherOptions & { readonly egress: Egress; readonly stop: AbortSignal },
): Dispatcher {
  return {
    context: {
      deps,
      egress: options.egress,
      metrics: webhookMetrics(deps),
      record: createRecorder(deps.db),
      random: options.random ?? Math.random,
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      swiftMs: options.swiftMs ?? SWIFT_MS,
      stop: options.stop,
    },
    lanes: createLanes({ ...LANE_LIMITS, perSecond: deps.config.webhookRate }),
    fronts: createFronts(),
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
    announced: true,
    askAtMs: Number.NEGATIVE_INFINITY,
    stopping: false,
  };
}

async function run(dispatcher: Dispatcher): Promise<void> {
  const { log } = dispatcher.context.deps;
  while (!dispatcher.stopping) {
    let waitMs: number;
    try {
      waitMs = await look(dispatcher);
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
