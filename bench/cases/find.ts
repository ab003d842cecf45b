import type { FastifyInstance } from "fastify";
import { buildApp } from "../../apps/server/src/http/app.ts";
import type { Deps } from "../../apps/server/src/infra/deps.ts";
import { signInAs } from "../../apps/server/src/testing/people.ts";
import type { Crowd } from "../crowd.ts";
import { quantile } from "../load.ts";
import { explaining, type PlanRead } from "../plans.ts";

export interface FindCase {
  readonly name: string;
  readonly calls: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface Found {
  readonly cases: readonly FindCase[];
  readonly plans: readonly PlanRead[];
}

interface Call {
  readonly path: "trace" | "search";
  readonly body: object;
}

const PAGE = 50;

/**
 * Trace and search as a person's browser asks for them, through the whole server but the socket: sign-in, guard, queries,
 * audit entry, JSON. One after the other, uids drawn at random over the whole year.
 */
export async function measureFind(crowd: Crowd, options: { readonly calls: number }): Promise<Found> {
  const { deps, companyId } = crowd;
  const headers = await signInViewer(deps, companyId);
  const uids = await drawUids(crowd, options.calls);
  const asked = {
    "trace of a uid": uids.map((uid): Call => ({ path: "trace", body: { uid } })),
    "trace of an unknown uid": uids.map((uid): Call => ({ path: "trace", body: { uid: `${uid}-nobody` } })),
    "search of a whole uid": uids.map((uid): Call => ({ path: "search", body: { q: uid, limit: PAGE } })),
    "search of a beginning": uids.map((uid, index): Call => {
      return { path: "search", body: { q: uid.slice(0, 2 + (index % 9)), limit: PAGE } };
    }),
  };
  const cases: FindCase[] = [await measureBare(deps, options.calls)];
  for (const [name, calls] of Object.entries(asked))
    cases.push(await measure(deps, { name, calls, companyId, headers }));
  return { cases, plans: await explainAll(deps, { calls: Object.values(asked), companyId, headers }) };
}

/** A new person for each run: the database may have been used before. */
export async function signInViewer(deps: Deps, companyId: string): Promise<Awaited<ReturnType<typeof signInAs>>> {
  const userId = deps.ids.make("usr");
  await deps.db.query(
    `WITH person AS (INSERT INTO users (user_id, email, email_key, name) VALUES ($1::text, $1::text, $1::text, 'Bench'))
     INSERT INTO memberships (company_id, user_id, role) VALUES ($2::text, $1::text, 'viewer')`,
    [userId, companyId],
  );
  return signInAs(deps, userId);
}

/** Spread over all sessions: the ids are in the order of time. */
async function drawUids({ deps, companyId, sessions }: Crowd, count: number): Promise<readonly string[]> {
  const rows = await deps.db.query<{ readonly uid: string }>(
    `SELECT uid FROM (SELECT uid, row_number() OVER (ORDER BY session_id) AS n FROM sessions WHERE company_id = $1::text) AS all_of_them
      WHERE n % $2::bigint = 0 ORDER BY md5(uid) LIMIT $3::int`,
    [companyId, Math.max(1, Math.floor(sessions / (count + 200))), count + 200],
  );
  return rows.map(({ uid }) => uid);
}

interface Asked {
  readonly companyId: string;
  readonly headers: Awaited<ReturnType<typeof signInAs>>;
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
  // The first 200 fill caches and let the compiler warm up, as a server that runs has done.
  const warm = times.slice(200);
  return {
    name,
    calls: warm.length,
    p50Ms: quantile(warm, 0.5),
    p99Ms: quantile(warm, 0.99),
    maxMs: Math.max(...warm),
  };
}

/** What the machine gives at this moment: other numbers can not be better than this one. */
async function measureBare({ db }: Deps, calls: number): Promise<FindCase> {
  const times: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    const started = performance.now();
    await db.query("SELECT 1");
    times.push(performance.now() - started);
  }
  const [p50Ms, p99Ms] = [quantile(times, 0.5), quantile(times, 0.99)];
  return { name: "`SELECT 1`, for comparison", calls, p50Ms, p99Ms, maxMs: Math.max(...times) };
}

async function ask(app: FastifyInstance, { companyId, headers }: Asked, { path, body }: Call): Promise<void> {
  const url = `/beacon/api/companies/${companyId}/${path}`;
  const answer = await app.inject({ method: "POST", url, headers, payload: body });
  if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}: ${answer.body.slice(0, 200)}`);
}

async function explainAll(
  deps: Deps,
  { calls, ...asked }: Asked & { readonly calls: readonly (readonly Call[])[] },
): Promise<readonly PlanRead[]> {
  const { db, reads } = explaining(deps.db);
  const app = buildApp({ ...deps, db });
  for (const some of calls) for (const call of some.slice(0, 100)) await ask(app, asked, call);
  await app.close();
  return reads().filter(({ statement }) => /^(trace|session_neighbours)/.test(statement));
}
