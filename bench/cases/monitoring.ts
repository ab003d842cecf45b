import type { FastifyInstance } from "fastify";
import { keepDays } from "../../apps/server/src/features/monitoring/service.ts";
import { buildApp } from "../../apps/server/src/http/app.ts";
import { signInAs } from "../../apps/server/src/testing/people.ts";
import type { Crowd } from "../crowd.ts";
import { quantile } from "../load.ts";
import { explaining, type PlanRead } from "../plans.ts";
import type { FindCase } from "./find.ts";

export interface Monitored {
  /** What the background needs once, after an upgrade: every day of the year, counted from its rows. */
  readonly firstCount: { readonly parts: number; readonly seconds: number };
  /** One pass that finds nothing to count, over the whole year. */
  readonly idlePassMs: number;
  readonly cases: readonly FindCase[];
  readonly plans: readonly PlanRead[];
}

const DAY_MS = 86_400_000;

/** Home and Monitoring as a person's browser asks for them, through the whole server but the socket. */
export async function measureMonitoring(crowd: Crowd, options: { readonly calls: number }): Promise<Monitored> {
  const { deps, companyId } = crowd;
  await deps.db.query("DELETE FROM monitoring_days WHERE company_id = $1::text", [companyId]);
  const started = performance.now();
  const parts = await keepDays(deps, companyId, { all: true });
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const idle = performance.now();
  await keepDays(deps, companyId, { all: true });
  const idlePassMs = Math.round(performance.now() - idle);
  const asked = await questions(crowd);
  const cases: FindCase[] = [];
  for (const question of asked) cases.push(await measure(crowd, { ...question, calls: options.calls }));
  return { firstCount: { parts, seconds }, idlePassMs, cases, plans: await explainAll(crowd, asked) };
}

interface Question {
  readonly name: string;
  readonly path: string;
  readonly headers: Awaited<ReturnType<typeof signInAs>>;
  /** Makes something change before each call. */
  readonly before?: () => Promise<unknown>;
}

async function questions({ deps, companyId }: Crowd): Promise<readonly Question[]> {
  const userId = deps.ids.make("usr");
  await deps.db.query(
    `WITH person AS (INSERT INTO users (user_id, email, email_key, name) VALUES ($1::text, $1::text, $1::text, 'Bench'))
     INSERT INTO memberships (company_id, user_id, role) VALUES ($2::text, $1::text, 'admin')`,
    [userId, companyId],
  );
  const headers = await signInAs(deps, userId);
  const [deployment] = await deps.db.query<{ readonly id: string }>(
    "SELECT deployment_id AS id FROM deployments WHERE company_id = $1::text ORDER BY created_at LIMIT 1",
    [companyId],
  );
  const back = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
  const range = (days: number) => `monitoring?from=${back(days - 1)}&to=${back(0)}`;
  // Two weeks ago one more run of one session: that day of that environment is counted anew.
  const touch = () =>
    deps.db.query(
      `UPDATE sessions SET run = run + 1
        WHERE company_id = $1::text AND session_id = (SELECT session_id FROM sessions s
               JOIN environments e USING (company_id, environment_id)
              WHERE s.company_id = $1::text AND e.kind = 'production' AND s.state = 'completed'
                AND s.created_at > now() - interval '14 days' ORDER BY s.created_at LIMIT 1)`,
      [companyId],
    );
  return [
    { name: "Home", path: "home", headers },
    { name: "Monitoring, 30 days", path: range(30), headers },
    { name: "Monitoring, 30 days of one deployment", path: `${range(30)}&deployment_id=${deployment?.id}`, headers },
    { name: "Monitoring, 30 days, one of them changed before each call", path: range(30), headers, before: touch },
    { name: "Monitoring, 366 days", path: range(366), headers },
  ];
}

async function measure(
  { deps, companyId }: Crowd,
  { name, path, headers, before, calls }: Question & { readonly calls: number },
): Promise<FindCase> {
  const app = buildApp(deps);
  const times: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    await before?.();
    const started = performance.now();
    await ask(app, { companyId, path, headers });
    times.push(performance.now() - started);
  }
  await app.close();
  // The first calls fill caches and let the compiler warm up, as a server that runs has done.
  const warm = times.slice(Math.min(5, calls - 1));
  const [p50Ms, p99Ms] = [quantile(warm, 0.5), quantile(warm, 0.99)];
  return { name, calls: warm.length, p50Ms, p99Ms, maxMs: Math.max(...warm) };
}

async function ask(
  app: FastifyInstance,
  { companyId, path, headers }: { readonly companyId: string } & Pick<Question, "path" | "headers">,
): Promise<void> {
  const answer = await app.inject({ method: "GET", url: `/beacon/api/companies/${companyId}/${path}`, headers });
  if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}: ${answer.body.slice(0, 200)}`);
}

/** Of Home and of thirty days. */
async function explainAll(crowd: Crowd, asked: readonly Question[]): Promise<readonly PlanRead[]> {
  const { db, reads } = explaining(crowd.deps.db);
  const app = buildApp({ ...crowd.deps, db });
  for (const { path, headers } of asked.slice(0, 2)) await ask(app, { companyId: crowd.companyId, path, headers });
  await app.close();
  return reads().filter(({ statement }) => /^(home|monitoring)_/.test(statement));
}
