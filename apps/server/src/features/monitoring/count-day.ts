import type { Queryable } from "../../infra/database.ts";
import * as store from "./count-store.ts";
import { bump, newCounts, type Counts } from "./counts.ts";
import type { DayKey, Part } from "./days-store.ts";
import { rangeOf } from "./range.ts";
import * as results from "./results-store.ts";
import { toDigits } from "./values.ts";

/** Who is counted apart: the sandbox's journeys are left out unless asked for. */
export type Side = "people" | "simulated";

const sideOf = (row: { readonly simulated: boolean }): Side => (row.simulated ? "simulated" : "people");

/** Seconds to three digits, milliseconds to two: as exact as anybody reads them, and few keys in a day. */
const SECONDS_DIGITS = 3;
const MILLIS_DIGITS = 2;

export interface Counted {
  readonly content: Counts;
  /** Of the ended sessions the last to end; null: none, or not a matter of this part. */
  readonly newestEnd: Date | null;
}

/** Counts one part of one day from its rows. */
export async function countDay(db: Queryable, { companyId, environmentId, part, day }: DayKey): Promise<Counted> {
  const { from, to } = rangeOf(day, day);
  return COUNTING[part](db, { companyId, environmentId, from, to });
}

const COUNTING: Readonly<Record<Part, (db: Queryable, span: store.DaySpan) => Promise<Counted>>> = {
  journeys: countJourneys,
  results: countResults,
  webhooks: countWebhooks,
};

async function countJourneys(db: Queryable, span: store.DaySpan): Promise<Counted> {
  const content = newCounts();
  const ended = await store.selectEnded(db, span);
  for (const row of ended) addEnded(content, row);
  for (const row of await store.selectTasks(db, span)) addTask(content, row);
  const newest = ended.reduce((latest, row) => Math.max(latest, row.newestEnd), 0);
  return { content, newestEnd: newest === 0 ? null : new Date(Math.ceil(newest)) };
}

function addEnded(content: Counts, row: store.EndedRow): void {
  const side = sideOf(row);
  const add = (...path: readonly string[]) => bump(content, [side, ...path], row.count);
  if (row.opened) add("opened");
  if (row.consented) add("consented");
  if (row.state === "completed") {
    add(row.outcome === "unscorable" ? "unscorable" : "scored");
    if (row.seconds !== null) add("seconds", String(toDigits(row.seconds, SECONDS_DIGITS)));
  }
  const reached = row.state === "completed" ? ["opened", "completed"] : ["opened"];
  for (const step of reached) {
    if (row.opened) add("devices", row.device ?? "unknown", step);
    if (row.opened && row.language !== null) add("languages", row.language, step);
  }
}

function addTask(content: Counts, row: store.TaskRow): void {
  const path = [sideOf(row), "tasks", `${row.key} ${row.version}`];
  bump(content, [...path, "positions", String(row.index + 1)], row.started);
  for (const name of ["started", "finished", "left", "restarts"] as const) bump(content, [...path, name], row[name]);
  if (row.seconds !== null) {
    bump(content, [...path, "seconds", String(toDigits(row.seconds, SECONDS_DIGITS))], row.finished);
  }
}

async function countResults(db: Queryable, span: store.DaySpan): Promise<Counted> {
  const content = newCounts();
  for (const row of await results.selectScored(db, span)) addScored(content, row);
  for (const { key, sten, rated, count, ...row } of await results.selectStens(db, span)) {
    const place = ["traits", rated ? "rated" : "unrated", key, String(sten)];
    bump(content, [sideOf(row), ...place], count);
    if (row.compared) bump(content, ["compared", row.modelVersion, ...place], count);
  }
  for (const row of await results.selectFlags(db, span)) bump(content, [sideOf(row), "flags", row.key], row.count);
  return { content, newestEnd: null };
}

function addScored(content: Counts, row: results.ScoredRow): void {
  const add = (...path: readonly string[]) => bump(content, path, row.count);
  const side = sideOf(row);
  if (row.score === null) add(side, "unscorable");
  else add(side, "scores", String(row.score));
  if (row.riskBand !== null) add(side, "bands", row.riskBand);
  add(side, "confidence", row.confidence);
  add(side, "trust", String(row.trust));
  if (row.leftOut !== null) add("left_out", row.leftOut);
  else if (row.score !== null) add("compared", row.modelVersion, "scores", String(row.score));
}

async function countWebhooks(db: Queryable, span: store.DaySpan): Promise<Counted> {
  const content = newCounts();
  for (const row of await store.selectDelivered(db, span)) {
    bump(content, [row.atFirst ? "at_first" : "later"], row.count);
    bump(content, ["millis", String(toDigits(row.millis, MILLIS_DIGITS))], row.count);
  }
  return { content, newestEnd: null };
}
