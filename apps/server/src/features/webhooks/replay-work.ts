import { setTimeout as pause } from "node:timers/promises";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { startLoop, type Loop } from "../../infra/loop.ts";
import { record, SYSTEM } from "../audit/service.ts";
import { environmentById } from "../deployments/service.ts";
import { touchDue } from "../endpoints/service.ts";
import * as store from "./replay-store.ts";

/** The work of a replay, page by page. Each page and the place of the next commit together: none is queued twice. */

/** Events of one transaction: its locks last some tens of milliseconds. */
const PAGE = 250;
/** So much of a replay may wait to be sent: a new result queues behind this, not behind a hundred thousand old ones. */
const MAX_DUE = 1_000;
const EVERY_MS = 5_000;
/** After this a pass ends, so that the next one sees replays that were started meanwhile. */
const PASS_MS = 5_000;
const PAUSE_MS = 250;

/** `waits`: enough is on its way; come back when some of it is gone. */
type Step = "more" | "waits" | "ended";

/** Works on every replay that runs, of any process. `stop` waits for the page under way. */
export function startReplayWorker(deps: Deps, options: { readonly everyMs?: number } = {}): Loop {
  let isStopping = false;
  const loop = startLoop({
    name: "replay worker",
    everyMs: options.everyMs ?? EVERY_MS,
    log: deps.log,
    pass: () => workOnAll(deps, () => isStopping),
    wakeOn: (wake) => deps.signals.on("replays", wake),
  });
  return {
    stop: async () => {
      isStopping = true;
      await loop.stop();
    },
  };
}

/** A page of each in turn, so that a small one never waits for a large one. */
async function workOnAll(deps: Deps, isStopping: () => boolean): Promise<void> {
  let open: readonly store.ReplayRow[] = await runningReplays(deps);
  const endMs = performance.now() + PASS_MS;
  while (open.length > 0 && !isStopping() && performance.now() < endMs) {
    const steps: { readonly job: store.ReplayRow; readonly next: Step }[] = [];
    for (const job of open) steps.push({ job, next: await step(deps, job) });
    open = steps.filter(({ next }) => next !== "ended").map(({ job }) => job);
    if (open.length > 0 && steps.every(({ next }) => next !== "more")) await pause(PAUSE_MS);
  }
  if (open.length > 0) deps.signals.notify("replays");
}

async function runningReplays(deps: Deps): Promise<readonly store.ReplayRow[]> {
  const running: store.ReplayRow[] = [];
  for (const companyId of await store.selectCompanyIds(deps.db)) {
    running.push(...(await store.selectRunning(deps.db, companyId)));
  }
  return running;
}

async function step(deps: Deps, job: store.ReplayRow): Promise<Step> {
  try {
    return await continueReplay(deps, job);
  } catch (error) {
    // It stays where it is until the next poll, and must not keep the others waiting.
    deps.log.error({ err: error, companyId: job.companyId, replayId: job.replayId }, "a page of a replay failed");
    return "ended";
  }
}

/** Queues the next page. Any number of processes may do so at once. */
export async function continueReplay(
  deps: Deps,
  job: { readonly companyId: string; readonly environmentId: string; readonly replayId: string },
): Promise<Step> {
  const { companyId } = job;
  const { settings } = await environmentById(deps, companyId, job.environmentId);
  const keptDays = settings.retention.deliveries_days;
  return deps.db.transaction(async (tx) => {
    const locked = await store.lockReplay(tx, companyId, job.replayId);
    if (locked === null) return "ended";
    if ((await store.countDue(tx, job, MAX_DUE)) >= MAX_DUE) return "waits";
    const rows = await readPage(tx, companyId, { locked, keptDays });
    const queued = await queue(tx, deps, { companyId, locked, rows });
    const isDone = locked.which === "delivery" || rows.length < PAGE;
    const last = rows.at(-1) ?? null;
    await store.moveOn(tx, companyId, { replayId: job.replayId, looked: rows.length, queued, last, isDone });
    if (isDone) await noteEnd(tx, deps, { companyId, locked, queued: locked.queued + queued });
    return isDone ? "ended" : "more";
  });
}

function readPage(
  tx: Transaction,
  companyId: string,
  { locked, keptDays }: { readonly locked: store.LockedReplay; readonly keptDays: number | null },
): Promise<readonly store.PageRow[]> {
  const { replayId, environmentId, which, deliveryId } = locked;
  if (which === "delivery") return store.selectOne(tx, { companyId, environmentId }, deliveryId ?? "");
  if (which === "failed") return store.selectFailedPage(tx, companyId, { replayId, limit: PAGE });
  return store.selectRangePage(tx, companyId, { replayId, keptDays, limit: PAGE });
}

/** How many were queued. What was delivered gets a delivery of its own, so that the log keeps the first. */
async function queue(
  tx: Transaction,
  deps: Deps,
  page: { readonly companyId: string; readonly locked: store.LockedReplay; readonly rows: readonly store.PageRow[] },
): Promise<number> {
  const { companyId, locked } = page;
  const { environmentId, replayId } = locked;
  const endpoint = await store.lockEndpoint(tx, { companyId, environmentId });
  if (endpoint === null) throw new Error("an environment lost its endpoint");
  const wantsDelivered = locked.which === "delivery" || locked.includeDelivered;
  const rows = page.rows.filter((row) => row.whole && (!row.delivered || wantsDelivered));
  const open = rows.flatMap(({ openId }) => openId ?? []);
  const fresh = rows.filter(({ openId }) => openId === null);
  const job = { companyId, replayId, state: endpoint.state };
  const again = open.length === 0 ? 0 : await store.requeue(tx, job, open);
  if (fresh.length > 0) {
    const deliveries = fresh.map(({ eventId }) => ({ deliveryId: deps.ids.make("dlv"), eventId }));
    await store.insertReplayed(tx, { ...job, endpointId: endpoint.endpointId, environmentId }, deliveries);
  }
  const queued = again + fresh.length;
  if (queued > 0 && endpoint.state === "pending") tx.afterCommit(() => touchDue(deps, companyId));
  return queued;
}

async function noteEnd(
  tx: Transaction,
  deps: Deps,
  end: { readonly companyId: string; readonly locked: store.LockedReplay; readonly queued: number },
): Promise<void> {
  const { companyId, locked, queued } = end;
  await record(tx, deps, {
    companyId,
    actor: SYSTEM,
    action: "webhook_replay.finished",
    targetType: "webhook_replay",
    targetId: locked.replayId,
    details: { environment_id: locked.environmentId, queued },
  });
}
