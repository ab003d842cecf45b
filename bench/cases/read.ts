import { SYSTEM } from "../../apps/server/src/features/audit/service.ts";
import { environmentById, type EnvironmentAccess } from "../../apps/server/src/features/deployments/service.ts";
import { listResults, readResult } from "../../apps/server/src/features/results/service.ts";
import { listEvents } from "../../apps/server/src/features/webhooks/service.ts";
import { encodeCursor } from "../../apps/server/src/infra/cursor.ts";
import type { Deps } from "../../apps/server/src/infra/deps.ts";
import type { Crowd } from "../crowd.ts";
import { quantile } from "../load.ts";
import { explaining } from "../plans.ts";
import type { FindCase, Found } from "./find.ts";

/** Pages of 50, as a lender's server asks for them; behind the guard, whose rate would be measured otherwise. */
const LIMIT = 50;

type Call = (deps: Deps) => Promise<unknown>;

/** Results and events, at places drawn from all over the year; audit entries included. */
export async function measureRead(crowd: Crowd, options: { readonly calls: number }): Promise<Found> {
  const { deps } = crowd;
  const environment = await largestEnvironment(crowd);
  const places = await drawPlaces(deps, environment, options.calls);
  const reader = { environment, actor: SYSTEM };
  const list = (query: object): Call => {
    return (at) => listResults(at, reader, { limit: LIMIT, ...query });
  };
  const feed = (cursor: string, types?: readonly ["application.cancelled"]): Call => {
    return (at) => listEvents(at, { ...reader, limit: LIMIT, after: cursor, types });
  };
  const asked: Readonly<Record<string, readonly Call[]>> = {
    "one result": places.map(
      ({ sessionId }) =>
        (at) =>
          readResult(at, reader, sessionId),
    ),
    "results, newest first": places.map(({ at }) => list({ created_to: at })),
    "results of two bands": places.map(({ at }) => list({ created_to: at, risk_band: "LOW,HIGH" })),
    "results by completion": places.map(({ at }) => list({ completed_to: at })),
    "results of a uid": places.map(({ uid }) => list({ uid })),
    "results by a beginning": places.map(({ uid }) => list({ uid_prefix: uid.slice(0, 7) })),
    "events since a cursor": places.map(({ cursor }) => feed(cursor)),
    "events of a rare type": places.map(({ cursor }) => feed(cursor, ["application.cancelled"])),
  };
  const cases: FindCase[] = [];
  for (const [name, calls] of Object.entries(asked)) cases.push(await measure(deps, name, calls));
  const { db, reads } = explaining(deps.db);
  for (const calls of Object.values(asked)) for (const call of calls.slice(0, 100)) await call({ ...deps, db });
  return { cases, plans: reads().filter(({ statement }) => /^(results|events)_/.test(statement)) };
}

async function largestEnvironment({ deps, companyId }: Crowd): Promise<EnvironmentAccess> {
  const [row] = await deps.db.query<{ readonly id: string }>(
    `SELECT environment_id AS id FROM sessions WHERE company_id = $1::text
      GROUP BY environment_id ORDER BY count(*) DESC, environment_id LIMIT 1`,
    [companyId],
  );
  return environmentById(deps, companyId, row?.id ?? "");
}

interface Place {
  readonly sessionId: string;
  readonly uid: string;
  /** Epoch seconds. */
  readonly at: number;
  readonly cursor: string;
}

async function drawPlaces(deps: Deps, environment: EnvironmentAccess, count: number): Promise<readonly Place[]> {
  const { companyId, environmentId } = environment;
  const rows = await deps.db.query<{ sessionId: string; uid: string; at: number; seq: string; eventId: string }>(
    `SELECT s.session_id AS "sessionId", s.uid, ceil(extract(epoch FROM s.ended_at))::float8 AS at,
            e.event_seq::text AS seq, e.event_id AS "eventId"
       FROM sessions s
       JOIN events e ON e.company_id = s.company_id AND e.session_id = s.session_id
      WHERE s.company_id = $1::text AND s.environment_id = $2::text AND e.type = 'application.complete'
      ORDER BY md5(s.session_id)
      LIMIT $3::int`,
    [companyId, environmentId, count],
  );
  return rows.map(({ seq, eventId, ...place }) => {
    const cursor = encodeCursor([environmentId, seq, eventId]);
    return { ...place, cursor };
  });
}

async function measure(deps: Deps, name: string, calls: readonly Call[]): Promise<FindCase> {
  const times: number[] = [];
  for (const call of calls) {
    const started = performance.now();
    await call(deps);
    times.push(performance.now() - started);
  }
  // The first fill caches and let the compiler warm up, as a server that runs has done.
  const warm = times.slice(Math.min(200, Math.floor(times.length / 2)));
  const [p50Ms, p99Ms] = [quantile(warm, 0.5), quantile(warm, 0.99)];
  return { name, calls: warm.length, p50Ms, p99Ms, maxMs: Math.max(...warm) };
}
