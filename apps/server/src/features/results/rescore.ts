import type { EnvironmentSettings } from "@tallystick/contract";
import { findBattery, findTask } from "@tallystick/tasks";

import type { Queryable, Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { record, type Actor } from "../audit/service.ts";
import { environmentById } from "../deployments/service.ts";
import { contentHash, loadModel, type LoadedModel } from "../models/service.ts";
import { pinnedTasks } from "../sessions/lifecycle.ts";
import { areAsStored, calculateRun, isSame, wereRemoved, type Calculation } from "./calculate.ts";
import { riskBand } from "./event-body.ts";
import * as rescoreStore from "./rescore-store.ts";
import type { FinishedSession, RescoredResult, RescoreScope } from "./rescore-store.ts";
import * as store from "./store.ts";
import type { StoredResult } from "./store.ts";

export type { RescoreScope } from "./rescore-store.ts";

/** Why a session was passed over, with the sentence for it. */
export const SKIP_REASONS = {
  already: "has a result of this model and these inputs",
  other_battery: "the model does not score this battery",
  not_in_build: "this version of the server has no such battery or task",
  erased: "the person was erased",
  result_removed: "retention removed the result",
  inputs_removed: "retention removed the inputs",
  inputs_altered: "the stored inputs are not those that were scored; check without --model",
} as const;
export type SkipReason = keyof typeof SKIP_REASONS;

export interface RescoreOptions {
  readonly scope: RescoreScope;
  /** Adds results of this version; null: checks each result with the version that made it, and adds nothing. */
  readonly modelVersion: string | null;
  /** So many sessions are calculated at most, not counting those that are passed over; null: all. */
  readonly limit: number | null;
  readonly actor: Actor;
  /** How the scope was named, for the audit log. Never a uid. */
  readonly named: Readonly<Record<string, unknown>>;
  /** Ends the work after the page that is under way. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Sessions in one transaction; default 100. */
  readonly pageSize?: number;
}

interface Counts {
  considered: number;
  written: number;
  same: number;
  different: number;
}

export interface RescoreReport {
  readonly modelVersion: string | null;
  readonly modelHash: string | null;
  /** All sessions, and of these the simulated ones. */
  readonly counts: Readonly<Counts>;
  readonly simulated: Readonly<Counts>;
  /** The first hundred whose result comes out otherwise. */
  readonly different: readonly { readonly sessionId: string; readonly resultId: string }[];
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  /** Sessions of the scope that the work did not come to. */
  readonly left: number;
}

const PAGE_SIZE = 100;
const MAX_LISTED = 100;

interface Work {
  readonly deps: Deps;
  readonly options: RescoreOptions;
  /** Null: each result's own. */
  readonly model: LoadedModel | null;
  /** Of results that are checked, by version. */
  readonly models: Map<string, LoadedModel>;
  readonly cutoffs: ReadonlyMap<string, EnvironmentSettings["risk_band_cutoffs"]>;
  readonly counts: Counts;
  readonly simulated: Counts;
  readonly different: { readonly sessionId: string; readonly resultId: string }[];
  readonly skipped: Partial<Record<SkipReason, number>>;
}

/**
 * Scores stored sessions once more from their raw inputs, page by page. With a model version it adds a result beside the
 * one that was announced, which stays the one that counts: no event, no webhook, nothing is changed. Without, it
 * compares. A page is one transaction and what has its result already is passed over, so a run that was cut off goes on
 * when it is called again. One audit entry says what was done, also of a run that ended early or failed.
 * Throws when the model is unknown or was altered.
 */
export async function rescore(deps: Deps, options: RescoreOptions): Promise<RescoreReport> {
  const { scope, modelVersion, limit } = options;
  const work: Work = {
    deps,
    options,
    model: modelVersion === null ? null : await loadModel(deps.db, scope.companyId, modelVersion),
    models: new Map(),
    cutoffs: await cutoffsOf(deps, scope),
    counts: noCounts(),
    simulated: noCounts(),
    different: [],
    skipped: {},
  };
  const total = await rescoreStore.countFinished(deps.db, scope);
  try {
    let after: string | null = "";
    while (after !== null && options.signal?.aborted !== true && calculatedOf(work) < (limit ?? Infinity)) {
      after = await nextPage(work, after);
      options.onProgress?.({ done: work.counts.considered, total });
    }
  } catch (error) {
    await note(work, total);
    throw error;
  }
  await note(work, total);
  return reportOf(work, total);
}

/** The session to go on after; null when there is none left. */
async function nextPage(work: Work, after: string): Promise<string | null> {
  const { deps, options } = work;
  const { pageSize = PAGE_SIZE } = options;
  const done = await deps.db.transaction(async (tx) => {
    const sessions = await rescoreStore.lockFinished(tx, options.scope, { after, limit: pageSize });
    return { sessions, judged: await judgePage(tx, work, sessions) };
  });
  // Counted after the commit: what was rolled back was not done.
  for (const judged of done.judged) count(work, judged);
  const isLast = done.sessions.length < pageSize && done.judged.length === done.sessions.length;
  return isLast ? null : (done.judged.at(-1)?.session.sessionId ?? null);
}

type Verdict = "written" | "same" | "different" | SkipReason;

interface Judged {
  readonly session: FinishedSession;
  readonly verdict: Verdict;
  readonly resultId: string;
}

/** What becomes of each session, in their order; fewer than were given where the limit is reached. */
async function judgePage(
  tx: Transaction,
  work: Work,
  sessions: readonly FinishedSession[],
): Promise<readonly Judged[]> {
  const { companyId } = work.options.scope;
  const ids = sessions.map(({ sessionId }) => sessionId);
  const owned = await store.selectOwnResults(tx, companyId, ids);
  const known = work.model === null ? new Set<string>() : await knownOf(tx, companyId, { ids, model: work.model });
  const left = (work.options.limit ?? Infinity) - calculatedOf(work);
  const judged: Judged[] = [];
  const open: Open[] = [];
  for (const session of sessions) {
    const own = owned.get(session.sessionId);
    const reason = reasonToSkip(session, { own, known, model: work.model });
    if (reason === null && open.length >= left) break;
    if (reason === null && own !== undefined) open.push({ session, own });
    judged.push({ session, verdict: reason ?? "same", resultId: own?.resultId ?? "" });
  }
  const verdicts = await calculatePage(tx, work, open);
  return judged.map((one) => ({ ...one, verdict: verdicts.get(one.session.sessionId) ?? one.verdict }));
}

interface Open {
  readonly session: FinishedSession;
  readonly own: StoredResult;
}

/** What can be said without looking at the inputs. */
function reasonToSkip(
  session: FinishedSession,
  found: {
    readonly own: StoredResult | undefined;
    readonly known: ReadonlySet<string>;
    readonly model: LoadedModel | null;
  },
): SkipReason | null {
  const { own, known, model } = found;
  const { state, batteryVersion, taskPlan, sessionId } = session;
  if (state === "erased") return "erased";
  if (own === undefined) return "result_removed";
  if (model !== null && !model.artefact.batteries.includes(batteryVersion)) return "other_battery";
  const isInBuild = taskPlan.every(({ key, version }) => findTask(key, version) !== null);
  if (!isInBuild || findBattery(batteryVersion) === null) return "not_in_build";
  return known.has(knownKey({ sessionId, run: own.run, inputsChecksum: own.inputsChecksum })) ? "already" : null;
}

async function knownOf(
  tx: Queryable,
  companyId: string,
  { ids, model }: { readonly ids: readonly string[]; readonly model: LoadedModel },
): Promise<ReadonlySet<string>> {
  const rows = await rescoreStore.selectKnown(tx, { companyId, sessionIds: ids, modelHash: model.contentHash });
  return new Set(rows.map(knownKey));
}

function knownKey({ sessionId, run, inputsChecksum }: rescoreStore.KnownResult): string {
  return `${sessionId} ${run} ${inputsChecksum}`;
}

async function calculatePage(
  tx: Transaction,
  work: Work,
  open: readonly Open[],
): Promise<ReadonlyMap<string, Verdict>> {
  if (open.length === 0) return new Map();
  const { companyId } = work.options.scope;
  const key = {
    companyId,
    sessionIds: open.map(({ session }) => session.sessionId),
    runs: open.map(({ own }) => own.run),
  };
  const batches = await store.selectScoredBatchesOfMany(tx, key);
  const facts = await store.selectJourneyFactsOfMany(tx, key);
  const verdicts = new Map<string, Verdict>();
  const rows: RescoredResult[] = [];
  for (const { session, own } of open) {
    const { sessionId, batteryVersion } = session;
    const stored = batches.get(sessionId) ?? [];
    const fact = facts.get(sessionId);
    if (fact === undefined) throw new Error("a session that was asked for returned no facts");
    if (wereRemoved(stored, own)) {
      verdicts.set(sessionId, "inputs_removed");
      continue;
    }
    const model = work.model ?? (await ownModel(tx, work, own.modelVersion));
    const taskPlan = pinnedTasks(session.taskPlan);
    const again = calculateRun(model, { batteryVersion, taskPlan, batches: stored, facts: fact });
    const isWhole = areAsStored(stored);
    if (work.model === null) verdicts.set(sessionId, isWhole && isSame(own, again) ? "same" : "different");
    else if (!isWhole || again.inputsChecksum !== own.inputsChecksum) verdicts.set(sessionId, "inputs_altered");
    else rows.push(newRow(work, { session, own, again, model }));
  }
  if (rows.length > 0) {
    const added = await rescoreStore.insertRescored(tx, companyId, rows);
    for (const { sessionId } of rows) verdicts.set(sessionId, added.has(sessionId) ? "written" : "already");
  }
  return verdicts;
}

async function ownModel(tx: Queryable, { options, models }: Work, modelVersion: string): Promise<LoadedModel> {
  const model = models.get(modelVersion) ?? (await loadModel(tx, options.scope.companyId, modelVersion));
  models.set(modelVersion, model);
  return model;
}

function newRow(
  { deps, cutoffs }: Work,
  scored: Open & { readonly again: Calculation; readonly model: LoadedModel },
): RescoredResult {
  const { session, own, again, model } = scored;
  const { calculated, modelHash, inputsChecksum } = again;
  const cut = cutoffs.get(session.environmentId);
  if (cut === undefined) throw new Error("a session belongs to no environment of the scope");
  return {
    sessionId: session.sessionId,
    resultId: deps.ids.make("res"),
    run: own.run,
    environmentId: session.environmentId,
    batteryVersion: session.batteryVersion,
    modelVersion: model.artefact.version,
    modelHash,
    inputsChecksum,
    score: calculated.score,
    // As for an announced result: under the environment's cut-offs of this moment.
    riskBand: calculated.score === null ? null : riskBand(calculated.score, cut),
    scoreConfidence: calculated.score_confidence,
    trustScore: calculated.trust_score,
    calculated,
    calculatedHash: contentHash(calculated),
  };
}

// Read before the first transaction: a cache miss inside one would wait for a second connection.
async function cutoffsOf(deps: Deps, { companyId, environmentIds }: RescoreScope): Promise<Work["cutoffs"]> {
  const found = new Map<string, EnvironmentSettings["risk_band_cutoffs"]>();
  for (const environmentId of environmentIds) {
    const { settings } = await environmentById(deps, companyId, environmentId);
    found.set(environmentId, settings.risk_band_cutoffs);
  }
  return found;
}

function noCounts(): Counts {
  return { considered: 0, written: 0, same: 0, different: 0 };
}

/** Sessions that cost a calculation: what the limit bounds. */
function calculatedOf({ counts }: Work): number {
  return counts.written + counts.same + counts.different;
}

function count(work: Work, { session, verdict, resultId }: Judged): void {
  for (const counts of session.simulated ? [work.counts, work.simulated] : [work.counts]) {
    counts.considered += 1;
    if (verdict === "written" || verdict === "same" || verdict === "different") counts[verdict] += 1;
  }
  if (verdict === "different") {
    if (work.different.length < MAX_LISTED) work.different.push({ sessionId: session.sessionId, resultId });
  } else if (verdict !== "written" && verdict !== "same") {
    work.skipped[verdict] = (work.skipped[verdict] ?? 0) + 1;
  }
}

function reportOf(work: Work, total: number): RescoreReport {
  const { options, model, counts, simulated, different, skipped } = work;
  return {
    modelVersion: options.modelVersion,
    modelHash: model?.contentHash ?? null,
    counts,
    simulated,
    different,
    skipped,
    // Journeys that finished meanwhile were not counted before.
    left: Math.max(0, total - counts.considered),
  };
}

async function note(work: Work, total: number): Promise<void> {
  const { deps, options } = work;
  const { modelVersion, modelHash, counts, simulated, skipped, left } = reportOf(work, total);
  await deps.db.transaction((tx) =>
    record(tx, deps, {
      companyId: options.scope.companyId,
      actor: options.actor,
      action: "results.rescored",
      targetType: "company",
      targetId: options.scope.companyId,
      details: {
        scope: options.named,
        model_version: modelVersion,
        model_hash: modelHash,
        ...counts,
        simulated: simulated.considered,
        skipped,
        left,
      },
    }),
  );
}
