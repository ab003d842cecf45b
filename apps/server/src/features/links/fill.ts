import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { AppError } from "../../infra/errors.ts";
import { record, type Actor } from "../audit/service.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { createSessions, judgeUid, type BulkPlan, type WishedSession } from "../sessions/service.ts";
import * as store from "./batch-store.ts";
import type { BatchRow } from "./batch-store.ts";
import { alreadyUsed, type GoodLine } from "./judge-list.ts";

export interface FillWish {
  readonly environment: EnvironmentAccess;
  readonly batch: BatchRow;
  /** Of a list; null: uids are made. */
  readonly lines: readonly GoodLine[] | null;
  /** Lines left out so far; null: every line must come into being. */
  readonly skipped: readonly Skipped[] | null;
  readonly actor: Actor;
  readonly signal: AbortSignal;
  readonly onProgress?: ((created: number) => void) | undefined;
}

export interface Skipped {
  readonly line: number;
  readonly code: string;
}

/** Rows of one statement: large enough that round trips do not count, small enough to show progress. */
const CHUNK = 1000;

export const CUT_OFF = "The creation was cut off, and nothing was created. Send it again.";

/** Says what became of a batch in words for whoever made it. */
class BatchFailure extends Error {}

/**
 * Makes all links of a batch in one transaction, or none, and marks it ready or failed. Never throws for what a batch
 * can fail by; progress shows outside the transaction.
 */
export async function fillBatch(deps: Deps, wish: FillWish): Promise<void> {
  const { batch } = wish;
  try {
    await deps.db.transaction((tx) => createAll(tx, deps, wish));
  } catch (error) {
    if (!(error instanceof BatchFailure))
      deps.log.error({ err: error, batchId: batch.batchId }, "A batch of links failed");
    await store.markFailed(deps.db, batch, failureText(error));
  }
}

async function createAll(tx: Transaction, deps: Deps, wish: FillWish): Promise<void> {
  const { batch, lines, actor } = wish;
  const progress = showProgress(deps, wish);
  const { created, taken } =
    lines === null ? await createGenerated(tx, deps, wish, progress) : await createListed(tx, deps, wish, progress);
  if (taken.length > 0 && wish.skipped === null) throw takenMeanwhile(taken);
  const skipped = [...(wish.skipped ?? []), ...taken].toSorted((a, b) => a.line - b.line);
  if (!(await store.markReady(tx, batch, { created, skipped: JSON.stringify(skipped) }))) {
    throw new BatchFailure(CUT_OFF);
  }
  await record(tx, deps, {
    companyId: batch.companyId,
    actor,
    action: "link_batch.created",
    targetType: "link_batch",
    targetId: batch.batchId,
    details: { environment_id: batch.environmentId, source: batch.source, created, skipped: skipped.length },
  });
}

interface Filled {
  readonly created: number;
  readonly taken: readonly Skipped[];
}

/** `report` is called between statements; it throws when the work is to stop. */
type Report = (created: number) => void;

async function createListed(tx: Transaction, deps: Deps, wish: FillWish, report: Report): Promise<Filled> {
  const { environment, batch } = wish;
  const lines = wish.lines ?? [];
  // Session ids rise with the lines, so that a batch is listed in the order of its list; rows go in by uid.
  const ids = lines.map(() => deps.ids.make("ses")).toSorted();
  const wished = lines.map((line, index) => ({ ...line, sessionId: ids[index] ?? "" })).toSorted(byUid);
  const taken: Skipped[] = [];
  let created = 0;
  for (let start = 0; start < wished.length; start += CHUNK) {
    report(created);
    const sessions = wished.slice(start, start + CHUNK);
    const made = await createSessions(tx, deps, environment, { plan: planOf(batch), sessions });
    created += made.size;
    for (const { sessionId, line } of sessions) {
      if (!made.has(sessionId)) taken.push({ line, code: alreadyUsed(line).code });
    }
  }
  return { created, taken };
}

async function createGenerated(tx: Transaction, deps: Deps, wish: FillWish, report: Report): Promise<Filled> {
  const { environment, batch } = wish;
  let created = 0;
  // A uid that exists already is simply drawn again; with 57 random bits that is a matter of principle.
  while (created < batch.requested) {
    report(created);
    const sessions = generated(deps, wish, Math.min(CHUNK, batch.requested - created));
    created += (await createSessions(tx, deps, environment, { plan: planOf(batch), sessions })).size;
  }
  return { created, taken: [] };
}

function generated(deps: Deps, { environment, batch }: FillWish, count: number): readonly WishedSession[] {
  const uids = new Set<string>();
  while (uids.size < count) {
    const uid = deps.ids.uid();
    // Four digits, four digits, four digits can look like a phone or a birth date: drawn again.
    if (judgeUid(environment, uid).warnings.length === 0) uids.add(uid);
  }
  return [...uids]
    .toSorted()
    .map((uid) => ({ sessionId: deps.ids.make("ses"), uid, language: batch.language, metadata: {}, warnings: [] }));
}

function planOf(batch: BatchRow): BulkPlan {
  const { batchId, stakes, clock, validUntil } = batch;
  return { batchId, stakes, clock, expiresAt: validUntil };
}

// By code units, as the C collation of the statement sorts what a uid may hold.
function byUid(a: GoodLine, b: GoodLine): number {
  return a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0;
}

/** Progress goes through a connection of its own; one that is slow is left out, never waited for. */
function showProgress(deps: Deps, { batch, signal, onProgress }: FillWish): Report {
  let isWriting = false;
  return (created) => {
    if (signal.aborted) throw new BatchFailure(CUT_OFF);
    onProgress?.(created);
    if (isWriting) return;
    isWriting = true;
    store
      .noteProgress(deps.db, batch, created)
      .catch((error: unknown) => deps.log.warn({ err: error }, "The progress of a batch was not written"))
      .finally(() => (isWriting = false));
  };
}

function takenMeanwhile(taken: readonly Skipped[]): BatchFailure {
  const shown = taken
    .slice(0, 20)
    .map(({ line }) => line)
    .join(", ");
  const more = taken.length > 20 ? ` and ${taken.length - 20} more` : "";
  const subject = taken.length === 1 ? "The uid of line" : "The uids of lines";
  return new BatchFailure(
    `${subject} ${shown}${more} came to be used by somebody else meanwhile, and nothing was created. ` +
      "Take them out of the list and send it again, or send it with skip_bad.",
  );
}

function failureText(error: unknown): string {
  if (error instanceof BatchFailure) return error.message;
  const reason = error instanceof AppError ? error.message : "Something went wrong on our side.";
  return `${reason} Nothing was created; send it again.`;
}
