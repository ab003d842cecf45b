import { SYSTEM } from "../../apps/server/src/features/audit/service.ts";
import { readList, reconcile } from "../../apps/server/src/features/reconcile/service.ts";
import type { Crowd } from "../crowd.ts";
import { explaining, type PlanRead } from "../plans.ts";

export interface Reconciled {
  readonly name: string;
  readonly lines: number;
  readonly seconds: number;
  /** Of this process alone, without PostgreSQL. */
  readonly cpuSeconds: number;
  /** Longest time that nothing else could run in the process. */
  readonly longestBlockMs: number;
  /** Heap in use at most, above what it was before. */
  readonly heapMiB: number;
  readonly summary: Readonly<Record<string, number | null>>;
}

/** A list of 50 000 lines against all sessions: one as lenders have it, one in which every line misses. */
export async function measureReconcile(
  crowd: Crowd,
  options: { readonly lines: number },
): Promise<{ readonly runs: readonly Reconciled[]; readonly plans: readonly PlanRead[] }> {
  const uids = await drawRows(crowd, options.lines);
  const usual = uids.map((uid, index) => listed(uid, index));
  const lost = uids.map((uid) => `${uid}-lost-1,50`);
  const runs = [await run(crowd, "as lenders have it", usual), await run(crowd, "every line misses", lost)];
  const { db, reads } = explaining(crowd.deps.db);
  await run({ ...crowd, deps: { ...crowd.deps, db } }, "explained", [
    ...usual.slice(0, 2_000),
    ...lost.slice(0, 1_000),
  ]);
  return { runs, plans: reads().filter(({ statement }) => statement.startsWith("reconcile")) };
}

/** Of twenty lines one has lost its zeros or its case, one an added part, one is unknown, one stands twice. */
function listed(uid: string, index: number): string {
  const score = String(1 + (index % 99));
  const spoiled = [uid.toLowerCase(), `${uid}-new`, `NOBODY-${index}`, "APP-00000005"][index % 20] ?? uid;
  return `${spoiled},${score}`;
}

async function drawRows({ deps, companyId, sessions }: Crowd, count: number): Promise<readonly string[]> {
  const rows = await deps.db.query<{ readonly uid: string }>(
    `SELECT uid FROM (SELECT uid, row_number() OVER (ORDER BY session_id) AS n FROM sessions WHERE company_id = $1::text) AS all_of_them
      WHERE n % $2::bigint = 0 LIMIT $3::int`,
    [companyId, Math.max(1, Math.floor(sessions / count)), count],
  );
  return rows.map(({ uid }) => uid);
}

async function run({ deps, companyId }: Crowd, name: string, lines: readonly string[]): Promise<Reconciled> {
  const text = `uid,score\n${lines.join("\n")}\n`;
  const watch = watchProcess();
  const started = performance.now();
  const rows = await readList(text);
  const range = { from: Math.floor(Date.now() / 1000) - 30 * 86_400, to: Math.ceil(Date.now() / 1000) };
  const { summary } = await reconcile(deps, { companyId, rows, range, includeMatched: false, actor: SYSTEM });
  const seconds = (performance.now() - started) / 1000;
  return { name, lines: lines.length, seconds, ...watch.stop(), summary };
}

function watchProcess() {
  const cpuBefore = process.cpuUsage();
  const heapBefore = process.memoryUsage().heapUsed;
  let heapMost = heapBefore;
  let longestBlockMs = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longestBlockMs = Math.max(longestBlockMs, now - last - 5);
    last = now;
    heapMost = Math.max(heapMost, process.memoryUsage().heapUsed);
  }, 5);
  return {
    stop() {
      clearInterval(timer);
      const { user, system } = process.cpuUsage(cpuBefore);
      const cpuSeconds = (user + system) / 1e6;
      return { cpuSeconds, longestBlockMs, heapMiB: Math.round((heapMost - heapBefore) / 2 ** 20) };
    },
  };
}
