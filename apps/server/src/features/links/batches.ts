import { LINK_COUNTS, type Link, type LinkBatch, type LinkBatchDetail } from "@tallystick/contract";

import { cutPage, decodeCursor } from "../../infra/cursor.ts";
import type { Deps } from "../../infra/deps.ts";
import { epochSeconds, epochSecondsOrNull } from "../../infra/epoch.ts";
import { fail } from "../../infra/errors.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { GRACE_SECONDS } from "../sessions/lifecycle.ts";
import * as store from "./batch-store.ts";
import type { BatchRow } from "./batch-store.ts";
import { countLinks, selectLinks, type LinkRow } from "./links-store.ts";

export interface PageWish {
  readonly limit: number;
  readonly after?: string | undefined;
}

const MAX_SKIPPED_SHOWN = 1000;

/** Newest first. Throws `query_invalid` for a cursor of another list. */
export async function listBatches(
  deps: Deps,
  environment: EnvironmentAccess,
  { limit, after }: PageWish,
): Promise<{ readonly items: readonly LinkBatch[]; readonly next: string | null }> {
  const [place = null] = decodeCursor(after, 1) ?? [];
  const found = await store.listBatchRows(deps.db, environment, { after: place, limit: limit + 1 });
  const { rows, next } = cutPage(found, limit, (row) => [row.batchId]);
  return { items: rows.map(batchView), next };
}

/** Throws `link_batch_unknown`. */
export async function batchIn(deps: Deps, environment: EnvironmentAccess, batchId: string): Promise<BatchRow> {
  const { companyId, environmentId } = environment;
  const batch = await store.findBatch(deps.db, { companyId, environmentId, batchId });
  if (batch === null) throw fail("link_batch_unknown", "This environment has no batch of links of this id.");
  return batch;
}

/** For what needs links. Throws `link_batch_unknown`, `link_batch_not_ready`. */
export async function readyBatch(deps: Deps, environment: EnvironmentAccess, batchId: string): Promise<BatchRow> {
  const batch = await batchIn(deps, environment, batchId);
  const { state } = batch;
  if (state === "ready") return batch;
  const detail =
    state === "creating"
      ? "The batch is still being created; try again when its state is ready."
      : "The batch failed, so it has no links; its member failure says why. Send it again.";
  throw fail("link_batch_not_ready", detail, { extra: { state } });
}

export async function showBatch(deps: Deps, environment: EnvironmentAccess, batchId: string): Promise<LinkBatchDetail> {
  const batch = await batchIn(deps, environment, batchId);
  const [counts, skipped] = await Promise.all([
    countLinks(deps.db, batch, GRACE_SECONDS),
    store.listSkipped(deps.db, batch, MAX_SKIPPED_SHOWN),
  ]);
  const byStatus = new Map(counts.map(({ status, count }) => [status, count]));
  return {
    ...batchView(batch),
    links: Object.fromEntries(LINK_COUNTS.map((state) => [state, byStatus.get(state) ?? 0])),
    skipped_lines: [...skipped],
  };
}

export async function listLinks(
  deps: Deps,
  environment: EnvironmentAccess,
  wish: PageWish & { readonly batchId: string; readonly status?: string | undefined },
): Promise<{ readonly items: readonly Link[]; readonly next: string | null }> {
  const batch = await batchIn(deps, environment, wish.batchId);
  const { limit, status = null } = wish;
  const [after = null] = decodeCursor(wish.after, 1) ?? [];
  const page = { graceSeconds: GRACE_SECONDS, status, after, offset: 0, limit: limit + 1 };
  const found = await selectLinks(deps.db, batch, page);
  const { rows, next } = cutPage(found, limit, (row) => [row.sessionId]);
  return { items: rows.map((row) => linkView(deps, row)), next };
}

const PAGE = 1000;

/** The links of a batch, a thousand at a time, read as they are taken. */
export async function* pagesOfLinks(
  deps: Deps,
  batch: BatchRow,
  options: { readonly status?: string | undefined; readonly offset?: number; readonly count?: number } = {},
): AsyncGenerator<readonly LinkRow[]> {
  let left = options.count ?? Number.POSITIVE_INFINITY;
  let after: string | null = null;
  while (left > 0) {
    const offset: number = after === null ? (options.offset ?? 0) : 0;
    const limit = Math.min(PAGE, left);
    const wish = { graceSeconds: GRACE_SECONDS, status: options.status ?? null, after, offset, limit };
    const rows: readonly LinkRow[] = await selectLinks(deps.db, batch, wish);
    if (rows.length > 0) yield rows;
    if (rows.length < limit) return;
    after = rows.at(-1)?.sessionId ?? null;
    left -= rows.length;
  }
}

/** A link to show what the others are like; undefined when erasures left none. */
export async function firstLink(deps: Deps, batch: BatchRow): Promise<LinkRow | undefined> {
  for await (const [first] of pagesOfLinks(deps, batch, { count: 1 })) return first;
  return undefined;
}

export function linkUrl(deps: Deps, linkCode: string): string {
  return `${deps.config.publicUrl}/a/${linkCode}`;
}

export function linkView(deps: Deps, row: LinkRow): Link {
  return {
    session_id: row.sessionId,
    uid: row.uid,
    link: linkUrl(deps, row.linkCode),
    status: row.status as Link["status"],
    outcome: row.outcome,
    language: row.language,
    run: row.run,
    created_at: epochSeconds(row.createdAt),
    expires_at: epochSeconds(row.expiresAt),
    opened_at: epochSecondsOrNull(row.openedAt),
    ended_at: epochSecondsOrNull(row.endedAt),
  };
}

export function batchView(row: BatchRow): LinkBatch {
  return {
    batch_id: row.batchId,
    name: row.name,
    state: row.state,
    source: row.source,
    clock: row.clock === "running" ? "at_creation" : "at_opening",
    valid_until: epochSeconds(row.validUntil),
    requested: row.requested,
    created: row.created,
    skipped: row.skippedCount,
    // Written by this feature alone, in this shape.
    warnings: row.warnings as LinkBatch["warnings"],
    failure: row.failure,
    language: row.language,
    stakes: row.stakes,
    created_by: row.createdBy,
    created_at: epochSeconds(row.createdAt),
    finished_at: epochSecondsOrNull(row.finishedAt),
    revoked_at: epochSecondsOrNull(row.revokedAt),
    revoking: row.revoking,
  };
}
