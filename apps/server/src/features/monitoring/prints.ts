import type { Queryable } from "../../infra/database.ts";
import { bump, newCounts, type Counts } from "./counts.ts";
import type { Part } from "./days-store.ts";
import { dayOf } from "./range.ts";
import * as store from "./prints-store.ts";

/** What a part of a day is now, without having counted it. */
export interface DayPrint {
  readonly environmentId: string;
  readonly part: Part;
  readonly day: string;
  /** Rows that counting it will read, about. */
  readonly rows: number;
  /** Of `newestEnd`, which only whoever counted knows. */
  readonly fingerprint: (newestEnd: Date | null) => string;
}

export interface Prints {
  readonly at: Date;
  /** Only parts with rows that are counted. */
  readonly days: readonly DayPrint[];
  /** What needs no counting, by day: states of sessions by side, and of deliveries that are not delivered. */
  readonly live: ReadonlyMap<string, Counts>;
}

const ENDED = new Set(["completed", "expired", "cancelled", "incomplete"]);

/** Looks at every day of the span through the indexes: what is there, and what was there when it was last counted. */
export async function readPrints(db: Queryable, span: store.Span): Promise<Prints> {
  // One statement after the other: a page of charts must not take the connections that applicants wait for.
  const { now, releases } = await store.selectMoment(db, span.companyId);
  const swept = new Map((await store.selectSwept(db, span)).map((row) => [row.environmentId, row.throughAt]));
  const journeys = await store.selectJourneyPrints(db, span);
  const results = await store.selectResultPrints(db, span);
  const erasures = await store.selectErasurePrints(db, span);
  const retries = await store.selectRetryPrints(db, span);
  const webhooks = await store.selectWebhookPrints(db, span);
  const days = [
    ...journeyDays(journeys, { swept, releases }),
    ...withTrace(resultDays(results), { name: "erasing", rows: erasures }),
  ];
  return {
    at: now,
    days: [...withTrace(days, { name: "retried", rows: retries }), ...webhookDays(webhooks)],
    live: liveCounts(journeys, webhooks),
  };
}

// Retention takes the kind of phone away without touching the session's row. How far it has come decides as long as it
// has not passed the day's last end; each released hold turns it back once.
function journeyDays(
  prints: readonly store.JourneyPrint[],
  retention: { readonly swept: ReadonlyMap<string, Date>; readonly releases: number },
): readonly DayPrint[] {
  const ended = prints.filter(({ state }) => ENDED.has(state));
  return groups(ended).map(([{ environmentId, day }, rows]) => {
    const text = rows
      .map(({ simulated, state, count, hash }) => `${simulated ? "simulated " : ""}${state} ${count} ${hash}`)
      .toSorted()
      .join(", ");
    const through = retention.swept.get(environmentId);
    const fingerprint = (newestEnd: Date | null): string => {
      if (through === undefined || dayOf(through) < day) return text;
      const isPast = newestEnd !== null && through >= newestEnd;
      return `${text}, swept ${isPast ? "all" : through.toISOString()} ${retention.releases}`;
    };
    return { environmentId, day, part: "journeys" as const, rows: countOf(rows), fingerprint };
  });
}

function resultDays(prints: readonly store.Print[]): readonly DayPrint[] {
  return prints.map(({ environmentId, day, count, hash }) => {
    return { environmentId, day, part: "results" as const, rows: count, fingerprint: () => `${count} ${hash}` };
  });
}

/** Adds to the days of a part what changed without a trace in the rows that the part is told by. */
function withTrace(
  days: readonly DayPrint[],
  { name, rows }: { readonly name: string; readonly rows: readonly (store.Print & { readonly part: Part })[] },
): readonly DayPrint[] {
  const traces = new Map(rows.map((row) => [`${row.part} ${keyOf(row)}`, `, ${name} ${row.count} ${row.hash}`]));
  return days.map((day) => {
    const trace = traces.get(`${day.part} ${keyOf(day)}`);
    if (trace === undefined) return day;
    return { ...day, fingerprint: (newestEnd) => day.fingerprint(newestEnd) + trace };
  });
}

// Delivered rows never change, only come and go. The others change state to and fro and are never stored.
function webhookDays(prints: readonly store.WebhookPrint[]): readonly DayPrint[] {
  return groups(prints).flatMap(([{ environmentId, day }, rows]) => {
    const sign = (state: string | null) => (state === null ? 1 : -1);
    const count = rows.reduce((sum, row) => sum + sign(row.state) * row.count, 0);
    const hash = rows.reduce((sum, row) => sum + BigInt(sign(row.state)) * BigInt(row.hash), 0n);
    const text = `${count} ${hash}`;
    const found = { environmentId, day, part: "webhooks" as const, rows: count, fingerprint: () => text };
    return count === 0 ? [] : [found];
  });
}

function liveCounts(
  journeys: readonly store.JourneyPrint[],
  webhooks: readonly store.WebhookPrint[],
): ReadonlyMap<string, Counts> {
  const live = new Map<string, Counts>();
  const at = (day: string): Counts => {
    const counts = live.get(day) ?? newCounts();
    live.set(day, counts);
    return counts;
  };
  for (const { day, simulated, state, count } of journeys) {
    if (state !== "erased") bump(at(day), [simulated ? "simulated" : "people", "states", state], count);
  }
  for (const { day, state, count } of webhooks) bump(at(day), ["deliveries", state ?? "total"], count);
  return live;
}

type Place = { readonly environmentId: string; readonly day: string };

function keyOf({ environmentId, day }: Place): string {
  return `${environmentId} ${day}`;
}

function groups<Row extends Place>(rows: readonly Row[]): readonly (readonly [Place, readonly Row[]])[] {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const group = found.get(keyOf(row));
    if (group === undefined) found.set(keyOf(row), [row]);
    else group.push(row);
  }
  return [...found.values()].flatMap((group) => (group[0] === undefined ? [] : [[group[0], group] as const]));
}

function countOf(rows: readonly { readonly count: number }[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}
