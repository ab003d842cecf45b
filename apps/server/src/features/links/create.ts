import { createHash } from "node:crypto";

import type { CreateLinks } from "@tallystick/contract";
import { MAX_LINKS } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { fail, type AppError } from "../../infra/errors.ts";
import type { Actor } from "../audit/service.ts";
import { refuseArchived, type EnvironmentAccess } from "../deployments/service.ts";
import * as store from "./batch-store.ts";
import type { BatchRow } from "./batch-store.ts";
import { endDate } from "./dates.ts";
import { fillBatch } from "./fill.ts";
import { startJob } from "./jobs.ts";
import { judgeList, type BatchWarning, type GoodLine, type Problem } from "./judge-list.ts";
import { readCsv, type ListLine } from "./read-list.ts";

export interface CreateOptions {
  readonly environment: EnvironmentAccess;
  readonly wish: CreateLinks;
  readonly actor: Actor;
  readonly idempotencyKey?: string | undefined;
  readonly onProgress?: (created: number) => void;
}

interface StartedBatch {
  readonly batch: BatchRow;
  /** Settles when the batch is ready or failed; never rejects. An earlier batch of the same key: at once. */
  readonly done: Promise<void>;
}

const HOUR_MS = 3_600_000;
const DEFAULT_DAYS = 30;

/**
 * Judges the list, notes the batch and begins to make its links in the background. Throws `link_list_invalid` with every
 * problem, `link_date_invalid`, `deployment_archived`, `idempotency_key_*`,
 * `integration_mismatch`, `rate_limited`.
 */
export async function createBatch(deps: Deps, options: CreateOptions): Promise<StartedBatch> {
  const { environment, wish, idempotencyKey } = options;
  checkIntegration(environment, wish.integration_id);
  refuseArchived(environment);
  checkKeyForm(idempotencyKey);
  const bodyHash = createHash("sha256").update(JSON.stringify(wish)).digest("hex");
  const earlier = await earlierBatch(deps, { ...options, bodyHash });
  if (earlier !== null) return { batch: earlier, done: Promise.resolve() };
  const job = startJob(deps);
  try {
    const prepared = await prepare(deps, options);
    const batch = await insert(deps, options, { ...prepared, bodyHash });
    // Another request of the same key came first.
    if (batch === null) {
      job.end();
      return await createBatch(deps, options);
    }
    const { lines, problems } = prepared;
    const skipped = wish.skip_bad ? problems.map(({ line, code }) => ({ line, code })) : null;
    const { actor, onProgress } = options;
    const work = fillBatch(deps, { environment, batch, lines, skipped, actor, signal: job.signal, onProgress });
    return { batch, done: job.run(work) };
  } catch (error) {
    job.end();
    throw error;
  }
}

interface Prepared {
  /** null: uids are made. */
  readonly lines: readonly GoodLine[] | null;
  readonly problems: readonly Problem[];
  readonly warnings: readonly BatchWarning[];
  readonly requested: number;
  readonly validUntil: Date;
}

async function prepare(deps: Deps, { environment, wish }: CreateOptions): Promise<Prepared> {
  const validUntil = await endOf(deps, environment, wish);
  if (wish.count !== undefined) {
    const warnings = languageWarning(environment, wish.language, wish.count);
    return { lines: null, problems: [], warnings, requested: wish.count, validUntil };
  }
  const given = await linesOf(wish);
  const { good, problems, warnings } = await judgeList(deps, environment, { lines: given, language: wish.language });
  if (problems.length > 0 && (!wish.skip_bad || good.length === 0)) throw badList(problems, given.length);
  return { lines: good, problems, warnings, requested: given.length, validUntil };
}

/** The lines of a list, not yet judged. Throws `link_list_invalid`. */
export async function linesOf(wish: CreateLinks): Promise<readonly ListLine[]> {
  if (wish.csv !== undefined) return readCsv(wish.csv, { maxLines: MAX_LINKS });
  return (wish.items ?? []).map((item, index) => ({ line: index + 1, ...item }));
}

/** Until when links of this wish wait. Throws `link_date_invalid`. */
export async function endOf(deps: Deps, environment: EnvironmentAccess, wish: CreateLinks): Promise<Date> {
  const now = await store.readClock(deps.db);
  if (wish.valid_until !== undefined) return endDate(wish.valid_until, now);
  const hours = wish.clock === "at_creation" ? environment.settings.session_hours : DEFAULT_DAYS * 24;
  return new Date(now.getTime() + hours * HOUR_MS);
}

async function insert(
  deps: Deps,
  { environment, wish, actor, idempotencyKey }: CreateOptions,
  made: Prepared & { readonly bodyHash: string },
): Promise<BatchRow | null> {
  const { companyId, environmentId } = environment;
  const batchId = deps.ids.make("bat");
  const key = { companyId, environmentId, batchId };
  const isNew = await store.insertBatch(deps.db, {
    ...key,
    name: wish.name,
    source: wish.count === undefined ? "list" : "count",
    clock: wish.clock === "at_creation" ? "running" : "at_opening",
    validUntil: made.validUntil,
    requested: made.requested,
    language: offeredLanguage(environment, wish.language),
    stakes: wish.stakes,
    bodyHash: made.bodyHash,
    createdBy: actor.id,
    idempotencyKey: idempotencyKey ?? null,
    skipped: JSON.stringify(made.problems.map(({ line, code }) => ({ line, code }))),
    warnings: JSON.stringify(made.warnings),
  });
  return isNew ? store.findBatch(deps.db, key) : null;
}

async function earlierBatch(
  deps: Deps,
  options: CreateOptions & { readonly bodyHash: string },
): Promise<BatchRow | null> {
  const { idempotencyKey, environment, bodyHash } = options;
  if (idempotencyKey === undefined) return null;
  const { companyId, environmentId } = environment;
  const earlier = await store.findBatchByKey(deps.db, { companyId, environmentId, idempotencyKey });
  if (earlier === null || earlier.bodyHash === bodyHash) return earlier;
  throw fail("idempotency_key_reused", "This Idempotency-Key made a batch of links from another body.");
}

/** Who may see this environment already; another one is only said to be another. Throws `integration_mismatch`. */
export function checkIntegration(environment: EnvironmentAccess, integrationId: string | undefined): void {
  if (integrationId === undefined || integrationId === environment.integrationId) return;
  const kind = environment.kind === "test" ? "Test" : "Production";
  throw fail(
    "integration_mismatch",
    `The call is for a ${kind} environment, but the body names the Integration ID of another one.`,
  );
}

function checkKeyForm(key: string | undefined): void {
  if (key === undefined || /^[\x21-\x7e]{1,255}$/.test(key)) return;
  throw fail("idempotency_key_invalid", "Idempotency-Key takes 1 to 255 visible ASCII characters without spaces.");
}

/** A list has it from its lines. */
export function languageWarning(
  environment: EnvironmentAccess,
  language: string | undefined,
  count: number,
): readonly BatchWarning[] {
  if (language === undefined || offeredLanguage(environment, language) !== null) return [];
  const offered = environment.settings.languages.join(", ");
  const detail = `This environment offers ${offered}; the journey starts in ${environment.settings.languages[0] ?? ""}`;
  return [{ code: "language_not_offered", count, line: 0, detail }];
}

/** As with a session of its own: a language that is not offered is passed over, by itself or with a region. */
export function offeredLanguage({ settings }: EnvironmentAccess, wish: string | undefined): string | null {
  const tag = wish?.toLowerCase();
  return settings.languages.find((language) => language === tag || language === tag?.split(/[-_]/)[0]) ?? null;
}

function badList(problems: readonly Problem[], lines: number): AppError {
  const [first] = problems;
  const can = problems.length === 1 ? "1 line" : `${problems.length} lines`;
  const detail = `${can} of ${lines} can not be used, and nothing was created. The first is line ${first?.line ?? 0}: ${first?.detail ?? ""}.`;
  return fail("link_list_invalid", detail, { extra: { problems } });
}
