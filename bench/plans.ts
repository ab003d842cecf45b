import type { Database } from "../apps/server/src/infra/database.ts";

/** What one named statement read at most over all its runs. */
export interface PlanRead {
  readonly statement: string;
  readonly runs: number;
  /** Rows that its scans touched, those thrown away by filters included. */
  readonly rowsRead: number;
  readonly rowsReturned: number;
}

interface PlanNode {
  readonly "Node Type": string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Every statement with a name is explained as it runs, with its own values. */
export function explaining(db: Database): { readonly db: Database; readonly reads: () => readonly PlanRead[] } {
  const worst = new Map<string, PlanRead>();
  const explained: Database = {
    ...db,
    async query<Row>(sql: string, values?: readonly unknown[], named?: { readonly name: string }) {
      if (named !== undefined && !/\b(INSERT|UPDATE|DELETE)\b/.test(sql))
        note(worst, named.name, await planOf(db, sql, values));
      return db.query<Row>(sql, values);
    },
  };
  return { db: explained, reads: () => [...worst.values()] };
}

async function planOf(db: Database, sql: string, values?: readonly unknown[]): Promise<PlanNode> {
  const [row] = await db.query<{ readonly "QUERY PLAN": readonly { readonly Plan: PlanNode }[] }>(
    `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${sql}`,
    values,
  );
  const plan = row?.["QUERY PLAN"][0]?.Plan;
  if (plan === undefined) throw new Error("EXPLAIN gave no plan");
  return plan;
}

function note(worst: Map<string, PlanRead>, statement: string, plan: PlanNode): void {
  const before = worst.get(statement);
  const now = { rowsRead: readOf(plan), rowsReturned: Math.round(plan["Actual Rows"] * plan["Actual Loops"]) };
  const isWorse = before === undefined || now.rowsRead > before.rowsRead;
  worst.set(statement, { statement, ...(isWorse ? now : before), runs: (before?.runs ?? 0) + 1 });
}

function readOf(node: PlanNode): number {
  const below = (node.Plans ?? []).reduce((sum, child) => sum + readOf(child), 0);
  // A function or CTE read again touches no table.
  if (!/^(Seq|Index|Index Only|Bitmap Heap) Scan$/.test(node["Node Type"])) return below;
  const perLoop =
    node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0);
  return below + Math.round(perLoop * node["Actual Loops"]);
}
