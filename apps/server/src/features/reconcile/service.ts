import { FINDINGS, UID_PATTERN, type Finding, type ReconcileLine, type ReconcileReport } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { recordReading, type Actor } from "../audit/service.ts";
import { listEnvironments, type EnvironmentPlace } from "../deployments/service.ts";
import { effectiveState, epochSeconds } from "../sessions/lifecycle.ts";
import { selectNear, uidHash } from "../sessions/service.ts";
import { judgeLine, nothing, type Evidence, type FoundSession, type Judgement, type Sent } from "./judge.ts";
import type { ListedRow } from "./read-list.ts";
import * as store from "./store.ts";

export { numberRows, readList, type ListedRow } from "./read-list.ts";

export interface ReconcileQuery {
  readonly companyId: string;
  readonly rows: readonly ListedRow[];
  /** Set for a lender's key: its own environment is the expected place, and a Test key sees Test alone. */
  readonly environmentId?: string;
  /** The place of lines that name none, for people; absent: anywhere. */
  readonly integrationId?: string | undefined;
  /** Epoch seconds; absent: what is not in the list is not looked for. */
  readonly range?: { readonly from: number; readonly to: number } | undefined;
  readonly includeMatched: boolean;
  readonly actor: Actor;
}

/** Lines looked up by one statement: some ten thousand index look-ups, a few hundredths of a second. */
const CHUNK = 1_000;
const PAGE = 5_000;
const MAX_NOT_IN_LIST = 10_000;

/**
 * The lender's own list against ours, one finding a line; with a range also what finished here and is not in the list.
 * Written to the audit log as an export. Its work is bounded by the list, not by the number of sessions.
 */
export async function reconcile(deps: Deps, query: ReconcileQuery): Promise<ReconcileReport> {
  const places = visiblePlaces(await listEnvironments(deps, query.companyId), query.environmentId);
  const lines = await judgeAll(deps, query, places);
  const left = await notInList(deps, query, places);
  const counts = countFindings(lines);
  await audit(deps, query, { ...counts, not_in_list: left?.rows.length ?? null });
  return {
    summary: { lines: query.rows.length, ...counts, not_in_list: left?.rows.length ?? null },
    lines: query.includeMatched ? lines : lines.filter(({ finding }) => finding !== "matched"),
    not_in_list: left?.rows ?? [],
    not_in_list_complete: left?.isComplete ?? true,
  };
}

/** A Test key looks into Test environments alone; a Production key and people into all. */
function visiblePlaces(
  all: readonly EnvironmentPlace[],
  environmentId: string | undefined,
): readonly EnvironmentPlace[] {
  const own = all.find((place) => place.environmentId === environmentId);
  return own?.kind === "test" ? all.filter(({ kind }) => kind === "test") : all;
}

async function judgeAll(
  deps: Deps,
  query: ReconcileQuery,
  places: readonly EnvironmentPlace[],
): Promise<readonly ReconcileLine[]> {
  const firstLines = firstLineOf(query);
  const lines: ReconcileLine[] = [];
  for (let from = 0; from < query.rows.length; from += CHUNK) {
    const rows = query.rows.slice(from, from + CHUNK);
    const isLookedUp = (row: ListedRow) => UID_PATTERN.test(row.uid) && firstLines.get(keyOf(row)) === row.line;
    const found = await lookUp(deps, { query, places }, rows.filter(isLookedUp));
    for (const row of rows) {
      const judged = UID_PATTERN.test(row.uid)
        ? judgeKnownForm(row, query, { found, places, firstLine: firstLines.get(keyOf(row)) ?? row.line })
        : nothing("invalid_uid", "No uid: it has 5 to 60 of A–Z, a–z, 0–9, _ and -");
      lines.push(lineOf(row, judged, places));
    }
  }
  return lines;
}

/** The same uid for two places is two records, not a duplicate. */
function keyOf(row: ListedRow): string {
  return `${row.integration_id ?? ""} ${row.uid}`;
}

function firstLineOf(query: ReconcileQuery): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const row of query.rows) if (!first.has(keyOf(row))) first.set(keyOf(row), row.line);
  return first;
}

function judgeKnownForm(
  row: ListedRow,
  query: ReconcileQuery,
  known: { readonly found: Found; readonly places: readonly EnvironmentPlace[]; readonly firstLine: number },
): Judgement {
  const { found, places, firstLine } = known;
  if (firstLine !== row.line) return nothing("duplicate_in_list", `The same as line ${firstLine}`);
  const evidence = {
    expected: expectedPlace(row, query, places),
    exact: found.exact.get(row.line) ?? [],
    near: found.near.get(row.line) ?? [],
    erasedIn: found.erased.get(row.line) ?? [],
    sentOf: (sessionId: string) => found.sent.get(sessionId) ?? { score: null, riskBand: null },
  };
  return judgeLine(row, evidence, ({ environmentId }) => {
    const place = places.find((candidate) => candidate.environmentId === environmentId);
    return place === undefined ? "another place" : `${place.deploymentName} ${place.kind}`;
  });
}

function expectedPlace(
  row: ListedRow,
  query: ReconcileQuery,
  places: readonly EnvironmentPlace[],
): Evidence["expected"] {
  const integrationId = row.integration_id ?? query.integrationId;
  if (integrationId !== undefined && integrationId !== "") {
    const place = places.find((candidate) => candidate.integrationId === integrationId);
    return place === undefined ? "unknown" : { environmentId: place.environmentId };
  }
  return query.environmentId === undefined ? null : { environmentId: query.environmentId };
}

interface Found {
  readonly exact: ReadonlyMap<number, readonly FoundSession[]>;
  readonly near: ReadonlyMap<number, readonly FoundSession[]>;
  /** The environments in which an erased journey had this line's uid. */
  readonly erased: ReadonlyMap<number, readonly string[]>;
  readonly sent: ReadonlyMap<string, Sent>;
}

/**
 * What the database knows of these rows, by line. Near misses are asked of the missing ones alone, erasures also of those
 * that stand elsewhere than expected: where the line belongs its journey may have been erased.
 */
async function lookUp(
  deps: Deps,
  where: { readonly query: ReconcileQuery; readonly places: readonly EnvironmentPlace[] },
  rows: readonly ListedRow[],
): Promise<Found> {
  const { db, secrets } = deps;
  const { companyId } = where.query;
  const scope = { companyId, environmentIds: where.places.map(({ environmentId }) => environmentId) };
  const asked = rows.map(({ line, uid }) => ({ index: line, text: uid }));
  const exact = byIndex(await store.selectByUids(db, scope, asked));
  const missing = asked.filter(({ index }) => !exact.has(index));
  const displaced = rows.filter((row) => {
    const expected = expectedPlace(row, where.query, where.places);
    const found = exact.get(row.line);
    if (found === undefined || expected === null || expected === "unknown") return false;
    return found.every(({ environmentId }) => environmentId !== expected.environmentId);
  });
  const absent = [...missing, ...displaced.map(({ line, uid }) => ({ index: line, text: uid }))];
  const hashes = absent.map(({ index, text }) => ({ index, text: uidHash(secrets, companyId, text) }));
  const erased = await store.selectErased(db, scope, hashes);
  const near = await selectNear(db, scope, missing);
  const sent = await store.selectSent(db, companyId, comparedSessions(rows, exact));
  return {
    exact: mapValues(exact, toFound),
    near: mapValues(near, (row) => toFound(row)),
    erased: mapValues(byIndex(erased), ({ environmentId }) => environmentId),
    sent: new Map(sent.map(({ sessionId, score, riskBand }) => [sessionId, { score, riskBand }])),
  };
}

function byIndex<Row extends { readonly index: number }>(rows: readonly Row[]): ReadonlyMap<number, readonly Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.index);
    if (group === undefined) groups.set(row.index, [row]);
    else group.push(row);
  }
  return groups;
}

/** What was sent is read only for lines that say a score or band. */
function comparedSessions(
  rows: readonly ListedRow[],
  exact: ReadonlyMap<number, readonly store.MatchRow[]>,
): readonly string[] {
  return rows
    .filter(({ score, risk_band }) => (score ?? null) !== null || (risk_band ?? null) !== null)
    .flatMap(({ line }) => exact.get(line) ?? [])
    .filter(({ state }) => state === "completed")
    .map(({ sessionId }) => sessionId);
}

function toFound(row: store.MatchRow): FoundSession {
  const { uid, sessionId, environmentId } = row;
  return { uid, sessionId, environmentId, state: effectiveState(row) };
}

function mapValues<Row, Value>(
  groups: ReadonlyMap<number, readonly Row[]>,
  change: (row: Row) => Value,
): ReadonlyMap<number, readonly Value[]> {
  return new Map([...groups].map(([index, rows]) => [index, rows.map(change)]));
}

function lineOf(row: ListedRow, judged: Judgement, places: readonly EnvironmentPlace[]): ReconcileLine {
  return {
    line: row.line,
    uid: row.uid,
    finding: judged.finding,
    text: judged.text,
    sessions: judged.sessions.map(({ uid, sessionId, environmentId, state }) => ({
      uid,
      session_id: sessionId,
      place: wirePlace(places, environmentId),
      state,
    })),
    differences: [...judged.differences],
  };
}

function wirePlace(places: readonly EnvironmentPlace[], environmentId: string) {
  const place = places.find((candidate) => candidate.environmentId === environmentId);
  if (place === undefined) throw new Error("a session was found in an environment that was not asked for");
  return {
    environment_id: place.environmentId,
    environment: place.kind,
    deployment_id: place.deploymentId,
    deployment: place.deploymentName,
    integration_id: place.integrationId,
    archived: place.archived,
  };
}

function countFindings(lines: readonly ReconcileLine[]): Record<Finding, number> {
  const counts = Object.fromEntries(FINDINGS.map((finding) => [finding, 0])) as Record<Finding, number>;
  for (const { finding } of lines) counts[finding] += 1;
  return counts;
}

/** At most so many rows are read as the list and the answer have together. */
async function notInList(deps: Deps, query: ReconcileQuery, places: readonly EnvironmentPlace[]) {
  const { range } = query;
  if (range === undefined) return null;
  const listed = new Set(query.rows.map(({ uid }) => uid));
  const rows: ReconcileReport["not_in_list"][number][] = [];
  for (const environmentId of expectedEnvironments(query, places)) {
    const place = wirePlace(places, environmentId);
    let after: store.FinishedRow["cursor"] | null = null;
    for (;;) {
      const scope = { companyId: query.companyId, environmentId, ...range };
      const page: readonly store.FinishedRow[] = await store.selectFinished(deps.db, { ...scope, after, limit: PAGE });
      for (const { uid, sessionId, finishedAt } of page) {
        if (listed.has(uid)) continue;
        if (rows.length === MAX_NOT_IN_LIST) return { rows, isComplete: false };
        rows.push({ uid, session_id: sessionId, place, finished_at: epochSeconds(finishedAt) });
      }
      after = page.at(-1)?.cursor ?? null;
      if (page.length < PAGE) break;
    }
  }
  return { rows, isComplete: true };
}

/** Where the list's sessions should be; of a list that names no place, everywhere. */
function expectedEnvironments(query: ReconcileQuery, places: readonly EnvironmentPlace[]): readonly string[] {
  const expected = query.rows.map((row) => expectedPlace(row, query, places));
  if (expected.includes(null)) return places.map(({ environmentId }) => environmentId);
  return [
    ...new Set(expected.flatMap((place) => (place === null || place === "unknown" ? [] : [place.environmentId]))),
  ];
}

async function audit(
  deps: Deps,
  query: ReconcileQuery,
  counts: Readonly<Record<string, number | null>>,
): Promise<void> {
  await recordReading(deps, {
    companyId: query.companyId,
    actor: query.actor,
    action: "reconcile.exported",
    targetType: query.environmentId === undefined ? "company" : "environment",
    targetId: query.environmentId ?? query.companyId,
    details: { lines: query.rows.length, ...counts },
  });
}
