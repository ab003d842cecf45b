import type { Queryable } from "../../infra/database.ts";
import { COUNT_SQL, LANES, PAGE_SQL, type Lane } from "./lanes-store.ts";
import type { ReadRow } from "./read-store.ts";

export interface ReadFilter {
  readonly uidPrefix: string | null;
  readonly states: readonly string[] | null;
  readonly outcomes: readonly string[] | null;
  readonly riskBands: readonly string[] | null;
  readonly confidences: readonly string[] | null;
  /** Keys as results store them; one of them is enough. */
  readonly flags: readonly string[] | null;
  readonly simulated: boolean | null;
  /** Epoch seconds; the ends are not included. */
  readonly createdFrom: number | null;
  readonly createdTo: number | null;
  readonly completedFrom: number | null;
  readonly completedTo: number | null;
}

/** Where a page ended, as the lane orders: a time as text (a Date would drop its microseconds), a form or an id. */
export interface ReadKey {
  readonly key: string;
  readonly sessionId: string;
}

export interface ReadPlaces {
  readonly companyId: string;
  readonly environmentIds: readonly string[];
}

export interface ReadPage {
  readonly lane: Lane;
  /** The uid, how the forms begin, or the batch; of the lanes by time null. */
  readonly name: string | null;
  readonly filter: ReadFilter;
  readonly after: ReadKey | null;
  /** Rows to return at most. */
  readonly limit: number;
  /** Rows to look at at most, whatever the filter leaves of them. */
  readonly look: number;
  /** A journey in progress expires so long after its time. */
  readonly graceSeconds: number;
}

export interface FoundPage {
  /** `place`: how many rows were looked at up to this one. */
  readonly rows: readonly (ReadRow & ReadKey & { readonly place: number })[];
  readonly looked: number;
  /** The last row looked at. */
  readonly last: ReadKey | null;
  /** There may be more behind the last row. */
  readonly isCut: boolean;
}

function valuesOf({ companyId, environmentIds }: ReadPlaces, page: ReadPage): readonly unknown[] {
  const { lane, name, filter, after, look, limit } = page;
  // Of many environments each gives its share of what is looked at, and always enough to fill the page alone.
  const share = LANES[lane].byEnvironment ? Math.ceil(look / environmentIds.length) : look;
  const each = Math.min(look, Math.max(limit, share));
  const values = [
    companyId,
    environmentIds,
    after?.key ?? null,
    after?.sessionId ?? null,
    limit,
    look,
    page.graceSeconds,
    filter.states,
    filter.outcomes,
    filter.riskBands,
    filter.confidences,
    filter.simulated,
    filter.createdFrom,
    filter.createdTo,
    filter.completedFrom,
    filter.completedTo,
    filter.uidPrefix,
    filter.flags,
    each,
  ];
  return name === null ? values : [...values, name];
}

interface HowFarRow {
  readonly looked: number;
  readonly isCut: boolean;
  readonly lastKey: string;
  readonly lastSessionId: string;
}

type PageRow = FoundPage["rows"][number] & HowFarRow;

function howFar(row: HowFarRow | undefined): Omit<FoundPage, "rows"> {
  if (row === undefined) return { looked: 0, last: null, isCut: false };
  return { looked: row.looked, isCut: row.isCut, last: { key: row.lastKey, sessionId: row.lastSessionId } };
}

/** A page of the lane, filtered. */
export async function selectPage(db: Queryable, places: ReadPlaces, page: ReadPage): Promise<FoundPage> {
  const rows = await db.query<PageRow>(PAGE_SQL[page.lane], valuesOf(places, page), {
    name: `results_by_${page.lane}`,
  });
  // Where nothing was found one row still tells how far was looked.
  return { rows: rows.filter((row) => row.sessionId !== null), ...howFar(rows[0]) };
}

/** How many of the rows looked at the filter leaves; `limit` bounds them too. */
export async function countPage(
  db: Queryable,
  places: ReadPlaces,
  page: ReadPage,
): Promise<Omit<FoundPage, "rows"> & { readonly found: number }> {
  const rows = await db.query<HowFarRow & { readonly found: number }>(COUNT_SQL[page.lane], valuesOf(places, page), {
    name: `results_count_by_${page.lane}`,
  });
  return { found: rows[0]?.found ?? 0, ...howFar(rows[0]) };
}

/** The environment a batch of links belongs to; null when the company has no such batch. */
export async function selectBatchEnvironment(
  db: Queryable,
  key: { readonly companyId: string; readonly batchId: string },
): Promise<string | null> {
  const rows = await db.query<{ readonly environmentId: string }>(
    `SELECT environment_id AS "environmentId" FROM link_batches WHERE company_id = $1::text AND batch_id = $2::text`,
    [key.companyId, key.batchId],
  );
  return rows[0]?.environmentId ?? null;
}
