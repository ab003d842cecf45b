import type { Deps } from "../../infra/deps.ts";
import { countDay } from "./count-day.ts";
import type { Counts } from "./counts.ts";
import * as store from "./days-store.ts";
import { readPrints, type DayPrint, type Prints } from "./prints.ts";
import type { Span } from "./prints-store.ts";

export interface LookOptions {
  /** Rows that may be read to count anew; what is beyond stays as it was counted before, or uncounted. */
  readonly budgetRows: number;
  /** Counts of a day with many rows are taken as they are when they are younger than this, milliseconds. */
  readonly maxAgeMs: number;
  /** Asked before each day that is counted. */
  readonly goOn?: () => boolean;
}

/** Counting so few takes a few milliseconds: whoever tries something out sees it at once. */
const FEW_ROWS = 200;

export interface CountedDay {
  readonly environmentId: string;
  readonly part: store.Part;
  readonly day: string;
  readonly content: Counts;
}

export interface Looked {
  readonly days: readonly CountedDay[];
  readonly live: Prints["live"];
  /** Everything is at least as new. */
  readonly asOf: Date;
  /** Days of which something is not counted yet. */
  readonly uncountedDays: number;
  /** Parts of days that were counted anew. */
  readonly counted: number;
}

/**
 * Every day of the span: as stored where the fingerprint of its rows is still the stored one, counted anew and stored
 * where it is not, newest first and within the budget.
 */
export async function lookAtDays(deps: Deps, span: Span, options: LookOptions): Promise<Looked> {
  const { db } = deps;
  // The stored counts first: a fingerprint that was read after them can only be newer.
  const stored = new Map((await store.selectDays(db, span)).map((row) => [keyOf(row), row]));
  const prints = await readPrints(db, span);
  let rowsLeft = options.budgetRows;
  let asOf = prints.at;
  let counted = 0;
  const days: CountedDay[] = [];
  const uncounted = new Set<string>();
  for (const print of prints.days.toSorted((a, b) => b.day.localeCompare(a.day))) {
    const known = stored.get(keyOf(print));
    stored.delete(keyOf(print));
    const { environmentId, part, day } = print;
    if (known !== undefined && known.fingerprint === print.fingerprint(newestEndOf(known.content))) {
      days.push({ environmentId, part, day, content: known.content });
      continue;
    }
    const ageMs = known === undefined ? Infinity : prints.at.getTime() - known.countedAt.getTime();
    const isYoung = print.rows > FEW_ROWS && ageMs < options.maxAgeMs;
    if (!isYoung && print.rows <= rowsLeft && options.goOn?.() !== false) {
      rowsLeft -= print.rows;
      counted += 1;
      days.push({ environmentId, part, day, content: await countAnew(deps, span.companyId, { print, at: prints.at }) });
    } else if (known === undefined) {
      uncounted.add(day);
    } else {
      days.push({ environmentId, part, day, content: known.content });
      if (known.countedAt < asOf) asOf = known.countedAt;
    }
  }
  await forget(deps, [...stored.values()]);
  return { days, live: prints.live, asOf, uncountedDays: uncounted.size, counted };
}

async function countAnew(
  { db }: Deps,
  companyId: string,
  { print, at }: { readonly print: DayPrint; readonly at: Date },
): Promise<Counts> {
  const { environmentId, part, day } = print;
  const key = { companyId, environmentId, part, day };
  const { content, newestEnd } = await countDay(db, key);
  if (newestEnd !== null) content[NEWEST_END] = newestEnd.getTime();
  await store.upsertDay(db, key, { fingerprint: print.fingerprint(newestEnd), content, countedAt: at });
  return content;
}

/** Nothing of these days is left: what was counted of them must go too. */
async function forget({ db }: Deps, keys: readonly store.DayKey[]): Promise<void> {
  for (const { companyId, environmentId, part, day } of keys) {
    await store.deleteDay(db, { companyId, environmentId, part, day });
  }
}

/** Beside the counts, milliseconds since 1970; nobody adds it up. */
const NEWEST_END = "newest_end";

function newestEndOf(content: Counts): Date | null {
  const at = content[NEWEST_END];
  return typeof at === "number" ? new Date(at) : null;
}

function keyOf({ environmentId, part, day }: Omit<CountedDay, "content">): string {
  return `${environmentId} ${part} ${day}`;
}
