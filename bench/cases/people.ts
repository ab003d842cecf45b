import type { FastifyInstance } from "fastify";
import { buildApp } from "../../apps/server/src/http/app.ts";
import type { Deps } from "../../apps/server/src/infra/deps.ts";
import type { Crowd } from "../crowd.ts";
import { quantile } from "../load.ts";
import { explaining } from "../plans.ts";
import { signInViewer, type FindCase, type Found } from "./find.ts";

/**
 * Results as a person's browser asks for them: lists and counts over all deployments of the company, and one result with
 * everything on its page. Through the whole server but the socket, one call after the other.
 */
export async function measurePeople(crowd: Crowd, options: { readonly calls: number }): Promise<Found> {
  const { deps, companyId } = crowd;
  const headers = await signInViewer(deps, companyId);
  const places = await drawPlaces(deps, companyId, options.calls);
  const search = (body: object): Call => ({
    path: "results/search",
    body: { environment: "production", limit: 50, ...body },
  });
  const count = (body: object): Call => ({ path: "results/count", body: { environment: "production", ...body } });
  const asked: Readonly<Record<string, readonly Call[]>> = {
    "people: newest first": places.map(({ at }) => search({ created_to: at })),
    "people: two bands": places.map(({ at }) => search({ created_to: at, risk_band: ["LOW", "HIGH"] })),
    "people: low data confidence and a flag": places.map(({ at }) =>
      search({ created_to: at, confidence: ["LOW"], flags: ["fast_responses"] }),
    ),
    "people: by completion": places.map(({ at }) => search({ completed_to: at })),
    "people: a beginning of uids": places.map(({ uid }) => search({ uid_prefix: uid.slice(0, 7) })),
    "people: one result's page": places.map(({ environmentId, sessionId }) => ({
      path: `environments/${environmentId}/results/${sessionId}`,
    })),
  };
  // A count looks at up to twenty thousand sessions.
  const counted: typeof asked = {
    "people: count of all": places.map(({ at }) => count({ created_to: at })),
    "people: count of two bands": places.map(({ at }) => count({ created_to: at, risk_band: ["LOW", "HIGH"] })),
    "people: count of a rare flag": places.map(({ at }) =>
      count({ created_to: at, confidence: ["LOW"], flags: ["fast_responses"] }),
    ),
  };
  const cases: FindCase[] = [];
  for (const [name, calls] of Object.entries(asked))
    cases.push(await measure(deps, { name, calls, companyId, headers }));
  for (const [name, calls] of Object.entries(counted)) {
    const some = calls.slice(0, Math.ceil(options.calls / 20));
    cases.push(await measure(deps, { name, calls: some, companyId, headers }));
  }
  const { db, reads } = explaining(deps.db);
  const app = buildApp({ ...deps, db });
  for (const calls of [...Object.values(asked), ...Object.values(counted)]) {
    for (const call of calls.slice(0, 20)) await ask(app, { companyId, headers }, call);
  }
  await app.close();
  return { cases, plans: reads().filter(({ statement }) => /^(results_|trace_session)/.test(statement)) };
}

interface Call {
  readonly path: string;
  /** Absent: a GET. */
  readonly body?: object;
}

interface Asked {
  readonly companyId: string;
  readonly headers: Awaited<ReturnType<typeof signInViewer>>;
}

interface Place {
  readonly environmentId: string;
  readonly sessionId: string;
  readonly uid: string;
  /** Epoch seconds. */
  readonly at: number;
}

/** Completed journeys of Production, from all over the year. */
async function drawPlaces(deps: Deps, companyId: string, calls: number): Promise<readonly Place[]> {
  return deps.db.query<Place>(
    `SELECT s.environment_id AS "environmentId", s.session_id AS "sessionId", s.uid,
            ceil(extract(epoch FROM s.ended_at))::float8 AS at
       FROM sessions s
       JOIN environments e ON e.company_id = s.company_id AND e.environment_id = s.environment_id
      WHERE s.company_id = $1::text AND e.kind = 'production' AND s.state = 'completed'
      ORDER BY md5(s.session_id)
      LIMIT $2::int`,
    [companyId, calls],
  );
}

async function measure(
  deps: Deps,
  { name, calls, ...asked }: Asked & { readonly name: string; readonly calls: readonly Call[] },
): Promise<FindCase> {
  const app = buildApp(deps);
  const times: number[] = [];
  for (const call of calls) {
    const started = performance.now();
    await ask(app, asked, call);
    times.push(performance.now() - started);
  }
  await app.close();
  // The first fill caches and let the compiler warm up, as a server that runs has done.
  const warm = times.slice(Math.min(200, Math.floor(times.length / 5)));
  const [p50Ms, p99Ms] = [quantile(warm, 0.5), quantile(warm, 0.99)];
  return { name, calls: warm.length, p50Ms, p99Ms, maxMs: Math.max(...warm) };
}

async function ask(app: FastifyInstance, { companyId, headers }: Asked, { path, body }: Call): Promise<void> {
  const url = `/beacon/api/companies/${companyId}/${path}`;
  const answer = await (body === undefined
    ? app.inject({ url, headers })
    : app.inject({ method: "POST", url, headers, payload: body }));
  if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}: ${answer.body.slice(0, 200)}`);
}
