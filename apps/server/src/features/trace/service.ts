import type { ResultDetail, SearchPage, Trace } from "@tallystick/contract";

import { cutPage, decodeCursor } from "../../infra/cursor.ts";
import type { Deps } from "../../infra/deps.ts";
import { recordReading, type Actor } from "../audit/service.ts";
import { listEnvironments, type EnvironmentPlace } from "../deployments/service.ts";
import { resultDetail, type DetailOptions } from "../results/service.ts";
import { effectiveState, epochSeconds } from "../sessions/lifecycle.ts";
import { canonicalUid, checkUidForm, neighboursOf, searchForm, uidHash } from "../sessions/service.ts";
import type { Item } from "./fact-items.ts";
import { itemsOf, type Stored } from "./items.ts";
import * as store from "./store.ts";

export interface TraceQuery {
  readonly companyId: string;
  readonly uid: string;
  /** Only this environment: what a lender's key sees. Absent: the whole company. */
  readonly environmentId?: string;
  readonly actor: Actor;
}

/** Rows of one kind in one time line. Facts are bounded by the journey, attempts by the retries; replays are not. */
const MAX_ROWS = 1000;

/**
 * One time line of a uid over all deployments and both environments, from stored facts only. An unknown uid has no
 * sessions, but may have near duplicates. Writes to the audit log that a result was read. Throws `uid_invalid`.
 */
export async function traceUid(deps: Deps, query: TraceQuery): Promise<Trace> {
  const { companyId, uid, environmentId = null } = query;
  checkUidForm(uid);
  const places = placesById(await listEnvironments(deps, companyId));
  const found = await findSessions(deps, { companyId, uid, environmentId });
  // The audit entry waits for the disk; what is left to read need not wait for it, only the answer must.
  const [stored, neighbours] = await Promise.all([
    loadRest(deps, companyId, found),
    neighboursOf(deps, companyId, { uid, ...(environmentId !== null && { environmentId, onlyHere: true as const }) }),
    auditReading(deps, query, found.results),
  ]);
  const placeOf = (id: string) => placeOn(places, id);
  const environmentOf = new Map(
    [...stored.sessions, ...stored.erased].map((session) => [session.sessionId, session.environmentId]),
  );
  return {
    sessions: [
      ...stored.sessions.map((session) => traceSession(session, placeOf(session.environmentId))),
      ...stored.erased.map((session) => erasedSession(session, placeOf(session.environmentId))),
    ],
    items: itemsOf(stored).map((item) => wireItem(item, placeOf(environmentOf.get(item.sessionId) ?? ""))),
    near_duplicates: neighbours.map((near) => ({
      uid: near.uid,
      session_id: near.sessionId,
      place: placeOf(near.environmentId),
      // The state as written; the owner's own time line says whether its time is over.
      state: near.state as Trace["near_duplicates"][number]["state"],
      created_at: epochSeconds(near.createdAt),
      relation: near.relation,
    })),
    truncated: stored.truncated,
  };
}

/**
 * Everything about one result: what the results know of it, and the time line of its session. Throws `not_found`,
 * `session_unknown`.
 */
export async function resultWithTimeLine(deps: Deps, options: DetailOptions): Promise<ResultDetail> {
  const { companyId, sessionId } = options;
  // First, so that nothing is shown of a session that is not here, and nothing before the audit entry.
  const detail = await resultDetail(deps, options);
  const session = await store.selectTracedSession(deps.db, { companyId, sessionId });
  const sessions = session === null ? [] : [session];
  const results = await store.selectResults(deps.db, rowsOf(companyId, sessions));
  const stored = await loadRest(deps, companyId, { sessions, erased: [], results });
  return {
    ...detail,
    time_line: {
      items: itemsOf(stored).map((item) => wireItem(item, detail.place)),
      truncated: stored.truncated,
    },
  };
}

export interface SearchQuery {
  readonly companyId: string;
  readonly q: string;
  readonly limit: number;
  readonly after?: string | undefined;
}

/** Sessions whose uid begins like `q`, in the order of the canonical form, so the uid itself comes first. */
export async function searchUids(deps: Deps, query: SearchQuery): Promise<SearchPage> {
  const { companyId, q, limit } = query;
  const [form, sessionId] = decodeCursor(query.after, 2) ?? [];
  const prefix = searchForm(q);
  const rows = await store.selectByPrefix(deps.db, {
    companyId,
    prefix,
    after: form === undefined || sessionId === undefined ? null : { form, sessionId },
    limit: limit + 1,
  });
  const page = cutPage(rows, limit, (row) => [row.canonicalForm, row.sessionId]);
  const places = placesById(await listEnvironments(deps, companyId));
  const canonical = canonicalUid(q);
  return {
    items: page.rows.map((row) => ({
      uid: row.uid,
      match: row.uid === q ? "exact" : row.canonicalForm === canonical ? "same_form" : "prefix",
      ...foundSession(row, placeOn(places, row.environmentId)),
    })),
    next: page.next,
  };
}

type Found = Pick<Stored, "sessions" | "erased" | "results">;

async function findSessions(
  deps: Deps,
  key: { readonly companyId: string; readonly uid: string; readonly environmentId: string | null },
): Promise<Found> {
  const { companyId, uid, environmentId } = key;
  const sessions = await store.selectSessionsOfUid(deps.db, key);
  const hash = uidHash(deps.secrets, companyId, uid);
  const erased = await store.selectErased(deps.db, { companyId, uidHash: hash, environmentId });
  const results = sessions.length === 0 ? [] : await store.selectResults(deps.db, rowsOf(companyId, sessions));
  return { sessions, erased, results };
}

/** One statement after the other: a time line must not take the connections that applicants wait for. */
async function loadRest(
  { db }: Deps,
  companyId: string,
  { sessions, erased, results }: Found,
): Promise<Stored & { readonly truncated: boolean }> {
  const key = rowsOf(companyId, sessions);
  const rest =
    sessions.length === 0
      ? { facts: [], consents: [], tasks: [], events: [], attempts: [], replacedLinks: [] }
      : {
          facts: await store.selectFacts(db, key),
          consents: await store.selectConsents(db, key),
          tasks: await store.selectTasks(db, key),
          events: await store.selectEvents(db, key),
          attempts: await store.selectWebhookAttempts(db, key),
          replacedLinks: await store.selectReplacedLinks(db, key),
        };
  return {
    sessions,
    erased,
    results: cut(results),
    facts: cut(rest.facts),
    consents: cut(rest.consents),
    tasks: cut(rest.tasks),
    events: cut(rest.events),
    attempts: cut(rest.attempts),
    replacedLinks: cut(rest.replacedLinks),
    truncated: [results, ...Object.values(rest)].some((rows) => rows.length > MAX_ROWS),
  };
}

function rowsOf(companyId: string, sessions: readonly store.TracedSession[]): store.SessionsKey {
  return { companyId, sessionIds: sessions.map(({ sessionId }) => sessionId), limit: MAX_ROWS + 1 };
}

function cut<Row>(rows: readonly Row[]): readonly Row[] {
  return rows.slice(0, MAX_ROWS);
}

/** One entry for each session whose result is shown; never the uid. */
async function auditReading(deps: Deps, query: TraceQuery, results: readonly store.ResultRow[]): Promise<void> {
  for (const sessionId of new Set(results.map((result) => result.sessionId))) {
    await recordReading(deps, {
      companyId: query.companyId,
      actor: query.actor,
      action: "result.read",
      targetType: "session",
      targetId: sessionId,
      details: { through: "trace" },
    });
  }
}

function wireItem(
  { at, sessionId, kind, run, details, text }: Item,
  { environment, deployment }: Pick<Place, "environment" | "deployment">,
): Trace["items"][number] {
  return { at: epochSeconds(at), kind, session_id: sessionId, environment, deployment, run, details, text };
}

type Place = Trace["sessions"][number]["place"];

function placesById(environments: readonly EnvironmentPlace[]): ReadonlyMap<string, Place> {
  return new Map(
    environments.map((place) => [
      place.environmentId,
      {
        environment_id: place.environmentId,
        environment: place.kind,
        deployment_id: place.deploymentId,
        deployment: place.deploymentName,
        integration_id: place.integrationId,
        archived: place.archived,
      },
    ]),
  );
}

function placeOn(places: ReadonlyMap<string, Place>, environmentId: string): Place {
  const place = places.get(environmentId);
  if (place === undefined) throw new Error("a session stands in an environment its company does not have");
  return place;
}

function foundSession(session: store.TracedSession, place: Place) {
  const seconds = (at: Date | null) => (at === null ? null : epochSeconds(at));
  return {
    session_id: session.sessionId,
    place,
    state: effectiveState(session),
    outcome: session.outcome,
    simulated: session.simulated,
    run: session.run,
    created_at: epochSeconds(session.createdAt),
    opened_at: seconds(session.openedAt),
    ended_at: seconds(session.endedAt),
    last_activity_at: seconds(session.lastActivityAt),
  };
}

function traceSession(session: store.TracedSession, place: Place): Trace["sessions"][number] {
  return {
    uid: session.uid,
    ...foundSession(session, place),
    expires_at: epochSeconds(session.expiresAt),
    erased_at: null,
  };
}

function erasedSession(session: store.ErasedSession, place: Place): Trace["sessions"][number] {
  const at = epochSeconds(session.createdAt ?? session.erasedAt);
  const unknown = { outcome: null, simulated: false, run: 1, opened_at: null, ended_at: null, last_activity_at: null };
  return {
    uid: null,
    session_id: session.sessionId,
    place,
    state: "erased",
    ...unknown,
    created_at: at,
    expires_at: at,
    erased_at: epochSeconds(session.erasedAt),
  };
}
