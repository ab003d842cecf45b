import { environmentSettingsSchema } from "@tallystick/contract";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { startLoop, type Loop } from "../../infra/loop.ts";
import { counter } from "../../infra/metrics.ts";
import { purgeAudit, record, SYSTEM } from "../audit/service.ts";
import * as log from "./sweep-log-store.ts";
import * as store from "./sweep-store.ts";
import type { DataClass, Lane, Progress } from "./sweep-store.ts";

/** What is due is a matter of days; a pass without work is one look at an index for each lane. */
const PASS_EVERY_MS = 3_600_000;
/** Sessions, or rows about deliveries of each kind, in one transaction: its locks last milliseconds. */
const BATCH = 100;

export interface Sweep {
  readonly inputs: number;
  readonly results: number;
  readonly deliveries: number;
  readonly auditEntries: number;
}

/**
 * Removes what one company keeps no longer, lane by lane: a lane is a data class of an environment, and its place in
 * the order of ended sessions is stored with each batch, so that a sweep that was cut off goes on there; `goOn` is asked before each batch. A company under
 * legal hold is left as it is; of single sessions under hold nothing is removed. Returns rows removed.
 */
export async function sweepCompany(
  deps: Deps,
  companyId: string,
  { goOn = () => true }: { readonly goOn?: () => boolean } = {},
): Promise<Sweep> {
  const removed = { inputs: 0, results: 0, deliveries: 0, auditEntries: 0 };
  if (await store.isCompanyHeld(deps.db, companyId)) return removed;
  // Read here and now: what was just set to be kept must not go by settings of a second ago.
  for (const { environmentId, settings } of await store.selectEnvironments(deps.db, companyId)) {
    const { retention } = environmentSettingsSchema.parse(settings);
    const days = {
      inputs: retention.inputs_days,
      results: retention.results_days,
      deliveries: retention.deliveries_days,
    };
    for (const dataClass of ["inputs", "results", "deliveries"] as const) {
      const kept = days[dataClass];
      if (kept === null) continue;
      removed[dataClass] += await sweepLane(deps, { companyId, environmentId, dataClass }, { days: kept, goOn });
    }
  }
  const auditDays = await store.selectAuditDays(deps.db, companyId);
  if (auditDays !== null && goOn()) removed.auditEntries = await purgeAudit(deps, companyId, { days: auditDays });
  return removed;
}

async function sweepLane(
  deps: Deps,
  lane: Lane,
  { days, goOn }: { readonly days: number; readonly goOn: () => boolean },
): Promise<number> {
  let total = 0;
  while (goOn()) {
    const batch = await deps.eraser.transaction((tx) => sweepBatch(tx, deps, { lane, days }));
    total += batch.removed;
    if (batch.isLast) break;
  }
  return total;
}

interface Batch {
  readonly removed: number;
  readonly isLast: boolean;
}

async function sweepBatch(
  tx: Transaction,
  deps: Deps,
  { lane, days }: { readonly lane: Lane; readonly days: number },
): Promise<Batch> {
  await store.insertProgress(tx, lane);
  const before = await store.lockProgress(tx, lane);
  // Another process is in this lane. A hold that was placed meanwhile stops the company here.
  if (before === null || (await store.isCompanyHeld(tx, lane.companyId))) return { removed: 0, isLast: true };
  const { progress, isLast } = await removeBatch(tx, lane, { days, before });
  const removed = progress.removed - before.removed;
  if (isLast && progress.removed > 0) {
    await note(tx, deps, { lane, days, progress });
    await store.updateProgress(tx, lane, { ...progress, sessions: 0, removed: 0 });
  } else {
    await store.updateProgress(tx, lane, progress);
  }
  tx.afterCommit(() => count(deps, lane.dataClass, removed));
  return { removed, isLast };
}

async function removeBatch(
  tx: Transaction,
  lane: Lane,
  { days, before }: { readonly days: number; readonly before: Progress },
): Promise<{ readonly progress: Progress; readonly isLast: boolean }> {
  if (lane.dataClass === "deliveries") {
    const page = { days, limit: BATCH };
    const counts = [
      await log.deleteDeliveries(tx, lane, page),
      await log.deleteReplays(tx, lane, page),
      await log.deleteNotices(tx, lane, page),
    ];
    const removed = counts.reduce((sum, one) => sum + one, before.removed);
    return { progress: { ...before, removed }, isLast: counts.every((one) => one < BATCH) };
  }
  const due = await store.selectDueSessions(tx, lane, { days, progress: before, limit: BATCH });
  const ids = due.filter(({ isHeld }) => !isHeld).map(({ sessionId }) => sessionId);
  await store.lockSessions(tx, lane.companyId, ids);
  const remove = lane.dataClass === "inputs" ? store.deleteInputs : store.deleteResults;
  const touched = await remove(tx, lane.companyId, ids);
  const last = due.at(-1);
  const progress = {
    throughAt: last?.endedAt ?? before.throughAt,
    throughId: last?.sessionId ?? before.throughId,
    sessions: before.sessions + touched.sessions,
    removed: before.removed + touched.removed,
  };
  return { progress, isLast: due.length < BATCH };
}

/** One entry for each lane and pass, also for the batches of a pass that was cut off. */
async function note(
  tx: Transaction,
  deps: Deps,
  pass: { readonly lane: Lane; readonly days: number; readonly progress: Progress },
): Promise<void> {
  const { lane, days, progress } = pass;
  await record(tx, deps, {
    companyId: lane.companyId,
    actor: SYSTEM,
    action: "retention.applied",
    targetType: "environment",
    targetId: lane.environmentId,
    details: {
      data_class: lane.dataClass,
      older_than_days: days,
      removed: progress.removed,
      ...(lane.dataClass !== "deliveries" && { sessions: progress.sessions }),
    },
  });
}

function count(deps: Deps, dataClass: DataClass, removed: number): void {
  counter(deps.metrics, {
    name: "tallystick_retention_removed_total",
    help: "Rows that retention removed or emptied",
    labelNames: ["data_class"],
  }).inc({ data_class: dataClass }, removed);
}

/** Sweeps every company at once and then every hour. `stop` waits for the batch under way, not for the whole pass. */
export function startRetention(deps: Deps, options: { readonly everyMs?: number } = {}): Loop {
  let isStopping = false;
  const goOn = (): boolean => !isStopping;
  const loop = startLoop({
    name: "retention sweep",
    everyMs: options.everyMs ?? PASS_EVERY_MS,
    log: deps.log,
    pass: async () => {
      for (const companyId of await store.selectCompanyIds(deps.db)) await sweepCompany(deps, companyId, { goOn });
    },
  });
  return {
    stop: () => {
      isStopping = true;
      return loop.stop();
    },
  };
}

export function auditDaysOf(deps: Deps, companyId: string): Promise<number | null> {
  return store.selectAuditDays(deps.db, companyId);
}

/** How long the company's audit log is kept, in days; null keeps it for ever. */
export function setAuditDays(
  deps: Deps,
  companyId: string,
  options: { readonly days: number | null; readonly actor: Parameters<typeof record>[2]["actor"] },
): Promise<void> {
  return deps.db.transaction(async (tx) => {
    const before = await store.updateAuditDays(tx, companyId, options.days);
    if (before === options.days) return;
    await record(tx, deps, {
      companyId,
      actor: options.actor,
      action: "company.settings_changed",
      targetType: "company",
      targetId: companyId,
      details: { changes: { audit_days: { from: before ?? null, to: options.days } } },
    });
  });
}
